/** What one order's life was, written down by those who lived it: the truth to compare with. */

export type Units = Readonly<Record<string, number>>;

export type TruthEvent = {
  readonly at: string;
  readonly system: 'woo' | 'odoo' | 'stripe' | 'hubspot';
  readonly event: string;
  readonly ref: string;
  readonly amount?: number;
  readonly units?: Units;
};

export type Expectation = {
  readonly code: string;
  /** Systems that disagree. */
  readonly pair: string;
  /** Suggested desk. */
  readonly owner: 'support' | 'ops' | 'finance';
  readonly sku?: string;
  readonly units?: number;
  readonly amount_minor?: number;
  readonly currency: string;
  /** `system:type/id` */
  readonly evidence: readonly string[];
};

export type ReturnRefs = {
  rma: string | null;
  ticket: string | null;
  return_picking: number | null;
  backorders: number[];
  transfers: number[];
  scraps: number[];
  credit_note: number | null;
  credit_note_2?: number;
  woo_refunds: number[];
  gateway_refunds: string[];
};

export type TruthUnits = {
  ordered: number;
  shipped: number;
  received: number;
  restored_erp: number;
  written_off: number;
  restored_shop: number;
  refunded: number;
};

export type TruthMoney = {
  paid: number;
  refunded_shop: number;
  refunded_gateway_settled: number;
  refunded_gateway_pending: number;
  refunded_gateway_failed: number;
  disputed: number;
  credited: number;
};

export type OrderRecord = {
  readonly order: string;
  readonly wooOrderId: number;
  kind: string;
  readonly stories: string[];
  readonly expect: Expectation[];
  readonly acceptable: Set<string>;
  /** The case is running, or waits for goods: nothing is wrong yet. */
  open: boolean;
  /** When the last act of its story was done; undefined while it goes on. Milliseconds. */
  finishedAt: number | undefined;
  readonly refs: { order: string; sale: string | null; charge: string | null; returns: ReturnRefs[] };
  readonly timeline: TruthEvent[];
};

/** One order as `truth.json` holds it. */
export type TruthOrder = {
  readonly order: string;
  readonly woo_order_id: number;
  readonly kind: string;
  readonly stories: readonly string[];
  readonly expect: readonly Expectation[];
  readonly acceptable: readonly string[];
  readonly clean: boolean;
  readonly open: boolean;
  readonly refs: OrderRecord['refs'];
  readonly timeline: readonly TruthEvent[];
  readonly money: TruthMoney;
  readonly units: Readonly<Record<string, TruthUnits>>;
};

export type Truth = {
  readonly company: string;
  readonly started: string;
  readonly ended: string;
  readonly asOf: string;
  /** The date to judge at: every planted failure is overdue by then. */
  readonly asOfDate: string;
  readonly currency: string;
  readonly noise: Readonly<Record<string, number>>;
  readonly orders: readonly TruthOrder[];
};
