import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { AppError } from '../../src/wire/errors.ts';
import { auditFolder, importOf, setAsideOf } from './audit-folder.ts';
import { folderWith } from './temporary-folder.ts';
import { wooOrder } from './woo-order.ts';

const three = [wooOrder(1), wooOrder(2), wooOrder(3)];

test('a truncated array names file, line and column, and keeps the whole objects before the cut', async (t) => {
  const text = JSON.stringify(three, null, 1);
  const cut = text.slice(0, text.lastIndexOf('"SHOE-42"') + 4);
  const folder = folderWith(t, { 'orders.json': cut });
  const report = await auditFolder(folder);
  const sheet = importOf(report, 'orders.json');
  assert.equal(sheet.in, 3);
  assert.equal(sheet.kept, 2);
  const line = cut.split('\n').length;
  const column = cut.length - cut.lastIndexOf('\n');
  assert.match(
    sheet.setAside[0]!.reason,
    new RegExp(`^orders\\.json, line ${line}, column ${column}: the file ends`),
  );
  assert.equal(report.incomplete.length, 1);
  assert.deepEqual(
    [...new Set(report.orders.map((order) => order.verdict))],
    ['incomplete'],
    'nothing is called closed',
  );
});

test('a truncated page in an envelope keeps its whole objects too', async (t) => {
  const text = JSON.stringify({ jsonrpc: '2.0', id: 1, result: three });
  const folder = folderWith(t, { 'orders.json': text.slice(0, -200) });
  const sheet = importOf(await auditFolder(folder), 'orders.json');
  assert.deepEqual([sheet.in, sheet.kept], [3, 2]);
});

test('a broken line of NDJSON is set aside with its number; the lines around it are kept', async (t) => {
  const lines = three.map((order) => JSON.stringify(order));
  lines[1] = lines[1]!.slice(0, 40);
  const folder = folderWith(t, { 'orders.ndjson': lines.join('\n') });
  const sheet = importOf(await auditFolder(folder), 'orders.ndjson');
  assert.deepEqual([sheet.in, sheet.kept], [3, 2]);
  assert.equal(
    sheet.setAside[0]!.reason,
    'orders.ndjson, line 2, column 41: the line ends in the middle of a value',
  );
});

test('a first line that is broken does not hide the others', async (t) => {
  const folder = folderWith(t, {
    'orders.ndjson': ['{"id": 1,', ...three.map((order) => JSON.stringify(order))].join('\n'),
  });
  const sheet = importOf(await auditFolder(folder), 'orders.ndjson');
  assert.deepEqual([sheet.in, sheet.kept, sheet.format], [4, 3, 'NDJSON']);
});

test('UTF-8 with a mark and UTF-16 are read; another encoding is refused with file and byte', async (t) => {
  const text = JSON.stringify([wooOrder(1, { customer_note: 'Größe' })]);
  const swapped = Buffer.from(`\uFEFF${text.replace('"id":1,', '"id":4,')}`, 'utf16le').swap16();
  const folder = folderWith(t, {
    'mark.json': `\uFEFF${text}`,
    'little.json': Buffer.from(`\uFEFF${text.replace('"id":1,', '"id":2,')}`, 'utf16le'),
    'unmarked.json': Buffer.from(text.replace('"id":1,', '"id":3,'), 'utf16le'),
    'big.json': swapped,
    'latin.json': Buffer.from(text, 'latin1'),
  });
  const report = await auditFolder(folder);
  for (const file of ['mark.json', 'little.json', 'unmarked.json', 'big.json']) {
    assert.equal(importOf(report, file).kept, 1, file);
  }
  assert.equal(importOf(report, 'big.json').format, 'JSON, UTF-16BE');
  const latin = importOf(report, 'latin.json');
  assert.equal(latin.kept, 0);
  const offset = Buffer.from(text, 'latin1').indexOf(0xf6);
  assert.match(
    latin.setAside[0]!.reason,
    new RegExp(`^latin\\.json: not UTF-8 or UTF-16: byte ${offset} \\(0xF6\\)`),
  );
});

test('a price of 1,234.56 and a 30 February are set aside with field and value, the rest is kept', async (t) => {
  const folder = folderWith(t, {
    'orders.json': [
      wooOrder(1, { total: '1,234.56' }),
      wooOrder(2, { date_created_gmt: '2026-02-30T08:00:00', date_created: '2026-02-30T08:00:00' }),
      wooOrder(3),
    ],
  });
  const report = await auditFolder(folder);
  const price = report.others.find((other) => other.value === '1,234.56');
  assert.ok(price, 'the price is named');
  assert.deepEqual([price.code, price.field, price.subject.id], ['unreadable-object', 'total', '1']);
  const day = report.others.find((other) => other.value?.includes('2026-02-30') === true);
  assert.ok(day, 'the day is named');
  assert.deepEqual([day.code, day.subject.id], ['unreadable-object', '2']);
  assert.ok(report.orders.some((order) => order.order === 'T-3'));
});

test('objects of an unknown kind are set aside with their fields, never their values', async (t) => {
  const folder = folderWith(t, { 'orders.json': three, 'weather.json': [{ city: 'secret', rain: 3 }] });
  const sheet = importOf(await auditFolder(folder), 'weather.json');
  assert.deepEqual([sheet.in, sheet.kept, sheet.kind], [1, 0, 'nothing known']);
  assert.match(sheet.setAside[0]!.reason, /fields city, rain/);
  assert.doesNotMatch(JSON.stringify(sheet), /secret/);
});

test('an empty folder and a path that is not there are not found', async (t) => {
  await assert.rejects(auditFolder(folderWith(t, {})), isError('folder-empty'));
  await assert.rejects(auditFolder(`${folderWith(t, {})}/none`), isError('path-not-found'));
});

test('a folder of something else says for every file what it looked like', async (t) => {
  const folder = folderWith(t, {
    'notes.txt': 'buy milk',
    'photo.png': Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0xff]),
    'settings.json': { theme: 'dark' },
  });
  await assert.rejects(auditFolder(folder), (error: unknown) => {
    assert.ok(error instanceof AppError);
    assert.equal(error.code, 'nothing-understood');
    for (const name of ['notes.txt', 'photo.png', 'settings.json'])
      assert.match(error.message, new RegExp(name));
    return true;
  });
});

test('a gzip file that was cut off keeps what it still holds and says so', async (t) => {
  const lines = Array.from({ length: 400 }, (_, index) =>
    JSON.stringify(wooOrder(index + 1, { note: Math.sin(index) })),
  );
  const packed = gzipSync(lines.join('\n'));
  const folder = folderWith(t, {
    'orders.ndjson.gz': packed.subarray(0, packed.length >> 1),
    'more.json.gz': gzipSync('[]'),
  });
  const report = await auditFolder(folder);
  const sheet = importOf(report, 'orders.ndjson.gz');
  assert.ok(sheet.kept > 50 && sheet.kept < 400, String(sheet.kept));
  assert.match(sheet.setAside.map(({ reason }) => reason).join(), /damaged or cut off/);
  assert.equal(sheet.in, sheet.kept + setAsideOf(sheet));
});

const isError = (code: string) => (error: unknown) => error instanceof AppError && error.code === code;
