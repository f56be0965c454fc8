/**
 * Facts: what happened, in our vocabulary. A connector reads them from its system's objects; everything the
 * kernel knows about an order is a fold of them.
 *
 * - A fact is a pure function of one source object, so its id is too: `connection:kind/id#type[.part]`.
 * - `at` is an instant in UTC with milliseconds (`2026-11-02T08:00:00.000Z`). Ties sort by id.
 * - Units are whole numbers of the line's smallest unit, never negative. Money is minor units, gross unless said.
 * - `order` is empty until `fileFacts` has found the order; a connector gives links, not orders.
 */
import type { Money } from './money.ts';

/** A role in the return journey. `desk` is a person working in Reentry. */
export const systems = ['shop', 'erp', 'crm', 'psp', 'wms', 'carrier', 'bank', 'desk'] as const;
export type System = (typeof systems)[number];

export const dispositions = [
  'restock', 'quarantine', 'refurbish', 'return_to_vendor', 'return_to_customer',
  'donate', 'recycle', 'scrap', 'missing', 'keep',
] as const; // prettier-ignore
export type Disposition = (typeof dispositions)[number];

export const conditions = [
  'sellable', 'opened', 'defective', 'customer_damaged', 'carrier_damaged', 'wrong_item', 'expired',
] as const; // prettier-ignore
export type Condition = (typeof conditions)[number];

/** Where goods stand, by what it means for a return. `other`: output zones, transit, counts, production. */
export const locationClasses = ['saleable', 'input', 'hold', 'scrap', 'vendor', 'customer', 'other'] as const;
export type LocationClass = (typeof locationClasses)[number];

/** What the customer would like for what comes back. */
export const wishes = ['refund', 'exchange', 'store_credit', 'repair'] as const;
export type Wish = (typeof wishes)[number];

/** How agreed money goes out: the way it came, as store credit, or by hand. */
export const pays = ['original', 'store_credit', 'manual'] as const;
export type Pay = (typeof pays)[number];

/** Why money was given back. */
export const purposes = [
  'return', 'cancellation', 'goodwill', 'price', 'shipping', 'duplicate', 'unclear',
] as const; // prettier-ignore
export type Purpose = (typeof purposes)[number];

/** One line of an order. `gross` includes `tax`; both are for the whole line, after discounts. */
export type OrderLine = {
  /** The line's id in its system. */
  readonly line: string;
  /** The item's SKU; where the system has none, a stable stand-in such as `product:17`. */
  readonly sku: string;
  readonly name?: string;
  readonly quantity: number;
  readonly gross: number;
  readonly tax: number;
  /** Gross before discounts, where the system tells. */
  readonly listGross?: number;
  /** `service`: nothing is shipped or comes back (gift wrap, shipping product, digital goods). */
  readonly kind: 'goods' | 'service';
  /** The bundle's line, on the parts of a bundle. */
  readonly parent?: string;
};

/** One line of a refund or credit note. Amounts are positive when money goes to the customer. */
export type RefundLine = {
  readonly line?: string;
  readonly sku: string;
  readonly quantity: number;
  readonly gross: number;
  readonly tax: number;
};

/** An amount with the tax inside it. Positive. */
export type Gross = { readonly gross: number; readonly tax: number };

type Units = { readonly sku: string; readonly quantity: number; readonly line?: string };
/** Units may be unknown: an approval in a ticket often names no line. */
type MaybeUnits = { readonly sku?: string; readonly quantity?: number; readonly line?: string };

