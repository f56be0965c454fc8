/**
 * Components: some objects with everything that their filing can depend on. Objects hang together by terms; the
 * closure over terms is filed in memory by the same `Filing` that the audit uses, so that both find the same orders.
 */
import type { Reading } from '../connectors/contract.ts';
import type { Fact } from '../kernel/fact.ts';
import { factId } from '../kernel/fact.ts';
import { Filing, type Filed } from '../kernel/file-facts.ts';
import { term } from '../kernel/term.ts';
import type { Database } from '../store/database.ts';
import { findDeskReturns, listMatchedRecords, listMembers } from '../store/desk-links.ts';
import { findByTerms, findConnected } from '../store/find-by-terms.ts';
import { termHash } from '../store/json-text.ts';
import { readObjects, type StoredObject } from '../store/read-objects.ts';
import type { ConnectedSystem, ConnectedSystems } from './connected-system.ts';

export type ReadObject = {
  readonly object: StoredObject;
  readonly reading: Reading;
  /** Objects that its reading looked at, by key, and in which version it saw them; 0: there was none. */
  readonly lookedAt: ReadonlyMap<string, number>;
};

export type Component = {
  readonly objects: ReadonlyMap<string, ReadObject>;
  readonly filed: Filed;
  /** Orders an object stands under: those that hold at least one of its facts, or that its links lead to. */
  readonly ordersOf: ReadonlyMap<string, readonly string[]>;
};

/** A customer with more objects than this is not followed further: their orders are filed by stronger links. */
const componentObjectsMax = 20_000;
const lookupRoundsMax = 8;
const nameEnding = '.name';

/**
 * Reads `startKeys` and everything connected with them by terms, and files it. `claim` hears of keys before they are
 * read and gives those that must be read from now on, because their change is taken care of with this reading.
 */
export async function readComponent(
  db: Database,
  systems: ConnectedSystems,
  startKeys: readonly string[],
  claim?: (keys: readonly string[]) => Promise<readonly string[]>,
): Promise<Component> {
  const objects = new Map<string, ReadObject>();
  const bodies: Bodies = new Map();
  const seenTerms = new Set<string>();
  const ties: DeskTies = { returns: new Map(), records: new Map() };
  let wanted = [...new Set(startKeys)];
  while (wanted.length > 0 && objects.size < componentObjectsMax) {
    for (const key of (await claim?.(wanted)) ?? []) bodies.delete(key);
    await loadBodies(db, bodies, wanted);
    const fresh = await readAll(db, systems, bodies, wanted);
    const terms: string[] = [];
    for (const [key, read] of fresh) {
      objects.set(key, read);
      for (const own of termsOf(read.reading)) {
        if (seenTerms.has(own)) continue;
        seenTerms.add(own);
        terms.push(own);
      }
    }
    const found = await findConnected(db, terms);
    const tied = await readDeskTies(db, ties, terms, [...fresh.keys()]);
    wanted = [...new Set([...found, ...tied])].filter((key) => !objects.has(key));
  }
  return fileComponent(objects, ties);
}

/** What people tied to orders: return numbers that the desk gave, and records that found no order by themselves. */
type DeskTies = {
  /** Normalized return number → orders. */
  readonly returns: Map<string, Set<string>>;
  /** Record → order. */
  readonly records: Map<string, string>;
};

const rmaPrefix = term.rma('');

/** Adds the ties of some terms and records; returns the records of the orders they lead to, which filing needs. */
async function readDeskTies(
  db: Database,
  ties: DeskTies,
  terms: readonly string[],
  objectKeys: readonly string[],
): Promise<readonly string[]> {
  const rmas = terms.filter((one) => one.startsWith(rmaPrefix)).map((one) => one.slice(rmaPrefix.length));
  const returns = await findDeskReturns(db, rmas);
  const records = await listMatchedRecords(db, objectKeys);
  for (const { rma, orderKey } of returns) {
    const orders = ties.returns.get(rma);
    if (orders === undefined) ties.returns.set(rma, new Set([orderKey]));
    else orders.add(orderKey);
  }
  for (const [objectKey, orderKey] of records) ties.records.set(objectKey, orderKey);
  return listMembers(db, [...new Set([...returns.map((one) => one.orderKey), ...records.values()])]);
}

function* termsOf(reading: Reading): Iterable<string> {
  yield* reading.names;
  for (const link of reading.links) yield link.term;
  for (const fact of reading.facts) for (const link of fact.links ?? []) yield link.term;
}

