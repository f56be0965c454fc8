/**
 * Absorb, step 2: the outcome of folding orders, in one transaction. Every part replaces what was there: facts no
 * longer implied are retracted, open items that are gone are deleted, problems no longer found are resolved, planned
 * commands no longer wanted are withdrawn. What people did to a problem stays.
 */
import { planCommands } from './commands.ts';
import { confirmCommands } from './dispatch-commands.ts';
import type { CommandPlan } from './commands.ts';
import { rowsOf, statement } from './database.ts';
import type { Database, Runner } from './database.ts';
import { inParallel } from './in-parallel.ts';
import { canonicalJson } from './json-text.ts';
import { clearOrderMarks } from './marks.ts';
import { writeDesk, type DeskWrite } from './order-returns.ts';
import { writeFinance, type FinanceWrite } from './write-accounts.ts';
import { rowsBesideState } from './rows-beside-state.ts';
import { writeProblems } from './problems.ts';
import type { ProblemWrite } from './problems.ts';

/** A fact, of which the store reads the head only; the whole is kept. */
export type FactWrite = {
  readonly id: string;
  readonly type: string;
  readonly at: string;
  readonly system: string;
  readonly connection: string;
  /** `kind/id` in its connection. */
  readonly object: string;
};

export type OpenItemWrite = {
  /** Control, key and side: unique within the order. */
  readonly id: string;
  readonly control: string;
  readonly side: string;
  readonly since: string;
  readonly dueAt?: string;
  readonly units?: number;
  readonly minor?: number;
  readonly currency?: string;
  readonly owner?: string;
  readonly isOpening?: boolean;
  /** The whole item. */
  readonly body: unknown;
};

export type StateWrite = {
  readonly connection: string;
  /** Order number as people know it. */
  readonly number: string;
  readonly verdict: 'breaks' | 'incomplete' | 'pending' | 'closed';
  /** Everything the answer is made of, as JSON. */
  readonly body: unknown;
  /** Instant in UTC. */
  readonly nextDueAt?: string;
  readonly placedAt?: string;
  readonly closedAt?: string;
  readonly currency: string;
  readonly paidMinor: number;
  readonly refundedMinor: number;
  readonly goneMinor: number;
  readonly stuckMinor: number;
  readonly booksMinor: number;
  readonly isReturn: boolean;
  readonly codeVersion: string;
};

export type OrderWrite = {
  readonly orderKey: string;
  /** Version that `readOrderInputs` gave. */
  readonly version: number;
  /** Stamp of the mark that was claimed; cleared unless the order was marked again meanwhile. */
  readonly stamp?: string;
  readonly state: StateWrite;
  /** All facts that hold now. */
  readonly facts: readonly FactWrite[];
  readonly openItems: readonly OpenItemWrite[];
  /** All problems that are open now. */
  readonly problems: readonly ProblemWrite[];
  /** All commands wanted now. */
  readonly commands: readonly CommandPlan[];
  /** All returns and goods on hold; left out: none. */
  readonly desk?: Omit<DeskWrite, 'orderKey'>;
  /** Accounts and results of items; left out: none. */
  readonly finance?: Pick<FinanceWrite, 'accounts' | 'items'>;
  /** Commands whose effect the fold sees: id → fact. They are confirmed. */
  readonly effects?: ReadonlyMap<string, string>;
};

export type WrittenOrders = {
  readonly written: readonly string[];
  /** Somebody wrote them since their inputs were read: nothing was changed, they stay marked. */
  readonly stale: readonly string[];
};

/**
 * Writes folded orders: all in one transaction, or where batches are off each in one of its own. `holder` is the one
 * that claimed the marks. An order appears once per call.
 */
export async function writeOrders(
  db: Database,
  writes: readonly OrderWrite[],
  holder: string,
): Promise<WrittenOrders> {
  const sorted = [...writes].sort((left, right) => (left.orderKey < right.orderKey ? -1 : 1));
  const parts = db.switches.batches ? [sorted] : sorted.map((write) => [write]);
  const written: string[] = [];
  await inParallel(parts, async (part) => {
    if (part.length > 0) written.push(...(await db.transaction((tx) => writePart(tx, part, holder))));
  });
  const isWritten = new Set(written);
  return { written, stale: sorted.map((write) => write.orderKey).filter((key) => !isWritten.has(key)) };
}

