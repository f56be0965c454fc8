/** Files that are cut off, hostile, or something else: a clear refusal, or everything kept or set aside by reason. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { ImportError, type BalanceSheet } from '../../src/northstar/balance-sheet.ts';
import { convertLog } from '../../src/northstar/convert.ts';
import { openLog, type OpenedLog } from '../../src/northstar/open-log.ts';

const folder = mkdtempSync(join(tmpdir(), 'reentry-bad-'));
after(() => rmSync(folder, { recursive: true }));

let files = 0;
function write(content: string | Uint8Array, ending: string): string {
  const path = join(folder, `${++files}.${ending}`);
  writeFileSync(path, content);
  return path;
}

/** `code: message` of the refusal, or `read`. Anything but an ImportError is a fault. */
async function outcome(path: string): Promise<string> {
  try {
    await openLog(path);
    return 'read';
  } catch (error) {
    assert.ok(error instanceof ImportError, `${String(error)} for ${path}`);
    assert.ok(error.message.length > 10 && error.message.length < 400, error.message);
    return `${error.code}: ${error.message}`;
  }
}

function counts(
  balance: BalanceSheet,
  what: string,
): { in: number; kept: number; aside: Record<string, number> } {
  const line = balance.lines.find((candidate) => candidate.what === what) ?? { in: 0, kept: 0, setAside: [] };
  const aside = Object.fromEntries(line.setAside.map(({ code, count }) => [code, count]));
  return { in: line.in, kept: line.kept, aside };
}

const notes = (balance: BalanceSheet): string[] => balance.notes.map(({ code }) => code).sort();

/** Two orders, one refund without events; in each object-centric format. */
const log = {
  objectTypes: [{ name: 'order', attributes: [{ name: 'total', type: 'float' }] }, { name: 'refund', attributes: [] }],
  eventTypes: [{ name: 'place', attributes: [] }, { name: 'pay', attributes: [{ name: 'by', type: 'string' }] }],
  objects: [{ id: 'o1', type: 'order', attributes: [{ name: 'total', time: '1970-01-01T00:00:00Z', value: '5.0' }] }, { id: 'o2', type: 'order' }, { id: 'r1', type: 'refund' }],
  events: [
    { id: 'e1', type: 'place', time: '2024-01-01T10:00:00Z', relationships: [{ objectId: 'o1', qualifier: 'a' }, { objectId: 'o2', qualifier: '' }] },
    { id: 'e2', type: 'pay', time: '2024-01-01T11:00:00Z', attributes: [{ name: 'by', value: 'card' }], relationships: [{ objectId: 'o1', qualifier: 'a' }] },
  ],
}; // prettier-ignore
const json = write(JSON.stringify(log), 'json');
const xml = join(folder, 'whole.xml');
const sqlite = join(folder, 'whole.sqlite');
await convertLog(json, xml);
await convertLog(json, sqlite);
const xes = write(
  '<?xml version="1.0"?><log><trace><string key="concept:name" value="c1"/><event><string key="concept:name" value="a"/><date key="time:timestamp" value="2024-01-01T00:00:00Z"/></event></trace></log>',
  'xes',
);

test('a file cut off anywhere is refused, whatever its format', async () => {
  const packed = write(gzipSync(readFileSync(xes)), 'xes.gz');
  for (const path of [xes, xml, json, packed]) {
    const whole = readFileSync(path);
    const end = path === packed ? whole.length : whole.toString('latin1').trimEnd().length;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 40, max: end - 1 }), async (length) => {
        const cut = write(whole.subarray(0, length), 'cut');
        assert.match(await outcome(cut), /cut off|damaged|not JSON|not text in its encoding/);
      }),
      { numRuns: 60 },
    );
  }
});

test('a SQLite file cut off anywhere is refused', async () => {
  const whole = readFileSync(sqlite);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 100, max: whole.length - 1 }), async (length) => {
      const path = write(whole, 'sqlite');
      truncateSync(path, length);
      assert.match(await outcome(path), /^sqlite-(damaged|not-ocel): /);
      rmSync(path);
    }),
    { numRuns: 60 },
  );
});

