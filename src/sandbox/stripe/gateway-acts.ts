/** What can happen to money at the gateway. Every act books a balance transaction and records its events. */
import type {
  BalanceTransaction,
  Charge,
  Dispute,
  GatewayRefund,
  GatewayState,
  Metadata,
  RefundStatus,
} from './gateway-state.ts';
import { amountRefunded } from './gateway-state.ts';
import { renderCharge, renderDispute, renderGatewayRefund } from './render-gateway.ts';

/** Refusals as Stripe words them; 400 with type `invalid_request_error`. */
export class GatewayRefusal extends Error {
  readonly code: string;
  readonly parameter: string | undefined;

  constructor(code: string, message: string, parameter?: string) {
    super(message);
    this.code = code;
    this.parameter = parameter;
  }
}

function book(
  state: GatewayState,
  entry: Omit<BalanceTransaction, 'id' | 'created' | 'fee'> & { fee?: number },
): string {
  const id = state.newId('txn');
  state.balance.set(id, { ...entry, id, created: state.now(), fee: entry.fee ?? 0 });
  return id;
}

export function chargeCard(
  state: GatewayState,
  order: {
    amount: number;
    currency: string;
    description: string;
    email: string;
    name: string;
    last4: string;
    metadata: Metadata;
  },
): Charge {
  const id = state.newId('ch');
  const { amount, currency, description } = order;
  const fee = Math.round(amount * 0.015) + 25;
  const charge: Charge = {
    ...order,
    id,
    created: state.now(),
    paymentIntent: state.newId('pi'),
    balanceTransaction: book(state, { amount, fee, currency, type: 'charge', source: id, description }),
    disputed: false,
  };
  state.charges.set(id, charge);
  state.record('charge.succeeded', renderCharge(state, charge));
  return charge;
}

/** Metadata that a shop only knows after its order has a number. */
export function describeCharge(state: GatewayState, charge: Charge, metadata: Metadata): void {
  charge.metadata = { ...charge.metadata, ...metadata };
  state.record('charge.updated', renderCharge(state, charge));
}

/** Throws `GatewayRefusal` for what Stripe refuses: more than is left, a disputed charge. */
export function refundCharge(
  state: GatewayState,
  charge: Charge,
  request: { amount?: number; metadata?: Metadata; reason?: string | null; status?: RefundStatus },
): GatewayRefund {
  const left = charge.amount - amountRefunded(state, charge);
  const amount = request.amount ?? left;
  if (left === 0) {
    throw new GatewayRefusal('charge_already_refunded', `Charge ${charge.id} has already been refunded.`);
  }
  // It stays disputed for good; only a dispute that stands or was lost is in the way.
  const disputes = [...state.disputes.values()].filter((dispute) => dispute.charge === charge.id);
  if (
    charge.disputed &&
    !(disputes.length > 0 && disputes.every(({ status }) => /^(?:won$|warning_)/.test(status)))
  ) {
    throw new GatewayRefusal(
      'charge_disputed',
      `Charge ${charge.id} has been charged back; cannot issue a refund.`,
    );
  }
  if (!Number.isInteger(amount) || amount < 1) {
    throw new GatewayRefusal('parameter_invalid_integer', 'Invalid positive integer', 'amount');
  }
  if (amount > left) {
    throw new GatewayRefusal(
      'refund_amount_too_large',
      `Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`,
      'amount',
    );
  }
  const id = state.newId('re');
  const refund: GatewayRefund = {
    id,
    charge: charge.id,
    amount,
    created: state.now(),
    balanceTransaction: book(state, {
      amount: -amount,
      currency: charge.currency,
      type: 'refund',
      source: id,
      description: `REFUND FOR CHARGE (${charge.description})`,
    }),
    reason: request.reason ?? null,
    metadata: request.metadata ?? {},
    status: request.status ?? 'succeeded',
    failureReason: undefined,
    failureBalanceTransaction: undefined,
  };
  state.refunds.set(id, refund);
  const list = state.refundsByCharge.get(charge.id);
  if (list === undefined) state.refundsByCharge.set(charge.id, [refund]);
  else list.push(refund);
  state.record('refund.created', renderGatewayRefund(state, refund));
  state.record('charge.refunded', renderCharge(state, charge));
  return refund;
}

export function settleRefund(state: GatewayState, refund: GatewayRefund): void {
  if (refund.status !== 'pending') return;
  refund.status = 'succeeded';
  announce(state, refund, 'refund.updated');
}

/** A refund may fail days after it succeeded: the money comes back to the shop's balance. */
export function failRefund(
  state: GatewayState,
  refund: GatewayRefund,
  reason = 'expired_or_canceled_card',
): void {
  refund.status = 'failed';
  refund.failureReason = reason;
  refund.failureBalanceTransaction = book(state, {
    amount: refund.amount,
    currency: state.charges.get(refund.charge)?.currency ?? 'eur',
    type: 'refund_failure',
    source: refund.id,
    description: 'REFUND FAILURE',
  });
  announce(state, refund, 'refund.failed');
}

export function cancelRefund(state: GatewayState, refund: GatewayRefund): void {
  if (refund.status !== 'requires_action' && refund.status !== 'pending') {
    throw new GatewayRefusal('refund_not_cancelable', 'This refund can no longer be canceled.');
  }
  refund.status = 'canceled';
  announce(state, refund, 'refund.updated');
}

function announce(state: GatewayState, refund: GatewayRefund, type: string): void {
  state.record(type, renderGatewayRefund(state, refund));
  state.record('charge.refund.updated', renderGatewayRefund(state, refund));
}

export function openDispute(state: GatewayState, charge: Charge, amount = charge.amount): Dispute {
  const id = state.newId('dp');
  charge.disputed = true;
  const withdrawn = book(state, {
    amount: -amount,
    fee: 2000,
    currency: charge.currency,
    type: 'adjustment',
    source: id,
    description: `Chargeback withdrawal for ${charge.id}`,
  });
  const dispute: Dispute = {
    id,
    charge: charge.id,
    amount,
    created: state.now(),
    reason: 'credit_not_processed',
    status: 'needs_response',
    balanceTransactions: [withdrawn],
  };
  state.disputes.set(id, dispute);
  state.record('charge.dispute.created', renderDispute(state, dispute));
  return dispute;
}

export function closeDispute(state: GatewayState, dispute: Dispute, won: boolean): void {
  dispute.status = won ? 'won' : 'lost';
  if (won) {
    const charge = state.charges.get(dispute.charge) as Charge;
    dispute.balanceTransactions.push(
      book(state, {
        amount: dispute.amount,
        currency: charge.currency,
        type: 'adjustment',
        source: dispute.id,
        description: `Chargeback reversal for ${charge.id}`,
      }),
    );
  }
  state.record('charge.dispute.closed', renderDispute(state, dispute));
}
