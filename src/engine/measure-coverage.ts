/**
 * Coverage over all orders, recorded as a dated policy value so that the fold of an order stays a function of its
 * inputs. Measured once a day, and while a first import is still changing it.
 */
import { feeds, type Count, type Coverage, type Feed } from '../kernel/feeds.ts';
import { listPolicyValues, putPolicyValue } from '../store/connections.ts';
import type { Database } from '../store/database.ts';
import { listOrders } from '../store/list-orders.ts';
import { markOrders } from '../store/marks.ts';
import type { ConnectedSystems } from './connected-system.ts';
import { addCoverageOf } from './fold-orders.ts';

const pageMax = 200;
const policyName = 'coverage';

/** Cases per feed and order class, as JSON. */
type CoverageJson = Partial<Record<Feed, Record<string, Count>>>;

/** Measures coverage over every order with a state that is not archived. */
export async function measureCoverage(db: Database, systems: ConnectedSystems): Promise<Coverage> {
  const coverage = new Map<Feed, Map<string, Count>>();
  for await (const keys of pageOrderKeys(db)) await addCoverageOf(db, systems, keys, coverage);
  return coverage;
}

/** Keys of all orders that are not archived, page by page. */
export async function* pageOrderKeys(db: Database): AsyncIterable<string[]> {
  let cursor: string | undefined;
  do {
    const page = await listOrders(db, {
      isHere: true,
      limit: pageMax,
      ...(cursor !== undefined && { cursor }),
    });
    if (page.rows.length > 0) yield page.rows.map((row) => row.orderKey);
    cursor = page.next;
  } while (cursor !== undefined);
}

/** Measures, records what changed as of `now`, and then marks every order whose watch may have changed. */
export async function recordCoverage(
  db: Database,
  systems: ConnectedSystems,
  now: number,
): Promise<{ readonly coverage: Coverage; readonly isChanged: boolean }> {
  const before = await loadCoverage(db, now);
  const coverage = await measureCoverage(db, systems);
  if (sameCases(before, coverage)) return { coverage: before, isChanged: false };
  // One value a day: a later measurement of the day replaces the earlier one.
  const validFromAt = `${new Date(now).toISOString().slice(0, 10)}T00:00:00.000Z`;
  await putPolicyValue(db, {
    name: policyName, scope: '', validFromAt, validToAt: null, value: toJson(coverage), setBy: 'reentry',
  }); // prettier-ignore
  for await (const keys of pageOrderKeys(db)) await markOrders(db, keys, 5);
  return { coverage, isChanged: true };
}

/** The newest coverage recorded up to `now`, whatever a clock that was wrong for a while wrote; empty before the first. */
export async function loadCoverage(db: Database, now: number): Promise<Coverage> {
  const values = (await listPolicyValues(db)).filter((value) => value.name === policyName);
  const newest = values.findLast((value) => Date.parse(value.validFromAt) <= now);
  return newest === undefined ? new Map() : fromJson(newest.value as CoverageJson);
}

function toJson(coverage: Coverage): CoverageJson {
  const json: CoverageJson = {};
  for (const feed of feeds) {
    const classes = coverage.get(feed);
    if (classes !== undefined) json[feed] = Object.fromEntries([...classes].sort());
  }
  return json;
}

function fromJson(json: CoverageJson): Coverage {
  const coverage = new Map<Feed, Map<string, Count>>();
  for (const feed of feeds) {
    const classes = json[feed];
    if (classes !== undefined) coverage.set(feed, new Map(Object.entries(classes)));
  }
  return coverage;
}

function sameCases(left: Coverage, right: Coverage): boolean {
  return JSON.stringify(toJson(left)) === JSON.stringify(toJson(right));
}
