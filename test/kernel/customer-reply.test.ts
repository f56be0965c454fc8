import assert from 'node:assert/strict';
import { test } from 'node:test';
import { customerReply, type ReplyInput } from '../../src/kernel/customer-reply.ts';
import type { Problem } from '../../src/kernel/order-state.ts';

const options = { language: 'en', zone: 'Europe/Berlin', asOf: '2026-11-10T09:00:00.000Z' } as const;
const money = {
  currency: 'EUR', paid: 11_980, entitled: 5990, refunded: 5990, settled: 0, pending: 0, failed: 0, paidOut: 0, credited: 0,
  storeCredit: 0, disputed: 0,
}; // prettier-ignore
const item = {
  sku: 'A-1', ordered: 2, shipped: 2, approved: 1, received: 1, restored: 0, onHold: 0, writtenOff: 0, restoredInShop: 0, refunded: 1,
}; // prettier-ignore
const settledOn = (at: string): ReplyInput['facts'][number] => ({
  type: 'refund.settled', id: 'psp:refund/re_1#refund.settled', at, system: 'psp', connection: 'psp', object: 'refund/re_1',
  money: { minor: 5990, currency: 'EUR' }, reference: 're_1',
}); // prettier-ignore

function problem(change: Partial<Problem>): Problem {
  return {
    id: 'prb_1', key: 'A-1', code: 'approved-but-not-restored', control: 'back-restored', owner: 'ops', severity: 2, state: 'open',
    since: '2026-11-03T00:00:00.000Z', due: '2026-11-05', evidence: [], ...change,
  }; // prettier-ignore
}

const input: ReplyInput = { order: '10251', units: [item], money, problems: [], hasReturn: true, facts: [] };

test('says what came back and what was paid, by day in the shop’s zone', () => {
  // 23:30 in UTC is the next day in Berlin.
  const text = customerReply(
    { ...input, money: { ...money, settled: 5990 }, facts: [settledOn('2026-11-03T23:30:00.000Z')] },
    options,
  );
  assert.match(text, /10251/);
  assert.match(text, /Your item has reached us\./);
  assert.match(text, /We refunded €59\.90 on 4 Nov;/);
  assert.match(text, /nothing left for you to do/);
});

test('a problem in stock or books is none of the customer’s business', () => {
  const text = customerReply({ ...input, problems: [problem({})] }, options);
  assert.doesNotMatch(text, /stock|ERP|ops|missing/i);
  assert.match(text, /nothing left for you to do/);
});

test('money that did not arrive is told, with what happens next', () => {
  const failed = problem({
    code: 'refund-failed-at-gateway',
    control: 'refund-settled',
    owner: 'finance',
    severity: 1,
  });
  const text = customerReply(
    { ...input, money: { ...money, failed: 5990 }, problems: [failed] },
    { ...options, language: 'de' },
  );
  assert.match(text, /gescheitert/);
  assert.match(text, /melden uns bei Ihnen/);
  assert.doesNotMatch(text, /nichts mehr zu tun/);
});

test('what is still owed is said, and goods that are awaited have their date', () => {
  const waiting = problem({
    code: 'label-unused',
    control: 'authorized-received',
    state: 'pending',
    due: '2026-11-24',
  });
  const text = customerReply(
    {
      ...input,
      units: [{ ...item, received: 0, refunded: 0 }],
      money: { ...money, entitled: 0, refunded: 0 },
      problems: [waiting],
    },
    options,
  );
  assert.match(text, /has not reached us yet/);
  assert.match(text, /by 24 Nov/);
});
