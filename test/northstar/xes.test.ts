import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { ImportError, type BalanceSheet } from '../../src/northstar/balance-sheet.ts';
import { readXes, type XesLog, type XesOptions } from '../../src/northstar/read-xes.ts';
import { writeXes } from '../../src/northstar/write-xes.ts';
import type { XesAttribute, XesDocument } from '../../src/northstar/xes-document.ts';

const folder = mkdtempSync(join(tmpdir(), 'reentry-xes-'));
after(() => rmSync(folder, { recursive: true }));

let files = 0;
function read(content: string | Uint8Array, options?: XesOptions): Promise<XesLog> {
  const path = join(folder, `${++files}.xes`);
  writeFileSync(path, content);
  return readXes(path, options);
}

function event(...attributes: string[]): string {
  return `<event>${attributes.join('')}</event>`;
}

function text(key: string, value: string): string {
  return `<string key="${key}" value="${value}"/>`;
}

function reasons(balance: BalanceSheet): Record<string, number> {
  return Object.fromEntries(
    [...balance.lines.flatMap((line) => line.setAside), ...balance.notes].map((reason) => [
      reason.code,
      reason.count,
    ]),
  );
}

async function refusal(content: string | Uint8Array): Promise<string> {
  try {
    await read(content);
  } catch (error) {
    assert.ok(error instanceof ImportError, String(error));
    return `${error.code}: ${error.message}`;
  }
  return 'read';
}

const two = `<?xml version="1.0"?><log><trace>${text('concept:name', 'c1')}${event(text('concept:name', 'a'), '<date key="time:timestamp" value="2024-01-01T00:00:00Z"/>')}${event(text('concept:name', 'b'), '<date key="time:timestamp" value="2024-01-01T00:00:30Z"/>')}</trace></log>`;

test('traces are cases, events keep their order', async () => {
  const { log } = await read(two);
  assert.deepEqual([log.cases, log.activities, [...log.activity]], [['c1'], ['a', 'b'], [0, 1]]);
  assert.equal(log.time[1]! - log.time[0]!, 30_000_000);
});

test('gzip is known by its first bytes, not by its name', async () => {
  assert.deepEqual((await read(gzipSync(two))).log.activities, ['a', 'b']);
});

test('text may come in any pieces', async () => {
  const long = two.replace(
    '<trace>',
    `<trace>${text('note', 'ü€😀 &lt;&amp;&#10;&#x1F600;'.repeat(30_000))}`,
  );
  const { document } = await read(long, { document: true });
  assert.equal(document?.traces[0]?.attributes[0]?.value, 'ü€😀 <&\n😀'.repeat(30_000));
});

test('what is wrong is booked by reason', async () => {
  const { log, balance } = await read(
    `<log>${event(text('concept:name', 'alone'))}<trace>${event(text('x', 'y'))}${event(text('concept:name', 'a'), text('concept:name', 'b'), '<date key="time:timestamp" value="?"/>')}<blob/></trace><trace/></log>`,
  );
  assert.deepEqual(log.cases, ['trace 1', 'trace 2']);
  assert.deepEqual(
    [...log.activity].map((a) => log.activities[a]),
    ['a'],
    'of an attribute given twice the first counts',
  );
  assert.deepEqual(reasons(balance), {
    'event-outside-trace': 1,
    'activity-missing': 1,
    'duplicate-attribute': 1,
    'time-unreadable': 1,
    'case-unnamed': 2,
    'case-empty': 1,
    'unknown-element': 1,
  });
});

test('two traces of one name are two cases', async () => {
  const trace = `<trace>${text('concept:name', 'same')}${event(text('concept:name', 'a'))}</trace>`;
  assert.deepEqual((await read(`<log>${trace}${trace}</log>`)).log.cases, ['same', 'same']);
});

