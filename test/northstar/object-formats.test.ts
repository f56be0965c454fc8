import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { ImportError, type BalanceSheet } from '../../src/northstar/balance-sheet.ts';
import { flatten, lifecycles, objectEdges } from '../../src/northstar/object-graph.ts';
import { countChanges, type ObjectLog } from '../../src/northstar/object-log.ts';
import { readOcelJson, type ObjectImport } from '../../src/northstar/read-ocel-json.ts';
import { readOcelSqlite } from '../../src/northstar/read-ocel-sqlite.ts';
import { readOcelXml } from '../../src/northstar/read-ocel-xml.ts';
import { writeOcelJson } from '../../src/northstar/write-ocel-json.ts';
import { writeOcelSqlite } from '../../src/northstar/write-ocel-sqlite.ts';
import { writeOcelXml, type ReferenceForm } from '../../src/northstar/write-ocel-xml.ts';
import { anyObjectLog, plain, plainAsTable } from './object-logs.ts';
import { jsonSchemaErrors, xsdErrors } from './published-schemas.ts';
import { sharedLog, sharedLogsSkip } from './shared-logs.ts';

const folder = mkdtempSync(join(tmpdir(), 'reentry-ocel-'));
after(() => rmSync(folder, { recursive: true }));

let files = 0;
function fresh(ending: string): string {
  return join(folder, `${++files}.${ending}`);
}

function json(value: unknown): ObjectImport {
  return readOcelJson(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)));
}

async function throughXml(log: ObjectLog, form?: ReferenceForm): Promise<ObjectLog> {
  const path = fresh('xml');
  writeFileSync(path, [...writeOcelXml(log, form)].join(''));
  return (await readOcelXml(path)).log;
}

function throughSqlite(log: ObjectLog): ObjectLog {
  const path = fresh('sqlite');
  writeOcelSqlite(log, path);
  return readOcelSqlite(path).log;
}

function throughJson(log: ObjectLog): ObjectLog {
  return json([...writeOcelJson(log)].join('')).log;
}

function setAside(balance: BalanceSheet, what: string): Record<string, number> {
  const line = balance.lines.find((candidate) => candidate.what === what);
  assert.equal(
    line?.in,
    (line?.kept ?? 0) + (line?.setAside ?? []).reduce((sum, reason) => sum + reason.count, 0),
  );
  return Object.fromEntries((line?.setAside ?? []).map((reason) => [reason.code, reason.count]));
}

function notes(balance: BalanceSheet): Record<string, number> {
  return Object.fromEntries(balance.notes.map((note) => [note.code, note.count]));
}

const small = {
  objectTypes: [{ name: 'order', attributes: [{ name: 'total', type: 'float' }] }, { name: 'refund', attributes: [] }],
  eventTypes: [{ name: 'place', attributes: [] }, { name: 'pay', attributes: [{ name: 'by', type: 'string' }] }],
  objects: [
    { id: 'o1', type: 'order', attributes: [{ name: 'total', time: '1970-01-01T00:00:00Z', value: '650.0' }], relationships: [{ objectId: 'r1', qualifier: 'gave' }] },
    { id: 'o2', type: 'order' },
    { id: 'r1', type: 'refund' },
  ],
  events: [
    { id: 'e1', type: 'place', time: '2024-01-01T10:00:00+01:00', relationships: [{ objectId: 'o1', qualifier: '' }, { objectId: 'o2', qualifier: '' }, { objectId: 'o1', qualifier: 'again' }] },
    { id: 'e2', type: 'pay', time: '2024-01-01T09:00:00Z', attributes: [{ name: 'by', value: 'card' }], relationships: [{ objectId: 'o1', qualifier: '' }] },
    { id: 'e3', type: 'pay', time: '2024-01-01T08:59:59Z', relationships: [{ objectId: 'o2', qualifier: '' }] },
  ],
}; // prettier-ignore

test('a log is read with its objects, also those without events', () => {
  const { log, balance } = json(small);
  assert.deepEqual(
    [log.events.ids.length, log.objects.ids.length, log.e2o.from.length, log.o2o.from.length],
    [3, 3, 5, 1],
  );
  assert.deepEqual(notes(balance), { 'object-without-events': 1 });
});

