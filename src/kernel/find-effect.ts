/**
 * Effects: a command is done when the fold sees what it was to bring about as a fact, not when a server said 200.
 * Where the effect stands (`refs`) was told by the target when it was sent, or found by looking for the planted key.
 */
import type { Fact, FactType } from './fact.ts';
import type { CommandKind } from './plan.ts';

export type SentCommand = {
  readonly kind: CommandKind;
  readonly connection: string;
  readonly sku?: string;
  readonly units?: number;
  /** Objects of the target in which the effect stands. */
  readonly refs: readonly { readonly kind: string; readonly id: string }[];
};

const proofOf: Readonly<Record<CommandKind, readonly FactType[]>> = {
  'restore-stock': ['stock.moved'],
  'write-off': ['stock.moved'],
  // A refund of nothing is no fact; that it restocked, only the order line shows.
  'restock-shop': ['stock.moved'],
  'draft-credit-note': ['credit_note.drafted', 'credit_note.posted', 'credit_note.applied', 'credit_note.cancelled'],
  'record-refund': ['refund.recorded'],
  refund: ['refund.recorded', 'refund.pending', 'refund.settled', 'refund.failed', 'refund.reversed'],
  'resolve-case': ['case.resolved'],
  // Internal notes are no facts: they are seen as the record itself.
  'note-case': [],
  'place-answer': [],
}; // prettier-ignore

/** Id of the fact that shows the effect of `sent`; undefined while none does. `facts` are those of its order. */
export function findEffect(sent: SentCommand, facts: readonly Fact[]): string | undefined {
  const objects = new Set(sent.refs.map((ref) => `${ref.kind}/${ref.id}`));
  const ids = new Set(sent.refs.map((ref) => ref.id));
  const wanted = proofOf[sent.kind];
  return facts.find((fact) => {
    if (fact.connection !== sent.connection || !wanted.includes(fact.type)) return false;
    switch (fact.type) {
      case 'stock.moved':
        if (sent.kind === 'restock-shop')
          return objects.size > 0 && fact.sku === sent.sku && fact.quantity >= (sent.units ?? 1);
        return objects.has(fact.object) && fact.to === (sent.kind === 'write-off' ? 'scrap' : 'saleable');
      case 'refund.pending':
      case 'refund.settled':
      case 'refund.failed':
      case 'refund.reversed':
        return ids.has(fact.reference);
      case 'case.resolved':
        return ids.has(fact.case);
      default:
        return objects.has(fact.object);
    }
  })?.id;
}