test('damaged files are refused with the line', async () => {
  assert.match(await refusal(two.slice(0, -20)), /^xml-truncated: line 1: the file ends inside <log>/);
  assert.match(await refusal(gzipSync(two).subarray(0, 100)), /^gzip-damaged/);
  assert.match(await refusal(''), /^xml-empty/);
  assert.match(
    await refusal('<log>\n\n<trace></log>'),
    /^xml-malformed: line 3: <trace> is closed by <\/log>/,
  );
  assert.match(await refusal('<log><string key="a" key="b"/></log>'), /^xml-malformed: .*key twice/);
  assert.match(await refusal('<log><string key=a/></log>'), /^xml-malformed/);
  assert.match(await refusal('<log/><log/>'), /^xml-malformed: .*second root/);
  assert.match(await refusal('<html/>'), /^xes-not-xes/);
  assert.match(await refusal(Buffer.from([60, 108, 111, 103, 62, 0xff, 0xfe, 60])), /^xml-encoding/);
});

test('entities are refused, before they can grow', async () => {
  const bomb = `<?xml version="1.0"?><!DOCTYPE log [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]><log>${text('x', '&b;')}</log>`;
  assert.match(await refusal(bomb), /^xml-doctype/);
  assert.match(await refusal('<!DOCTYPE log SYSTEM "file:///etc/passwd"><log/>'), /^xml-doctype/);
  assert.match(await refusal(`<log>${text('x', '&secret;')}</log>`), /^xml-entity: .*&secret;/);
  assert.match(await refusal(`<log>${text('x', 'a & b')}</log>`), /^xml-entity/);
  assert.match(await refusal('<log>'.repeat(300)), /^xml-too-deep/);
});

test('columns are kept when asked, trace attributes as case:KEY', async () => {
  const { log } = await read(
    two.replace(
      '</trace>',
      `</trace><trace>${text('concept:name', 'c2')}${text('kind', 'x')}${event(text('concept:name', 'a'), '<float key="cost" value="1.50"/>')}</trace>`,
    ),
    { keep: 'all' },
  );
  assert.deepEqual(
    log.columns.map(({ name, texts, values }) => [name, [...values].map((value) => texts[value])]),
    [
      ['case:kind', ['', '', 'x']],
      ['cost', ['', '', '1.50']],
    ],
  );
});

const key = fc.string({
  unit: fc.constantFrom('a', ':', ' ', '"', '<', '&', 'é'),
  minLength: 1,
  maxLength: 4,
});
const attribute: fc.Arbitrary<XesAttribute> = fc.letrec<{ attribute: XesAttribute }>((tie) => ({
  attribute: fc.record({
    type: fc.constantFrom('string', 'date', 'int', 'float', 'boolean', 'id', 'list', 'container'),
    key,
    value: fc.option(
      fc.string({
        unit: fc.constantFrom('a', '\n', '\t', '\r', "'", '"', '>', '&', '😀', ' '),
        maxLength: 5,
      }),
      { nil: undefined },
    ),
    children: fc.oneof(
      { maxDepth: 2, withCrossShrink: true },
      fc.constant([]),
      fc.array(tie('attribute'), { maxLength: 2 }),
    ),
  }),
})).attribute;
const attributes = fc.array(attribute, { maxLength: 3 });
const header = fc.dictionary(fc.constantFrom('xes.version', 'xmlns', 'a'), key, { noNullPrototype: true });
const anyDocument: fc.Arbitrary<XesDocument> = fc.record({
  header,
  extensions: fc.array(header, { maxLength: 2 }),
  globals: fc.array(fc.record({ scope: fc.constantFrom('trace', 'event'), attributes }), { maxLength: 2 }),
  classifiers: fc.array(header, { maxLength: 2 }),
  attributes,
  traces: fc.array(fc.record({ attributes, events: fc.array(attributes, { maxLength: 3 }) }), {
    maxLength: 3,
  }),
  orphans: fc.array(attributes, { maxLength: 2 }),
});

test('export(import(x)) equals x, packed or not', async () => {
  await fc.assert(
    fc.asyncProperty(anyDocument, async (document) => {
      const written = [...writeXes(document)].join('');
      for (const content of [written, gzipSync(written)])
        assert.deepEqual((await read(content, { document: true })).document, structuredClone(document));
    }),
    { numRuns: 80 },
  );
});