test('the graph of a type: time decides, then the file; an object named twice counts once', () => {
  const { log } = json(small);
  assert.deepEqual(objectEdges(flatten(log, lifecycles(log), 0)), [
    { from: 'pay', to: 'place', eventCouples: 1, uniqueObjects: 1, totalObjects: 1 },
    { from: 'place', to: 'pay', eventCouples: 1, uniqueObjects: 1, totalObjects: 1 },
  ]);
});

test('event couples, unique objects and total objects are three numbers', () => {
  const { log } = json({
    objectTypes: [{ name: 'item', attributes: [] }],
    eventTypes: [],
    objects: ['a', 'b'].map((id) => ({ id, type: 'item' })),
    events: [1, 2, 3, 4].map((i) => ({
      id: `e${i}`,
      type: i % 2 === 1 ? 'pick' : 'pack',
      time: `2024-01-01T00:00:0${i}Z`,
      relationships: ['a', 'b'].map((objectId) => ({ objectId, qualifier: '' })),
    })),
  });
  assert.deepEqual(objectEdges(flatten(log, lifecycles(log), 0)), [
    { from: 'pick', to: 'pack', eventCouples: 2, uniqueObjects: 2, totalObjects: 4 },
    { from: 'pack', to: 'pick', eventCouples: 1, uniqueObjects: 2, totalObjects: 2 },
  ]);
});

test('what is wrong in a file is booked by reason', () => {
  const { log, balance } = json({
    objectTypes: [{ name: 'order', attributes: [] }, { name: 'order', attributes: [] }],
    eventTypes: [],
    objects: [{ id: 'o1', type: 'order' }, { id: 'o1', type: 'order' }, { id: 7, type: 'parcel', attributes: [{ name: 'w', time: 'soon', value: 1 }, { name: 'v', time: '1970-01-01T00:00:00Z', value: null }] }, { type: 'order' }],
    events: [
      { id: 'e1', type: 'place', time: '2024-01-01T00:00:00Z', attributes: [{ name: 'x', value: 1 }, { name: 'x', value: 2 }], relationships: [{ objectId: 'o1', qualifier: 'q' }, { objectId: 'o1', qualifier: 'q' }, { objectId: 'gone', qualifier: '' }, { objectId: '7', qualifier: '' }] },
      { id: 'e1', type: 'place', time: '2024-01-01T00:00:00Z', relationships: [{ objectId: 'o1', qualifier: '' }] },
      { id: 'e2', type: 'place', time: 'yesterday' },
      { id: 'e3', type: 'place', time: '2024-01-01 00:00:00' },
    ],
  }); // prettier-ignore
  assert.deepEqual(setAside(balance, 'events'), { 'duplicate-id': 1, 'time-unreadable': 1 });
  assert.deepEqual(setAside(balance, 'objects'), { 'duplicate-id': 1, 'object-incomplete': 1 });
  assert.deepEqual(setAside(balance, 'e2o'), { repeated: 1, 'dangling-object': 1, 'event-set-aside': 1 });
  assert.deepEqual(setAside(balance, 'attributes'), {
    'time-unreadable': 1,
    'no-value': 1,
    'duplicate-attribute': 1,
  });
  assert.deepEqual(notes(balance), {
    'duplicate-type': 1,
    'undeclared-type': 2,
    'undeclared-attribute': 1,
    'id-not-text': 1,
    'zone-assumed-utc': 1,
    'event-without-objects': 1,
  });
  assert.equal(log.e2o.from.length, 2, 'the number 7 and the text "7" are one id');
});

test('OCEL 1.0: ids given twice are lost by JSON itself, and told', () => {
  const { log, balance } = json(
    '{"ocel:events":{"1":{"ocel:activity":"a","ocel:timestamp":"2024-01-01","ocel:omap":["o"],"ocel:vmap":{"n":3}},"1":{"ocel:activity":"b","ocel:timestamp":"2024-01-02","ocel:omap":["o"],"ocel:vmap":{}}},"ocel:objects":{"o":{"ocel:type":"order","ocel:ovmap":{"total":5}}}}',
  );
  assert.equal(log.events.ids.length, 1);
  assert.deepEqual(setAside(balance, 'events'), { 'duplicate-id': 1 });
  assert.deepEqual(plain(throughJson(log)), plain(log));
});

