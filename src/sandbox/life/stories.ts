/**
 * What goes wrong, as changes of a clean plan. Each story says which code it should be found under, which systems
 * disagree, whose job it is, and which further codes are true consequences of it.
 */
import type { Random } from '../random.ts';
import type { Expectation, Units } from './order-record.ts';
import type { ReturnPlan } from './return-plan.ts';
import { refundOf } from './return-plan.ts';

/** What is known once the story is over. */
export type Outcome = {
  readonly plan: ReturnPlan;
  /** Minor units. */
  readonly refunded: number;
  readonly credited: number;
  readonly secondCredit: number;
};

/** What a story may need to know of the order. */
export type OrderedGoods = {
  readonly ordered: Units;
  /** SKUs that are not on it. */
  readonly others: readonly string[];
};

type Owner = Expectation['owner'];

export type Story = {
  readonly code: string;
  readonly weight: number;
  readonly pair: string;
  readonly owner: Owner;
  /** Problem stands per SKU with units, or once with an amount, or only once. */
  readonly measure: 'units' | 'amount' | 'case';
  readonly acceptable: readonly string[];
  /** Kinds of evidence, in order: see `evidenceOf`. */
  readonly evidence: readonly (
    | 'refund'
    | 'payout'
    | 'charge'
    | 'dispute'
    | 'picking'
    | 'backorder'
    | 'scrap'
    | 'sale'
    | 'move'
    | 'credit'
    | 'ticket'
    | 'order'
  )[];
  /** Undefined where the plan does not lend itself to the story. */
  readonly change: (plan: ReturnPlan, random: Random, order: OrderedGoods) => ReturnPlan | undefined;
  readonly units?: (outcome: Outcome) => Units;
  readonly amount?: (outcome: Outcome) => number;
};

const firstSku = (units: Units): string => Object.keys(units)[0] ?? '';
const total = (units: Units): number => Object.values(units).reduce((sum, count) => sum + count, 0);
const oneLess = (units: Units): Units => {
  const sku = firstSku(units);
  return { ...units, [sku]: (units[sku] ?? 0) - 1 };
};
/** The order is worth twice what comes back: there is money left to pay it a second time. */
const paysTwice = (plan: ReturnPlan, { ordered }: OrderedGoods): boolean =>
  Object.entries(plan.announced).every(([sku, count]) => count * 2 <= (ordered[sku] ?? 0));
const refunds = (plan: ReturnPlan, more: Parameters<typeof refundOf>[1]): Pick<ReturnPlan, 'refunds'> => ({
  refunds: plan.refunds.map((refund) => ({ ...refund, ...more })),
});

const announced = ({ plan }: Outcome): Units => plan.announced;
const refunded = ({ refunded }: Outcome): number => refunded;

