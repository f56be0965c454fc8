/**
 * What the gateway holds: charges, refunds, disputes, balance transactions, events. Amounts are minor units, times
 * are seconds, as Stripe's API shows them; `amount_refunded` of a charge counts what has not failed.
 */
import type { Random } from '../random.ts';

export type Metadata = Readonly<Record<string, string>>;

export type Charge = {
  readonly id: string;
  readonly amount: number;
  readonly currency: string;
  readonly created: number;
  readonly paymentIntent: string;
  readonly balanceTransaction: string;
  readonly description: string;
  readonly email: string;
  readonly name: string;
  readonly last4: string;
  metadata: Metadata;
  disputed: boolean;
};

export type RefundStatus = 'pending' | 'requires_action' | 'succeeded' | 'failed' | 'canceled';

export type GatewayRefund = {
  readonly id: string;
  readonly charge: string;
  readonly amount: number;
  readonly created: number;
  readonly balanceTransaction: string;
  readonly reason: string | null;
  metadata: Metadata;
  status: RefundStatus;
  failureReason: string | undefined;
  failureBalanceTransaction: string | undefined;
};

export type DisputeStatus = 'needs_response' | 'under_review' | 'won' | 'lost';

export type Dispute = {
  readonly id: string;
  readonly charge: string;
  readonly amount: number;
  readonly created: number;
  readonly reason: string;
  status: DisputeStatus;
  readonly balanceTransactions: string[];
};

export type BalanceTransaction = {
  readonly id: string;
  readonly amount: number;
  readonly fee: number;
  readonly currency: string;
  readonly created: number;
  readonly type: 'charge' | 'refund' | 'refund_failure' | 'adjustment';
  readonly source: string;
  readonly description: string;
};

export type GatewayEvent = {
  readonly id: string;
  readonly type: string;
  readonly created: number;
  /** The object as it was then; later changes do not reach it. */
  readonly object: unknown;
};

export type GatewayState = {
  readonly charges: Map<string, Charge>;
  readonly refunds: Map<string, GatewayRefund>;
  readonly disputes: Map<string, Dispute>;
  readonly balance: Map<string, BalanceTransaction>;
  readonly events: Map<string, GatewayEvent>;
  readonly refundsByCharge: Map<string, GatewayRefund[]>;
  /** Seconds since the epoch, on the gateway's clock. */
  now(): number;
  newId(prefix: string): string;
  listen(listener: (event: GatewayEvent) => void): void;
  record(type: string, object: unknown): void;
};

export function createGatewayState(now: () => number, random: Random): GatewayState {
  const listeners: ((event: GatewayEvent) => void)[] = [];
  const events = new Map<string, GatewayEvent>();
  const seconds = (): number => Math.floor(now() / 1000);
  const newId = (prefix: string): string => `${prefix}_${prefix === 'evt' ? '1' : '3'}${random.letters(24)}`;
  return {
    charges: new Map(),
    refunds: new Map(),
    disputes: new Map(),
    balance: new Map(),
    events,
    refundsByCharge: new Map(),
    now: seconds,
    newId,
    listen: (listener) => void listeners.push(listener),
    record(type, object) {
      const event: GatewayEvent = {
        id: newId('evt'),
        type,
        created: seconds(),
        object: structuredClone(object),
      };
      events.set(event.id, event);
      for (const listener of listeners) listener(event);
    },
  };
}

/** Refunds of a charge that still stand: neither failed nor cancelled. */
export const amountRefunded = (state: GatewayState, charge: Charge): number =>
  (state.refundsByCharge.get(charge.id) ?? [])
    .filter((refund) => refund.status !== 'failed' && refund.status !== 'canceled')
    .reduce((sum, refund) => sum + refund.amount, 0);