async function writePart(
  tx: Runner,
  part: readonly OrderWrite[],
  holder: string,
): Promise<readonly string[]> {
  const accepted = new Set((await tx.run(upsertStates, stateColumns(part))).map((row) => row.orderKey));
  const writes = part.filter((write) => accepted.has(write.orderKey));
  // Of an order that had no state there is nothing to retract, delete, resolve or withdraw.
  const keys = writes.filter((write) => write.version > 0).map((write) => write.orderKey);
  if (writes.length > 0) {
    await writeFacts(tx, keys, writes);
    await writeOpenItems(tx, keys, writes);
    await writeProblems(tx, keys, writes.flatMap(({ orderKey, problems }) => problems.map((problem) => ({ ...problem, subjectKey: orderKey })))); // prettier-ignore
    for (const { orderKey, effects } of writes)
      if (effects !== undefined) await confirmCommands(tx, orderKey, effects);
    await planCommands(tx, keys, writes.flatMap(({ orderKey, commands }) => commands.map((command) => ({ ...command, orderKey })))); // prettier-ignore
  }
  if (writes.length > 0)
    await writeDesk(tx, keys, writes.flatMap(({ orderKey, desk }) => (desk === undefined ? [] : [{ ...desk, orderKey }]))); // prettier-ignore
  if (writes.length > 0)
    await writeFinance(tx, keys, writes.flatMap(({ orderKey, state, finance }) => (finance === undefined ? [] : [{ ...finance, orderKey, placedAt: state.placedAt ?? '-infinity' }]))); // prettier-ignore
  const marks = part.flatMap(({ orderKey, stamp }) => (stamp === undefined ? [] : [{ orderKey, stamp }]));
  await clearOrderMarks(tx, marks.filter((mark) => accepted.has(mark.orderKey)), holder); // prettier-ignore
  return writes.map((write) => write.orderKey);
}

type StateColumns = [
  keys: readonly string[],
  versions: readonly number[],
  connections: readonly string[],
  numbers: readonly string[],
  states: readonly string[],
  verdicts: readonly string[],
  due: readonly (string | null)[],
  placed: readonly string[],
  closed: readonly (string | null)[],
  currencies: readonly string[],
  paid: readonly number[],
  refunded: readonly number[],
  gone: readonly number[],
  stuck: readonly number[],
  books: readonly number[],
  returns: readonly boolean[],
  codes: readonly string[],
];

function stateColumns(writes: readonly OrderWrite[]): StateColumns {
  const of = <T>(pick: (state: StateWrite) => T): T[] => writes.map((write) => pick(write.state));
  return [
    writes.map((write) => write.orderKey),
    writes.map((write) => write.version + 1),
    of((state) => state.connection),
    of((state) => state.number),
    of((state) => canonicalJson(state.body)),
    of((state) => state.verdict),
    of((state) => state.nextDueAt ?? null),
    of((state) => state.placedAt ?? '-infinity'),
    of((state) => state.closedAt ?? null),
    of((state) => state.currency),
    of((state) => state.paidMinor),
    of((state) => state.refundedMinor),
    of((state) => state.goneMinor),
    of((state) => state.stuckMinor),
    of((state) => state.booksMinor),
    of((state) => state.isReturn),
    of((state) => state.codeVersion),
  ];
}

const stateTypes = [
  'text', 'bigint', 'text', 'text', 'jsonb', 'text', 'timestamptz', 'timestamptz', 'timestamptz', 'text', 'bigint',
  'bigint', 'bigint', 'bigint', 'bigint', 'bool', 'text',
] as const; // prettier-ignore

