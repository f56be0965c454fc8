/** What the fold of an order needs, beside policy and time. */
import type { ArchivedRow } from '../wire/archived-row.ts';
import { readArchived } from './archive.ts';
import { statement } from './database.ts';
import type { Runner } from './database.ts';
import { inParallel } from './in-parallel.ts';
import { readObjects } from './read-objects.ts';
import type { StoredObject } from './read-objects.ts';

export type DeskEntry = {
  readonly entryId: string;
  readonly kind: string;
  readonly problemId: string | null;
  readonly madeBy: string;
  readonly madeAt: string;
  readonly body: unknown;
};

export type OrderInputs = {
  readonly orderKey: string;
  /** Newest snapshots of everything filed under it, by object key. Empty when the bodies were not asked for. */
  readonly objects: readonly StoredObject[];
  readonly objectKeys: readonly string[];
  /** What people did, oldest first. */
  readonly deskEntries: readonly DeskEntry[];
  /** Its facts, and what is its own of the records, lie in a file. */
  readonly isArchived: boolean;
  /** Of the stored state, to be given back to `writeOrders`; 0 while there is none. */
  readonly version: number;
  /** Facts as stored, also retracted ones; to keep those of unchanged objects without reading them again. */
  readonly facts: readonly StoredFact[];
};

export type StoredFact = {
  readonly factId: string;
  readonly type: string;
  readonly at: string;
  readonly objectKey: string;
  /** The whole fact. */
  readonly body: unknown;
  readonly recordedAt: string;
  readonly retractedAt: string | null;
};

type Of<T> = T & { readonly orderKey: string };

const listMembers = statement<{ readonly orderKey: string; readonly objectKey: string }, [readonly string[]]>(
  'list-order-objects',
  'order',
  `select order_key as "orderKey", object_key as "objectKey" from order_objects
   where order_key = any ($1) order by order_key, object_key`,
);

const listDesk = statement<Of<DeskEntry>, [readonly string[]]>(
  'list-desk-entries',
  'order',
  `select order_key as "orderKey", entry_id as "entryId", kind, problem_id as "problemId", made_by as "madeBy",
     made_at as "madeAt", body
   from desk_entries where order_key = any ($1) order by order_key, entry_id`,
);

const listVersions = statement<
  { readonly orderKey: string; readonly version: number; readonly isArchived: boolean },
  [readonly string[]]
>(
  'list-state-versions',
  'order',
  `select s.order_key as "orderKey", s.version, a.order_key is not null as "isArchived"
   from order_states s left join archived_orders a on a.order_key = s.order_key and a.order_key = any ($1)
   where s.order_key = any ($1)`,
);

const listFactsStatement = statement<Of<StoredFact>, [readonly string[]]>(
  'list-facts',
  'order',
  `select order_key as "orderKey", fact_id as "factId", type, happened_at as at, object_key as "objectKey", body,
     recorded_at as "recordedAt", retracted_at as "retractedAt"
   from facts where order_key = any ($1) order by order_key, happened_at, fact_id`,
);

export type InputParts = {
  /** Bodies of the objects; default true. */
  readonly objects?: boolean;
  /** Stored facts; default false. */
  readonly facts?: boolean;
};

/**
 * Inputs of orders, in the order asked. Read the version first, so that a write by someone else in between makes
 * `writeOrders` refuse instead of overwriting newer work.
 */
export async function readOrderInputs(
  db: Runner,
  orderKeys: readonly string[],
  parts: InputParts = {},
): Promise<readonly OrderInputs[]> {
  if (!db.switches.batches && orderKeys.length > 1) {
    return (await inParallel(orderKeys, (key) => readOrderInputs(db, [key], parts))).flat();
  }
  const versions = new Map((await db.run(listVersions, [orderKeys])).map((row) => [row.orderKey, row]));
  const members = Map.groupBy(await db.run(listMembers, [orderKeys]), (row) => row.orderKey);
  const desk = Map.groupBy(await db.run(listDesk, [orderKeys]), (row) => row.orderKey);
  const facts =
    parts.facts === true ? Map.groupBy(await readFacts(db, orderKeys), (row) => row.orderKey) : undefined;
  const wanted = [...new Set([...members.values()].flat().map((row) => row.objectKey))];
  const objects = parts.objects === false ? [] : await readObjects(db, wanted);
  const byKey = new Map(objects.map((object) => [object.objectKey, object]));
  return orderKeys.map((orderKey) => {
    const objectKeys = (members.get(orderKey) ?? []).map((row) => row.objectKey);
    return {
      orderKey,
      objectKeys,
      objects: objectKeys.flatMap((key) => byKey.get(key) ?? []),
      deskEntries: desk.get(orderKey) ?? [],
      isArchived: versions.get(orderKey)?.isArchived ?? false,
      version: versions.get(orderKey)?.version ?? 0,
      facts: facts?.get(orderKey) ?? [],
    };
  });
}

/** The timeline of one order: stored facts by time, also retracted ones. */
export async function listFacts(db: Runner, orderKey: string): Promise<readonly StoredFact[]> {
  return readFacts(db, [orderKey]);
}

/** Facts by order and time, those in the archive among them. */
async function readFacts(db: Runner, orderKeys: readonly string[]): Promise<readonly Of<StoredFact>[]> {
  const here = await db.run(listFactsStatement, [orderKeys]);
  const away = (await readArchived(db, orderKeys)).filter((row) => row.part === 'fact');
  if (away.length === 0) return here;
  const facts = new Map(
    [...away.map(toFact), ...here].map((fact) => [`${fact.orderKey} ${fact.factId}`, fact]),
  );
  const place = ({ orderKey, at, factId }: Of<StoredFact>): string => `${orderKey} ${at} ${factId}`;
  return [...facts.values()].sort((left, right) => (place(left) < place(right) ? -1 : 1));
}

function toFact({ orderKey, objectKey, id, head, body }: ArchivedRow): Of<StoredFact> {
  const columns = JSON.parse(head) as Readonly<Record<'happened_at' | 'recorded_at', string>> & {
    readonly type: string;
    readonly retracted_at: string | null;
  };
  const instant = (text: string): string => new Date(text).toISOString();
  return {
    orderKey, factId: id, type: columns.type, at: instant(columns.happened_at), objectKey, body: JSON.parse(body) as unknown,
    recordedAt: instant(columns.recorded_at), retractedAt: columns.retracted_at === null ? null : instant(columns.retracted_at),
  }; // prettier-ignore
}
