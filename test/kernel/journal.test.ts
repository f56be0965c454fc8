import assert from 'node:assert/strict';
import { test } from 'node:test';
import { journalOf } from '../../src/kernel/journal.ts';
import { clean } from './code-fixture.ts';
import { story } from './story.ts';

test('the journal is empty but for its head when nothing was posted', () => {
  assert.match(journalOf([story('1').delivered().judge('2026-11-05')]), /^; Reentry ledger[^\n]*\n\n$/);
});

test('every posting is balanced, in order of time, in its commodity; what is open is the balance', () => {
  const text = journalOf([clean().judge('2026-12-01')]);
  assert.match(text, /^; Reentry ledger\. .*\ncommodity 10\.00 EUR\n\n/);
  const entries = text.split('\n\n').slice(1);
  const balances = new Map<string, number>();
  let last = '';
  for (const entry of entries) {
    const [head, ...postings] = entry.trimEnd().split('\n');
    assert.match(head!, /^\d{4}-\d\d-\d\d 1001 (left|right) {2}; /);
    assert.ok(head!.slice(0, 10) >= last);
    last = head!.slice(0, 10);
    let sum = 0;
    for (const posting of postings) {
      const [, account, amount, commodity] = /^ {4}(\S+) {4}(-?[\d.]+) (.+)$/.exec(posting)!;
      sum += Number(amount);
      balances.set(
        `${account} ${commodity}`,
        (balances.get(`${account} ${commodity}`) ?? 0) + Number(amount),
      );
    }
    assert.equal(sum, 0);
  }
  const open = [...balances].filter(([account]) => account.startsWith('open:'));
  assert.ok(open.length >= 4);
  assert.deepEqual(
    open.filter(([, balance]) => balance !== 0),
    [],
  );
  assert.equal(balances.get('seen:refund-credited:left EUR'), -59.9);
  assert.equal(balances.get('seen:refund-credited:right EUR'), 59.9);
  assert.equal(balances.get('seen:erp-shop-stock:left "SHOE"'), -1);
});

test('order numbers and SKUs cannot break the syntax', () => {
  const told = story('A: 1;\n|x').delivered('SH"OE;', 1, 100).approved().received('SH"OE;', 1);
  const text = journalOf([told.judge('2026-12-01')]);
  assert.match(text, /open:received-inspected:A- 1 x? ?x? {4}1 "SH'OE "/);
  for (const line of text.split('\n')) assert.doesNotMatch(line.replace(/ {2};.*$/, ''), /[|]/);
});

test('entries of one time are in order of their facts', () => {
  const told = clean();
  const at = '2026-11-05T09:00:00.000Z';
  const state = told.judge('2026-12-01');
  const accounts = state.accounts.map((account) => ({
    ...account,
    postings: {
      left: account.postings.left.map((posting) => ({ ...posting, at })),
      right: account.postings.right.map((posting) => ({ ...posting, at })),
    },
  }));
  const facts = [...journalOf([{ ...state, accounts }]).matchAll(/ {2}; (.+)$/gm)].map(([, fact]) => fact!);
  assert.ok(new Set(facts).size > 4);
  assert.deepEqual(facts, facts.toSorted());
});

test('orders in one journal share their head, one line for each currency', () => {
  const yen = story('2');
  yen.currency = 'JPY';
  yen
    .line('SHOE', 1, 500)
    .placed()
    .paid()
    .shipped('SHOE', 1)
    .refunded('r1', [['SHOE', 1, 500]]);
  const text = journalOf([clean(), yen, clean()].map((told) => told.judge('2026-12-01')));
  assert.match(text, /\ncommodity 10\.00 EUR\ncommodity 1000 JPY\n\n/);
});
