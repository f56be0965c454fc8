/** A log written in its own format is the same log: in every format, through the files that `reentry convert` writes. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { convertLog } from '../../src/northstar/convert.ts';
import { openLog } from '../../src/northstar/open-log.ts';
import type { ObjectLog } from '../../src/northstar/object-log.ts';
import { readXes } from '../../src/northstar/read-xes.ts';
import { writeOcelJson } from '../../src/northstar/write-ocel-json.ts';
import { writeXes } from '../../src/northstar/write-xes.ts';
import { anyObjectLog, plain, plainAsTable } from './object-logs.ts';
import { jsonSchemaErrors } from './published-schemas.ts';
import { sharedLog, sharedLogsSkip } from './shared-logs.ts';

const folder = mkdtempSync(join(tmpdir(), 'reentry-round-'));
after(() => rmSync(folder, { recursive: true }));

let files = 0;
const fresh = (ending: string): string => join(folder, `${++files}.${ending}`);

async function objectsOf(path: string): Promise<ObjectLog> {
  const opened = await openLog(path);
  assert.equal(opened.kind, 'objects');
  return opened.log as ObjectLog;
}

test('any object log goes through JSON, XML, SQLite and packed text, twice, and is the same', async () => {
  await fc.assert(
    fc.asyncProperty(anyObjectLog, async (log) => {
      const first = fresh('json');
      writeFileSync(first, [...writeOcelJson(log)].join(''));
      for (const ending of ['json', 'xml', 'sqlite', 'json.gz', 'xml.gz']) {
        const [once, twice] = [fresh(ending), fresh(ending)];
        await convertLog(first, once);
        await convertLog(once, twice);
        const compare = ending === 'sqlite' ? plainAsTable : plain;
        assert.deepEqual(compare(await objectsOf(once)), compare(log), ending);
        assert.deepEqual(compare(await objectsOf(twice)), compare(log), ending);
        rmSync(once);
        rmSync(twice);
      }
    }),
    { numRuns: 15 },
  );
});

test('every public XES log comes back as it was, packed', { skip: sharedLogsSkip }, async () => {
  for (const name of readdirSync(sharedLog('xes'))) {
    const target = fresh('xes.gz');
    await convertLog(sharedLog(`xes/${name}`), target);
    assert.equal(readFileSync(target)[0], 0x1f, 'packed');
    const again = await readXes(target, { document: true });
    const before = await readXes(sharedLog(`xes/${name}`), { document: true });
    const [text, expected] = [again, before].map(({ document }) => [...writeXes(document!)].join(''));
    assert.ok(text === expected, name);
  }
});

test('every public object-centric log comes back as it was', { skip: sharedLogsSkip }, async () => {
  for (const name of readdirSync(sharedLog('ocel'))) {
    const before = await openLog(sharedLog(`ocel/${name}`));
    const target = fresh(before.format.replace('ocel-', ''));
    await convertLog(sharedLog(`ocel/${name}`), target);
    const compare = before.format === 'ocel-sqlite' ? plainAsTable : plain;
    assert.deepEqual(compare(await objectsOf(target)), compare(before.log as ObjectLog), name);
  }
});

test('every public CSV log comes back as it was', { skip: sharedLogsSkip }, async () => {
  for (const name of readdirSync(sharedLog('csv'))) {
    const [target, again] = [fresh('csv'), fresh('csv')];
    await convertLog(sharedLog(`csv/${name}`), target);
    await convertLog(target, again);
    assert.deepEqual(readFileSync(again), readFileSync(target), 'the second writing changes nothing');
    const written = await openLog(target, { keep: 'all' });
    const before = await openLog(sharedLog(`csv/${name}`), { keep: 'all' });
    assert.deepEqual(written.log, before.log, name);
  }
});

test('two traces of one name stay two as a table', async () => {
  const trace = (names: string): string =>
    `<trace><string key="concept:name" value="c1"/>${[...names].map((name) => `<event><string key="concept:name" value="${name}"/></event>`).join('')}</trace>`;
  const [from, to] = [fresh('xes'), fresh('csv')];
  writeFileSync(from, `<log xes.version="1.0">${trace('AAB')}${trace('A')}</log>`);
  await convertLog(from, to);
  const cases = readFileSync(to, 'utf8').trim().split('\n').slice(1).map((line) => line.split(',')[0]);
  assert.deepEqual([...new Set(cases)], ['c1', 'c1 (2)']);
}); // prettier-ignore

test('a log may be written over itself; a failure leaves it as it was', async () => {
  const path = fresh('csv');
  const text = 'case,activity\n1,a\n';
  writeFileSync(path, text);
  await convertLog(path, path);
  assert.equal(readFileSync(path, 'utf8'), text);
  await assert.rejects(convertLog(path, path, { to: 'ocel-json' }), /a time for every event/);
  assert.equal(readFileSync(path, 'utf8'), text);
  assert.equal(existsSync(`${path}.part`), false);
});

const samples = [
  'ocel20_example.jsonocel', 'ocel20_example.xmlocel', 'ocel20_example.sqlite', 'ocpa-ocel20_example.xmlocel',
  'order_process.jsonocel', 'p2p-normal.jsonocel',
]; // prettier-ignore
const hasXmllint = spawnSync('xmllint', ['--version']).status === 0;

test('exported JSON of the public logs passes the published schema', { skip: sharedLogsSkip }, async () => {
  const schema = readFileSync(sharedLog('schemas/ocel20_schema.json'), 'utf8');
  for (const name of [...samples, 'ocpa-logistics.ocel20.sqlite']) {
    const target = fresh('json');
    await convertLog(sharedLog(`ocel/${name}`), target);
    assert.deepEqual(jsonSchemaErrors(schema, JSON.parse(readFileSync(target, 'utf8'))), [], name);
  }
});

const xmllintSkip =
  sharedLogsSkip !== false ? sharedLogsSkip : hasXmllint ? false : 'xmllint is not installed';
test('exported XML passes the published schema in xmllint', { skip: xmllintSkip }, async () => {
  const schema = ['--noout', '--schema', sharedLog('schemas/ocel20.xsd')];
  for (const name of samples) {
    const target = fresh('xml');
    await convertLog(sharedLog(`ocel/${name}`), target);
    execFileSync('xmllint', [...schema, target], { stdio: 'pipe' });
  }
  // The one exception lies in the schema: its key for attribute names spans all types.
  const target = fresh('xml');
  await convertLog(sharedLog('ocel/ocpa-logistics.ocel20.sqlite'), target);
  const { stderr } = spawnSync('xmllint', [...schema, target], { encoding: 'utf8', maxBuffer: 1 << 26 });
  const errors = stderr.split('\n').filter((line) => line.includes('error'));
  assert.deepEqual(
    errors.filter((line) => !line.includes("of keyref 'objectAttributeRef'")),
    [],
  );
});

/** Which of the published constraints on SQLite files a file does not keep, by number. */
function brokenConstraints(path: string): number[] {
  const database = new DatabaseSync(path, { readOnly: true });
  const all = (sql: string): Record<string, unknown>[] => database.prepare(sql).all();
  const tables = all("select name from sqlite_master where type = 'table'").map((row) => String(row['name']));
  const columns = (table: string): Map<string, string> =>
    new Map(all(`pragma table_info("${table}")`).map((row) => [String(row['name']), String(row['type'])]));
  const key = (table: string): string => {
    const keyed = all(`pragma table_info("${table}")`).filter((row) => Number(row['pk']) > 0);
    return keyed.sort((a, b) => Number(a['pk']) - Number(b['pk'])).map((row) => String(row['name'])).join(); // prettier-ignore
  };
  const refers = (table: string, column: string, to: string): boolean =>
    all(`pragma foreign_key_list("${table}")`).some((row) => row['from'] === column && row['table'] === to);
  const maps = (kind: string): string[] =>
    all(`select ocel_type_map as map from ${kind}_map_type`).map((row) => `${kind}_${String(row['map'])}`);
  const base = ['event', 'object', 'event_object', 'object_object', 'event_map_type', 'object_map_type'];
  const own = (kind: string): string =>
    tables.filter((table) => table.startsWith(`${kind}_`) && !base.includes(table)).sort().join(); // prettier-ignore
  const [events, objects] = [maps('event'), maps('object')];
  const every = (names: readonly string[], holds: (table: string) => boolean): boolean => names.every(holds);
  const has = (table: string, ...names: string[]): boolean => names.every((name) => columns(table).has(name));
  const checks = [
    every(base, (table) => tables.includes(table)),
    own('object') === maps('object').sort().join(),
    own('event') === maps('event').sort().join(),
    every(['event', 'object', 'event_map_type', 'object_map_type'], (table) => has(table, 'ocel_type')),
    every(['event_map_type', 'object_map_type'], (table) => has(table, 'ocel_type_map')),
    every(['event', 'object'], (table) => has(table, 'ocel_id')),
    every(['event_object', 'object_object'], (table) => has(table, 'ocel_qualifier')),
    has('event_object', 'ocel_event_id', 'ocel_object_id'),
    has('object_object', 'ocel_source_id', 'ocel_target_id'),
    every(objects, (table) => has(table, 'ocel_id')),
    every(events, (table) => has(table, 'ocel_id')),
    every(objects, (table) => columns(table).get('ocel_time') === 'TIMESTAMP'),
    every(events, (table) => columns(table).get('ocel_time') === 'TIMESTAMP'),
    every(['event_map_type', 'object_map_type'], (table) => key(table) === 'ocel_type'),
    every(['event', 'object'], (table) => key(table) === 'ocel_id'),
    key('event_object') === 'ocel_event_id,ocel_object_id,ocel_qualifier',
    key('object_object') === 'ocel_source_id,ocel_target_id,ocel_qualifier',
    every(events, (table) => key(table) === 'ocel_id') && every(objects, (table) => key(table) === ''),
    refers('event', 'ocel_type', 'event_map_type'),
    refers('object', 'ocel_type', 'object_map_type'),
    refers('event_object', 'ocel_event_id', 'event') && refers('event_object', 'ocel_object_id', 'object'),
    refers('object_object', 'ocel_source_id', 'object') &&
      refers('object_object', 'ocel_target_id', 'object'),
    every(events, (table) => refers(table, 'ocel_id', 'event')),
    every(objects, (table) => refers(table, 'ocel_id', 'object')),
  ];
  const dangling = all('pragma foreign_key_check').length;
  database.close();
  assert.deepEqual([checks.length, dangling], [24, 0]);
  return checks.flatMap((holds, i) => (holds ? [] : [i + 1]));
}

test('exported SQLite keeps all 24 published constraints, whatever the log', async () => {
  await fc.assert(
    fc.asyncProperty(anyObjectLog, async (log) => {
      const [source, target] = [fresh('json'), fresh('sqlite')];
      writeFileSync(source, [...writeOcelJson(log)].join(''));
      await convertLog(source, target);
      assert.deepEqual(brokenConstraints(target), []);
      rmSync(target);
    }),
    { numRuns: 15 },
  );
});

test('exported SQLite of the public logs keeps them too', { skip: sharedLogsSkip }, async () => {
  for (const name of [...samples, 'ocpa-logistics.ocel20.sqlite']) {
    const target = fresh('sqlite');
    await convertLog(sharedLog(`ocel/${name}`), target);
    assert.deepEqual(brokenConstraints(target), [], name);
  }
});