async function loadBodies(db: Database, bodies: Bodies, keys: readonly string[]): Promise<void> {
  const missing = keys.filter((key) => !bodies.has(key));
  if (missing.length === 0) return;
  for (const key of missing) bodies.set(key, undefined);
  for (const object of await readObjects(db, missing)) bodies.set(object.objectKey, object);
}

type Wanted = { readonly connection: string; readonly kind: string; readonly id: string };

/**
 * Keys of the objects that are asked for by name, as with the audit: a kind that ends in `.name`. What is being read
 * with them goes first, then what is known by that name in the store. One that is filed only later finds them itself.
 */
async function findByName(
  db: Database,
  bodies: Bodies,
  names: readonly Wanted[],
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const asked = new Map<string, string>();
  for (const { connection, kind, id } of names) {
    const plain = kind.slice(0, -nameEnding.length);
    const key = `${connection}:${kind}/${id}`;
    const isIt = (one: StoredObject | undefined): boolean =>
      one?.connection === connection &&
      one.kind === plain &&
      (one.body as { readonly name?: unknown } | null)?.name === id;
    const known = [...bodies].find(([, object]) => isIt(object));
    if (known === undefined) asked.set(termHash(term.object(connection, kind, id)).toString('hex'), key);
    else found.set(key, known[0]);
  }
  const terms = names.map(({ connection, kind, id }) => term.object(connection, kind, id));
  for (const { hash, objectKey, role } of asked.size === 0 ? [] : await findByTerms(db, terms)) {
    const key = asked.get(hash);
    if (key !== undefined && role === 'name' && !found.has(key)) found.set(key, objectKey);
  }
  return found;
}

/** Bodies by object, as far as they were asked for; undefined: there is none. */
type Bodies = Map<string, StoredObject | undefined>;

/** A reading with all that it rests on. */
type KnownReading = {
  readonly objectKey: string;
  readonly system: ConnectedSystem;
  readonly reading: Reading;
  /** Bodies that it looked at, by object; undefined: there was none. */
  readonly lookedAt: ReadonlyMap<string, unknown>;
};

/**
 * Readings by the body they are of, as long as the store keeps that (`BodyCache`). The same body with the same ones looked
 * at says the same: a record that is filed and then folded is read once.
 */
const knownReadings = new WeakMap<object, KnownReading>();

/** Reads objects; whatever their reading looks up is loaded first, in as many rounds as look-ups go deep. */
async function readAll(
  db: Database,
  systems: ConnectedSystems,
  bodies: Bodies,
  keys: readonly string[],
): Promise<Map<string, ReadObject>> {
  const done = new Map<string, ReadObject>();
  const byName = new Map<string, string>();
  const askedByName = new Set<string>();
  let open = [...keys];
  for (let round = 0; open.length > 0 && round < lookupRoundsMax; round++) {
    const misses = new Set<string>();
    const names: Wanted[] = [];
    const again: string[] = [];
    for (const key of open) {
      const object = bodies.get(key);
      const system = object === undefined ? undefined : systems.get(object.connection);
      if (object === undefined || system === undefined) continue;
      const known = findKnown(object, system);
      const missing =
        known === undefined ? [] : [...known.lookedAt.keys()].filter((other) => !bodies.has(other));
      for (const other of missing) misses.add(other);
      if (missing.length > 0) {
        again.push(key);
        continue;
      }
      if (
        known !== undefined &&
        [...known.lookedAt].every(([other, body]) => bodies.get(other)?.body === body)
      ) {
        done.set(key, { object, reading: withDeletion(object, known.reading), lookedAt: versionsOf(known.lookedAt.keys(), bodies) }); // prettier-ignore
        continue;
      }
      const lookedAt = new Map<string, unknown>();
      let complete = true;
      let isNamed = false;
      const lookup = (kind: string, id: string | number): unknown => {
        const asked = `${object.connection}:${kind}/${id}`;
        if (kind.endsWith(nameEnding)) {
          isNamed = true;
          if (!askedByName.has(asked)) {
            askedByName.add(asked);
            names.push({ connection: object.connection, kind, id: String(id) });
            complete = false;
            return undefined;
          }
        }
        const other = byName.get(asked) ?? asked;
        if (!bodies.has(other)) {
          misses.add(other);
          complete = false;
        }
        const body = bodies.get(other)?.body;
        lookedAt.set(other, body);
        return body;
      };
      const source = { connection: object.connection, kind: object.kind, id: object.id, body: object.body };
      const reading = system.connector.read(source, { settings: system.settings, lookup });
      if (complete || round === lookupRoundsMax - 1) {
        done.set(key, { object, reading: withDeletion(object, reading), lookedAt: versionsOf(lookedAt.keys(), bodies) }); // prettier-ignore
        // Who bears a name may change without any of these bodies.
        if (complete && !isNamed && typeof object.body === 'object' && object.body !== null)
          knownReadings.set(object.body, { objectKey: key, system, reading, lookedAt });
      } else again.push(key);
    }
    const named = names.length === 0 ? new Map<string, string>() : await findByName(db, bodies, names);
    for (const [asked, key] of named) byName.set(asked, key);
    await loadBodies(db, bodies, [...misses, ...named.values()]);
    open = again;
  }
  return done;
}

