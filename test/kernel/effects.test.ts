/** When a command is done, and how the answer is kept where people work. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Fact } from '../../src/kernel/fact.ts';
import { findEffect, type SentCommand } from '../../src/kernel/find-effect.ts';
import { keptAnswerText } from '../../src/kernel/kept-answer.ts';
import { story } from './story.ts';

const facts: readonly Fact[] = story('1')
  .delivered('SHOE', 2)
  .fact('stock.moved', 'erp', { sku: 'SHOE', quantity: 1, from: 'customer', to: 'saleable' }, undefined, { object: 'picking/7' })
  .fact('stock.moved', 'erp', { sku: 'SHOE', quantity: 1, from: 'input', to: 'scrap' }, undefined, { object: 'scrap/8' })
  .restocked('SHOE', 1)
  .recorded('r1', [['SHOE', 1, 5990]])
  .atGateway('pending', 're_1', 5990, 'r1')
  .credited('CN1', 5990, undefined, 'drafted')
  .resolved().facts; // prettier-ignore

const typeOf = (
  sent: Partial<SentCommand> & Pick<SentCommand, 'kind' | 'connection'>,
): string | undefined => {
  const id = findEffect({ refs: [], ...sent }, facts);
  return facts.find((fact) => fact.id === id)?.type;
};
const objectOf = (type: Fact['type']): { kind: string; id: string } => {
  const [kind = '', id = ''] = facts.find((fact) => fact.type === type)!.object.split('/');
  return { kind, id };
};

describe('an effect is', () => {
  const picking = [{ kind: 'picking', id: '7' }];
  const scrap = [{ kind: 'scrap', id: '8' }];

  test('a move into stock for a return, into scrap for a write-off, in the document that was made', () => {
    assert.equal(typeOf({ kind: 'restore-stock', connection: 'erp', refs: picking }), 'stock.moved');
    assert.equal(typeOf({ kind: 'restore-stock', connection: 'erp', refs: scrap }), undefined);
    assert.equal(typeOf({ kind: 'write-off', connection: 'erp', refs: scrap }), 'stock.moved');
    assert.equal(typeOf({ kind: 'write-off', connection: 'erp', refs: picking }), undefined);
    assert.equal(
      typeOf({ kind: 'restore-stock', connection: 'erp', refs: [{ kind: 'picking', id: '9' }] }),
      undefined,
    );
  });

  test('seen in the system it was sent to and in no other', () => {
    assert.equal(typeOf({ kind: 'restore-stock', connection: 'wms', refs: picking }), undefined);
  });

  test('enough units of the item, for a restock in the shop whose refund is known', () => {
    const restock = { kind: 'restock-shop', connection: 'shop', sku: 'SHOE', refs: [{ kind: 'refund', id: 'r1' }] } as const; // prettier-ignore
    assert.equal(typeOf({ ...restock, units: 1 }), 'stock.moved');
    assert.equal(typeOf(restock), 'stock.moved');
    assert.equal(typeOf({ ...restock, units: 2 }), undefined);
    assert.equal(typeOf({ ...restock, sku: 'HAT', units: 1 }), undefined);
    assert.equal(typeOf({ ...restock, units: 1, refs: [] }), undefined);
  });

  test('the record, the payment by its reference, the draft, the closed case', () => {
    assert.equal(typeOf({ kind: 'record-refund', connection: 'shop', refs: [objectOf('refund.recorded')] }), 'refund.recorded'); // prettier-ignore
    assert.equal(typeOf({ kind: 'record-refund', connection: 'shop' }), undefined);
    assert.equal(typeOf({ kind: 'refund', connection: 'psp', refs: [{ kind: 'refund', id: 're_1' }] }), 'refund.pending'); // prettier-ignore
    assert.equal(typeOf({ kind: 'refund', connection: 'psp', refs: [{ kind: 'refund', id: 're_2' }] }), undefined); // prettier-ignore
    assert.equal(typeOf({ kind: 'draft-credit-note', connection: 'erp', refs: [objectOf('credit_note.drafted')] }), 'credit_note.drafted'); // prettier-ignore
    assert.equal(typeOf({ kind: 'resolve-case', connection: 'crm', refs: [{ kind: 'ticket', id: 't1' }] }), 'case.resolved'); // prettier-ignore
    assert.equal(typeOf({ kind: 'resolve-case', connection: 'crm', refs: [{ kind: 'ticket', id: 't2' }] }), undefined); // prettier-ignore
  });

  test('no fact at all for a note', () => {
    assert.equal(typeOf({ kind: 'note-case', connection: 'crm', refs: [{ kind: 'ticket', id: 't1' }] }), undefined); // prettier-ignore
  });
});

test('a kept answer says as of when, each sentence once, and where to look', () => {
  const options = { zone: 'Europe/Berlin', asOf: '2026-11-03T13:02:40.000Z', link: 'https://shop.example/orders/1' }; // prettier-ignore
  const sentences = [{ text: '1 unit is back.' }, { text: 'Ops owns this, due 5 Nov.' }];
  assert.equal(
    keptAnswerText(sentences, { ...options, language: 'en' }),
    'Reentry, as of 2026-11-03 14:02 (Europe/Berlin):\n1 unit is back.\nOps owns this, due 5 Nov.\nhttps://shop.example/orders/1',
  );
  assert.match(keptAnswerText([], { ...options, language: 'de' }), /^Reentry, Stand 2026-11-03 14:02 \(Europe\/Berlin\):\nhttps/);
}); // prettier-ignore