export const stories: readonly Story[] = [
  {
    code: 'approved-but-not-restored', weight: 5, pair: 'helpdesk-erp', owner: 'ops', measure: 'units',
    acceptable: ['not-inspected', 'refunded-goods-never-came', 'refunded-unreceived-units', 'told-too-early'],
    evidence: ['ticket', 'picking', 'refund', 'order'],
    // Left in the inspection, never received, or no transfer at all.
    change: (plan, random) => {
      const variant = random.int(0, 2);
      if (variant === 0) return { ...plan, inspected: true, putAway: false };
      return { ...plan, picking: variant === 1 ? 'waiting' : 'none', received: {}, ...refunds(plan, { restock: false }) };
    },
    units: announced,
  },
  {
    code: 'duplicate-payout', weight: 3, pair: 'gateway-shop', owner: 'finance', measure: 'amount',
    acceptable: ['gateway-refund-not-in-shop', 'refund-over-cap'],
    evidence: ['refund', 'payout', 'order'],
    change: (plan, _, order) => (paysTwice(plan, order) ? { ...plan, gateway: 'pays twice' } : undefined),
    amount: refunded,
  },
  {
    code: 'refunded-unreceived-units', weight: 3, pair: 'shop-erp', owner: 'support', measure: 'units',
    acceptable: ['approved-but-not-restored', 'received-short', 'restored-without-receipt'],
    evidence: ['refund', 'picking', 'sale', 'order'],
    change: (plan) =>
      (plan.announced[firstSku(plan.announced)] ?? 0) < 2
        ? undefined
        : { ...plan, received: oneLess(plan.announced), rest: 'given up' },
    units: ({ plan }) => ({ [firstSku(plan.announced)]: 1 }),
  },
  {
    code: 'wrong-item-received', weight: 2, pair: 'erp-shop', owner: 'ops', measure: 'units',
    acceptable: [
      'approved-but-not-restored', 'received-not-refunded', 'received-short', 'refunded-goods-never-came',
      'refunded-unreceived-units', 'return-not-on-order', 'shop-not-restocked',
    ],
    evidence: ['picking', 'refund', 'sale', 'order'],
    change: (plan, random, { others }) =>
      total(plan.announced) !== 1 || others.length === 0
        ? undefined
        : { ...plan, inspected: false, received: {}, wrongItem: random.pick(others), ...refunds(plan, { restock: false }) },
    units: ({ plan }) => ({ [plan.wrongItem ?? '']: 1 }),
  },
  {
    code: 'restored-though-damaged', weight: 2, pair: 'shop-erp', owner: 'ops', measure: 'units',
    acceptable: ['restored-without-receipt'],
    evidence: ['picking', 'scrap', 'refund', 'order'],
    change: (plan) => ({ ...plan, damaged: plan.announced }),
    units: announced,
  },
  {
    code: 'restored-without-receipt', weight: 2, pair: 'shop-erp', owner: 'ops', measure: 'units',
    acceptable: ['approved-but-not-restored', 'refunded-goods-never-came', 'refunded-unreceived-units'],
    evidence: ['refund', 'sale', 'ticket', 'order'],
    change: (plan) => ({ ...plan, picking: 'none', received: {} }),
    units: announced,
  },
  {
    code: 'shop-not-restocked', weight: 3, pair: 'erp-shop', owner: 'ops', measure: 'units',
    acceptable: [],
    evidence: ['picking', 'refund', 'order'],
    change: (plan) => ({ ...plan, ...refunds(plan, { restock: false }) }),
    units: announced,
  },
  {
    code: 'blind-return', weight: 2, pair: 'erp-helpdesk', owner: 'support', measure: 'units',
    acceptable: ['received-not-refunded', 'return-not-on-order', 'shop-not-restocked'],
    evidence: ['picking', 'order'],
    change: (plan) => ({ ...plan, approved: false, refunds: [], credit: 'none', told: false, resolved: false, inspected: false }),
    units: announced,
  },
  {
    code: 'duplicate-credit-note', weight: 2, pair: 'erp', owner: 'finance', measure: 'amount',
    acceptable: ['credit-note-differs', 'credit-note-without-refund'],
    evidence: ['credit', 'sale', 'order'],
    change: (plan) => ({ ...plan, credit: 'twice', creditBy: 'reversal' }),
    amount: ({ secondCredit }) => secondCredit,
  },
  {
    code: 'return-backorder-lost', weight: 2, pair: 'erp', owner: 'ops', measure: 'units',
    acceptable: ['approved-but-not-restored', 'received-short'],
    evidence: ['backorder', 'picking', 'ticket', 'order'],
    change: (plan) => {
      if ((plan.announced[firstSku(plan.announced)] ?? 0) < 2) return undefined;
      const came = oneLess(plan.announced);
      return { ...plan, received: came, rest: 'forgotten', creditUnits: came, ...refunds(plan, { units: came, shipping: false }) };
    },
    units: ({ plan }) => ({ [firstSku(plan.announced)]: 1 }),
  },
  {
    code: 'return-not-on-order', weight: 2, pair: 'erp', owner: 'ops', measure: 'units',
    acceptable: [],
    evidence: ['picking', 'sale', 'order'],
    change: (plan) => ({ ...plan, toRefund: false, creditBy: 'reversal' }),
    units: announced,
  },
  {
    code: 'done-move-edited', weight: 2, pair: 'erp', owner: 'ops', measure: 'units',
    acceptable: ['received-not-refunded', 'shop-not-restocked', 'return-not-on-order'],
    evidence: ['move', 'picking', 'order'],
    // In the inspection one unit more would be a second thing: goods left there.
    change: (plan, _, { ordered }) => {
      const sku = firstSku(plan.announced);
      const fits = (plan.announced[sku] ?? 0) < (ordered[sku] ?? 0);
      return fits ? { ...plan, inspected: false, moveEditedBy: 1 } : undefined;
    },
    units: ({ plan }) => ({ [firstSku(plan.announced)]: 1 }),
  },
  {
    code: 'refund-failed-at-gateway', weight: 2, pair: 'shop-gateway', owner: 'finance', measure: 'amount',
    acceptable: ['received-not-refunded', 'refund-overdue', 'told-too-early'],
    evidence: ['refund', 'payout', 'order'],
    change: (plan) => ({ ...plan, gateway: 'fails' }),
    amount: refunded,
  },
  {
    code: 'refund-failed-later', weight: 1, pair: 'shop-gateway', owner: 'finance', measure: 'amount',
    acceptable: ['refund-failed-at-gateway', 'received-not-refunded', 'refund-overdue', 'told-too-early'],
    evidence: ['refund', 'payout', 'order'],
    change: (plan) => ({ ...plan, gateway: 'fails later' }),
    amount: refunded,
  },
  {
    code: 'refund-not-at-gateway', weight: 1, pair: 'shop-gateway', owner: 'finance', measure: 'amount',
    acceptable: ['received-not-refunded', 'refund-overdue', 'told-too-early'],
    evidence: ['refund', 'charge', 'order'],
    change: (plan) => ({ ...plan, gateway: 'never hears' }),
    amount: refunded,
  },
  {
    code: 'gateway-refund-not-in-shop', weight: 2, pair: 'gateway-shop', owner: 'finance', measure: 'amount',
    acceptable: ['credit-note-differs', 'credit-note-without-refund', 'received-not-refunded', 'shop-not-restocked'],
    evidence: ['payout', 'order', 'ticket'],
    change: (plan) => ({ ...plan, gateway: 'dashboard only' }),
    amount: refunded,
  },
  {
    code: 'one-payout-two-records', weight: 1, pair: 'shop-gateway', owner: 'finance', measure: 'amount',
    acceptable: [
      'credit-note-differs', 'refund-not-at-gateway', 'refund-recorded-never-paid', 'refund-without-credit-note',
      'refunded-more-than-bought', 'refunded-not-entitled', 'refunded-unreceived-units', 'told-too-early',
    ],
    evidence: ['refund', 'payout', 'order'],
    change: (plan, _, order) => {
      const [first] = plan.refunds;
      if (first === undefined || !paysTwice(plan, order)) return undefined;
      return { ...plan, refunds: [first, { ...first, throughGateway: false, restock: false }] };
    },
    amount: ({ refunded }) => refunded / 2,
  },
  {
    code: 'received-not-refunded', weight: 2, pair: 'erp-shop', owner: 'support', measure: 'units',
    acceptable: ['refund-overdue', 'shop-not-restocked'],
    evidence: ['picking', 'ticket', 'order'],
    change: (plan) => ({ ...plan, refunds: [], credit: 'none', told: false, resolved: false }),
    units: announced,
  },
  {
    code: 'refund-without-credit-note', weight: 3, pair: 'shop-erp', owner: 'finance', measure: 'amount',
    acceptable: ['credit-note-differs'],
    evidence: ['refund', 'payout', 'sale', 'order'],
    change: (plan) => ({ ...plan, credit: 'none' }),
    amount: refunded,
  },
  {
    code: 'credit-note-left-draft', weight: 2, pair: 'shop-erp', owner: 'finance', measure: 'amount',
    acceptable: ['credit-note-differs', 'refund-without-credit-note'],
    evidence: ['credit', 'refund', 'sale', 'order'],
    change: (plan) => ({ ...plan, credit: 'draft' }),
    amount: refunded,
  },
  {
    code: 'credit-note-without-refund', weight: 1, pair: 'erp-shop', owner: 'finance', measure: 'amount',
    acceptable: ['credit-note-differs', 'received-not-refunded', 'refund-overdue', 'shop-not-restocked'],
    evidence: ['credit', 'picking', 'order'],
    change: (plan) => ({ ...plan, refunds: [], told: false, resolved: false }),
    amount: ({ credited }) => credited,
  },
  {
    code: 'refund-lines-unequal-amount', weight: 1, pair: 'shop', owner: 'finance', measure: 'amount',
    acceptable: ['credit-note-differs', 'credit-note-without-refund', 'refund-overdue', 'refunded-not-entitled'],
    evidence: ['refund', 'order'],
    change: (plan) => ({ ...plan, ...refunds(plan, { amountLess: 500 }) }),
    amount: ({ plan }) => plan.refunds[0]?.amountLess ?? 0,
  },
  {
    code: 'refund-rounding-residue', weight: 1, pair: 'shop', owner: 'finance', measure: 'amount',
    acceptable: ['credit-note-differs', 'refund-overdue'],
    evidence: ['refund', 'order'],
    change: (plan) => (plan.refunds.some((refund) => refund.shipping) ? { ...plan, ...refunds(plan, { centShort: true }) } : undefined),
    amount: () => 1,
  },
  {
    code: 'refund-vanished', weight: 1, pair: 'shop-gateway', owner: 'finance', measure: 'amount',
    acceptable: ['credit-note-differs', 'credit-note-without-refund', 'gateway-refund-not-in-shop', 'received-not-refunded'],
    evidence: ['refund', 'payout', 'credit', 'order'],
    change: (plan) => ({ ...plan, recordVanishes: true }),
    amount: refunded,
  },
  {
    code: 'told-too-early', weight: 2, pair: 'helpdesk-gateway', owner: 'support', measure: 'amount',
    acceptable: ['refund-stuck-pending'],
    evidence: ['refund', 'payout', 'ticket', 'order'],
    change: (plan) => ({ ...plan, gateway: 'stays pending' }),
    amount: refunded,
  },
  {
    code: 'refund-and-dispute', weight: 1, pair: 'gateway-shop', owner: 'finance', measure: 'amount',
    acceptable: ['duplicate-payout', 'refund-over-cap'],
    evidence: ['payout', 'dispute', 'charge', 'refund', 'order'],
    change: (plan) => ({ ...plan, disputed: true }),
    amount: refunded,
  },
  {
    code: 'refund-without-lines', weight: 1, pair: 'shop-erp', owner: 'ops', measure: 'amount',
    acceptable: [
      'gateway-refund-not-in-shop', 'received-not-refunded', 'refund-not-at-gateway', 'refund-recorded-never-paid', 'shop-not-restocked',
    ],
    evidence: ['refund', 'picking', 'order'],
    change: (plan) => (plan.refunds.some((refund) => refund.shipping) ? { ...plan, ...refunds(plan, { byStatus: true, restock: false }) } : undefined),
    amount: refunded,
  },
  {
    code: 'loop-closed-case-open', weight: 1, pair: 'helpdesk', owner: 'support', measure: 'case',
    acceptable: [],
    evidence: ['ticket', 'refund', 'picking', 'credit', 'payout'],
    change: (plan) => ({ ...plan, resolved: false }),
  },
]; // prettier-ignore
