import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { guessDates, guessDecimal } from '../../src/files/guess-format.ts';
import { parseDate, type DateNotation } from '../../src/files/parse-date.ts';
import {
  lineAmount,
  parseAmount,
  parseMicros,
  parseWhole,
  type DecimalMark,
} from '../../src/kernel/written-decimal.ts';

test('numbers as people write them', () => {
  const numbers: readonly (readonly [text: string, mark: DecimalMark, micros: number | undefined])[] = [
    ['1234.50', '.', 1_234_500_000],
    ['1,234.50', '.', 1_234_500_000],
    ['1.234,50', ',', 1_234_500_000],
    ['1 234,50 €', ',', 1_234_500_000],
    ["1'234.50", '.', 1_234_500_000],
    ['EUR -12.00', '.', -12_000_000],
    ['12,00-', ',', -12_000_000],
    ['(12.00)', '.', -12_000_000],
    ['\u221212', '.', -12_000_000],
    ['+5', '.', 5_000_000],
    ['.5', '.', 500_000],
    ['-0', '.', 0],
    ['1,23', '.', undefined],
    ['1.2.3', '.', undefined],
    ['12,34,567', '.', undefined],
    ['1e3', '.', undefined],
    ['-12-', '.', undefined],
    ['0.1234567', '.', undefined],
    ['99999999999', '.', undefined],
    ['', '.', undefined],
    ['12 Stück', ',', undefined],
  ];
  for (const [text, mark, micros] of numbers)
    assert.equal(parseMicros(text, mark), micros, `${text} ${mark}`);
});

test('an amount is never rounded, a whole number never cut', () => {
  assert.equal(parseAmount('59.90', '.', 'EUR'), 5990);
  assert.equal(parseAmount('59.905', '.', 'EUR'), undefined);
  assert.equal(parseAmount('59', '.', 'JPY'), 59);
  assert.equal(parseAmount('59.5', '.', 'JPY'), undefined);
  assert.equal(parseAmount('1.234', '.', 'KWD'), 1234);
  assert.equal(parseWhole('17850.0', '.'), 17_850);
  assert.equal(parseWhole('1.200', ','), 1200);
  assert.equal(parseWhole('1.5', '.'), undefined);
});

test('a line is rounded once, half away from zero', () => {
  assert.equal(lineAmount(3, 335_000, 'EUR'), 101);
  assert.equal(lineAmount(-3, 335_000, 'EUR'), -101);
  assert.equal(lineAmount(-1, 0, 'EUR'), 0);
  assert.throws(() => lineAmount(9_000_000, 9_000_000_000_000, 'EUR'), RangeError);
});

test('what is written in either notation is read back', () => {
  fc.assert(
    fc.property(fc.integer({ min: -99_999_999_999, max: 99_999_999_999 }), (cents) => {
      const size = Math.abs(cents);
      const whole = String(Math.floor(size / 100)).replace(/\B(?=(?:\d{3})+$)/g, ',');
      const english = `${cents < 0 ? '-' : ''}${whole}.${String(size % 100).padStart(2, '0')}`;
      const german = english.replace(/[.,]/g, (mark) => (mark === '.' ? ',' : '.'));
      assert.equal(parseAmount(english, '.', 'EUR'), cents);
      assert.equal(parseAmount(german, ',', 'EUR'), cents);
    }),
  );
});

test('dates in every notation, with their zone, and none that do not exist', () => {
  const berlin = 'Europe/Berlin';
  const dates: readonly (readonly [text: string, notation: DateNotation, iso: string | undefined])[] = [
    ['2026-11-05 09:30', 'yyyy-MM-dd', '2026-11-05T08:30:00.000Z'],
    ['2026-11-05T09:30:15.250Z', 'yyyy-MM-dd', '2026-11-05T09:30:15.250Z'],
    ['2026-11-05T09:30:00+0530', 'yyyy-MM-dd', '2026-11-05T04:00:00.000Z'],
    ['2026-11-05', 'yyyy-MM-dd', '2026-11-05T22:59:59.999Z'],
    ['05.11.26 09:30', 'dd.MM.yyyy', '2026-11-05T08:30:00.000Z'],
    ['5/11/2026 9:30 PM', 'dd/MM/yyyy', '2026-11-05T20:30:00.000Z'],
    ['11/05/2026 12:05 AM', 'MM/dd/yyyy', '2026-11-04T23:05:00.000Z'],
    ['20261105', 'yyyyMMdd', '2026-11-05T22:59:59.999Z'],
    ['5. März 2026, 09:30', 'd MMM yyyy', '2026-03-05T08:30:00.000Z'],
    ['Oct 5, 2026 09:30 PDT', 'MMM d, yyyy', '2026-10-05T16:30:00.000Z'],
    ['1793871000', 'epoch-seconds', '2026-11-05T09:30:00.000Z'],
    ['1793871000000', 'epoch-milliseconds', '2026-11-05T09:30:00.000Z'],
    ['2026-02-30', 'yyyy-MM-dd', undefined],
    ['2026-11-05 25:00', 'yyyy-MM-dd', undefined],
    ['13/13/2026', 'dd/MM/yyyy', undefined],
    ['2026-11-05 13:00 PM', 'yyyy-MM-dd', undefined],
    ['5 Foo 2026', 'd MMM yyyy', undefined],
    ['2026-11-05 09:30 XYZ', 'yyyy-MM-dd', undefined],
  ];
  for (const [text, notation, iso] of dates) {
    const parsed = parseDate(text, [notation], berlin);
    assert.equal(parsed === undefined ? undefined : new Date(parsed.at).toISOString(), iso, text);
  }
});

test('the day on which clocks change has its own end', () => {
  assert.equal(new Date(parseDate('2026-10-25', ['yyyy-MM-dd'], 'Europe/Berlin')!.at).toISOString(), '2026-10-25T22:59:59.999Z'); // prettier-ignore
  assert.equal(new Date(parseDate('2026-10-24', ['yyyy-MM-dd'], 'Europe/Berlin')!.at).toISOString(), '2026-10-24T21:59:59.999Z'); // prettier-ignore
});

test('a guess says where it could be two things', () => {
  assert.deepEqual(guessDates(['13/11/2026', '05/11/2026'])?.notations, ['dd/MM/yyyy']);
  assert.match(guessDates(['05/11/2026', '06/11/2026'])?.unclear ?? '', /cannot be told apart/);
  assert.equal(guessDates(['red', 'blue']), undefined);
  assert.equal(guessDecimal(['1.234', '59,90']), ',');
  assert.equal(guessDecimal(['1,234', '59.90']), '.');
});
