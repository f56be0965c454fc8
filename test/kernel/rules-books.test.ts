/** Credit notes against what was refunded: tolerance, drafts, surplus, tax and month. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Payloads } from '../../src/kernel/fact.ts';
import type { Policy } from '../../src/kernel/policy.ts';
import { returned } from './code-fixture.ts';
import { eur, late } from './found.ts';
import { shopPolicy, story, type Story } from './story.ts';

const paid = (gross = 5990): Story =>
  returned()
    .restocked('SHOE', 1)
    .refunded('r1', [['SHOE', 1, gross]], '2026-11-04T09:00');
const control = new Set(['refund-credited']);
/** What is wrong in the books: code, amount, key, day since when, number of facts. */
const books = (told: Story, policy: Partial<Policy> = {}, now = late): string[] =>
  told
    .judge(now, { policy: { ...shopPolicy, ...policy } })
    .problems.filter((one) => control.has(one.control))
    .map(
      ({ code, amount, key, since, evidence }) =>
        `${code} ${amount?.minor} [${key}] ${since.slice(5, 10)} ${evidence.length}`,
    );
const note = (
  told: Story,
  document: string,
  minor: number,
  tax: number,
  at?: string,
  lines?: number,
): Story =>
  told.fact(
    'credit_note.posted',
    'erp',
    {
      money: eur(minor),
      tax,
      document,
      ...(lines !== undefined && {
        lines: Array.from({ length: lines }, () => ({ sku: 'SHOE', quantity: 1, gross: 1, tax: 0 })),
      }),
    } as Payloads['credit_note.posted'],
    at,
  );

