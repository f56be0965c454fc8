/** The small parts of the kernel by themselves: money, terms, days, policy values, matching. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  businessDaysBetween,
  dueAfter,
  localDate,
  parseTerm,
  type Calendar,
} from '../../src/kernel/calendar.ts';
import { entitlementOf, shareOf, takeFrom } from '../../src/kernel/entitle.ts';
import { factId } from '../../src/kernel/fact.ts';
import { addMinor, currencyDigits, formatDecimal, parseMinor, scaleMinor } from '../../src/kernel/money.ts';
import { controlOn, defaultPolicy, plainCalendar, valueOn } from '../../src/kernel/policy.ts';
import { subsetOf } from '../../src/kernel/subset-of.ts';
import { normalizeNumber, term } from '../../src/kernel/term.ts';
import { dateText, listText, moneyText, ownerText, unitsText } from '../../src/kernel/wording.ts';

describe('money', () => {
  test('reads decimals as systems write them, rounded half up at the digits of the currency', () => {
    const cases: [string, string, number | undefined][] = [
      ['59.9', 'EUR', 5990], ['59.900000', 'EUR', 5990], ['59.995', 'EUR', 6000], ['59.9949', 'EUR', 5999], [' 7 ', 'EUR', 700],
      ['-1.50', 'EUR', -150], ['+1.5', 'EUR', 150], ['-0.00', 'EUR', 0], ['12', 'JPY', 12], ['12.5', 'JPY', 13], ['12.4', 'JPY', 12],
      ['1.2345', 'KWD', 1235], ['1.', 'EUR', 100], ['0.005', 'EUR', 1], ['0.004', 'EUR', 0],
      ['1,234.56', 'EUR', undefined], ['1e3', 'EUR', undefined], ['', 'EUR', undefined], ['.5', 'EUR', undefined],
      ['99999999999999.99', 'EUR', undefined], ['90071992547409.91', 'EUR', Number.MAX_SAFE_INTEGER],
    ]; // prettier-ignore
    for (const [text, currency, minor] of cases) assert.equal(parseMinor(text, currency), minor, text);
    assert.ok(Object.is(parseMinor('-0.00', 'EUR'), 0));
  });

  test('writes decimals with the digits of the currency', () => {
    const text = (minor: number, currency: string): string => formatDecimal({ minor, currency });
    assert.deepEqual(
      [
        text(5990, 'EUR'),
        text(5, 'EUR'),
        text(-5, 'EUR'),
        text(0, 'EUR'),
        text(1200, 'JPY'),
        text(-7, 'JPY'),
        text(1, 'KWD'),
      ],
      ['59.90', '0.05', '-0.05', '0.00', '1200', '-7', '0.001'],
    );
    assert.deepEqual([currencyDigits('EUR'), currencyDigits('JPY'), currencyDigits('KWD')], [2, 0, 3]);
  });

  test('scales half away from zero, exactly for large amounts', () => {
    const cases: [number, number, number, number][] = [
      [100, 1, 3, 33], [200, 1, 3, 67], [5, 1, 2, 3], [-5, 1, 2, -3], [-100, 1, 3, -33], [0, 5, 7, 0], [10, 3, 1, 30],
      [9_007_199_254_740_991, 2, 2, 9_007_199_254_740_991],
    ]; // prettier-ignore
    for (const [amount, numerator, denominator, result] of cases)
      assert.equal(scaleMinor(amount, numerator, denominator), result);
    assert.throws(() => scaleMinor(1, 1, 0), RangeError);
    assert.throws(() => scaleMinor(1, 1, -1), RangeError);
  });

  test('refuses sums that are not exact', () => {
    assert.equal(addMinor(2, -3), -1);
    assert.throws(() => addMinor(Number.MAX_SAFE_INTEGER, 1), /out of range: 9007199254740991 \+ 1/);
  });
});

describe('shares', () => {
  test('of units are rounded, and the last takes the rest', () => {
    assert.deepEqual(shareOf({ units: 3, gross: 1000, tax: 160 }, 1), { gross: 333, tax: 53 });
    assert.deepEqual(shareOf({ units: 3, gross: 1000, tax: 160 }, 3), { gross: 1000, tax: 160 });
    assert.deepEqual(shareOf({ units: 3, gross: 1000, tax: 160 }, 0), { gross: 0, tax: 0 });
    assert.deepEqual(takeFrom({ units: 3, gross: 1000, tax: 160 }, 1, { gross: 333, tax: 53 }), {
      units: 2,
      gross: 667,
      tax: 107,
    });
  });

  test('of more units than there are, of parts or of less than none are refused', () => {
    for (const units of [4, 1.5, -1])
      assert.throws(() => shareOf({ units: 3, gross: 1, tax: 0 }, units), RangeError);
  });

  test('add up to no more than was captured', () => {
    const line = { sku: 'A', units: 1, gross: 700, tax: 0, because: 'received' as const };
    assert.equal(entitlementOf([line, line], 50, 5000, true).total, 1450);
    assert.equal(entitlementOf([line, line], 50, 1000, true).total, 1000);
  });
});

describe('terms', () => {
  test('read counts of business days, calendar days and hours, and nothing else', () => {
    assert.deepEqual(parseTerm('3bd'), { count: 3, unit: 'bd' });
    assert.deepEqual(parseTerm('14 cd'), { count: 14, unit: 'cd' });
    assert.deepEqual(parseTerm('1h'), { count: 1, unit: 'h' });
    for (const text of ['3', 'bd', '3d', '12345h', '-1h', '3bd ']) assert.equal(parseTerm(text), undefined);
  });

  const berlin = plainCalendar('Europe/Berlin');
  const due = (from: string, text: string, calendar: Calendar = berlin): [string, string] => {
    const { on, overdueAt } = dueAfter(from, parseTerm(text)!, calendar);
    return [on, new Date(overdueAt).toISOString()];
  };

  test('in days end with their last day, in the zone of the calendar', () => {
    assert.deepEqual(due('2026-11-03T08:00:00.000Z', '3bd'), ['2026-11-06', '2026-11-06T23:00:00.000Z']);
    assert.deepEqual(
      due('2026-11-06T08:00:00.000Z', '1bd'),
      ['2026-11-09', '2026-11-09T23:00:00.000Z'],
      'over a weekend',
    );
    assert.deepEqual(
      due('2026-11-06T23:30:00.000Z', '1bd'),
      ['2026-11-09', '2026-11-09T23:00:00.000Z'],
      'Saturday there',
    );
    assert.deepEqual(due('2026-11-07T20:14:00.000Z', '14cd'), ['2026-11-21', '2026-11-21T23:00:00.000Z']);
    assert.deepEqual(
      due('2026-03-27T08:00:00.000Z', '3cd'),
      ['2026-03-30', '2026-03-30T22:00:00.000Z'],
      'summer time',
    );
    assert.deepEqual(due('2026-11-03T08:00:00.000Z', '0bd'), ['2026-11-03', '2026-11-03T23:00:00.000Z']);
    assert.deepEqual(due('2026-11-03T08:00:00.000Z', '2h'), [
      '2026-11-03T10:00:00.000Z',
      '2026-11-03T10:00:00.000Z',
    ]);
  });

  test('leave out holidays and days off', () => {
    const sundays: Calendar = {
      zone: 'Europe/Berlin',
      workdays: [1, 2, 3, 4, 5, 7],
      holidays: new Set(['2026-11-04']),
    };
    assert.deepEqual(due('2026-11-03T08:00:00.000Z', '1bd', sundays)[0], '2026-11-05');
    assert.deepEqual(due('2026-11-06T08:00:00.000Z', '1bd', sundays)[0], '2026-11-08');
    assert.deepEqual(
      due('2026-11-03T08:00:00.000Z', '1cd', sundays)[0],
      '2026-11-04',
      'calendar days count all',
    );
  });

  test('count working days after one day up to another', () => {
    const days = (from: string, until: string): number =>
      businessDaysBetween(`${from}T09:00:00.000Z`, `${until}T09:00:00.000Z`, berlin);
    assert.deepEqual(
      [
        days('2026-11-02', '2026-11-02'),
        days('2026-11-02', '2026-11-03'),
        days('2026-11-06', '2026-11-09'),
        days('2026-11-02', '2026-11-16'),
      ],
      [0, 1, 1, 10],
    );
    assert.equal(days('2026-11-09', '2026-11-02'), 0);
  });

  test('know the local date, also where zones are off by quarters of an hour', () => {
    assert.equal(localDate('2026-11-03T23:30:00.000Z', 'UTC'), '2026-11-03');
    assert.equal(localDate('2026-11-03T23:30:00.000Z', 'Europe/Berlin'), '2026-11-04');
    assert.equal(localDate('2026-11-03T18:14:00.000Z', 'Asia/Kathmandu'), '2026-11-03');
    assert.equal(localDate('2026-11-03T18:15:00.000Z', 'Asia/Kathmandu'), '2026-11-04');
  });
});

describe('policy values', () => {
  test('hold from their day on', () => {
    const dated = [
      { from: '', value: 1 },
      { from: '2026-03-01', value: 2 },
      { from: '2026-06-01', value: 3 },
    ];
    assert.deepEqual(
      ['2025-01-01', '2026-02-28', '2026-03-01', '2026-05-31T23:00:00.000Z', '2026-06-01T00:00:00.000Z'].map(
        (day) => valueOn(dated, day),
      ),
      [1, 1, 2, 2, 3],
    );
  });

  test('of a check fall back to the matrix for the term alone', () => {
    const policy = defaultPolicy('Europe/Berlin');
    assert.deepEqual(controlOn(policy, 'back-restored', '2026-11-02'), {
      mode: 'watch',
      watch: 'auto',
      due: { count: 3, unit: 'bd' },
    });
    assert.deepEqual(controlOn(policy, 'unit-cap', '2026-11-02'), { mode: 'watch', watch: 'auto' });
    const own = {
      ...policy,
      controls: {
        'back-restored': [
          { from: '', value: { mode: 'auto', watch: 'on' } as const },
          { from: '2026-12-01', value: { mode: 'auto', watch: 'on', due: { count: 9, unit: 'h' } } as const },
        ],
      },
    };
    assert.deepEqual(controlOn(own, 'back-restored', '2026-11-02').due, { count: 3, unit: 'bd' });
    assert.deepEqual(controlOn(own, 'back-restored', '2026-12-02').due, { count: 9, unit: 'h' });
    assert.equal(controlOn(own, 'back-restored', '2026-12-02').mode, 'auto');
  });

  test('of nobody accuse of nothing: watch, receipt, unset stock', () => {
    const policy = defaultPolicy();
    assert.equal(policy.zone, 'UTC');
    assert.deepEqual(
      [policy.payAfter, policy.stockAuthority, policy.books, policy.authorization, policy.periodClose].map(
        (dated) => valueOn<string>(dated, '2026-01-01'),
      ),
      ['receipt', 'unset', 'per_order', 'auto', 'none'],
    );
    assert.deepEqual(policy.calendars.ops.workdays, [1, 2, 3, 4, 5]);
    assert.deepEqual(policy.items, {});
  });
});

describe('numbers that people type', () => {
  test('lose what is said around them', () => {
    const cases: [string, string][] = [
      [' #lh-10251 ', 'LH-10251'], ['Nr. LH 10251', 'LH10251'], ['RMA-5012', 'RMA-5012'], ['rma 5012', 'RMA5012'], ['Order no. 17.', '17'],
      ['RMAX-1', 'X-1'], ['#:', ''], ['\u200b12', '12'], ['LH-1;', 'LH-1'],
    ]; // prettier-ignore
    for (const [typed, number] of cases) assert.equal(normalizeNumber(typed), number, typed);
  });

  test('become names in a namespace of their own', () => {
    assert.deepEqual(
      [
        term.number('#1'),
        term.orderId('shop', 7),
        term.ref(' 1 '),
        term.rma('rma-1'),
        term.payment('ch_1'),
        term.object('erp', 'sale', 5),
        term.customer('erp', 2),
        term.tracking('00 34'),
      ],
      [
        'number/1',
        'order-id/shop/7',
        'ref/1',
        'rma/RMA-1',
        'payment/ch_1',
        'object/erp/sale/5',
        'customer/erp/2',
        'tracking/0034',
      ],
    );
    assert.equal(factId('shop', 'order/1', 'order.placed'), 'shop:order/1#order.placed');
    assert.equal(factId('shop', 'order/1', 'goods.shipped', 2), 'shop:order/1#goods.shipped.2');
  });
});

describe('amounts that make up another', () => {
  const find = (list: readonly number[], target: number, tolerance = 0): number[] | undefined =>
    subsetOf(list, (one) => one, target, tolerance);

  test('are the fewest that do', () => {
    assert.deepEqual(find([100, 200, 300, 400], 500), [200, 300]);
    assert.deepEqual(find([100, 150, 250, 500, 1000], 1500), [500, 1000]);
    assert.deepEqual(find([100, 200, 300], 600), [100, 200, 300]);
  });

  test('are at least two, within the tolerance, and not looked for among too many', () => {
    assert.equal(find([500], 500), undefined);
    assert.equal(find([500, 7], 500), undefined);
    assert.equal(find([], 0), undefined);
    assert.deepEqual(find([299, 200], 500, 1), [299, 200]);
    assert.equal(find([298, 200], 500, 1), undefined);
    assert.deepEqual(
      find(
        Array.from({ length: 12 }, () => 10),
        20,
      ),
      [10, 10],
    );
    assert.equal(
      find(
        Array.from({ length: 13 }, () => 10),
        20,
      ),
      undefined,
    );
  });
});

describe('words', () => {
  test('for money, days, units, lists and owners in both languages', () => {
    const plain = (text: string): string => text.replaceAll(/\s/g, ' ');
    assert.deepEqual(
      [moneyText({ minor: 123_456, currency: 'EUR' }, 'en'), plain(moneyText({ minor: 123_456, currency: 'EUR' }, 'de')), plain(moneyText({ minor: 1200, currency: 'JPY' }, 'en')), plain(moneyText({ minor: 1234, currency: 'KWD' }, 'en')), moneyText({ minor: 1234, currency: 'points' }, 'en')],
      ['€1,234.56', '1.234,56 €', 'JP¥1,200', 'KWD 1.234', '12.34'],
    );
    assert.deepEqual(
      [dateText('2026-11-03', 'en', 'Europe/Berlin', '2026-12-01'), dateText('2025-11-03', 'en', 'Europe/Berlin', '2026-12-01'), dateText('2026-11-03T23:30:00.000Z', 'en', 'Europe/Berlin', '2026-12-01'), dateText('2026-11-03', 'de', 'Europe/Berlin', '2026-12-01')],
      ['3 Nov', '3 Nov 2025', '4 Nov', '3. Nov.'],
    );
    assert.deepEqual([unitsText(1, 'en'), unitsText(2, 'en'), unitsText(1, 'de')], ['1 unit', '2 units', '1 Stück']);
    assert.deepEqual([listText([], 'en'), listText(['a'], 'en'), listText(['a', 'b'], 'en'), listText(['a', 'b', 'c'], 'de')], ['', 'a', 'a and b', 'a, b und c']);
    assert.deepEqual([ownerText('ops', 'en'), ownerText('ops', 'de'), ownerText('maria', 'de')], ['Ops', 'Lager', 'maria']);
  });
}); // prettier-ignore