test('damaged and foreign files are refused with what they are', async () => {
  const xml = (text: string): Promise<ObjectImport> => {
    const path = fresh('xml');
    writeFileSync(path, text);
    return readOcelXml(path);
  };
  assert.throws(() => json([]), /not an object/);
  assert.throws(() => json({ events: [] }), /not OCEL/);
  await assert.rejects(xml('<log><trace/></log>'), /XES, not OCEL/);
  await assert.rejects(xml('<log/>'), /neither <events> nor <objects>/);
  const garbage = fresh('sqlite');
  writeFileSync(garbage, `SQLite format 3\0${'x'.repeat(5000)}`);
  assert.throws(
    () => readOcelSqlite(garbage),
    (error: unknown) => error instanceof ImportError && error.code === 'sqlite-damaged',
  );
  const older = fresh('sqlite');
  const old = new DatabaseSync(older);
  old.exec('create table EVENTS (a); create table OBJECTS (a); create table RELATIONS (a)');
  old.close();
  assert.throws(() => readOcelSqlite(older), /table objects has no column ocel:oid/);
});

test('SQLite: ids of any type compare as text, rows without a home are booked', () => {
  const path = fresh('sqlite');
  writeOcelSqlite(json(small).log, path);
  const database = new DatabaseSync(path, { enableForeignKeyConstraints: false });
  database.exec(`
    insert into "object" values (17, 'order'), ('ghost', 'phantom');
    insert into event_object values ('e1', '17', 'number'), ('e1', 'nobody', 'x'), ('none', 'o1', 'x');
    insert into object_object values ('nobody', 'o1', 'x'), ('o1', 'nobody', 'x');
    insert into event_place (ocel_id, ocel_time) values ('lost', '2024-01-01');
    insert into "event" values ('untimed', 'place');
    create table event_stray (ocel_id)`);
  database.close();
  const { log, balance } = readOcelSqlite(path);
  assert.equal(log.objects.ids.includes('17'), true);
  assert.equal(log.e2o.from.length, 6);
  assert.deepEqual(setAside(balance, 'e2o'), { 'dangling-event': 1, 'dangling-object': 1 });
  assert.deepEqual(setAside(balance, 'o2o'), { 'dangling-object': 2 });
  assert.deepEqual(setAside(balance, 'events'), { 'time-unreadable': 1 });
  assert.deepEqual(setAside(balance, 'event rows'), { 'dangling-event': 1 });
  assert.equal(notes(balance)['table-without-type'], 1);
  assert.equal(notes(balance)['undeclared-type'], 1);
});

test('events of one time keep their order through every format', async () => {
  const events = ['b', 'a', 'c', 'a', 'b'].map((type, i) => ({
    id: `e${i}`,
    type,
    time: '2024-01-01T00:00:00Z',
    relationships: [{ objectId: 'o', qualifier: '' }],
  }));
  const { log } = json({ objectTypes: [], eventTypes: [], objects: [{ id: 'o', type: 'order' }], events });
  for (const same of [throughJson(log), throughSqlite(log), await throughXml(log)])
    assert.deepEqual(plain(same), plain(log));
});

test('what one format cannot carry is refused, not changed', () => {
  const total = { name: 'total', time: '1970-01-01T00:00:00Z', value: 'a\u0001' };
  const control = json({ ...small, objects: [{ id: 'o1', type: 'order', attributes: [total] }] }).log;
  assert.throws(() => [...writeOcelXml(control)], /control character/);
  const attributes = ['Total', 'total'].map((name) => ({ name, type: 'string' }));
  const names = json({ ...small, objectTypes: [{ name: 'order', attributes }] }).log;
  assert.throws(() => writeOcelSqlite(names, fresh('sqlite')), /apart/);
});

test('export(import(x)) equals x, in every format', async () => {
  await fc.assert(
    fc.asyncProperty(anyObjectLog, async (log) => {
      assert.deepEqual(plain(throughJson(log)), plain(log));
      assert.deepEqual(plain(await throughXml(log)), plain(log));
      assert.deepEqual(plain(await throughXml(log, 'relationship')), plain(log));
      assert.deepEqual(plainAsTable(throughSqlite(log)), plainAsTable(log));
    }),
    { numRuns: 60 },
  );
});

test('exports pass the published schemas, whatever the log', { skip: sharedLogsSkip }, () => {
  const [jsonSchema, xsd] = ['ocel20_schema.json', 'ocel20.xsd'].map((name) =>
    readFileSync(sharedLog(`schemas/${name}`), 'utf8'),
  );
  fc.assert(
    fc.property(anyObjectLog, (log) => {
      assert.deepEqual(jsonSchemaErrors(jsonSchema!, JSON.parse([...writeOcelJson(log)].join(''))), []);
      assert.deepEqual(xsdErrors(xsd!, [...writeOcelXml(log)].join('')), []);
    }),
    { numRuns: 40 },
  );
});

