/**
 * Finds the order of each withdrawal that was declared without a link. One that fits exactly one order of the same
 * customer becomes a decision of that order, dated when it was declared; every other one becomes a problem that
 * support owns, because a declaration counts whether we can place it or not.
 */
import { normalizeNumber } from '../kernel/term.ts';
import type { Database } from '../store/database.ts';
import { listDeclarations, settleDeclaration, type Declaration } from '../store/declarations.ts';
import { listOrderStates } from '../store/list-orders.ts';
import { listRecordsOfPerson } from '../store/person-fields.ts';
import { writeProblems } from '../store/problems.ts';
import { readObjects } from '../store/read-objects.ts';
import type { Seal } from '../store/seal.ts';
import { decideOrder, type DecidedOrder } from './decide-order.ts';
import type { FoldContext } from './fold-orders.ts';

const batchMax = 20;

/** Files a batch; returns how many there were. */
export async function fileDeclarations(db: Database, context: FoldContext, seal: Seal): Promise<number> {
  const waiting = await listDeclarations(db, seal, 'waiting', batchMax);
  for (const declaration of waiting) {
    const orderKey = await findOrderOf(db, seal, declaration);
    const isWhole = declaration.content.part === '';
    const decided =
      orderKey === undefined || !isWhole ? undefined : await fileUnder(db, context, declaration, orderKey);
    if (decided?.ok === true) await settleDeclaration(db, declaration.id, orderKey!, 'filed');
    else await leaveOpen(db, declaration, orderKey);
  }
  return waiting.length;
}

/** Files a declaration under an order, as of when it was declared: by itself, or because a person found it. */
export async function fileUnder(
  db: Database,
  context: FoldContext,
  { id, declaredAt }: Pick<Declaration, 'id' | 'declaredAt'>,
  orderKey: string,
  units?: readonly { readonly sku: string; readonly quantity: number }[],
): Promise<DecidedOrder> {
  return decideOrder(db, context, {
    orderKey,
    wish: { step: 'withdraw', declaredAt, ...(units !== undefined && { units }) },
    by: { by: 'customer', as: 'customer' },
    request: `declaration ${id}`,
  });
}

/** The one order of this customer with this number; undefined: none, or several. */
async function findOrderOf(db: Database, seal: Seal, { content }: Declaration): Promise<string | undefined> {
  const records = await listRecordsOfPerson(db, seal, content.email);
  const objects = await readObjects(db, records);
  const states = await listOrderStates(db, [...new Set(objects.flatMap((object) => object.orderKeys))]);
  const wanted = normalizeNumber(content.order);
  const fitting = states.filter((state) => wanted !== '' && normalizeNumber(state.number) === wanted);
  return fitting.length === 1 ? fitting[0]!.orderKey : undefined;
}

export const declarationSubject = (id: string): string => `object/desk:declaration/${id}`;

async function leaveOpen(
  db: Database,
  { id, declaredAt }: Declaration,
  orderKey: string | undefined,
): Promise<void> {
  const subjectKey = declarationSubject(id);
  const since = new Date(declaredAt).toISOString();
  const base = { id: `${subjectKey}/orphan-object`, code: 'orphan-object', control: 'links-resolved', severity: 2, owner: 'support' } as const; // prettier-ignore
  const note = orderKey === undefined
    ? 'A withdrawal whose order was not found: find it among the declarations of the returns desk. The legal term runs.'
    : 'A withdrawal from part of an order, in the customer’s words: enter it at the returns desk. The legal term runs.'; // prettier-ignore
  const body = { ...base, key: id, state: 'open', since, due: since, overdueAt: since, evidence: [subjectKey.slice('object/'.length)], note }; // prettier-ignore
  await db.transaction(async (tx) => {
    await settleDeclaration(tx, id, orderKey ?? null, 'open');
    await writeProblems(
      tx,
      [subjectKey],
      [{ ...base, subjectKey, since, cause: 'orphan-object declaration', body }],
    );
  });
}
