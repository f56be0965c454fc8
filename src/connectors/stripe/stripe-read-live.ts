/**
 * Reading Stripe. Lists go by the time an object was created, newest first, and a change moves nothing in them; what
 * has changed only the events tell. So charges, refunds, disputes and balance transactions are listed by creation, and
 * the sweep of events brings, with each event, the object it is about, read anew. Events can be listed for 30 days: a
 * connection that was silent for longer lists everything again.
 */
import type { FetchResult, LiveConnection, ObjectRef, Snapshot, SweepPage } from '../live-contract.ts';
import { eachAtOnce } from '../each-at-once.ts';
import { SourceUnreachable, fetching, toUnreachable } from '../source-unreachable.ts';
import { callStripe, listStripe, refuseStripe } from './stripe-request-live.ts';
import { isShape, type Shape, textOf } from './stripe-object.ts';

/** Paths of the kinds that can be read. */
const pathByKind: Readonly<Record<string, string>> = {
  charge: 'charges',
  refund: 'refunds',
  dispute: 'disputes',
  event: 'events',
  balance_transaction: 'balance_transactions',
  payment_intent: 'payment_intents',
  payout: 'payouts',
};

export const stripeOverlapMs = 10 * 60_000;
const pageSize = 100;
const readsAtOnce = 4;
/** Two days less than events are kept. */
const eventDaysSeconds = 28 * 86_400;

/** Kinds whose newest state an event makes us read. */
const changingKinds: readonly string[] = ['charge', 'refund', 'dispute'];

/** Events about money going back; all others would only cost requests. */
const eventTypes = [
  'charge.captured', 'charge.dispute.closed', 'charge.dispute.created', 'charge.dispute.funds_reinstated',
  'charge.dispute.funds_withdrawn', 'charge.dispute.updated', 'charge.expired', 'charge.refund.updated',
  'charge.refunded', 'charge.succeeded', 'charge.updated', 'refund.created', 'refund.failed', 'refund.updated',
] as const; // prettier-ignore

type Cursor = {
  /** Seconds up to which everything is known. */
  readonly since?: number;
  /** Seconds at which the run under way began. */
  readonly high?: number;
  /** Id after which the run under way goes on. */
  readonly after?: string;
  /** The run under way lists everything: no lower bound. */
  readonly whole?: boolean;
  /** Events within the overlap, which need not be followed again: id → seconds. */
  readonly seen?: Readonly<Record<string, number>>;
};

/** What was made since; what happened to older ones the events of the last 30 days tell. */
export function stripeCursorSince(_kind: string, at: number): string {
  return JSON.stringify({ since: Math.floor((at + stripeOverlapMs) / 1000) } satisfies Cursor);
}

function parseCursor(text: string | undefined): Cursor {
  const value: unknown = text === undefined ? {} : JSON.parse(text);
  return isShape(value) ? (value as Cursor) : {};
}

export async function sweepStripe(
  connection: LiveConnection,
  kind: string,
  cursorText: string | undefined,
  signal: AbortSignal,
): Promise<SweepPage> {
  try {
    return await sweepPage(connection, kind, parseCursor(cursorText), signal);
  } catch (error) {
    throw toUnreachable(error);
  }
}

async function sweepPage(
  connection: LiveConnection,
  kind: string,
  cursor: Cursor,
  signal: AbortSignal,
): Promise<SweepPage> {
  const path = pathByKind[kind];
  if (path === undefined) throw new SourceUnreachable('route-missing', `Stripe has no ${kind}`);
  const from = (cursor.since ?? 0) - stripeOverlapMs / 1000;
  const query: [string, string][] = [['limit', String(pageSize)]];
  if (kind === 'event') for (const type of eventTypes) query.push(['types[]', type]);
  if (cursor.since !== undefined && cursor.whole !== true) query.push(['created[gte]', String(from)]);
  // New objects come on top, so a page that starts after a known object never shifts.
  if (cursor.after !== undefined) query.push(['starting_after', cursor.after]);
  const { rows, more, now } = await listStripe(connection, path, query, signal);
  if (
    cursor.after === undefined &&
    cursor.since !== undefined &&
    cursor.whole !== true &&
    isTooOld(kind, cursor, now)
  )
    return sweepPage(connection, kind, { ...cursor, whole: true }, signal);
  const seen = cursor.seen ?? {};
  const fresh = rows.filter((row) => !Object.hasOwn(seen, String(row['id'])));
  const snapshots = fresh.flatMap((body) => snapshotOf(connection, kind, body) ?? []);
  const newest = Number(rows[0]?.['created']);
  const high = cursor.high ?? now ?? (Number.isSafeInteger(newest) ? newest : cursor.since);
  const last = textOf(rows.at(-1)?.['id']);
  const done = !more || last === undefined;
  const known = kind === 'event' ? { seen: remember(seen, fresh, high ?? 0) } : {};
  const next: Cursor = done
    ? { ...(high === undefined ? {} : { since: high }), ...known }
    : { ...cursor, ...(high === undefined ? {} : { high }), after: last, ...known };
  const page = { cursor: JSON.stringify(next), done };
  if (kind !== 'event') return { ...page, objects: snapshots };
  const subjects = await readSubjects(connection, snapshots, signal);
  return { ...page, objects: [...snapshots, ...subjects.objects], setAside: subjects.setAside };
}

