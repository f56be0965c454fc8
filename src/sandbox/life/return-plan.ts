/** How a return will go, decided when it begins. A clean plan is what the company means to do; a story changes it. */
import type { Units } from './order-record.ts';

export type ReturnPlan = {
  /** Units the customer announces, by SKU. */
  readonly announced: Units;
  /** Ticket with a return number. */
  readonly approved: boolean;
  readonly rejected: boolean;
  /** The transfer in the ERP: made and received, made and never received, or never made. */
  readonly picking: 'received' | 'waiting' | 'none';
  /** The ERP's "update quantities on the order". */
  readonly toRefund: boolean;
  readonly received: Units;
  /** What becomes of announced units that did not come. */
  readonly rest: 'none' | 'given up' | 'second parcel' | 'forgotten';
  /** A SKU that is not on the order came in place of the announced one. */
  readonly wrongItem: string | undefined;
  /** Goods go to the inspection first, and from there on. */
  readonly inspected: boolean;
  readonly putAway: boolean;
  /** Units that are scrapped instead of put away. */
  readonly damaged: Units;
  readonly refunds: readonly RefundPlan[];
  /** Who pays what the shop has recorded. */
  readonly gateway:
    'pays' | 'fails' | 'never hears' | 'stays pending' | 'pays twice' | 'fails later' | 'dashboard only';
  readonly recordVanishes: boolean;
  readonly credit: 'posted' | 'draft' | 'none' | 'twice';
  readonly creditBy: 'reversal' | 'sale';
  readonly creditUnits: Units;
  readonly told: boolean;
  readonly resolved: boolean;
  /** Units by which a done move is edited afterwards. */
  readonly moveEditedBy: number;
  readonly disputed: boolean;
  /** Days the customer takes longer than usual to send the parcel. */
  readonly slowDays: number;
};

export type RefundPlan = {
  readonly units: Units;
  readonly shipping: boolean;
  readonly restock: boolean;
  /** Cents paid less than the lines add up to. */
  readonly amountLess: number;
  /** One cent of the order's total is left over. */
  readonly centShort: boolean;
  /** Through the gateway, or recorded only. */
  readonly throughGateway: boolean;
  /** The status set to `refunded` by hand: a refund without lines, money by the dashboard. */
  readonly byStatus: boolean;
};

export const refundOf = (units: Units, more: Partial<RefundPlan> = {}): RefundPlan => ({
  units,
  shipping: false,
  restock: true,
  amountLess: 0,
  centShort: false,
  throughGateway: true,
  byStatus: false,
  ...more,
});

/** Everything comes back sound, is put away, paid, credited; the customer is told and the ticket closed. */
export const cleanPlan = (units: Units, shipping: boolean, inspected: boolean): ReturnPlan => ({
  announced: units,
  approved: true,
  rejected: false,
  picking: 'received',
  toRefund: true,
  received: units,
  rest: 'none',
  wrongItem: undefined,
  inspected,
  putAway: true,
  damaged: {},
  refunds: [refundOf(units, { shipping })],
  gateway: 'pays',
  recordVanishes: false,
  credit: 'posted',
  creditBy: 'reversal',
  creditUnits: units,
  told: true,
  resolved: true,
  moveEditedBy: 0,
  disputed: false,
  slowDays: 0,
});