test('a SQLite file that is something else says what it holds', async () => {
  const path = join(folder, 'shop.db');
  const database = new DatabaseSync(path);
  database.exec('create table wp_posts (id); create table wp_options (id)');
  database.close();
  assert.match(await outcome(path), /^sqlite-not-ocel: .*it has wp_posts, wp_options, and lacks event/);
  const columns = join(folder, 'columns.db');
  const half = new DatabaseSync(columns);
  half.exec(`create table event (id); create table object (ocel_id, ocel_type); create table event_object (ocel_event_id, ocel_object_id, ocel_qualifier);
    create table object_object (a); create table event_map_type (ocel_type, ocel_type_map); create table object_map_type (ocel_type, ocel_type_map)`);
  half.close();
  assert.match(await outcome(columns), /^sqlite-not-ocel: table event has no column ocel_id/);
  assert.match(
    await outcome(write('SQLite format 3\0 and then nothing of the kind', 'db')),
    /^sqlite-damaged/,
  );
});

test('entities and document types are refused in every XML format', async () => {
  const laughs = Array.from({ length: 9 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join(
    '',
  );
  const bomb = `<?xml version="1.0"?><!DOCTYPE log [<!ENTITY l0 "lol">${laughs}]>`;
  for (const path of [xes, xml]) {
    const body = readFileSync(path, 'utf8').replace(/^<\?xml[^>]*\?>\s*/, '');
    assert.match(
      await outcome(write(bomb + body.replace('<log>', '<log>&l9;'), 'xml')),
      /^xml-doctype: line 1/,
    );
    const outside = `<!DOCTYPE log SYSTEM "file:///etc/hostname">${body}`;
    assert.match(await outcome(write(outside, 'xml')), /^xml-doctype/);
    const undeclared = write(body.replace('<log>', '<log>&undeclared;'), 'xml');
    assert.match(await outcome(undeclared), /^xml-entity: .*&undeclared;/);
  }
});

test('an attribute given twice in one tag is refused, one given twice in one event is booked', async () => {
  const text = readFileSync(xes, 'utf8');
  const tag = write(text.replace('key="concept:name"', 'key="a" key="b"'), 'xes');
  assert.match(await outcome(tag), /^xml-malformed: .*key twice/);
  const again = text.replace('<event>', '<event><string key="concept:name" value="first"/>');
  const twice = (await openLog(write(again, 'xes'))) as OpenedLog & { kind: 'cases' };
  assert.deepEqual([notes(twice.balance), twice.log.activities], [['duplicate-attribute'], ['first']]);
  const by = '<attribute name="by">card</attribute>';
  const ocel = await openLog(
    write(readFileSync(xml, 'utf8').replace(by, `${by}<attribute name="by">cash</attribute>`), 'xml'),
  );
  assert.deepEqual(counts(ocel.balance, 'attributes'), {
    in: 3,
    kept: 2,
    aside: { 'duplicate-attribute': 1 },
  });
});

/** The same faults, in JSON, XML and SQLite; each file has them once. */
async function faulty(format: 'json' | 'xml' | 'sqlite'): Promise<BalanceSheet> {
  const time = '2024-01-02T00:00:00Z';
  if (format === 'json') {
    const scan = {
      id: 'e3',
      type: 'scan',
      time,
      relationships: [
        { objectId: 'nobody', qualifier: '' },
        { objectId: '7', qualifier: '' },
      ],
    };
    const objects = [...log.objects, { id: 'o1', type: 'order' }, { id: 7, type: 'parcel' }];
    const events = [...log.events, { id: 'e1', type: 'pay', time }, scan];
    return (await openLog(write(JSON.stringify({ ...log, objects, events }), 'json'))).balance;
  }
  if (format === 'xml') {
    const text = readFileSync(xml, 'utf8')
      .replace(
        '</objects>\n  <events>',
        '<object id="o1" type="order"/><object id="7" type="parcel"/></objects>\n  <events>',
      )
      .replace(
        '</events>',
        `<event id="e1" type="pay" time="${time}"/><event id="e3" type="scan" time="${time}"><objects><relobj object-id="nobody"/><relationship object-id="7" qualifier=""/></objects></event></events>`,
      );
    return (await openLog(write(text, 'xml'))).balance;
  }
  const path = write(readFileSync(sqlite), 'sqlite');
  const database = new DatabaseSync(path, { enableForeignKeyConstraints: false });
  // Without its key a table can hold an id twice.
  database.exec(`create table o2 as select * from "object"; drop table "object"; alter table o2 rename to "object";
    create table e2 as select * from "event"; drop table "event"; alter table e2 rename to "event";
    insert into "object" values ('o1', 'order'), (7, 'parcel'); insert into "event" values ('e1', 'place'), ('e3', 'scan');
    insert into event_map_type values ('scan', 'scan'); create table event_scan (ocel_id, ocel_time); insert into event_scan values ('e3', '2024-01-02 00:00:00');
    insert into event_object values ('e3', 'nobody', ''), ('e3', '7', '')`);
  database.close();
  return (await openLog(path)).balance;
}

for (const format of ['json', 'xml', 'sqlite'] as const) {
  test(`${format}: duplicate ids, undeclared types, dangling references, mixed id types: nothing silently lost`, async () => {
    const balance = await faulty(format);
    assert.deepEqual(counts(balance, 'objects'), { in: 5, kept: 4, aside: { 'duplicate-id': 1 } });
    assert.deepEqual(counts(balance, 'events'), { in: 4, kept: 3, aside: { 'duplicate-id': 1 } });
    assert.deepEqual(counts(balance, 'e2o'), { in: 5, kept: 4, aside: { 'dangling-object': 1 } });
    assert.ok(
      notes(balance).includes('undeclared-type'),
      'types that nobody declared are declared and noted',
    );
    if (format === 'json') assert.ok(notes(balance).includes('id-not-text'));
  });
}

test('entries of another shape are booked too', async () => {
  const odd = { id: 'o9', type: 'order', attributes: ['x'], relationships: [3] };
  const file = { ...log, events: [...log.events, 5], objects: [...log.objects, odd] };
  const { balance } = await openLog(write(JSON.stringify(file), 'json'));
  assert.deepEqual(counts(balance, 'events'), { in: 3, kept: 2, aside: { 'event-incomplete': 1 } });
  assert.deepEqual(counts(balance, 'attributes').aside, { 'not-an-object': 1 });
  assert.deepEqual(counts(balance, 'o2o').aside, { 'not-an-object': 1 });
});

test('texts between elements are booked', async () => {
  const { balance } = await openLog(
    write(readFileSync(xes, 'utf8').replace('<event>', 'lost<event>'), 'xes'),
  );
  assert.deepEqual(counts(balance, 'texts').aside, { 'text-outside': 1 });
});

test('files of another kind are named as what they are not', async () => {
  assert.match(await outcome(write('<html><body/></html>', 'xes')), /^xes-not-xes: .*<html>/);
  assert.match(await outcome(write('{"orders": []}', 'json')), /^ocel-not-ocel/);
  assert.match(await outcome(write(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 13]), 'csv')), /^csv-/);
  assert.match(await outcome(write('', 'csv')), /^csv-empty/);
});

