/** OCEL 1.0 as its tools write it (JSON, XML, SQLite, CSV): one log, one answer. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { convertLog } from '../../src/northstar/convert.ts';
import { mapReport, type MapReport } from '../../src/northstar/map-report.ts';
import type { ObjectReport } from '../../src/northstar/object-report.ts';
import { openLog } from '../../src/northstar/open-log.ts';

const folder = mkdtempSync(join(tmpdir(), 'reentry-ocel1-'));
after(() => rmSync(folder, { recursive: true }));

const events = [
  { id: 'e1', activity: 'place', time: '2024-01-01 10:00:00', objects: ['i1', 'i2', 'o1'], price: '5.5' },
  { id: 'e2', activity: 'pay', time: '2024-01-01 11:00:00', objects: ['o1'], price: '' },
  { id: 'e3', activity: 'ship', time: '2024-01-02 09:00:00', objects: ['i2'], price: '' },
] as const;
const typeOf = (id: string): string => (id.startsWith('i') ? 'item' : 'order');
const objects = ['i1', 'i2', 'o1'];

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const byId = (rows: readonly (readonly [string, object])[]): string => JSON.stringify(Object.fromEntries(rows)); // prettier-ignore
const json = write(
  'log.jsonocel',
  `{"ocel:events":${byId(events.map(({ id, activity, time, objects: omap, price }) => [id, { 'ocel:activity': activity, 'ocel:timestamp': time, 'ocel:omap': omap, 'ocel:vmap': price === '' ? {} : { price } }]))},
    "ocel:objects":${byId(objects.map((id) => [id, { 'ocel:type': typeOf(id), 'ocel:ovmap': { kind: 'x' } }]))}}`,
);
const xml = write(
  'log.xmlocel',
  `<?xml version='1.0' encoding='UTF-8'?><log><global scope="event"><string key="activity" value="__INVALID__"/></global>
  <global scope="log"><list key="object-types"><string key="object-type" value="item"/><string key="object-type" value="order"/></list></global><events>${events
    .map(
      ({ id, activity, time, objects: omap, price }) =>
        `<event><string key="id" value="${id}"/><date key="timestamp" value="${time.replace(' ', 'T')}"/><string key="activity" value="${activity}"/><list key="omap">${omap.map((o) => `<string key="object-id" value="${o}"/>`).join('')}</list><list key="vmap">${price === '' ? '' : `<float key="price" value="${price}"/>`}</list></event>`,
    )
    .join('')}</events><objects>${objects
    .map(
      (id) =>
        `<object><string key="id" value="${id}"/><string key="type" value="${typeOf(id)}"/><list key="ovmap"><string key="kind" value="x"/></list></object>`,
    )
    .join('')}</objects></log>`,
);
const sqlite = join(folder, 'log.sqlite');
const database = new DatabaseSync(sqlite);
database.exec(`create table "EVENTS" ("ocel:eid" text, "ocel:timestamp" timestamp, "ocel:activity" text, price real);
  create table "OBJECTS" ("ocel:oid" text, "ocel:type" text, kind text); create table "RELATIONS" ("ocel:eid" text, "ocel:oid" text)`);
for (const { id, activity, time, objects: omap, price } of events) {
  database
    .prepare('insert into "EVENTS" values (?, ?, ?, ?)')
    .run(id, time, activity, price === '' ? null : Number(price));
  for (const o of omap) database.prepare('insert into "RELATIONS" values (?, ?)').run(id, o);
}
for (const id of objects) database.prepare('insert into "OBJECTS" values (?, ?, ?)').run(id, typeOf(id), 'x');
database.close();
const csv = write(
  'log.csv',
  `ocel:eid,ocel:activity,ocel:timestamp,ocel:type:item,ocel:type:order,price\n${events
    .map(({ id, activity, time, objects: omap, price }) => {
      const list = (type: string): string => {
        const ids = omap.filter((o) => typeOf(o) === type);
        return ids.length === 0 ? '' : `"[${ids.map((o) => `'${o}'`).join(', ')}]"`;
      };
      return `${id},${activity},${time},${list('item')},${list('order')},${price}`;
    })
    .join('\n')}\n`,
);

async function figures(path: string): Promise<Partial<ObjectReport>> {
  const { format: _, balance: __, ...rest } = (await mapReport(path)) as ObjectReport & MapReport;
  return rest;
}

test('JSON, XML, SQLite and CSV of OCEL 1.0 hold the same log', async () => {
  const expected = await figures(json);
  assert.deepEqual([expected.events, expected.objects, expected.e2o], [3, 3, 5]);
  for (const path of [xml, sqlite, csv]) assert.deepEqual(await figures(path), expected, path);
});

test('attributes of events come along, and the log can be written as OCEL 2.0', async () => {
  for (const path of [json, xml, sqlite, csv]) {
    const target = join(folder, 'out.json');
    await convertLog(path, target);
    const { log, kind } = await openLog(target);
    assert.equal(kind, 'objects');
    assert.deepEqual(log.eventAttributes.value, ['5.5'], path);
    assert.equal(log.objectAttributes.value.length, path === csv ? 0 : 3, path);
  }
});

test('OCEL as CSV: lists of any notation, ids under two types, broken rows are booked; columns named make it cases', async () => {
  const path = write(
    'lists.csv',
    'ocel:activity,ocel:timestamp,ocel:type:a,ocel:type:b\n' +
      `x,2024-01-01,"[""p"", 'it\\'s', 7]",\ny,2024-01-02,bare,[p]\nz,2024-01-03,[]\n`,
  );
  const opened = await openLog(path);
  assert.equal(opened.kind, 'objects');
  assert.deepEqual(opened.log.objects.ids, ['p', "it's", '7', 'bare']);
  assert.ok(opened.balance.notes.some(({ code }) => code === 'object-of-two-types'));
  assert.ok(opened.balance.lines.some(({ setAside }) => setAside.some(({ code }) => code === 'row-width')));
  const cases = await openLog(csv, { columns: { case: 'ocel:type:order' } });
  assert.equal(cases.kind, 'cases');
});

test('kinds of executions: equal but for names are one kind, another activity or another sharing is another', async () => {
  const row = (n: string, activities: string, shared: boolean): string =>
    [...activities].map((a, i) => `${a},2024-01-0${i + 1},[o${n}],${shared || i === 0 ? `[i${n}]` : ''}`).join('\n'); // prettier-ignore
  const path = write(
    'kinds.csv',
    `ocel:activity,ocel:timestamp,ocel:type:order,ocel:type:item\n${[row('1', 'pqr', true), row('2', 'pqr', true), row('3', 'pqr', false), row('4', 'pqs', true)].join('\n')}\n`,
  );
  const { executions, topExecutionVariants } = await figures(path);
  assert.deepEqual([executions, topExecutionVariants], [4, [2, 1, 1]]);
});

test('executions of many equal steps side by side are compared, not given up', async () => {
  const rows = ['A', 'B'].flatMap((run) => [
    `begin,2024-01-01,[o${run}],"[${Array.from({ length: 30 }, (_, i) => `i${run}${i}`).join()}]"`,
    ...Array.from({ length: 30 }, (_, i) => `pack,2024-01-02,,[i${run}${i}]`),
  ]);
  const path = write(
    'wide.csv',
    `ocel:activity,ocel:timestamp,ocel:type:o,ocel:type:i\n${rows.join('\n')}\n`,
  );
  const { topExecutionVariants, executionsUndecided } = await figures(path);
  assert.deepEqual([topExecutionVariants, executionsUndecided], [[2], 0]);
});
