/**
 * Fills a store with folded orders, then asks the API over HTTP, one request after the other: answers of orders drawn
 * at random, the first page of problems, the sums of the overview, and searches by order number. Of the objects only
 * those of the orders are filed: a search finds an order by its own number.
 */
import { canonical } from '../../src/connectors/canonical/canonical-connector.ts';
import { parseCanonicalFact } from '../../src/connectors/canonical/parse-canonical-fact.ts';
import { toWrite, type FoldContext } from '../../src/engine/fold-orders.ts';
import type { Fact } from '../../src/kernel/fact.ts';
import { addCoverage, type Count, type Feed } from '../../src/kernel/feeds.ts';
import { foldOrder, orderFacts, positionsOf } from '../../src/kernel/fold.ts';
import { defaultPolicy } from '../../src/kernel/policy.ts';
import { openDatabase, type Database } from '../../src/store/database.ts';
import { fileObjects, filingLease } from '../../src/store/file-objects.ts';
import { takeLease } from '../../src/store/leases.ts';
import { migrateDatabase } from '../../src/store/migrate.ts';
import { objectKeyOf, storeObservations } from '../../src/store/store-observations.ts';
import { writeOrders } from '../../src/store/write-orders.ts';
import { openBenchApi } from '../bench-api.ts';
import { generateCanonical, xorshift } from '../generate-canonical.ts';
import type { Figures, SideTask } from '../side.ts';

type Line = { readonly order: string; readonly type: string };
type BenchOrder = {
  readonly number: string;
  readonly facts: readonly Fact[];
  readonly placed: Line | undefined;
  readonly terms: readonly string[];
};

const settings = { connection: canonical.name, zone: 'UTC', currency: 'EUR' };
const asks = 400;
const batch = 250;

/** Blocks of whole orders. */
function* orderBlocks(size: number): Generator<BenchOrder[]> {
  for (const block of generateCanonical(size)) {
    const lines = block.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Line); // prettier-ignore
    yield [...Map.groupBy(lines, ({ order }) => order)].map(([number, own]) => {
      const read = own.map((line) => parseCanonicalFact(line, { settings }));
      const good = read.filter((one) => 'fact' in one);
      const index = own.findIndex(({ type }) => type === 'order.placed');
      return {
        number,
        facts: good.map(({ fact }) => fact),
        placed: own[index],
        terms: good[index]?.names ?? [],
      };
    });
  }
}

async function fill(db: Database, size: number): Promise<string[]> {
  const turn = { holder: 'bench', fence: (await takeLease(db, filingLease, 'bench', 3_600_000))!.fence };
  const coverage = new Map<Feed, Map<string, Count>>();
  for (const orders of orderBlocks(Math.min(size, 50_000)))
    for (const { facts } of orders) addCoverage(coverage, positionsOf(orderFacts(facts), canonical.name));
  const policy = defaultPolicy();
  const context: FoldContext = {
    systems: new Map(),
    policy,
    coverage,
    now: Date.UTC(2026, 10, 30),
    codeVersion: 'bench',
  };
  const keys: string[] = [];
  const take = async (orders: readonly BenchOrder[]): Promise<void> => {
    const writes = orders.map(({ number, facts }) => {
      const orderKey = `${canonical.name}/${number}`;
      keys.push(orderKey);
      return toWrite(foldOrder({ ...context, orderKey, home: canonical.name, facts }), 0, context);
    });
    await writeOrders(db, writes, 'bench');
    const placed = orders.filter((order) => order.placed !== undefined).map((order) => ({
      connection: canonical.name, kind: 'order', id: order.number, body: order.placed, order,
      readStartedAt: '2026-11-30T00:00:00Z', via: 'file' as const,
    })); // prettier-ignore
    await storeObservations(db, placed);
    const filings = placed.map((object) => ({
      objectKey: objectKeyOf(object),
      orderKeys: [`${canonical.name}/${object.id}`],
      terms: object.order.terms.map((term) => ({ term, role: 'name' as const })),
    }));
    await fileObjects(db, filings, [], turn);
  };
  for (const orders of orderBlocks(size)) {
    const parts: BenchOrder[][] = [];
    for (let start = 0; start < orders.length; start += batch) parts.push(orders.slice(start, start + batch));
    await Promise.all(parts.map(take));
  }
  await db.pool.query('vacuum analyze');
  return keys;
}

/** Items of some returns: what somebody at the desk has in hand. */
async function listItems(db: Database): Promise<string[]> {
  const { rows } = await db.pool.query<{ sku: string }>(
    `select distinct u ->> 'sku' as sku from (select state from order_states where is_return limit 1000) as s
     cross join jsonb_array_elements(s.state -> 'units') as u order by 1`,
  );
  return rows.map((row) => row.sku);
}

export async function run({ size, databaseUrl }: SideTask): Promise<Figures> {
  const db = await openDatabase({ url: databaseUrl });
  await migrateDatabase(db);
  const keys = await fill(db, size);
  const items = await listItems(db);
  const { app, token } = await openBenchApi(db);
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const draw = xorshift(7);
  const drawn = (): string => keys[draw(keys.length)]!;
  const ask = async (path: string, body?: object): Promise<void> => {
    const answer = await fetch(`${address}/api/v1${path}`, {
      headers,
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    });
    const said = (await answer.json()) as { readonly rows?: readonly unknown[] };
    if (!answer.ok || said.rows?.length === 0)
      throw new Error(`${path}: ${answer.status} ${JSON.stringify(said).slice(0, 200)}`);
  };
  const p95 = async (request: () => Promise<void>): Promise<number> => {
    const times: number[] = [];
    for (let index = 0; index < asks + 20; index++) {
      const began = performance.now();
      await request();
      // The first ones warm plans and code.
      if (index >= 20) times.push(performance.now() - began);
    }
    return times.sort((left, right) => left - right)[Math.floor(0.95 * times.length)]!;
  };
  const figures = {
    'p95 ms answer': await p95(() => ask(`/orders/${encodeURIComponent(drawn())}/answer`)),
    'p95 ms primary key': await p95(async () => {
      await db.pool.query('select 1 from order_states where order_key = $1', [drawn()]);
    }),
    'p95 ms problems': await p95(() => ask('/problems')),
    'p95 ms overview': await p95(() => ask('/problems/summary')),
    'p95 ms orders': await p95(() => ask('/orders')),
    'p95 ms search': await p95(() =>
      ask('/orders/search', { text: drawn().slice(canonical.name.length + 1) }),
    ),
    'p95 ms search by item': await p95(() => ask('/orders/search', { text: items[draw(items.length)]! })),
  };
  await app.close();
  await db.close();
  return figures;
}
