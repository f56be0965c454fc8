import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { BalanceSheet } from '../../src/northstar/balance-sheet.ts';
import { readCsv, type CsvLog, type CsvOptions } from '../../src/northstar/read-csv.ts';
import { variantActivities, variantsOf } from '../../src/northstar/variants.ts';

function read(text: string, options?: CsvOptions): CsvLog {
  return readCsv(Buffer.from(text), options);
}

function reasons(balance: BalanceSheet): Record<string, number> {
  return Object.fromEntries(
    balance.lines.flatMap((line) => line.setAside).map((reason) => [reason.code, reason.count]),
  );
}

/** Each case with its activities: `1: a b`. */
function traces({ log }: CsvLog): string[] {
  return log.cases.map((id, c) => {
    const events = log.activity.subarray(log.caseStart[c], log.caseStart[c + 1]);
    return `${id}: ${Array.from(events, (a) => log.activities[a]).join(' ')}`;
  });
}

const plain = 'case,activity,time\n1,a,2024-01-02\n2,a,2024-01-01\n1,b,2024-01-01\n';

test('events are grouped by case and keep the order of the file', () => {
  const result = read(plain);
  assert.deepEqual(traces(result), ['1: a b', '2: a']);
  assert.deepEqual([...result.log.row], [0, 2, 1]);
  const note = result.balance.notes.find(({ code }) => code === 'cases-not-in-time-order');
  assert.equal(note?.count, 1);
});

test('by time when asked, ties in file order', () => {
  const ties = 'case,activity,time\n1,c,2024-01-03\n1,b,2024-01-01\n1,x,soon\n1,a,2024-01-01\n';
  assert.deepEqual(traces(read(ties, { order: 'time' })), ['1: b x a c']);
});

for (const [name, text] of Object.entries({
  semicolons: plain.replaceAll(',', ';'),
  tabs: plain.replaceAll(',', '\t'),
  pipes: plain.replaceAll(',', '|'),
  'a byte order mark': `\ufeff${plain}`,
  'carriage returns': plain.replaceAll('\n', '\r\n'),
  'old Mac line ends': plain.replaceAll('\n', '\r'),
  'blank lines and no last line end': plain.trimEnd().replaceAll('\n', '\n\n'),
  'a first line that names the delimiter': `sep=;\r\n${plain.replaceAll(',', ';')}`,
  'quotes everywhere': plain.replace(/[^,\n]+/g, '"$&"'),
  'other names': plain.replace('case,activity,time', 'case:concept:name,concept:name,time:timestamp'),
})) {
  test(`reads ${name}`, () => {
    assert.deepEqual(traces(read(text)), ['1: a b', '2: a']);
  });
}

test('reads UTF-16 and Windows-1252', () => {
  const text = 'case,activity\n1,Prüfung\n';
  const utf16 = Buffer.from(`\ufeff${text}`, 'utf16le');
  assert.deepEqual(traces(readCsv(utf16)), ['1: Prüfung']);
  assert.deepEqual(traces(readCsv(Buffer.from(utf16).swap16())), ['1: Prüfung']);
  assert.deepEqual(traces(readCsv(Buffer.from(text, 'latin1'))), ['1: Prüfung']);
});

test('quoted fields may hold delimiters, quotes and line ends', () => {
  const { log } = read('case,activity\n"1,\n2","say ""a"""\n');
  assert.deepEqual([log.cases, log.activities], [['1,\n2'], ['say "a"']]);
});

test('columns are found by content where names say nothing', () => {
  const rows = Array.from({ length: 12 }, (_, i) => `R-${100 + (i >> 1)},${i % 2 === 0 ? 'ask' : 'pay'},2024-01-${10 + i}`);
  const { log, roles } = read(`x,y,z\n${rows.join('\n')}\n`);
  assert.deepEqual([roles.case, roles.activity, roles.time], [0, 1, 2]);
  assert.deepEqual(log.activities, ['ask', 'pay']);
}); // prettier-ignore

test('columns given by name count', () => {
  const columns = { case: 'b', activity: 'a' };
  assert.deepEqual(traces(read('a,b,case\nx,1,9\ny,1,8\n', { columns })), ['1: x y']);
});

test('columns that cannot be told apart are asked for', () => {
  assert.throws(() => read('x\n1\n'), /column/);
  assert.throws(() => read('case,activity\n1,2\n', { columns: { time: 'when' } }), /no column "when"/);
});