describe('a credit note', () => {
  test('may differ by a unit of rounding for each of its lines, or by what finance has set', () => {
    const differs = (minor: number, lines?: number, set?: number): string[] =>
      books(note(paid(), 'CN', minor, 956, '2026-11-05T09:00', lines), {
        booksTolerance: [{ from: '', value: set }],
      });
    assert.deepEqual([differs(5991), differs(5989)], [[], []]);
    assert.deepEqual(differs(5992), ['credit-note-differs 2 [] 11-05 3']);
    assert.deepEqual(differs(5987, 3), []);
    assert.deepEqual(differs(5986, 3), ['credit-note-differs 4 [] 11-05 3']);
    assert.deepEqual(
      [differs(5991, 1, 0).length, differs(5995, 1, 5).length, differs(5996, 1, 5).length],
      [1, 0, 1],
    );
  });

  test('is missing from the refund on, or lies in draft', () => {
    assert.deepEqual(books(paid()), ['refund-without-credit-note 5990 [r1] 11-04 2']);
    assert.deepEqual(books(paid().credited('CN', 5990, undefined, 'drafted')), [
      'credit-note-left-draft 5990 [r1] 11-04 3',
    ]);
    assert.deepEqual(books(paid().credited('CN', 5991, undefined, 'drafted')), [
      'credit-note-left-draft 5990 [r1] 11-04 3',
    ]);
    assert.deepEqual(
      books(paid().credited('CN', 100, undefined, 'drafted')),
      ['credit-note-left-draft 5990 [r1] 11-04 3'],
      'the only draft for the only refund',
    );
    const two = paid().amountOnly('r2', 700, 'goodwill', '2026-11-06T09:00');
    assert.deepEqual(books(two.credited('CN', 300, undefined, 'drafted')), [
      'refund-without-credit-note 5990 [r1] 11-04 2',
      'refund-without-credit-note 700 [r2] 11-06 1',
    ]);
  });

  test('in draft stands for one refund only', () => {
    const twice = story('1')
      .delivered('SHOE', 2, 5990)
      .approved('2026-11-02T09:00')
      .received('SHOE', 2)
      .restocked('SHOE', 2)
      .refunded('r1', [['SHOE', 1, 5990]], '2026-11-04T09:00')
      .refunded('r2', [['SHOE', 1, 5990]], '2026-11-05T09:00')
      .credited('CN', 5990, undefined, 'drafted');
    assert.deepEqual(books(twice), [
      'credit-note-left-draft 5990 [r1] 11-04 3',
      'refund-without-credit-note 5990 [r2] 11-05 2',
    ]);
  });

  test('in draft leaves the other drafts to the other refunds', () => {
    const told = paid().amountOnly('r2', 700, 'goodwill', '2026-11-06T09:00');
    told.credited('A', 700, undefined, 'drafted').credited('B', 5990, undefined, 'drafted');
    assert.deepEqual(
      books(told.credited('C', 60, undefined, 'drafted')).map((one) => one.split(' [')[0]),
      ['credit-note-left-draft 5990', 'credit-note-left-draft 700'],
    );
  });

  test('of which the second part was never posted is left in draft', () => {
    const parts = note(paid(), 'CN', 4000, 600, '2026-11-05T09:00').credited(
      'CN2',
      1990,
      '2026-11-06T09:00',
      'drafted',
    );
    assert.deepEqual(books(parts), ['credit-note-left-draft 1990 [] 11-06 4']);
    const other = note(paid(), 'CN', 4000, 600, '2026-11-05T09:00').credited(
      'CN2',
      1000,
      '2026-11-06T09:00',
      'drafted',
    );
    assert.deepEqual(books(other), ['credit-note-differs 1990 [] 11-05 3']);
  });

  test('is not asked for where nothing had left, for nothing, or where books are not kept per order', () => {
    const cancelled = story('1')
      .line('SHOE', 1, 5990)
      .placed()
      .paid()
      .cancelled('2026-11-02T09:00')
      .restocked('SHOE', 1, 'cancellation')
      .refunded('r1', [['SHOE', 1, 5990]]);
    assert.deepEqual(books(cancelled), []);
    assert.deepEqual(
      books(
        returned()
          .restocked('SHOE', 1)
          .recorded('r1', [['SHOE', 1, 0]]),
      ),
      [],
    );
    assert.deepEqual(books(paid(), { books: [{ from: '', value: 'none' }] }), []);
  });

  test('is asked for a payment that no record explains, but not for one made twice', () => {
    const only = returned()
      .restocked('SHOE', 1)
      .atGateway('settled', 're', 5990, undefined, '2026-11-04T09:00');
    assert.deepEqual(books(only), ['refund-without-credit-note 5990 [re] 11-04 1']);
    const twice = note(paid(), 'CN', 5990, 956).atGateway('settled', 're2', 5990);
    assert.deepEqual(books(twice), []);
  });

  test('is asked for store credit', () => {
    const credit = (): Story =>
      returned()
        .restocked('SHOE', 1)
        .fact('store_credit.issued', 'shop', { money: eur(5990), reference: 'V1' }, '2026-11-04T09:00');
    assert.deepEqual(books(credit()), ['refund-without-credit-note 5990 [V1] 11-04 1']);
    assert.deepEqual(books(credit().credited('CN', 5990)), []);
  });
});

describe('a credit note too many', () => {
  test('is the later of two, of a refund or of none', () => {
    const twice = note(note(paid(), 'A', 5990, 956, '2026-11-05T09:00'), 'B', 5990, 956, '2026-11-06T09:00');
    assert.deepEqual(books(twice), ['duplicate-credit-note 5990 [B] 11-06 2']);
    const none = note(
      note(returned().restocked('SHOE', 1), 'A', 700, 112, '2026-11-05T09:00'),
      'B',
      700,
      112,
      '2026-11-06T09:00',
    );
    assert.deepEqual(books(none), [
      'credit-note-without-refund 700 [A] 11-05 1',
      'duplicate-credit-note 700 [B] 11-06 2',
    ]);
  });

  test('of another amount stands for no refund', () => {
    const other = note(note(paid(), 'A', 5990, 956, '2026-11-05T09:00'), 'B', 700, 112, '2026-11-06T09:00');
    assert.deepEqual(books(other), ['credit-note-without-refund 700 [B] 11-06 1']);
    const near = note(note(paid(), 'A', 5990, 956, '2026-11-05T09:00'), 'B', 5991, 956, '2026-11-06T09:00');
    assert.deepEqual(
      books(near),
      ['duplicate-credit-note 5991 [B] 11-06 2'],
      'within the tolerance it is the same',
    );
  });

  test('set off against an invoice is how it is paid', () => {
    const applied = note(paid(), 'A', 5990, 956, '2026-11-05T09:00').credited(
      'B',
      700,
      '2026-11-06T09:00',
      'applied',
    );
    assert.deepEqual(books(applied), []);
  });
});

