/**
 * Five years of a shop are connected: many old orders, some of them open since long before `watchFrom`, a few open since.
 * Says what the engine made of it, and checks on the way that the newest month answers first.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import diagnostics from 'node:diagnostics_channel';
import { setTimeout as sleep } from 'node:timers/promises';
import { openHttpClient } from '../../src/connectors/http-client.ts';
import { findLiveConnector } from '../../src/connectors/live-registry.ts';
import { woocommerce } from '../../src/connectors/woocommerce/woocommerce-connector.ts';
import type { ConnectedSystem } from '../../src/engine/connected-system.ts';
import { createEngine } from '../../src/engine/engine.ts';
import { tellTeams } from '../../src/engine/exceptions/tell-teams.ts';
import { defaultPolicy, type Policy } from '../../src/kernel/policy.ts';
import { putConnection } from '../../src/store/connections.ts';
import type { Database } from '../../src/store/database.ts';
import { countMarks } from '../../src/store/marks.ts';
import { createSeal, masterKeyBytes } from '../../src/store/seal.ts';
import { findSweepCursor } from '../../src/store/sweep-cursors.ts';
import { putTeam } from '../../src/store/teams.ts';
import { readOpeningBalance, type OpeningBalanceLine } from '../../src/store/write-orders.ts';
import { teamBodySchema } from '../../src/wire/api-exceptions.ts';
import { busiestSecond, PlainShop } from './plain-shop.ts';

const dayMs = 86_400_000;
const recentDays = 30;

export type FiveYears = {
  /** Orders before, closed and open. */
  readonly orders: number;
  /** Of them refunded by hand, and never paid out as far as anything shows, before the watch began. */
  readonly openBefore: number;
  /** The same since. */
  readonly openAfter: number;
  readonly requestsPerSecond: number;
};

export type FiveYearsResult = {
  readonly states: number;
  readonly problems: number;
  readonly opening: readonly OpeningBalanceLine[];
  readonly notices: number;
  readonly commands: number;
  /** When the newest month was answered, with its problems: how many older orders were, and how many problems stood. */
  readonly atNewest: { readonly seconds: number; readonly older: number; readonly problems: number };
  readonly seconds: number;
  readonly requests: number;
  readonly busiestSecond: number;
};

/** A manual refund must show a payout: a check that speaks without other systems. */
const policy: Policy = {
  ...defaultPolicy('Europe/Berlin'),
  controls: { 'refund-paid-out': [{ from: '', value: { mode: 'watch', watch: 'on' } }] },
};