const upsertStatesSql = (rows: string): string =>
  `insert into order_states as s
     (order_key, version, connection, number, state, verdict, next_due_at, placed_at, closed_at, currency, paid_minor,
      refunded_minor, gone_minor, stuck_minor, books_minor, is_return, code_version, folded_at, open_problem)
   ${rows}
   on conflict (order_key) do update
     set version = excluded.version, connection = excluded.connection, number = excluded.number,
       state = excluded.state, verdict = excluded.verdict, next_due_at = excluded.next_due_at,
       placed_at = excluded.placed_at, closed_at = excluded.closed_at, currency = excluded.currency,
       paid_minor = excluded.paid_minor, refunded_minor = excluded.refunded_minor, gone_minor = excluded.gone_minor,
       stuck_minor = excluded.stuck_minor, books_minor = excluded.books_minor, is_return = excluded.is_return,
       code_version = excluded.code_version, folded_at = excluded.folded_at, open_problem = excluded.open_problem
     where s.version = excluded.version - 1
   returning order_key as "orderKey"`;

// What lists show of an order is not dug out of its whole state.
const stateRows = rowsOf(stateTypes, ['now()', `jsonb_path_query_first(#5, '$.problems[*] ? (@.state == "open" && !exists(@.waitsFor))')`]); // prettier-ignore

/** `versions` are those after this write. */
const upsertStates = statement<{ readonly orderKey: string }, StateColumns>(
  'upsert-order-states',
  'batch',
  upsertStatesSql(stateRows.many),
  upsertStatesSql(stateRows.one),
);

async function writeFacts(tx: Runner, keys: readonly string[], writes: readonly OrderWrite[]): Promise<void> {
  const facts = writes.flatMap(({ orderKey, facts: own }) => own.map((fact) => ({ orderKey, fact })));
  const orderKeys = facts.map(({ orderKey }) => orderKey);
  const ids = facts.map(({ fact }) => fact.id);
  if (keys.length > 0) await tx.run(retractFacts, [keys, orderKeys, ids]);
  const isKnown = new Set(keys);
  for (const [isAgain, rows] of Map.groupBy(facts, ({ orderKey }) => isKnown.has(orderKey)))
    await tx.run(isAgain ? upsertChangedFacts : upsertFacts, [
      rows.map(({ orderKey }) => orderKey),
      rows.map(({ fact }) => fact.id),
      rows.map(({ fact }) => fact.type),
      rows.map(({ fact }) => fact.at),
      rows.map(({ fact }) => fact.system),
      rows.map(({ fact }) => fact.connection),
      rows.map(({ fact }) => `${fact.connection}:${fact.object}`),
      rows.map(({ fact }) => canonicalJson(fact)),
    ]);
}

const retractFacts = statement<object, [readonly string[], readonly string[], readonly string[]]>(
  'retract-facts',
  'batch',
  `update facts f set retracted_at = now()
   where f.order_key = any ($1) and f.retracted_at is null
     and not exists (select from unnest($2::text[], $3::text[]) as n (order_key, fact_id)
                     where n.order_key = f.order_key and n.fact_id = f.fact_id)`,
);

const upsertFactsSql = (rows: string): string =>
  `insert into facts as f (order_key, fact_id, type, happened_at, system, connection, object_key, body)
   ${rows}
   on conflict (order_key, fact_id) do update
     set type = excluded.type, happened_at = excluded.happened_at, system = excluded.system,
       connection = excluded.connection, object_key = excluded.object_key, body = excluded.body, retracted_at = null
     where f.retracted_at is not null or f.body <> excluded.body`;

const factArrays =
  '$2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::text[], $8::jsonb[]';

const upsertFacts = statement<
  object,
  [readonly string[], readonly string[], readonly string[], readonly string[], readonly string[], readonly string[],
    readonly string[], readonly string[]]
>(
  'upsert-facts',
  'batch',
  upsertFactsSql(`select * from unnest($1::text[], ${factArrays})`),
  upsertFactsSql(rowsBesideState(factArrays)),
); // prettier-ignore