describe('the tax of a credit note', () => {
  const taxed = (tax: number): string[] => books(note(paid(), 'CN', 5990, tax, '2026-11-05T09:00'));

  test('may differ by the tolerance and one unit for each document', () => {
    assert.deepEqual([taxed(956), taxed(958), taxed(954)], [[], [], []]);
    assert.deepEqual(taxed(959), ['credit-note-tax-differs 3 [tax] 11-05 3']);
    assert.deepEqual(taxed(953), ['credit-note-tax-differs 3 [tax] 11-05 3']);
  });

  test('includes that of shipping and fees', () => {
    const told = (tax: number): string[] => {
      const all = story('1')
        .line('SHOE', 1, 5990)
        .delivery(490)
        .fee(200)
        .placed()
        .paid()
        .shipped('SHOE', 1)
        .approved('2026-11-02T09:00')
        .received('SHOE', 1)
        .restocked('SHOE', 1)
        .recorded('r1', [['SHOE', 1, 5990]], '2026-11-04T09:00', {
          shipping: { gross: 490, tax: 78 },
          fees: { gross: 200, tax: 32 },
          money: eur(6680),
        })
        .atGateway('settled', 're', 6680, 'r1');
      return books(note(all, 'CN', 6680, tax));
    };
    assert.deepEqual(
      [told(1066).length, told(1064).length, told(1063).length, told(1034).length],
      [0, 0, 1, 1],
    );
  });

  test('is not known where an amount names nothing', () => {
    const told = returned()
      .restocked('SHOE', 1)
      .amountOnly('r1', 5990, 'return', '2026-11-04T09:00')
      .atGateway('settled', 're', 5990, 'r1');
    assert.deepEqual(books(note(told, 'CN', 5990, 1)), []);
    const shipping = story('1')
      .line('SHOE', 1, 5990)
      .delivery(490)
      .placed()
      .paid()
      .shipped('SHOE', 1)
      .recorded('r1', [], '2026-11-04T09:00', { shipping: { gross: 490, tax: 78 } })
      .atGateway('settled', 're', 490, 'r1');
    assert.deepEqual(books(note(shipping, 'CN', 490, 1, '2026-11-05T09:00')), [
      'credit-note-tax-differs 77 [tax] 11-05 3',
    ]);
  });
});

describe('the month of a credit note', () => {
  const closing = { periodClose: [{ from: '', value: 'month' as const }] };
  const booked = (at: string, policy: Partial<Policy> = closing): string[] => books(note(paid(), 'CN', 5990, 956, at), policy);

  test('is that of its refund, in the zone of the shop, where months are closed', () => {
    assert.deepEqual(booked('2026-11-30T23:59'), []);
    assert.deepEqual(booked('2026-12-01T00:00'), ['credit-note-wrong-period 5990 [CN] 11-30 3']);
    assert.deepEqual(booked('2026-12-01T00:00', {}), []);
  });

  test('is not told where several refunds share it', () => {
    const two = paid(5990).amountOnly('r2', 700, 'goodwill', '2026-11-06T09:00').atGateway('settled', 're2', 700, 'r2');
    assert.deepEqual(books(note(note(two, 'CN', 5990, 956), 'CN2', 700, 112, '2026-12-02T09:00'), closing), []);
  });
}); // prettier-ignore