/** What each type of fact carries beside its head. */
export type Payloads = {
  /** From the home system: the base of everything. From another one (an ERP sale of a shop order): a witness. */
  'order.placed': {
    readonly number: string;
    readonly currency: string;
    readonly lines: readonly OrderLine[];
    readonly shipping: Gross;
    /** Fees charged (positive) or discounts granted as a line (negative). */
    readonly fees: Gross;
    /** Amount the customer owes for the order, gross, in minor units of `currency`. */
    readonly total: number;
    /** Payment method as the shop names it, mapped: `card paypal invoice cod gift_card store_credit other`. */
    readonly tender?: string;
    readonly customer?: 'consumer' | 'business';
    /** Order class for coverage: `shop marketplace pos phone subscription`. */
    readonly channel?: string;
    /** BCP 47 language the customer ordered in. */
    readonly language?: string;
    /** Order number of the order this one replaces or exchanges. */
    readonly replaces?: string;
    /** Cost per unit by SKU, minor units, where the system knows it. */
    readonly unitCost?: Readonly<Record<string, number>>;
  };
  'order.changed': { readonly text: string };
  'order.cancelled': object;
  'order.deleted': object;
  'payment.authorized': { readonly money: Money; readonly tender: string; readonly reference?: string };
  'payment.captured': { readonly money: Money; readonly tender: string; readonly reference?: string };
  'payment.voided': { readonly money: Money; readonly tender: string; readonly reference?: string };
  'goods.shipped': Units & { readonly serial?: string; readonly unitCost?: number };
  /** `wish`: what the customer would like best; `reason`: a word of the shop's own list. */
  'return.requested': MaybeUnits & { readonly reason?: string; readonly wish?: Wish };
  'withdrawal.declared': MaybeUnits & { readonly wholeOrder?: boolean };
  /** `announces`: an ERP return document that says what is expected; it authorizes only where nothing else does. */
  'return.approved': MaybeUnits & { readonly keep?: boolean; readonly announces?: boolean };
  'return.rejected': MaybeUnits;
  'return.cancelled': MaybeUnits;
  'return.expired': MaybeUnits;
  /**
   * `return.waiting`: a document still waits for these units (an ERP return picking or shipment not yet done).
   * `linked` is false when the document hangs without a link to the return it belongs to (an Odoo backorder).
   */
  'return.waiting': Units & { readonly document: string; readonly linked: boolean };
  'dispatch.proved': MaybeUnits;
  'parcel.handed_over': MaybeUnits & { readonly tracking: string };
  'parcel.delivered': MaybeUnits & { readonly tracking: string; readonly toOrigin?: boolean };
  'parcel.lost': MaybeUnits & { readonly tracking: string };
  /** A count by a system without stock moves (WMS, 3PL, desk). ERP receipts are `stock.moved` from `customer`. */
  'goods.received': Units & { readonly serial?: string };
  /** `from: quarantine`: units that were on hold are decided on; without it units are graded for the first time. */
  'goods.inspected': Units & {
    readonly disposition: Disposition;
    readonly condition?: Condition;
    readonly from?: 'quarantine';
  };
  /**
   * A completed movement of goods on a return's move chain (ERP, WMS), or goods put back by the shop
   * (system `shop`, to `saleable`). Moves outside a return chain are no facts.
   */
  'stock.moved': Units & {
    readonly from: LocationClass;
    readonly to: LocationClass;
    /** Why the shop put goods back: a refund with its restock box, or the cancellation of the order. */
    readonly cause?: 'refund' | 'cancellation';
    /** The document the move belongs to, and whether that document says it was cancelled. */
    readonly document?: string;
    readonly documentCancelled?: boolean;
    /** The move was written after it was done: when, and by how many units where that is known. */
    readonly editedAt?: string;
    readonly editedBy?: number;
    /** The SKU was added by hand and is not what the return announced. */
    readonly unannounced?: boolean;
    readonly serial?: string;
    /** Value per unit that the move was booked at, minor units. */
    readonly unitCost?: number;
  };
  'goods.sent_back': Units & { readonly to: 'customer' | 'vendor' };
  /** The shop's (or an ERP-home order's) record that money is given back. */
  'refund.recorded': {
    readonly money: Money;
    /** The record's own reference: the shop's refund id. */
    readonly refund: string;
    readonly lines: readonly RefundLine[];
    readonly shipping: Gross;
    readonly fees: Gross;
    /** How the record says the money goes out: through the gateway, by hand, or it does not say. */
    readonly payment: 'gateway' | 'manual' | 'unknown';
    readonly reason?: string;
    readonly purpose?: Purpose;
    readonly tender?: string;
  };
  /**
   * A person decided that money goes back; nothing has moved yet. `seen` are the refund records known then: what
   * comes later may be the one that was agreed.
   */
  'refund.agreed': {
    readonly money: Money;
    readonly agreement: string;
    readonly lines: readonly RefundLine[];
    readonly shipping: Gross;
    readonly fees: Gross;
    readonly purpose: Purpose;
    readonly pay: Pay;
    readonly by: string;
    readonly seen?: string;
  };
  /** A second person approved an agreed refund. */
  'refund.approved': { readonly agreement: string; readonly by: string };
  'refund.revoked': { readonly agreement: string; readonly by: string };
  'refund.pending': GatewayRefund;
  'refund.settled': GatewayRefund;
  'refund.failed': GatewayRefund;
  'refund.reversed': GatewayRefund;
  /** The shop's record is gone. From a census, or because another system still points at it. */
  'refund.deleted': { readonly refund: string; readonly money?: Money };
  'payout.confirmed': { readonly money: Money; readonly reference: string; readonly refund?: string };
  'payout.returned': { readonly money: Money; readonly reference: string; readonly refund?: string };
  'store_credit.issued': { readonly money: Money; readonly reference: string };
  'store_credit.spent': { readonly money: Money; readonly reference: string };
  'credit_note.drafted': CreditNote;
  'credit_note.posted': CreditNote;
  /** Set off against an invoice: counts as paid for B2B. */
  'credit_note.applied': CreditNote;
  'credit_note.cancelled': CreditNote;
  'exchange.agreed': Units & { readonly newSku?: string; readonly difference?: Money };
  'exchange.shipped': Units & { readonly newOrder?: string };
  'dispute.opened': Dispute;
  'dispute.won': Dispute;
  'dispute.lost': Dispute;
  /** `about` tells a return case from a question; only return cases are held to the loop. */
  'case.opened': { readonly case: string; readonly about: 'return' | 'question' };
  'case.resolved': { readonly case: string; readonly about: 'return' | 'question' };
  'case.reopened': { readonly case: string; readonly about: 'return' | 'question' };
  'customer.told': { readonly what: 'approved' | 'refunded' | 'rejected' | 'other'; readonly case?: string };
  /** `until`: the last day (`YYYY-MM-DD`) on which the promise is kept. */
  'promise.made': {
    readonly by: string;
    readonly promised: 'refund' | 'replacement';
    readonly until: string;
    readonly case?: string;
  };
  /**
   * A system's own claim that nothing else proves: an ERP sale line's delivered quantity, a plugin's "done". The
   * quantity is the system's own figure and may be below zero, where more came back than left.
   */
  'status.claimed': {
    readonly claim: 'delivered_quantity' | 'goods_back' | 'done' | 'other';
    readonly sku?: string;
    readonly quantity?: number;
    readonly text?: string;
  };
  'difference.accepted': {
    readonly control: string;
    readonly key: string;
    readonly units?: number;
    readonly money?: Money;
    readonly reason: string;
    readonly by: string;
  };
  /** `asserts`: id of the fact that the person vouches for. */
  'fact.asserted': {
    readonly type: FactType;
    readonly by: string;
    readonly text: string;
    readonly asserts?: string;
  };
  'match.confirmed': { readonly subject: string; readonly by: string };
  'change.seen': { readonly text: string };
};