test(
  'references as the samples write them are refused by the published schema',
  { skip: sharedLogsSkip },
  () => {
    const xsd = readFileSync(sharedLog('schemas/ocel20.xsd'), 'utf8');
    const errors = xsdErrors(xsd, [...writeOcelXml(json(small).log, 'relationship')].join(''));
    assert.equal(errors[0], '<relationship> stands in <objects>');
  },
);

type Graphs = Readonly<Record<string, readonly [number, number]>>;
const example: [number[], Graphs] = [
  [13, 9, 20, 7, 3],
  { Invoice: [5, 6], 'Purchase Order': [3, 3], 'Purchase Requisition': [2, 2] },
];
const samples: [string, number[], Graphs][] = [
  ['ocel20_example.jsonocel', ...example],
  ['ocel20_example.sqlite', ...example],
  ['ocel20_example.xmlocel', ...example],
  ['ocpa-ocel20_example.xmlocel', ...example],
  [
    'order_process.jsonocel',
    [2391, 796, 4381, 0, 0],
    { delivery: [5, 597], item: [8, 2392], order: [5, 596] },
  ],
  [
    'p2p-normal.jsonocel',
    [720, 781, 3952, 0, 0],
    { GDSRCPT: [2, 160], INVOICE: [1, 127], MATERIAL: [9, 2484], PURCHORD: [4, 320], PURCHREQ: [1, 80] },
  ],
  // The file has 8,727 events; the other tool drops 2,540 whose only object is not declared.
  [
    'ocpa-logistics.ocel20.sqlite',
    [8727, 970, 11658, 1420, 1420],
    {
      Container: [17, 4826],
      Forklift: [7, 1773],
      'Transport Document': [2, 400],
      Truck: [3, 3044],
      Vehicle: [5, 645],
    },
  ],
];

async function readSample(name: string): Promise<ObjectImport> {
  const path = sharedLog(`ocel/${name}`);
  return name.endsWith('sqlite')
    ? readOcelSqlite(path)
    : name.endsWith('xmlocel')
      ? readOcelXml(path)
      : readOcelJson(readFileSync(path));
}

for (const [name, counts, graphs] of samples) {
  test(
    `${name}: counts and graphs as an independent tool has them, in every format`,
    { skip: sharedLogsSkip },
    async () => {
      const { log } = await readSample(name);
      const { events, objects, e2o, o2o } = log;
      const found = [
        events.ids.length,
        objects.ids.length,
        e2o.from.length,
        o2o.from.length,
        countChanges(log),
      ];
      assert.deepEqual(found, counts);
      for (const same of [log, throughJson(log), throughSqlite(log), await throughXml(log)]) {
        assert.deepEqual(plain(same), plain(log));
        const lives = lifecycles(same);
        const edges = same.objectTypes.map(({ name: type }, t) => {
          const list = objectEdges(flatten(same, lives, t));
          return [type, [list.length, list.reduce((sum, edge) => sum + edge.totalObjects, 0)]] as const;
        });
        assert.deepEqual(Object.fromEntries(edges.filter(([, [count]]) => count! > 0)), graphs);
      }
    },
  );
}

test('the published JSON sample comes back as it was', { skip: sharedLogsSkip }, async () => {
  const { log } = await readSample('ocel20_example.jsonocel');
  assert.deepEqual(
    JSON.parse([...writeOcelJson(log)].join('')),
    JSON.parse(readFileSync(sharedLog('ocel/ocel20_example.jsonocel'), 'utf8')),
  );
});

test(
  'the defective logistics file: everything kept that can be, the rest told',
  { skip: sharedLogsSkip },
  async () => {
    const { balance } = await readSample('ocpa-logistics.ocel20.sqlite');
    assert.deepEqual(setAside(balance, 'events'), {});
    assert.deepEqual(setAside(balance, 'e2o'), { 'dangling-object': 5080 });
    assert.deepEqual(setAside(balance, 'o2o'), { 'dangling-object': 2540 });
    assert.equal(
      notes(balance)['event-without-objects'],
      2540,
      'these are the events that the other tool drops',
    );
  },
);
