import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatTime, TimeReader, type TimeForm } from '../../src/northstar/time-text.ts';

const read = (text: string): number => new TimeReader().readText(text);

test('one instant in many notations is one number', () => {
  const micros = Date.UTC(2010, 11, 30, 13, 32) * 1000;
  for (const text of [
    '2010-12-30T14:32:00.000+01:00', '2010-12-30 14:32:00+0100', '2010-12-30T13:32Z', '2010-12-30 13:32:00 UTC', '2010/12/30 13:32',
    '30.12.2010 13:32:00', '2010-12-30t14:32:00+01', '1293715920', '1293715920000', '1293715920000000', ' 2010-12-30 13:32 ',
  ]) assert.equal(read(text), micros, text); // prettier-ignore
});

test('microseconds are exact, finer digits are cut and counted', () => {
  const reader = new TimeReader();
  assert.equal(reader.readText('2024-01-01T00:00:00.123456789Z'), Date.UTC(2024, 0, 1) * 1000 + 123_456);
  assert.equal(reader.readText('2024-01-01T00:00:00,5Z'), Date.UTC(2024, 0, 1) * 1000 + 500_000);
  assert.deepEqual([reader.cutFraction, reader.assumedUtc], [1, 0]);
});

test('what is no time is refused', () => {
  for (const text of [
    '', 'soon', '12/30/2010', '2023-02-29', '2024-13-01', '2024-01-01T24:00:00Z', '2024-01-01T10:60Z', '2024-01-01T10:00:00+25:00',
    '2024-01-01T10:00:00.Z', '2024-01-01X10:00', '12345', `2024-01-01${' '.repeat(80)}`, '2024-01-01T10:00:00ü',
  ]) assert.ok(Number.isNaN(read(text)), text); // prettier-ignore
  assert.equal(read('2024-02-29'), Date.UTC(2024, 1, 29) * 1000);
});

test('a time without zone is read as UTC, and counted', () => {
  const reader = new TimeReader();
  for (const text of ['2024-01-01', '2024-01-01 10:00', '2024-01-01T10:00:00Z']) reader.readText(text);
  assert.equal(reader.assumedUtc, 2);
});

test('a time is written back as it was read', () => {
  const form: fc.Arbitrary<TimeForm> = fc.record({
    style: fc.constantFrom('dash', 'slash', 'german'),
    separator: fc.constantFrom('T', ' '),
    seconds: fc.constant(true),
    fraction: fc.nat({ max: 6 }),
    zone: fc.constantFrom('', 'Z', '+01:00', '-0530', '+02', ' UTC'),
  });
  const seconds = fc.integer({ min: -2_000_000_000, max: 8_000_000_000 });
  fc.assert(
    fc.property(form, seconds, fc.nat({ max: 999_999 }), (wanted, second, micro) => {
      const text = formatTime(second * 1_000_000 + micro, wanted);
      const reader = new TimeReader();
      const micros = reader.readText(text);
      assert.equal(formatTime(micros, reader.forms[reader.form]), text);
      assert.ok(Math.abs(micros - (second * 1_000_000 + micro)) < 10 ** (6 - wanted.fraction));
    }),
  );
});

test('epochs, German dates and bare dates are written back too', () => {
  for (const text of ['1293715920', '1293715920123', '1293715920123456', '30.12.2010', '2010-12-30', '2010/12/30 13:32']) {
    const reader = new TimeReader();
    const micros = reader.readText(text);
    assert.equal(formatTime(micros, reader.forms[reader.form]), text);
  }
}); // prettier-ignore
