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