function findKnown({ objectKey, body }: StoredObject, system: ConnectedSystem): KnownReading | undefined {
  const known = typeof body === 'object' && body !== null ? knownReadings.get(body) : undefined;
  if (known?.objectKey !== objectKey) return undefined;
  const isSame = known.system.connector === system.connector && known.system.settings === system.settings;
  return isSame ? known : undefined;
}

/** In which version each of these was seen; 0: there was none. */
function versionsOf(keys: Iterable<string>, bodies: Bodies): ReadonlyMap<string, number> {
  const versions = new Map<string, number>();
  for (const key of keys) versions.set(key, bodies.get(key)?.version ?? 0);
  return versions;
}

/** A gone object keeps what it said; that it is gone is a fact of its own. */
function withDeletion(object: StoredObject, reading: Reading): Reading {
  if (object.goneAt === null) return reading;
  const facts: Fact[] = [...reading.facts];
  const at = new Date(object.goneAt).toISOString();
  const head = { at, connection: object.connection, object: `${object.kind}/${object.id}` };
  for (const fact of reading.facts) {
    if (fact.type === 'refund.recorded') {
      const id = factId(object.connection, head.object, 'refund.deleted');
      facts.push({
        ...head,
        id,
        type: 'refund.deleted',
        system: fact.system,
        refund: fact.refund,
        money: fact.money,
      });
    } else if (fact.type === 'order.placed') {
      const id = factId(object.connection, head.object, 'order.deleted');
      facts.push({ ...head, id, type: 'order.deleted', system: fact.system });
    }
  }
  return { ...reading, facts };
}

/** Name of an order by its key, for what people tie to it. */
const deskTerm = (orderKey: string): string => `order-key/${orderKey}`;

/** Key of the order that an object places. */
function orderKeyOf(objectKey: string, reading: Reading): string | undefined {
  const placed = reading.facts.find((fact) => fact.type === 'order.placed');
  return placed === undefined
    ? undefined
    : `${placed.connection}/${objectKey.slice(objectKey.lastIndexOf('/') + 1)}`;
}

function fileComponent(objects: ReadonlyMap<string, ReadObject>, ties: DeskTies): Component {
  const filing = new Filing();
  const targets = new Set([
    ...ties.records.values(),
    ...[...ties.returns.values()].flatMap((orders) => [...orders]),
  ]);
  for (const key of [...objects.keys()].sort()) {
    const { reading } = objects.get(key)!;
    const own = targets.size === 0 ? undefined : orderKeyOf(key, reading);
    const tied = ties.records.get(key);
    filing.add({
      ref: key, facts: reading.facts,
      names: own !== undefined && targets.has(own) ? [...reading.names, deskTerm(own)] : reading.names,
      // A person's word goes before links that lead nowhere; a record that has an order is never taken from it.
      links: tied === undefined ? reading.links : [...reading.links, { term: deskTerm(tied) }],
    }); // prettier-ignore
  }
  for (const [rma, orders] of ties.returns)
    for (const orderKey of orders)
      filing.add({ ref: `desk:return/${rma} ${orderKey}`, names: [term.rma(rma)], links: [{ term: deskTerm(orderKey) }], facts: [] }); // prettier-ignore
  const filed = filing.file();
  const ordersOf = new Map<string, Set<string>>();
  for (const order of filed.orders.values()) {
    for (const fact of order.facts) {
      const key = `${fact.connection}:${fact.object}`;
      const orders = ordersOf.get(key);
      if (orders === undefined) ordersOf.set(key, new Set([order.orderKey]));
      else orders.add(order.orderKey);
    }
  }
  return {
    objects,
    filed,
    ordersOf: new Map([...ordersOf].map(([key, orders]) => [key, [...orders].sort()])),
  };
}