type GatewayRefund = {
  readonly money: Money;
  /** The gateway's id of the refund. */
  readonly reference: string;
  /** The charge it belongs to. */
  readonly charge?: string;
  /** The shop's refund it says it pays, where it carries one. */
  readonly refund?: string;
  /** When the money was promised or has failed, as the gateway says. */
  readonly failure?: string;
};

type CreditNote = {
  readonly money: Money;
  readonly tax: number;
  readonly document: string;
  readonly lines?: readonly RefundLine[];
  /** Shop refund it says it books. */
  readonly refund?: string;
};

type Dispute = { readonly money: Money; readonly dispute: string; readonly charge?: string };

export type FactType = keyof Payloads;

type FactHead = {
  readonly id: string;
  readonly at: string;
  readonly system: System;
  /** Name of the connection that reported it. */
  readonly connection: string;
  /** The object it was read from, `kind/id` in its connection: evidence. */
  readonly object: string;
  /** Order key once filed; undefined while no order is found. */
  readonly order?: string;
  /** Return number, normalized, where known. */
  readonly rma?: string;
  /** Links of this one fact, where they differ from its object's (a parcel for two orders). */
  readonly links?: readonly Link[];
};

/** A fact of one type, or of any of several. */
export type FactOf<T extends FactType> = { [K in T]: FactHead & { readonly type: K } & Payloads[K] }[T];
export type Fact = FactOf<FactType>;

/**
 * A name under which an object is known to others: see `term.ts` for the namespaces. A weak link (same customer,
 * an order number found in free text) files a fact only when nothing stronger speaks and it fits uniquely.
 */
export type Link = { readonly term: string; readonly weak?: true };

/** Fact id from its parts; `part` tells apart several facts of one type from one object. */
export function factId(connection: string, object: string, type: FactType, part?: string | number): string {
  return part === undefined ? `${connection}:${object}#${type}` : `${connection}:${object}#${type}.${part}`;
}
