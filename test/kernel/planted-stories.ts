/** Stories as companies live them, with the root problems they must show. */
import { sumOf, type Line, type ReturnTeller, type Style } from './return-teller.ts';
import { story, type Story } from './story.ts';

export const lamp = (units: number): Line => ['LAMP', units, units * 2000];
const mug = (units: number): Line => ['MUG', units, units * 3500];
export const tent: Line = ['TENT', 1, 17_095];

export type Plant = {
  readonly tell: (teller: ReturnTeller, story: Story) => void;
  /** Root problems: code, SKU, units, minor. */
  readonly expect: readonly string[];
  /** Styles in which the story can be told at all. */
  readonly only?: (style: Style) => boolean;
};

const lines = [lamp(2), mug(1)];
export const plants: Readonly<Record<string, Plant>> = {
  clean: { tell: (teller) => teller.clean('r2', lines), expect: [] },
  'never put away': {
    tell: (teller) =>
      teller.approved(lines).arrived(lines).refunded('r2', lines).restocked(lines).credited(sumOf(lines)).closed(),
    only: (style) => style.route !== 'one step',
    expect: ['approved-but-not-restored LAMP 2', 'approved-but-not-restored MUG 1'],
  },
  'part of it never put away': {
    tell: (teller) =>
      teller.approved(lines).arrived(lines).putAway([lamp(1)]).refunded('r2', lines).restocked(lines)
        .credited(sumOf(lines)).closed(),
    only: (style) => style.route !== 'one step',
    expect: ['approved-but-not-restored LAMP 1', 'approved-but-not-restored MUG 1'],
  },
  'nothing came, announced': {
    tell: (teller) => teller.approved(lines).refunded('r2', lines).credited(sumOf(lines)).closed(),
    expect: ['approved-but-not-restored LAMP 2', 'approved-but-not-restored MUG 1'],
  },
  'nothing came, no document': {
    tell: (teller) => teller.approved(lines, false).refunded('r2', lines).credited(sumOf(lines)).closed(),
    expect: ['approved-but-not-restored LAMP 2', 'approved-but-not-restored MUG 1'],
  },
  'nothing came, restocked in the shop': {
    tell: (teller) => teller.approved(lines, false).refunded('r2', lines).restocked(lines).credited(sumOf(lines)).closed(),
    expect: ['restored-without-receipt LAMP 2', 'restored-without-receipt MUG 1'],
  },
  'one unit less came': {
    tell: (teller) =>
      teller.approved(lines).handled([lamp(1), mug(1)], () => teller.refunded('r2', lines).restocked(lines))
        .credited(sumOf(lines)).closed(),
    expect: ['refunded-unreceived-units LAMP 1'],
  },
  'one item did not come': {
    tell: (teller) =>
      teller.approved(lines).handled([lamp(2)], () => teller.refunded('r2', lines).restocked([lamp(2)]))
        .credited(sumOf(lines)).closed(),
    expect: ['refunded-unreceived-units MUG 1'],
  },
  'not refunded': {
    tell: (teller) => teller.approved(lines).handled(lines, () => {}),
    expect: ['received-not-refunded LAMP 2 4000', 'received-not-refunded MUG 1 3500'],
  },
  'one item not refunded': {
    tell: (teller) =>
      teller.approved(lines).handled(lines, () => teller.refunded('r2', [mug(1)]).restocked([mug(1)])).credited(3500),
    expect: ['received-not-refunded LAMP 2 4000'],
  },
  'failed at the gateway': {
    tell: (teller) =>
      teller.approved(lines)
        .handled(lines, () => teller.recorded('r2', lines).settled('r2', sumOf(lines), undefined, 'failed').restocked(lines))
        .credited(sumOf(lines)).closed(),
    expect: ['refund-failed-at-gateway 7500'],
  },
  'never at the gateway': {
    tell: (teller) =>
      teller.approved(lines).handled(lines, () => teller.recorded('r2', lines).restocked(lines)).credited(sumOf(lines)).closed(),
    expect: ['refund-not-at-gateway 7500'],
  },
  'pending, and the customer told': {
    tell: (teller) =>
      teller.approved(lines)
        .handled(lines, () => teller.recorded('r2', lines).settled('r2', sumOf(lines), undefined, 'pending').restocked(lines))
        .credited(sumOf(lines)).closed(),
    expect: ['refund-stuck-pending 7500'],
  },
  'paid twice': {
    tell: (teller) =>
      teller.approved(lines).handled(lines, () => teller.refunded('r2', lines).restocked(lines))
        .settled('r2-again', sumOf(lines), false).credited(sumOf(lines)).closed(),
    expect: ['duplicate-payout 7500'],
  },
  'paid twice, first in two parts': {
    tell: (teller) =>
      teller.approved(lines)
        .handled(lines, () =>
          teller.recorded('r2', lines).settled('r2-a', 3000, true).settled('r2-b', 4500, true).restocked(lines))
        .settled('r2-again', sumOf(lines), false).credited(sumOf(lines)).closed(),
    expect: ['duplicate-payout 7500'],
  },
  'only at the gateway': {
    tell: (teller) =>
      teller.approved(lines).handled(lines, () => teller.settled('r2', sumOf(lines), false).restocked(lines))
        .credited(sumOf(lines)).closed(),
    expect: ['gateway-refund-not-in-shop 7500'],
  },
  'only at the gateway, with shipping': {
    tell: (teller) =>
      teller.approved(lines).handled(lines, () => teller.settled('r2', sumOf(lines) + 490, false).restocked(lines))
        .credited(sumOf(lines) + 490).closed(),
    expect: ['gateway-refund-not-in-shop 7990'],
  },
  'two records, one payout': {
    tell: (teller) =>
      teller.approved(lines).handled(lines, () => teller.refunded('r2', lines).restocked(lines)).recorded('r3', lines, 'manual')
        .credited(sumOf(lines)).closed(),
    expect: ['one-payout-two-records 7500'],
  },
  'no credit note': {
    tell: (teller) => teller.approved(lines).handled(lines, () => teller.refunded('r2', lines).restocked(lines)).closed(),
    expect: ['refund-without-credit-note 7500'],
  },
  'credit note left draft': {
    tell: (teller) =>
      teller.approved(lines).handled(lines, () => teller.refunded('r2', lines).restocked(lines)).credited(sumOf(lines), 'drafted').closed(),
    expect: ['credit-note-left-draft 7500'],
  },
  'credit note twice': {
    tell: (teller) =>
      teller.approved(lines).handled(lines, () => teller.refunded('r2', lines).restocked(lines)).credited(sumOf(lines))
        .credited(sumOf(lines), 'posted', 'CN-again').closed(),
    expect: ['duplicate-credit-note 7500'],
  },
  'one of two refunds not credited': {
    tell: (teller) =>
      teller.approved(lines)
        .handled(lines, () => teller.refunded('r2', [lamp(2)]).refunded('r3', [mug(1)]).restocked(lines)).credited(3500).closed(),
    expect: ['refund-without-credit-note 4000'],
  },
  'credited, not refunded': {
    tell: (teller) => teller.approved(lines).handled(lines, () => {}).credited(sumOf(lines)).closed(),
    expect: ['credit-note-without-refund 7500'],
  },
  'not restocked in the shop': {
    tell: (teller) => teller.approved(lines).handled(lines, () => teller.refunded('r2', lines)).credited(sumOf(lines)).closed(),
    expect: ['shop-not-restocked LAMP 2', 'shop-not-restocked MUG 1'],
  },
  'part not restocked in the shop': {
    tell: (teller) =>
      teller.approved(lines).handled(lines, () => teller.refunded('r2', lines).restocked([lamp(1), mug(1)])).credited(sumOf(lines)).closed(),
    expect: ['shop-not-restocked LAMP 1'],
  },
  'damaged, restocked in the shop': {
    tell: (teller) =>
      teller.approved(lines).handled([], () => teller.refunded('r2', lines).restocked(lines), lines).credited(sumOf(lines)).closed(),
    expect: ['restored-though-damaged LAMP 2', 'restored-though-damaged MUG 1'],
  },
  'one of two damaged, both restocked in the shop': {
    tell: (teller) =>
      teller.approved(lines)
        .handled([lamp(1), mug(1)], () => teller.refunded('r2', lines).restocked(lines), [lamp(1)]).credited(sumOf(lines)).closed(),
    expect: ['restored-though-damaged LAMP 1'],
  },
  'one of two damaged, as it should be': {
    tell: (teller) =>
      teller.approved(lines)
        .handled([lamp(1), mug(1)], () => teller.refunded('r2', [lamp(1)]).refunded('r3', [lamp(1), mug(1)]).restocked([lamp(1), mug(1)]), [lamp(1)])
        .credited(sumOf(lines)).closed(),
    expect: [],
  },
  'another item came instead': {
    tell: (teller) =>
      teller.approved([lamp(2)]).handled([], () => teller.refunded('r2', [lamp(2)])).arrived([['PAN', 2, 0]], undefined, true)
        .putAway([['PAN', 2, 0]]).credited(4000).closed(),
    expect: ['wrong-item-received PAN 2'],
  },
  'one right, one wrong': {
    tell: (teller) =>
      teller.approved([lamp(2)]).handled([lamp(1)], () => teller.refunded('r2', [lamp(2)]).restocked([lamp(1)]))
        .arrived([['PAN', 1, 0]], undefined, true).putAway([['PAN', 1, 0]]).credited(4000).closed(),
    expect: ['wrong-item-received PAN 1'],
  },
  'input cancelled, put away all the same': {
    tell: (teller) =>
      teller.approved(lines).arrived([lamp(2)]).putAway(lines).refunded('r2', lines).restocked(lines).credited(sumOf(lines)).closed(),
    only: (style) => style.route !== 'one step',
    expect: ['restored-without-receipt MUG 1'],
  },
  'fewer lines than the amount': {
    tell: (teller, order) => {
      teller.approved(lines).handled(lines, () => {
        order.recorded('r2', lines, undefined, { money: { minor: 7301, currency: 'EUR' } });
        teller.settled('r2', 7301).restocked(lines);
      });
      teller.credited(7301).closed();
    },
    expect: ['refund-lines-unequal-amount 199'],
  },
  'record deleted': {
    tell: (teller) =>
      teller.approved(lines).handled(lines, () => teller.settled('r9', sumOf(lines), true).restocked(lines)).credited(sumOf(lines)).closed(),
    expect: ['refund-vanished 7500'],
  },
  'no lines': {
    tell: (teller, order) => {
      teller.approved(lines).handled(lines, () => {
        order.amountOnly('r2', 7500);
        teller.settled('r2', 7500).restocked(lines);
      });
      teller.credited(7500).closed();
    },
    expect: ['refund-without-lines 3 7500'],
  },
  'refunded by bank': {
    tell: (teller) =>
      teller.approved(lines).handled(lines, () => teller.recorded('r2', lines, 'manual').restocked(lines)).credited(sumOf(lines)).closed(),
    expect: [],
  },
  'paid in two parts': {
    tell: (teller) =>
      teller.approved(lines)
        .handled(lines, () => teller.recorded('r2', lines).settled('r2-a', 3100).settled('r2-b', 4400).restocked(lines))
        .credited(sumOf(lines)).closed(),
    expect: [],
  },
  'paid more than recorded': {
    tell: (teller) =>
      teller.approved(lines).handled(lines, () => teller.recorded('r2', lines).settled('r2', 8500, true).restocked(lines))
        .credited(sumOf(lines)).closed(),
    expect: ['refunded-not-entitled 1000'],
  },
  'paid less than recorded': {
    tell: (teller) =>
      teller.approved(lines).handled(lines, () => teller.recorded('r2', lines).settled('r2', 6500, true).restocked(lines))
        .credited(sumOf(lines)).closed(),
    expect: ['refund-not-at-gateway 1000'],
  },
  'second part of the payment failed': {
    tell: (teller) =>
      teller.approved(lines)
        .handled(lines, () => teller.recorded('r2', lines).settled('r2-a', 4500, true).settled('r2-b', 3000, true, 'failed').restocked(lines))
        .credited(sumOf(lines)).closed(),
    expect: ['refund-failed-at-gateway 3000'],
  },
  'credited in two parts': {
    tell: (teller) =>
      teller.approved(lines).handled(lines, () => teller.refunded('r2', lines).restocked(lines)).credited(4100, 'posted', 'CN-a')
        .credited(3400, 'posted', 'CN-b').closed(),
    expect: [],
  },
  'second part of the credit note left draft': {
    tell: (teller) =>
      teller.approved(lines).handled(lines, () => teller.refunded('r2', lines).restocked(lines)).credited(4100, 'posted', 'CN-a')
        .credited(3400, 'drafted', 'CN-b').closed(),
    expect: ['credit-note-left-draft 3400'],
  },
  'credited too little': {
    tell: (teller) =>
      teller.approved(lines).handled(lines, () => teller.refunded('r2', lines).restocked(lines)).credited(7000).closed(),
    expect: ['credit-note-differs 500'],
  },
  'two units in one line of the refund': {
    tell: (teller) =>
      teller.approved(lines).handled(lines, () => teller.refunded('r2', [['LAMP', 1, 4000], mug(1)]).restocked(lines))
        .credited(sumOf(lines)).closed(),
    expect: ['restored-twice LAMP 1'],
  },
  'blind, beside others': {
    tell: (_, order) => order.received('MUG', 1),
    only: (style) => style.numbers === 'all' || style.numbers === 'erp',
    expect: ['blind-return MUG 1'],
  },
  'ticket left open': {
    tell: (teller) => teller.approved(lines).handled(lines, () => teller.refunded('r2', lines).restocked(lines)).credited(sumOf(lines)),
    expect: ['loop-closed-case-open'],
  },
  'still waiting for the goods': { tell: (teller) => teller.approved(lines), expect: [] },
  'the rest still waits': {
    tell: (teller, order) => {
      teller.approved([lamp(2)]).handled([lamp(1)], () => teller.refunded('r2', [lamp(1)]).restocked([lamp(1)])).credited(2000);
      order.fact('return.waiting', 'erp', { sku: 'LAMP', quantity: 1, document: 'IN9', linked: false });
    },
    expect: [],
  },
  'the rest hangs, ticket closed': {
    tell: (teller, order) => {
      teller.approved([lamp(2)]).handled([lamp(1)], () => teller.refunded('r2', [lamp(1)]).restocked([lamp(1)])).credited(2000);
      order.fact('return.waiting', 'erp', { sku: 'LAMP', quantity: 1, document: 'IN9', linked: false });
      teller.closed();
    },
    expect: ['return-backorder-lost LAMP 1'],
  },
  'the rest hangs, all refunded, ticket closed': {
    tell: (teller, order) => {
      teller.approved([lamp(2)]).handled([lamp(1)], () => teller.refunded('r2', [lamp(2)]).restocked([lamp(1)])).credited(4000);
      order.fact('return.waiting', 'erp', { sku: 'LAMP', quantity: 1, document: 'IN9', linked: false });
      teller.closed();
    },
    expect: ['return-backorder-lost LAMP 1'],
  },
}; // prettier-ignore

/** The order they happen on. */
export const plantedOrder = (): Story =>
  story('1001', '2026-10-26T10:00')
    .line('LAMP', 4, 2000).line('MUG', 2, 3500).line('TENT', 1, 17_095).delivery(490).placed().paid()
    .shipped('LAMP', 4).shipped('MUG', 2).shipped('TENT', 1); // prettier-ignore
