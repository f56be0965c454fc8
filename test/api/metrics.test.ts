/** Metrics: complete, documented, and the only ones that dashboard and alert rules use. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { pino } from 'pino';
import { createLogger } from '../../src/api/log-requests.ts';
import { openProcessRecords } from '../../src/cli/process-records.ts';
import { AppError } from '../../src/wire/errors.ts';
import { useTestDatabases } from '../store/test-database.ts';
import { openApiWorld, type ApiWorld } from './api-world.ts';

const databases = useTestDatabases();
const records = openProcessRecords(pino({ level: 'silent' }));
let world: ApiWorld;
let text = '';

before(async () => {
  world = await openApiWorld(databases, { config: { registry: records.registry } });
  await world.addOrder(1);
  await world.addProblem('7');
  await world.db.pool.query(`insert into deliveries (object_key, delivery_id, connection, topic, body_hash, received_at)
    values ('shop:order/1', gen_random_uuid(), 'shop', 'webhook', '', now() - interval '90 seconds')`);
  await world.db.pool.query("update connections set status = 'paused' where connection = 'psp'");
  await world.db.pool.query(`insert into sweep_cursors (connection, name, cursor, finished_at)
    values ('shop', 'order', '{}', now() - interval '2 minutes'), ('shop', 'refund', '{}', now() - interval '1 minute')`);
  await world.db.pool.query(`insert into commands (order_key, command_id, control, item_id, kind, connection, effect_key, mode, status, body, ended_at)
    values ('shop/1', gen_random_uuid(), 'R1', 'i', 'note-case', 'shop', 'e', 'auto', 'dead', '{}', now())`);
  records.onError('sweep', new Error('away'));
  records.onChanged({ kind: 'order', key: 'shop/1' });
  await world.ask('viewer', 'GET', '/api/v1/orders');
  text = (await world.ask('admin', 'GET', '/metrics')).body;
}); // prettier-ignore
after(() => world.close());

const sample = (name: string): number => {
  const found = text.split('\n').find((line) => line.startsWith(`${name} `));
  assert.ok(found, `${name} is not among the metrics`);
  return Number(found.slice(name.length));
};
const near = (value: number, wanted: number): boolean => Math.abs(value - wanted) < 30;

test('metrics say how much waits, for how long, and what does not work', () => {
  assert.equal(sample('reentry_waiting_deliveries'), 1);
  assert.ok(near(sample('reentry_oldest_delivery_seconds'), 90));
  assert.equal(sample('reentry_connection_active{connection="shop",status="active"}'), 1);
  assert.equal(sample('reentry_connection_active{connection="psp",status="paused"}'), 0);
  assert.ok(near(sample('reentry_sweep_age_seconds{connection="shop"}'), 120), 'of the kind that is furthest behind');
  assert.equal(sample('reentry_fixes{status="dead"}'), 1);
  assert.equal(sample('reentry_stake_minor{kind="stuck",currency="EUR"}'), 5990);
  assert.equal(sample('reentry_loop_failures_total{where="sweep"}'), 1);
  assert.equal(sample('reentry_orders_folded_total'), 1);
  assert.equal(sample('reentry_build_info{version="test"}'), 1);
  assert.ok(sample('reentry_http_request_duration_seconds_count{method="GET",route="/api/v1/orders",status="200"}') >= 1);
}); // prettier-ignore

/** Names with help and type, as Prometheus reads them. */
function described(): { name: string; help: string; type: string }[] {
  return [...text.matchAll(/^# HELP (\S+) (.*)\n# TYPE \S+ (\S+)$/gm)].map(([, name, help, type]) => ({
    name: name!,
    help: help!,
    type: type!,
  }));
}

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

test('dashboard and alert rules use only metrics that there are', () => {
  const known = new Set(described().flatMap(({ name, type }) => (type === 'histogram' ? ['_count', '_sum', '_bucket'].map((end) => name + end) : [name])));
  type Dashboard = { readonly panels: readonly { readonly title: string; readonly targets: readonly { readonly expr: string }[] }[] };
  const { panels } = JSON.parse(read('deploy/grafana/reentry-dashboard.json')) as Dashboard;
  const expressions = [
    ...panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr] as const)),
    ...[...read('deploy/prometheus/reentry-alerts.yml').matchAll(/alert: (\S+)\s+expr: (.+)/g)].map((match) => [match[1]!, match[2]!] as const),
  ];
  assert.ok(panels.length >= 15 && expressions.length >= 30, `${expressions.length} expressions`);
  const wrong: string[] = [];
  const used = new Set<string>();
  for (const [where, expression] of expressions)
    for (const [name] of expression.matchAll(/reentry_\w+/g)) {
      used.add(name);
      if (!known.has(name)) wrong.push(`${where}: ${name}`);
    }
  assert.deepEqual(wrong, []);
  // Each of our own is worth a panel; those of the runtime are not.
  const unused = described().map(({ name }) => name).filter((name) => !/^reentry_(process|nodejs)_/.test(name) && ![...used].some((one) => one.startsWith(name)));
  assert.deepEqual(unused, ['reentry_build_info', 'reentry_oldest_delivery_seconds'].filter((name) => !used.has(name)));
}); // prettier-ignore

test('docs/reference/metrics.md lists them all (UPDATE_DOCS=1 writes it)', () => {
  const rows = described()
    .filter(({ name }) => !/^reentry_(process|nodejs)_/.test(name))
    .sort((left, right) => (left.name < right.name ? -1 : 1))
    .map(({ name, help, type }) => `| \`${name}\` | ${type} | ${help} |\n`);
  const page = `# Metrics\n\n\`GET /metrics\` on every process that answers requests, and on workers with \`--probe-port\`, for Prometheus: from the same machine without a login, else with a token that has \`metrics.read\`. What is\nread from the database says the same on each of them. Beside these there are those of the runtime, \`reentry_process_…\` and \`reentry_nodejs_…\`.\n\n| Metric | Kind | Meaning |\n|---|---|---|\n${rows.join('')}`;
  const path = new URL('../../docs/reference/metrics.md', import.meta.url);
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(path, page);
  assert.equal(readFileSync(path, 'utf8'), page, 'docs/reference/metrics.md is stale: run this test with UPDATE_DOCS=1');
}); // prettier-ignore

test('a failure of the engine is one line of JSON with where, code and reason', () => {
  let line = '';
  const logger = createLogger('warn', { write: (written: string) => void (line += written) });
  openProcessRecords(logger).onError('sweep shop', new AppError('store-unreachable', { detail: 'db:5432' }));
  const { level, time, where, code, reason, msg } = JSON.parse(line) as Record<string, string>;
  assert.deepEqual([level, where, code, msg], ['warn', 'sweep shop', 'store-unreachable', 'failed, and is tried again']);
  assert.match(reason!, /db:5432/);
  assert.ok(Math.abs(Date.parse(time!) - Date.now()) < 60_000);
  assert.equal(line.trim().split('\n').length, 1);
}); // prettier-ignore
