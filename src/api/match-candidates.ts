/** Orders that a record of money without an order may belong to: those it names, and refunds that wait for such a sum. */
import type { z } from 'zod';
import { dayMs, type Evidence } from '../kernel/match-item.ts';
import { matchItems } from '../kernel/match-items.ts';
import type { Money } from '../kernel/money.ts';
import { listOpenRefunds, type OrphanMoney } from '../store/list-accounts.ts';
import { listOrderStates } from '../store/list-orders.ts';
import { readObjects } from '../store/read-objects.ts';
import type { candidatesSchema } from '../wire/api-finance.ts';
import type { ApiContext } from './api-config.ts';

type Candidates = z.output<typeof candidatesSchema>;
type Row = Candidates['rows'][number];

/** Refunds older than this are not looked for; more than so many of one currency are not compared. */
const windowDays = 180;
const comparedMax = 2000;
const textMax = 2000;

/** The record behind a problem of an object, with what the problem says. */
export function orphanOf({ subjectKey, code, currency, body, openedAt }: OrphanMoney) {
  const record = subjectKey.slice('object/'.length);
  const { amount, note = '', candidates = [] } = body as {
    readonly amount?: Money;
    readonly note?: string;
    readonly candidates?: readonly string[];
  };
  return {
    record, note, candidates, isAmbiguous: code === 'ambiguous-order', amount: amount ?? { minor: 0, currency },
    connection: record.slice(0, record.indexOf(':')), kind: record.slice(record.indexOf(':') + 1, record.indexOf('/')), happenedAt: openedAt,
  };
} // prettier-ignore

/** Where the record may belong, likeliest first, with reasons. */
export async function findCandidates({ db }: ApiContext, orphan: OrphanMoney): Promise<Candidates> {
  const { record, amount, candidates: named, happenedAt } = orphanOf(orphan);
  const [object] = await readObjects(db, [record]);
  const text = textsOf(object?.body).join(' ').slice(0, textMax);
  const since = new Date(Date.parse(happenedAt) - windowDays * dayMs).toISOString();
  const open = await listOpenRefunds(db, { currency: amount.currency, since, limit: comparedMax });
  const result = matchItems({
    measure: 'money',
    items: [{ id: record, quantity: amount.minor, currency: amount.currency, at: Date.parse(happenedAt), text }],
    candidates: open.map((one) => ({
      id: `${one.orderKey} ${one.control}`, document: one.orderKey, quantity: one.minor, currency: amount.currency, at: Date.parse(one.sinceAt),
      references: [one.number],
    })),
    // Money may be on its way before the shop writes down why.
    policy: { laterHours: 72, windowDays },
  }); // prettier-ignore
  const outcome = result.outcomes[0]!;
  const found = new Map<string, { score: number; evidence: readonly Evidence[] }>();
  const listed = outcome.status === 'matched' ? [{ ...outcome, partial: false }] : outcome.candidates;
  for (const { claims, score, evidence } of listed)
    for (const { candidate } of claims) if (!found.has(candidate)) found.set(candidate, { score, evidence });
  const rows: Row[] = open
    .filter((one) => found.has(`${one.orderKey} ${one.control}`))
    .map((one) => ({ ...one, ...found.get(`${one.orderKey} ${one.control}`)! }));
  for (const order of await listOrderStates(db, named)) {
    const known = rows.find((row) => row.orderKey === order.orderKey);
    const reason: Evidence = { kind: 'reference', weight: 20, text: 'the record names it' };
    if (known === undefined)
      rows.push({ orderKey: order.orderKey, number: order.number, control: null, minor: null, sinceAt: null, score: reason.weight, evidence: [reason] });
    else rows[rows.indexOf(known)] = { ...known, score: known.score + reason.weight, evidence: [reason, ...known.evidence] };
  } // prettier-ignore
  rows.sort((left, right) => right.score - left.score || (left.orderKey < right.orderKey ? -1 : 1));
  const status = rows.length === 0 ? 'none' : outcome.status === 'matched' && named.length === 0 ? 'clear' : rows.length === 1 ? 'one' : 'several';
  return { record, amount, status, rows: rows.map(({ evidence, ...row }) => ({ ...row, evidence: [...evidence] })) };
} // prettier-ignore

/** Every text of a record: any of them may name an order. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  return value === null || typeof value !== 'object' ? [] : Object.values(value).flatMap(textsOf);
}
