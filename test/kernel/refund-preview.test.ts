/** The preview of a refund, part by part: what units, shipping, fees and rounding give back, and what is refused. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { previewSentences } from '../../src/kernel/preview-sentences.ts';
import type { Policy } from '../../src/kernel/policy.ts';
import {
  previewRefund,
  refundLinesOf,
  type RefundPreview,
  type RefundWish,
} from '../../src/kernel/refund-preview.ts';
import type { Refusal } from '../../src/kernel/refusal.ts';
import { shopPolicy, story, type Story } from './story.ts';

const ask = (told: Story, wish: RefundWish, policy: Policy = shopPolicy): RefundPreview | Refusal => {
  const { positions, placedAt } = told.judge('2026-12-01', { policy });
  const result = previewRefund({ positions, policy, day: placedAt ?? '2026-10-26' }, wish);
  return result.ok ? result.preview : result;
};
const preview = (told: Story, wish: RefundWish, policy?: Policy): RefundPreview => {
  const result = ask(told, wish, policy);
  assert.ok(!('ok' in result), 'ok' in result ? `${result.reason} ${JSON.stringify(result.about)}` : '');
  return result;
};
const refused = (told: Story, wish: RefundWish): unknown => {
  const result = ask(told, wish);
  return 'ok' in result ? [result.reason, result.about['left']] : result.total;
};
const shoes = (units: number, more: RefundWish = {}): RefundWish => ({
  lines: [{ sku: 'SHOE', units }],
  ...more,
});
const shop = (more: (told: Story) => Story = (told) => told): Story =>
  more(story('1').line('SHOE', 3, 1000, { tax: 480 }).line('HAT', 1, 500, { tax: 80 }))
    .placed()
    .paid();

describe('an order', () => {
  test('that nobody placed or paid has nothing to give back', () => {
    assert.deepEqual(refused(story('1').atGateway('settled', 're', 100), shoes(1)), [
      'order-unknown',
      undefined,
    ]);
    assert.deepEqual(refused(story('1').line('SHOE', 1, 1000).placed(), shoes(1)), [
      'nothing-paid',
      undefined,
    ]);
    assert.equal(refused(story('1').line('SHOE', 1, 1).placed().paid(), shoes(1)), 1, 'a cent is something');
  });

  test('of which all is given back has nothing left', () => {
    const done = shop().amountOnly('r1', 3500, 'goodwill');
    assert.deepEqual(refused(done, shoes(1)), ['already-refunded', undefined]);
    assert.deepEqual(refused(done, { shipping: 'all' }), ['already-refunded', undefined]);
    assert.deepEqual(refused(shop(), { shipping: 'all' }), ['refund-of-nothing', undefined]);
    assert.deepEqual(refused(shop().amountOnly('r1', 3499, 'goodwill'), { shipping: 'all' }), ['refund-of-nothing', undefined]); // prettier-ignore
  });

  test('of which little is left gives that: units are cut to it, an amount is refused above it', () => {
    const told = (): Story => shop().amountOnly('r1', 3000, 'goodwill');
    const { total, cut, left, before } = preview(told(), shoes(1));
    assert.deepEqual({ total, cut, left, before }, { total: 500, cut: -500, left: 0, before: 3000 });
    assert.equal(refused(told(), { amountMinor: 500, purpose: 'price' }), 500);
    assert.deepEqual(refused(told(), { amountMinor: 501, purpose: 'price' }), ['over-cap', 500]);
    assert.deepEqual(refused(shop(), { amountMinor: -1, purpose: 'price' }), ['amount-invalid', undefined]);
    assert.deepEqual(refused(shop(), { amountMinor: 0.5, purpose: 'price' }), ['amount-invalid', undefined]);
  });
});

describe('units', () => {
  test('take their share, the last of a line all that is left', () => {
    const told = (): Story =>
      story('1')
        .line('SHOE', 3, 0)
        .placed({
          lines: [{ line: '1', sku: 'SHOE', quantity: 3, gross: 1000, tax: 160, kind: 'goods' }],
          total: 1000,
        })
        .paid(1000);
    const of = (wish: RefundWish, story = told()) =>
      preview(story, wish).lines.map(({ gross, tax, isLast }) => [gross, tax, isLast]);
    assert.deepEqual(of(shoes(1)), [[333, 53, false]]);
    assert.deepEqual(of(shoes(3)), [[1000, 160, true]]);
    const after = (): Story => told().recorded('r1', [['SHOE', 2, 667]]);
    assert.deepEqual(of(shoes(1), after()), [[333, 160 - Math.round((667 * 19) / 119), true]]);
    assert.deepEqual(refused(after(), shoes(2)), ['more-than-left', 1]);
  });

  test('are told with what was charged and given back before', () => {
    const [line] = preview(shop().recorded('r1', [['SHOE', 1, 1000]]), shoes(1)).lines;
    assert.deepEqual(
      [line!.charged, line!.before],
      [
        { units: 3, gross: 3000, tax: 480 },
        { units: 1, gross: 1000, tax: 160 },
      ],
    );
  });

  test('of one item on two lines come from the first, then the next', () => {
    const told = shop((one) => one.line('SHOE', 1, 900));
    const lines = (wish: RefundWish): unknown =>
      preview(told, wish).lines.map(({ line, units, gross, kept }) => [line, units, gross, kept]);
    assert.deepEqual(lines(shoes(4)), [
      ['1', 3, 3000, 0],
      ['3', 1, 900, 0],
    ]);
    assert.deepEqual(
      lines({
        lines: [
          { line: '3', units: 1 },
          { sku: 'SHOE', units: 3 },
        ],
      }),
      [
        ['1', 3, 3000, 0],
        ['3', 1, 900, 0],
      ],
    );
    assert.deepEqual(lines({ lines: [{ sku: 'SHOE', units: 4, keepMinor: 100 }] }), [
      ['1', 3, 2900, 100],
      ['3', 1, 900, 0],
    ]);
    assert.deepEqual(
      lines({
        lines: [
          { sku: 'SHOE', units: 1, keepMinor: 10 },
          { sku: 'SHOE', units: 1, keepMinor: 20 },
        ],
      }),
      [['1', 2, 1970, 30]],
    );
    assert.deepEqual(refused(told, { lines: [{ line: '3', units: 2 }] }), ['more-than-left', 1]);
    assert.deepEqual(refused(told, shoes(5)), ['more-than-left', 4]);
  });

  test('are whole, on the order, and keep no more than they cost', () => {
    for (const units of [0, -1, 0.5])
      assert.deepEqual(refused(shop(), shoes(units)), ['units-invalid', undefined]);
    assert.deepEqual(refused(shop(), { lines: [{ sku: 'BOOT', units: 1 }] }), [
      'item-not-on-order',
      undefined,
    ]);
    assert.deepEqual(refused(shop(), { lines: [{ line: '9', units: 1 }] }), ['item-not-on-order', undefined]);
    const keep = (keepMinor: number): unknown =>
      refused(shop(), { lines: [{ sku: 'SHOE', units: 1, keepMinor }] });
    assert.deepEqual(keep(-1), ['amount-invalid', undefined]);
    assert.deepEqual(keep(0.5), ['amount-invalid', undefined]);
    assert.deepEqual(keep(1001), ['kept-too-much', undefined]);
    assert.deepEqual(keep(1000), ['refund-of-nothing', undefined]);
    assert.equal(keep(999), 1);
  });

  test('of which some is kept give back that much less of their tax', () => {
    const tax = (keepMinor: number): number =>
      preview(shop(), { lines: [{ sku: 'SHOE', units: 1, keepMinor }] }).lines[0]!.tax;
    assert.deepEqual([tax(0), tax(500), tax(1)], [160, 80, 160]);
  });

  test('that were free give back nothing, not even tax', () => {
    const told = shop((one) => one.line('GIFT', 1, 0, { tax: 0 }));
    const { lines, total } = preview(told, {
      lines: [
        { sku: 'GIFT', units: 1 },
        { sku: 'HAT', units: 1 },
      ],
    });
    assert.deepEqual(
      [lines.map(({ gross, tax }) => [gross, tax]), total],
      [
        [
          [500, 80],
          [0, 0],
        ],
        500,
      ],
    );
  });

  test('carry the name of their line, where it has one', () => {
    const lines = [
      { line: '1', sku: 'SHOE', name: 'Red shoe', quantity: 1, gross: 1000, tax: 0, kind: 'goods' },
      { line: '2', sku: 'HAT', quantity: 1, gross: 500, tax: 0, kind: 'goods' },
    ] as const;
    const told = story('1').placed({ lines, total: 1500 }).paid(1500);
    const wish = { lines: [{ sku: 'SHOE', units: 1 }, { sku: 'HAT', units: 1 }] }; // prettier-ignore
    assert.deepEqual(
      preview(told, wish).lines.map((line) => ('name' in line ? line.name : 'none')),
      ['Red shoe', 'none'],
    );
    assert.deepEqual(previewSentences(preview(told, wish), 'en').slice(0, 2), [
      '1 unit Red shoe: €10.00.',
      '1 unit HAT: €5.00.',
    ]);
  });

  test('are recorded line by line', () => {
    assert.deepEqual(refundLinesOf(preview(shop(), shoes(2))), [
      { line: '1', sku: 'SHOE', quantity: 2, gross: 2000, tax: 320 },
    ]);
  });
});

describe('the rounding of an order', () => {
  const rounded = (by: number): Story => {
    const told = story('1').line('SHOE', 2, 1000);
    return told.placed({ total: 2000 + by }).paid(2000 + by);
  };
  const given = (told: Story, units: number): number[] => {
    const { rounding, total } = preview(told, shoes(units));
    return [rounding, total];
  };

  test('goes with the last goods', () => {
    assert.deepEqual(
      [given(rounded(1), 1), given(rounded(1), 2), given(rounded(-1), 2)],
      [
        [0, 1000],
        [1, 2001],
        [-1, 1999],
      ],
    );
    assert.deepEqual(given(rounded(1).recorded('r1', [['SHOE', 1, 1000]]), 1), [1, 1001]);
  });

  test('went with a refund that gave it back', () => {
    const told = rounded(1).recorded('r1', [['SHOE', 1, 1000]], undefined, {
      money: { minor: 1001, currency: 'EUR' },
    });
    assert.deepEqual(given(told, 1), [0, 1000]);
    const amount = rounded(1).amountOnly('r1', 1, 'goodwill');
    assert.deepEqual(given(amount, 2), [1, 2000], 'an amount by itself is no rounding');
  });

  test('is no more than a cent for each part: then a part is missing', () => {
    assert.deepEqual(
      [given(rounded(3), 2), given(rounded(4), 2)],
      [
        [3, 2003],
        [0, 2000],
      ],
    );
    assert.deepEqual(
      [given(rounded(-3), 2), given(rounded(-4), 2)],
      [
        [-3, 1997],
        [0, 1996],
      ],
    );
  });
});

describe('fees', () => {
  const charging = (fee: number): Story => shop((told) => told.fee(fee));
  const all: RefundWish = {
    lines: [
      { sku: 'SHOE', units: 3 },
      { sku: 'HAT', units: 1 },
    ],
  };
  const fees = (told: Story, wish: RefundWish): unknown => {
    const { fees } = preview(told, wish);
    return [fees.gross, fees.because];
  };

  test('that were charged go back with the last goods, or when they are asked for', () => {
    assert.deepEqual(fees(charging(200), all), [200, 'all']);
    assert.deepEqual(fees(charging(200), shoes(1)), [0, 'none']);
    assert.deepEqual(fees(charging(200), shoes(1, { fees: 'all' })), [200, 'all']);
    assert.deepEqual(fees(charging(200), { ...all, fees: 'none' }), [0, 'none']);
    assert.deepEqual(fees(charging(200), { fees: { minor: 50 } }), [50, 'asked']);
  });

  test('that were a discount are taken by each refund of goods, in proportion', () => {
    assert.deepEqual(fees(charging(-350), shoes(1)), [-100, 'share']);
    assert.deepEqual(fees(charging(-350), all), [-350, 'all']);
    assert.deepEqual(fees(charging(-350), { amountMinor: 100, purpose: 'goodwill' }), [0, 'none']);
    assert.deepEqual(
      fees(charging(-350), { lines: [{ sku: 'SHOE', units: 1, keepMinor: 400 }] }),
      [-100, 'share'],
      'what is kept counts as given',
    );
    const after = charging(-350).recorded('r1', [['SHOE', 1, 1000]], undefined, {
      fees: { gross: -100, tax: -16 },
      money: { minor: 900, currency: 'EUR' },
    });
    assert.deepEqual(fees(after, shoes(1)), [-100, 'share']);
  });

  test('are asked for between nothing and what is left of them', () => {
    const asked = (fee: number, minor: number): unknown =>
      refused(charging(fee), shoes(1, { fees: { minor } }));
    assert.deepEqual([asked(200, 0), asked(200, 200)], [1000, 1200]);
    assert.deepEqual(
      [asked(200, -1), asked(200, 201)],
      [
        ['over-component', 200],
        ['over-component', 200],
      ],
    );
    assert.deepEqual([asked(-200, 0), asked(-200, -200)], [1000, 800]);
    assert.deepEqual(
      [asked(-200, 1), asked(-200, -201)],
      [
        ['over-component', -200],
        ['over-component', -200],
      ],
    );
    assert.deepEqual(
      [asked(0, 1), asked(0, -1), asked(200, 0.5)],
      [
        ['over-component', 0],
        ['over-component', 0],
        ['amount-invalid', undefined],
      ],
    );
  });

  test('give back their tax in proportion', () => {
    const told = story('1')
      .line('SHOE', 1, 1000)
      .fee(200)
      .placed({ fees: { gross: 200, tax: 32 } })
      .paid();
    const tax = (minor: number): number => preview(told, shoes(1, { fees: { minor } })).fees.tax;
    assert.deepEqual([tax(200), tax(100), tax(0)], [32, 16, 0]);
    const discount = story('1')
      .line('SHOE', 2, 1000)
      .fee(-200)
      .placed({ fees: { gross: -200, tax: -32 } })
      .paid();
    assert.equal(preview(discount, shoes(1)).fees.tax, -16);
  });

  test('are told with what was charged and given back before', () => {
    const told = charging(200).recorded('r1', [], undefined, {
      fees: { gross: 50, tax: 0 },
      money: { minor: 50, currency: 'EUR' },
    });
    const { charged, before, gross } = preview(told, all).fees;
    assert.deepEqual([charged, before, gross], [200, 50, 150]);
  });
});

describe('shipping', () => {
  const express: Policy = { ...shopPolicy, standardShipping: [{ from: '', value: 490 }] };
  const one = (customer: 'consumer' | 'business' = 'consumer'): Story =>
    story('1').line('SHOE', 2, 1000).delivery(990).placed({ customer }).paid();
  const shipping = (told: Story, wish: RefundWish, policy = express): unknown => {
    const { shipping } = preview(told, wish, policy);
    return [shipping.gross, shipping.because];
  };
  const withdrawn = (told = one().shipped('SHOE', 2)): Story =>
    told.fact('withdrawal.declared', 'shop', { wholeOrder: true });

  test('goes back at the standard rate with the last goods of a whole withdrawal', () => {
    assert.deepEqual(shipping(withdrawn(), shoes(2)), [490, 'standard']);
    assert.deepEqual(shipping(withdrawn(), shoes(1)), [0, 'none']);
    assert.deepEqual(shipping(one().shipped('SHOE', 2), shoes(2)), [0, 'none']);
    assert.deepEqual(shipping(withdrawn(one('business').shipped('SHOE', 2)), shoes(2)), [0, 'none']);
    assert.deepEqual(shipping(withdrawn(), shoes(2), shopPolicy), [990, 'all']);
    assert.deepEqual(shipping(withdrawn(), shoes(2, { purpose: 'goodwill' })), [0, 'none']);
  });

  test('goes back no further than was owed', () => {
    const part = (gross: number): Story =>
      withdrawn().recorded('r1', [], undefined, { shipping: { gross, tax: 0 } });
    assert.deepEqual(shipping(part(100), shoes(2)), [390, 'standard']);
    assert.deepEqual(shipping(part(490), shoes(2)), [0, 'none']);
    assert.deepEqual(shipping(part(600), shoes(2)), [0, 'none']);
  });

  test('goes back in full where nothing was shipped, or where it is called a cancellation', () => {
    assert.deepEqual(shipping(one().cancelled(), shoes(2)), [990, 'all']);
    assert.deepEqual(shipping(one().shipped('SHOE', 1).cancelled(), shoes(2)), [0, 'none']);
    assert.deepEqual(shipping(one(), shoes(2)), [0, 'none'], 'nobody cancelled');
    assert.deepEqual(shipping(one(), shoes(2, { purpose: 'cancellation' })), [990, 'all']);
  });

  test('may be asked for, up to what is left of it', () => {
    assert.deepEqual(shipping(one(), { shipping: 'all' }), [990, 'all']);
    assert.deepEqual(shipping(one(), { purpose: 'shipping' }), [990, 'all']);
    assert.deepEqual(shipping(one(), { shipping: { minor: 990 } }), [990, 'asked']);
    assert.deepEqual(shipping(withdrawn(), shoes(2, { shipping: 'none' })), [0, 'none']);
    assert.deepEqual(refused(one(), { shipping: { minor: 991 } }), ['over-component', 990]);
    assert.deepEqual(refused(one(), { shipping: { minor: -1 } }), ['amount-invalid', undefined]);
    assert.deepEqual(refused(one(), { shipping: { minor: 0.5 } }), ['amount-invalid', undefined]);
    assert.equal(refused(one(), shoes(1, { shipping: { minor: 0 } })), 1000);
  });
});

describe('the purpose', () => {
  const purpose = (told: Story, wish: RefundWish): string => preview(told, wish).purpose;

  test('is the one that was said, else follows from what is given back', () => {
    const told = (): Story => shop((one) => one.delivery(490));
    assert.equal(purpose(told(), shoes(1, { purpose: 'price' })), 'price');
    assert.equal(purpose(told(), shoes(1)), 'return');
    assert.equal(purpose(told().cancelled(), shoes(1)), 'cancellation');
    assert.equal(purpose(told(), { amountMinor: 100 }), 'goodwill');
    assert.equal(purpose(told(), { shipping: 'all' }), 'shipping');
  });
});

test('tax is that of all parts', () => {
  const told = story('1').line('SHOE', 1, 1190, { tax: 190 }).delivery(119).fee(238)
    .placed({ shipping: { gross: 119, tax: 19 }, fees: { gross: 238, tax: 38 } }).paid();
  const { tax, total } = preview(told, shoes(1, { shipping: 'all' }));
  assert.deepEqual([tax, total], [247, 1547]);
}); // prettier-ignore