test('an empty file and a binary file are refused, a header alone is an empty log', () => {
  assert.throws(() => read(''), /empty/);
  assert.throws(() => read('\n\n'), /empty/);
  assert.throws(() => readCsv(Buffer.from([99, 0, 44, 0])), /not CSV/);
  const { log, balance } = read('case,activity,time\n');
  assert.equal(log.activity.length, 0);
  assert.equal(variantsOf(log).counts.length, 0);
  assert.deepEqual(balance.lines, [{ what: 'events', in: 0, kept: 0, setAside: [] }]);
});

test('what cannot be used is set aside by reason, never lost', () => {
  const { log, balance } = read(
    'case,activity,time\n1,a,2024-01-01\n,b,2024-01-01\n1,,2024-01-01\n1,c\n1,d,2024-01-01,extra\n1,e,soon\n1,"f,2024-01-01\n1,g,2024-01-02\n',
  );
  assert.deepEqual(reasons(balance), {
    'case-missing': 1,
    'activity-missing': 1,
    'row-width': 2,
    'quote-not-closed': 1,
  });
  const line = balance.lines[0]!;
  assert.equal(line.in, line.kept + line.setAside.reduce((sum, reason) => sum + reason.count, 0));
  assert.deepEqual(log.activities, ['a', 'e']);
  assert.ok(Number.isNaN(log.time[1]!), 'an unreadable time keeps the event in its place');
  assert.deepEqual(balance.notes.find((note) => note.code === 'time-unreadable')?.examples, ['line 7']);
});

test('summer time of one zone is measured on its clock, two zones in UTC', () => {
  const day = 86_400;
  const wait = (text: string, options?: CsvOptions): number => {
    const { log } = read(`case,activity,time\n${text}`, options);
    return (log.time[1]! - log.time[0]!) / 1e6;
  };
  const oneZone = '1,a,2024-03-01 00:00:00+01:00\n1,b,2024-04-30 00:00:00+02:00\n';
  assert.equal(wait(oneZone), 60 * day);
  assert.equal(wait(oneZone, { clock: 'utc' }), 60 * day - 3600);
  const january = '1,a,2024-01-01 10:00:00+01:00\n1,b,2024-01-01 11:00:00+02:00\n';
  assert.equal(wait(january), 0, 'no summer time in January');
  const withZulu = '1,a,2024-06-01 10:00:00Z\n1,b,2024-06-01 12:00:00+01:00\n';
  assert.equal(wait(withZulu), 3600, 'Z is no zone with summer time');
  const tooLate = '1,a,2024-11-20 00:00:00+10:00\n1,b,2024-12-20 00:00:00+11:00\n';
  assert.equal(wait(tooLate), 30 * day - 3600, 'too late for the change');
  const southern = '1,a,2024-09-20 00:00:00+10:00\n1,b,2024-12-20 00:00:00+11:00\n';
  assert.equal(wait(southern), 91 * day, 'southern summer');
});

test('further columns are kept when asked', () => {
  const text = 'case,activity,time,amount\n1,a,2024-01-01,5\n1,b,2024-01-02,\n';
  const column = read(text, { keep: ['amount'] }).log.columns[0]!;
  assert.deepEqual(Array.from(column.values, (value) => column.texts[value]), ['5', '']); // prettier-ignore
});

test('any table written as CSV is read back, whatever its texts hold', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', 'b', ',', ';', '"', '\n', '\r', ' ', 'ü', '€') });
  const row = fc.tuple(
    cell.map((text) => `c${text}`),
    cell.map((text) => `a${text}`),
  );
  const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  fc.assert(
    fc.property(fc.array(row, { maxLength: 20 }), (rows) => {
      const lines = rows.map((cells) => cells.map(quote).join(','));
      const { log } = read(`case,activity\n${lines.join('\n')}\n`);
      const expected = Map.groupBy(rows, ([id]) => id);
      assert.deepEqual(log.cases, [...expected.keys()]);
      const found = log.cases.map((_, c) =>
        Array.from(log.activity.subarray(log.caseStart[c], log.caseStart[c + 1]), (a) => log.activities[a]),
      );
      assert.deepEqual(found, Array.from(expected.values(), (list) => list.map(([, activity]) => activity))); // prettier-ignore
      const variants = variantsOf(log);
      assert.deepEqual(
        variants.byCount.map((v) => variantActivities(log, variants, v).join('|')).sort(),
        [...new Set(found.map((list) => list.join('|')))].sort(),
      );
    }),
  );
});
