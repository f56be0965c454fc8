import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
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

describe('line by line', () => {
  const reply = (change: Partial<ReplyInput>, language: 'en' | 'de'): string[] =>
    customerReply({ ...input, money: { ...money, entitled: 0, refunded: 0 }, ...change }, { ...options, language })
      .split('\n\n')[2]!.replaceAll('\u00a0', ' ').split('\n');
  const both = (change: Partial<ReplyInput>): string[][] => [reply(change, 'en'), reply(change, 'de')];
  const units = (...rows: readonly (readonly [ordered: number, approved: number, received: number])[]): ReplyInput['units'] =>
    rows.map(([ordered, approved, received]) => ({ ...item, ordered, approved, received }));
  const done = ['There is nothing left for you to do.', 'Von Ihrer Seite ist nichts mehr zu tun.'];

  test('goods are counted over all items of the order, no more than were bought of each', () => {
    const goods = (...rows: readonly (readonly [number, number, number])[]): (string | undefined)[] =>
      both({ units: units(...rows) }).map((lines) => (lines.length === 1 ? undefined : lines[0]));
    assert.deepEqual(goods([2, 1, 0]), ['Your return (1 item) has not reached us yet.', 'Ihre Rücksendung (1 Artikel) ist noch nicht bei uns eingetroffen.']);
    assert.deepEqual(goods([2, 2, 0], [3, 1, 0]), ['Your return (3 items) has not reached us yet.', 'Ihre Rücksendung (3 Artikel) ist noch nicht bei uns eingetroffen.']);
    assert.deepEqual(goods([2, 1, 1]), ['Your item has reached us.', 'Ihr Artikel ist bei uns eingetroffen.']);
    assert.deepEqual(goods([2, 2, 2], [1, 1, 1]), ['All 3 items have reached us.', 'Alle 3 Artikel sind bei uns eingetroffen.']);
    assert.deepEqual(goods([2, 2, 1], [1, 1, 1]), ['2 of 3 items have reached us.', '2 von 3 Artikeln sind bei uns eingetroffen.']);
    assert.deepEqual(goods([1, 5, 0]), ['Your return (1 item) has not reached us yet.', 'Ihre Rücksendung (1 Artikel) ist noch nicht bei uns eingetroffen.']);
    assert.deepEqual(goods([1, 0, 5]), ['Your item has reached us.', 'Ihr Artikel ist bei uns eingetroffen.']);
    assert.deepEqual(goods([0, 1, 1], [2, 0, 0]), [undefined, undefined], 'what was never bought is no return');
  });

  test('money is told with its days, each once', () => {
    const facts = ['2026-11-03T10:00:00.000Z', '2026-11-03T11:00:00.000Z', '2026-11-05T10:00:00.000Z'].map(settledOn);
    const given = (change: Partial<ReplyInput['money']>, told: ReplyInput['facts'] = []): string[] =>
      both({ units: [], money: { ...money, entitled: 0, refunded: 0, ...change }, facts: told }).map((lines) => lines.slice(0, -1).join('|'));
    assert.deepEqual(given({ settled: 5000, paidOut: 990, refunded: 5990 }, facts), [
      'We refunded €59.90 on 3 Nov and 5 Nov; depending on your bank it shows a few days later.',
      'Wir haben Ihnen am 3. Nov. und 5. Nov. 59,90 € erstattet; je nach Bank erscheint der Betrag einige Tage später.',
    ]);
    assert.deepEqual(given({ settled: 100 }), [
      'We refunded €1.00; depending on your bank it shows a few days later.',
      'Wir haben Ihnen 1,00 € erstattet; je nach Bank erscheint der Betrag einige Tage später.',
    ]);
    const pending = facts.slice(0, 1).map((fact) => ({ ...fact, type: 'refund.pending' }) as typeof fact);
    assert.deepEqual(given({ pending: 5990, refunded: 5990 }, pending), ['€59.90 is on its way to you since 3 Nov.', '59,90 € sind seit 3. Nov. auf dem Weg zu Ihnen.']);
    assert.deepEqual(given({ pending: 1 }), ['€0.01 is on its way to you.', '0,01 € sind auf dem Weg zu Ihnen.']);
    assert.deepEqual(given({ storeCredit: 1 }), ['You received €0.01 as store credit.', 'Sie haben 0,01 € als Guthaben bekommen.']);
  });

  test('a refund that has not gone is arranged, or failed, or neither once it is covered', () => {
    const rest = (change: Partial<ReplyInput['money']>): string => reply({ units: [], money: { ...money, entitled: 0, ...change } }, 'en').slice(0, -1).join('|');
    assert.equal(rest({ refunded: 5990 }), 'We arranged a refund of €59.90.');
    assert.match(rest({ refunded: 5990, settled: 5000, pending: 900 }), /\|We arranged a refund of €0\.90\.$/);
    assert.equal(rest({ refunded: 5990, failed: 5990 }), 'A transfer of €59.90 to you did not go through; we will pay it another way.');
    assert.doesNotMatch(rest({ refunded: 5990, failed: 5990, settled: 5990 }), /transfer|arranged/);
    assert.doesNotMatch(rest({ refunded: 5990, failed: 5990, pending: 5990 }), /transfer|arranged/);
    const [en, de] = both({ units: [], money: { ...money, entitled: 0 }, facts: [{ ...settledOn('2026-11-04T10:00:00.000Z'), type: 'refund.recorded' } as never] });
    assert.deepEqual([en![0], de![0]], ['We arranged a refund of €59.90 on 4 Nov.', '59,90 € haben wir am 4. Nov. zur Erstattung angewiesen.']);
  });

  test('what is owed is what no refund and no store credit has given', () => {
    const owed = (change: Partial<ReplyInput['money']>): string | undefined => reply({ units: [], money: { ...money, refunded: 0, entitled: 5990, ...change } }, 'en').find((line) => line.includes('due to you'));
    assert.equal(owed({}), '€59.90 is still due to you; we are taking care of it.');
    assert.equal(owed({ refunded: 1000, storeCredit: 989, settled: 1000 }), '€40.01 is still due to you; we are taking care of it.');
    assert.equal(owed({ refunded: 5990 }), undefined);
    assert.equal(reply({ units: [], money: { ...money, refunded: 0 } }, 'de')[0], '59,90 € stehen Ihnen noch zu; darum kümmern wir uns.');
  });

  test('the next step is what concerns the customer: open first, then the day of what is in time', () => {
    const next = (...problems: readonly Partial<Problem>[]): (string | undefined)[] =>
      both({ units: [], problems: problems.map((one) => problem({ control: 'entitled-refunded', state: 'pending', due: '2026-11-24', ...one })) }).map((lines) => lines.at(-1));
    assert.deepEqual(next(), done);
    assert.deepEqual(next({}), ['The next step follows by 24 Nov.', 'Der nächste Schritt folgt bis 24. Nov.']);
    assert.deepEqual(next({ control: 'authorized-received' }), ['Please send the items back to us by 24 Nov.', 'Bitte senden Sie die Artikel bis 24. Nov. an uns zurück.']);
    assert.deepEqual(next({}, { state: 'open' }), ['We are looking into what is missing and will get back to you.', 'Wir prüfen, was noch fehlt, und melden uns bei Ihnen.']);
    assert.deepEqual(next({ waitsFor: 'refund-overdue' }, { control: 'back-restored', state: 'open' }), done, 'what hangs, and what is ours, is not told');
  });

  test('without a return there is none to tell of', () => {
    assert.deepEqual(both({ hasReturn: false, problems: [problem({ state: 'open', control: 'entitled-refunded' })] }), [['We have no return and no refund on record for it.'], ['Dazu liegt uns keine Retoure und keine Erstattung vor.']]);
    assert.deepEqual([customerReply(input, options).split('\n')[0], customerReply(input, { ...options, language: 'de' }).split('\n').at(-1)], ['Hello,', 'Freundliche Grüße']);
  });
}); // prettier-ignore