/** Of orders that were folded before: an upsert locks, and logs, also the rows that it leaves as they are. */
const upsertChangedFacts: typeof upsertFacts = statement(
  'upsert-changed-facts',
  'batch',
  upsertFactsSql(
    `select n.* from unnest($1::text[], ${factArrays}) as n (c1, c2, c3, c4, c5, c6, c7, c8)
     left join lateral (
       select f.body from facts f where f.order_key = n.c1 and f.fact_id = n.c2 and f.retracted_at is null offset 0) as h on true
     where h.body is distinct from n.c8`,
  ),
  upsertFactsSql(rowsBesideState(factArrays)),
);

async function writeOpenItems(
  tx: Runner,
  keys: readonly string[],
  writes: readonly OrderWrite[],
): Promise<void> {
  const items = writes.flatMap(({ orderKey, openItems }) => openItems.map((item) => ({ orderKey, item })));
  const orderKeys = items.map(({ orderKey }) => orderKey);
  const ids = items.map(({ item }) => item.id);
  if (keys.length > 0) await tx.run(deleteOpenItems, [keys, orderKeys, ids]);
  if (items.length === 0) return;
  await tx.run(upsertOpenItems, [
    orderKeys,
    ids,
    items.map(({ item }) => item.control),
    items.map(({ item }) => item.side),
    items.map(({ item }) => item.since),
    items.map(({ item }) => item.dueAt ?? null),
    items.map(({ item }) => item.units ?? null),
    items.map(({ item }) => item.minor ?? null),
    items.map(({ item }) => item.currency ?? null),
    items.map(({ item }) => item.owner ?? null),
    items.map(({ item }) => item.isOpening ?? false),
    items.map(({ item }) => canonicalJson(item.body)),
  ]);
}

const deleteOpenItems = statement<object, [readonly string[], readonly string[], readonly string[]]>(
  'delete-open-items',
  'batch',
  `delete from open_items i
   where i.order_key = any ($1)
     and not exists (select from unnest($2::text[], $3::text[]) as n (order_key, item_id)
                     where n.order_key = i.order_key and n.item_id = i.item_id)`,
);

const upsertOpenItemsSql = (rows: string): string =>
  `insert into open_items as i
     (order_key, item_id, control, side, since_at, due_at, units, amount_minor, currency, owner, is_opening, body)
   ${rows}
   on conflict (order_key, item_id) do update
     set control = excluded.control, side = excluded.side, since_at = excluded.since_at, due_at = excluded.due_at,
       units = excluded.units, amount_minor = excluded.amount_minor, currency = excluded.currency,
       owner = excluded.owner, is_opening = excluded.is_opening, body = excluded.body
     where (i.body, i.due_at, i.is_opening) is distinct from (excluded.body, excluded.due_at, excluded.is_opening)`;

const openItemArrays = `$2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::bigint[], $8::bigint[],
  $9::text[], $10::text[], $11::bool[], $12::jsonb[]`;

type Texts = readonly (string | null)[];
const upsertOpenItems = statement<
  object,
  [readonly string[], readonly string[], Texts, Texts, Texts, Texts, readonly (number | null)[],
    readonly (number | null)[], Texts, Texts, readonly boolean[], readonly string[]]
>(
  'upsert-open-items',
  'batch',
  upsertOpenItemsSql(`select * from unnest($1::text[], ${openItemArrays})`),
  upsertOpenItemsSql(rowsBesideState(openItemArrays)),
); // prettier-ignore

export type OpeningBalanceLine = {
  readonly control: string;
  readonly currency: string | null;
  readonly count: number;
  readonly units: number;
  readonly minor: number;
  readonly oldestAt: string;
};

const readOpeningBalanceStatement = statement<OpeningBalanceLine, []>(
  'read-opening-balance',
  'list',
  `select control, currency, count(*) as count, coalesce(sum(units), 0)::bigint as units,
     coalesce(sum(amount_minor), 0)::bigint as minor, min(since_at) as "oldestAt"
   from open_items where is_opening group by control, currency order by control, currency`,
);

/** What was open before the connections were watched: one line per control and currency. */
export async function readOpeningBalance(db: Runner): Promise<readonly OpeningBalanceLine[]> {
  return db.run(readOpeningBalanceStatement, []);
}