test('hostile sizes are refused in bounded memory and time', () => {
  const spaces = gzipSync(Buffer.alloc(16 << 20, ' '));
  const many = Array.from({ length: 200_000 }, (_, i) => `a${i}=">"`).join(' ');
  const bombs = [
    write(`<log><string key="${'a'.repeat(48 << 20)}`, 'xes'),
    write(Buffer.concat([gzipSync('<log>'), ...Array.from({ length: 64 }, () => spaces)]), 'xes.gz'),
    write('<log>'.repeat(1_000_000), 'xes'),
    write(`<log><trace ${many}/></log>`, 'xes'),
    write(`<log><![CDATA[${'>'.repeat(40 << 20)}`, 'xes'),
  ];
  const opener = new URL('../../src/northstar/open-log.ts', import.meta.url).href;
  const script = `
    const { openLog } = await import(${JSON.stringify(opener)});
    const codes = [];
    for (const path of process.argv.slice(1)) codes.push(await openLog(path).then(() => 'read', (error) => error.code));
    console.log(JSON.stringify({ codes, megabytes: process.resourceUsage().maxRSS / 1024 }));`;
  const started = performance.now();
  const { codes, megabytes } = JSON.parse(
    execFileSync(
      process.execPath,
      ['--max-old-space-size=200', '--max-semi-space-size=8', '--input-type=module', '-e', script, ...bombs],
      { encoding: 'utf8' },
    ),
  ) as { codes: string[]; megabytes: number };
  assert.deepEqual(codes, ['xml-too-long', 'xml-too-long', 'xml-too-deep', 'xml-malformed', 'xml-too-long']);
  assert.ok(megabytes < 400, `${megabytes} MB`);
  assert.ok(performance.now() - started < 30_000);
});