export async function runFiveYears(db: Database, size: FiveYears): Promise<FiveYearsResult> {
  const shop = new PlainShop();
  const now = Date.now();
  const recent = fillShop(shop, size, now);
  const http = openHttpClient({ secrets: [], allowedNetworks: ['127.0.0.1'], requestsPerSecond: size.requestsPerSecond, random: Math.random }); // prettier-ignore
  const system = connect(await shop.listen(), http, new Date(now - 25 * dayMs).toISOString());
  const systems = new Map([['shop', system]]);
  await putConnection(db, { connection: 'shop', connector: 'woocommerce', system: 'shop', settings: {} });
  const body = teamBodySchema.parse({ title: { en: 'Finance', de: 'Buchhaltung' }, emails: ['team@shop.example'], letter: true }); // prettier-ignore
  await putTeam(db, { team: 'finance', body, chat: null, version: 0, setBy: 'test' });
  const errors: string[] = [];
  // When they leave, not when they arrive: on a busy machine the shop sees some closer together than they were sent.
  const sentAt: number[] = [];
  const note = (): void => void sentAt.push(performance.now());
  diagnostics.subscribe('http.client.request.start', note);
  const engine = createEngine({
    db, systems, policy, codeVersion: 'test', clock: Date.now,
    onError: (where, error) => errors.push(`${where}: ${String(error)}`),
    intervals: { workMs: 20, sweepMs: 1000, backfillMs: 50, censusMs: Infinity, wakeMs: 500, dispatchMs: 200 },
  }); // prettier-ignore
  const seal = createSeal(randomBytes(masterKeyBytes));
  const tell = (): Promise<number> =>
    tellTeams(db, {
      seal,
      publicUrl: 'http://console',
      context: engine.context(),
      caseNote: async () => undefined,
    });
  const count = async (sql: string, values: readonly unknown[] = []): Promise<number> =>
    Number(
      (await db.pool.query<{ count: string }>(`select count(*) from ${sql}`, [...values])).rows[0]!.count,
    );
  const since = new Date(now - recentDays * dayMs).toISOString();
  const startedAt = performance.now();
  const seconds = (): number => (performance.now() - startedAt) / 1000;
  let atNewest: FiveYearsResult['atNewest'] | undefined;
  try {
    await engine.start();
    for (;;) {
      const answered = await count('order_states where placed_at >= $1', [since]);
      const older = await count('order_states where placed_at < $1', [since]);
      const problems = await count('problems where resolved_at is null');
      // An order is there before its refund on a database that writes order by order.
      if (atNewest === undefined && answered === recent && problems >= size.openAfter) {
        assert.equal((await findSweepCursor(db, 'shop', 'backfill/order'))?.finishedAt, null, 'older ones are still being read'); // prettier-ignore
        atNewest = { seconds: seconds(), older, problems };
      }
      assert.equal(await tell(), 0, 'nobody is told anything while the past is read');
      const { objects, orders } = await countMarks(db);
      const isRead = (await findSweepCursor(db, 'shop', 'backfill/order'))?.finishedAt ?? null;
      if (isRead !== null && objects + orders === 0 && answered + older === size.orders + size.openAfter && engine.context().gaps?.historySince === undefined) break; // prettier-ignore
      await sleep(100);
    }
    // Whatever the end of the past marks is folded too.
    await engine.stop();
    await engine.drain();
    assert.deepEqual(errors, []);
    return {
      states: await count('order_states'),
      problems: await count('problems where resolved_at is null'),
      opening: await readOpeningBalance(db),
      notices: await count('notices'),
      commands: await count('commands'),
      atNewest: atNewest!,
      seconds: seconds(),
      requests: sentAt.length,
      busiestSecond: busiestSecond(sentAt),
    };
  } finally {
    diagnostics.unsubscribe('http.client.request.start', note);
    await engine.stop();
    http.close();
    await shop.close();
  }
}

/** Fills the shop, oldest order first; returns how many orders are of the newest month. */
function fillShop(shop: PlainShop, { orders, openBefore, openAfter }: FiveYears, now: number): number {
  const text = (at: number): string => new Date(at).toISOString().slice(0, 19);
  const stepMs = (5 * 365 * dayMs) / orders;
  let recent = 0;
  for (let id = 1; id <= orders; id += 1) {
    const at = now - (orders - id + 1) * stepMs;
    if (at >= now - recentDays * dayMs) recent += 1;
    shop.putOrder(id, text(at), text(at));
  }
  // Spread over what is older than two months, and over the days from which the watch already runs.
  const refund = (id: number, days: number): void => {
    const at = now - (orders - id + 1) * stepMs + days * dayMs;
    shop.refundOrder(1_000_000 + id, id, text(at));
    shop.putOrder(id, text(at - days * dayMs), text(at));
  };
  const old = Math.floor(orders * (1 - 60 / (5 * 365)));
  for (let index = 0; index < openBefore; index += 1) refund(1 + Math.floor((index * old) / openBefore), 3);
  for (let index = 0; index < openAfter; index += 1) {
    const placed = now - (24 - (index * 6) / openAfter) * dayMs;
    const id = orders + 1 + index;
    shop.putOrder(id, text(placed), text(placed));
    shop.refundOrder(1_000_000 + id, id, text(placed + 60_000));
    shop.putOrder(id, text(placed), text(placed + 60_000));
  }
  return recent + openAfter;
}

function connect(
  baseUrl: string,
  http: ReturnType<typeof openHttpClient>,
  watchFrom: string,
): ConnectedSystem {
  const settings = {
    connection: 'shop', system: 'shop', zone: 'Europe/Berlin', currency: 'EUR', orderReference: 'number', locations: {},
    statuses: {}, reasons: {}, tenders: {}, fields: {},
  } as const; // prettier-ignore
  const secrets = { consumerKey: 'ck_run', consumerSecret: 'cs_run' };
  const connection = { settings, baseUrl, secrets, http, allowedNetworks: ['127.0.0.1'] };
  return { connector: woocommerce, settings, watchFrom, live: { connector: findLiveConnector('woocommerce')!, connection } }; // prettier-ignore
}