/** Ids of events that the next run will list again. */
function remember(
  seen: Readonly<Record<string, number>>,
  events: readonly Shape[],
  high: number,
): Record<string, number> {
  const all = [
    ...Object.entries(seen),
    ...events.map((event) => [String(event['id']), Number(event['created'])] as const),
  ];
  return Object.fromEntries(all.filter(([, created]) => created >= high - stripeOverlapMs / 1000));
}

/** Changes that no event tells any more: states must be read again, all of them. */
function isTooOld(kind: string, { since = 0 }: Cursor, now: number | undefined): boolean {
  return changingKinds.includes(kind) && now !== undefined && now - since > eventDaysSeconds;
}

function snapshotOf(connection: LiveConnection, kind: string, body: Shape): Snapshot | undefined {
  const id = textOf(body['id']);
  return id === undefined ? undefined : { connection: connection.settings.connection, kind, id, body };
}

/** What an event is about, where its state matters. */
export function subjectOf(event: unknown): ObjectRef | undefined {
  const data = isShape(event) ? event['data'] : undefined;
  const about = isShape(data) ? data['object'] : undefined;
  if (!isShape(about)) return undefined;
  const [kind, id] = [textOf(about['object']), textOf(about['id'])];
  return kind !== undefined && id !== undefined && changingKinds.includes(kind) ? { kind, id } : undefined;
}

/** The objects of a page of events as they are now, each once. */
async function readSubjects(
  connection: LiveConnection,
  events: readonly Snapshot[],
  signal: AbortSignal,
): Promise<{ objects: Snapshot[]; setAside: { ref: ObjectRef; message: string }[] }> {
  const refs = new Map<string, ObjectRef>();
  for (const { body } of events) {
    const ref = subjectOf(body);
    if (ref !== undefined) refs.set(`${ref.kind}/${ref.id}`, ref);
  }
  const objects: Snapshot[] = [];
  const setAside: { ref: ObjectRef; message: string }[] = [];
  await eachAtOnce(refs.values(), readsAtOnce, async (ref) => {
    try {
      const read = await readOne(connection, ref, signal);
      if (read.is === 'snapshot') objects.push(read.snapshot);
      else setAside.push({ ref, message: 'The event names it, and Stripe does not know it.' });
    } catch (error) {
      const { code, message } = toUnreachable(error);
      // One object that cannot be read must not hold up the others; a lost login concerns them all.
      if (code !== 'server-error' && code !== 'bad-answer' && code !== 'forbidden') throw error;
      setAside.push({ ref, message });
    }
  });
  return { objects, setAside };
}

async function readOne(
  connection: LiveConnection,
  ref: ObjectRef,
  signal: AbortSignal,
): Promise<Exclude<FetchResult, { is: 'unreachable' }>> {
  const path = pathByKind[ref.kind];
  if (path === undefined) throw new SourceUnreachable('route-missing', `Stripe has no ${ref.kind}`);
  const answer = await callStripe(connection, { path: `${path}/${encodeURIComponent(ref.id)}` }, signal);
  const snapshot = answer.body === undefined ? undefined : snapshotOf(connection, ref.kind, answer.body);
  if (snapshot !== undefined) return { is: 'snapshot', snapshot };
  if (answer.response.status !== 404 || answer.code !== 'resource_missing') throw refuseStripe(answer);
  // The key is of the other mode (test or live): it says nothing about the object.
  if (/similar object exists in/i.test(answer.message))
    throw new SourceUnreachable('forbidden', answer.message);
  return { is: 'gone' };
}

export async function fetchStripe(
  connection: LiveConnection,
  ref: ObjectRef,
  signal: AbortSignal,
): Promise<FetchResult> {
  return fetching(() => readOne(connection, ref, signal));
}

/** All ids of a kind. Stripe deletes none of them, so nobody needs to ask often. */
export async function* censusStripe(
  connection: LiveConnection,
  kind: string,
  signal: AbortSignal,
): AsyncGenerator<readonly ObjectRef[]> {
  try {
    for (let after: string | undefined; ;) {
      const query: [string, string][] = [['limit', String(pageSize)]];
      if (after !== undefined) query.push(['starting_after', after]);
      const { rows, more } = await listStripe(connection, pathByKind[kind] ?? kind, query, signal);
      const refs = rows.flatMap((body) => {
        const id = textOf(body['id']);
        return id === undefined ? [] : [{ kind, id }];
      });
      if (refs.length > 0) yield refs;
      after = refs.at(-1)?.id;
      if (!more || after === undefined) return;
    }
  } catch (error) {
    throw toUnreachable(error);
  }
}
