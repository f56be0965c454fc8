/** Objects as Stripe's API shows them. */
import type { Json } from '../service.ts';
import type {
  BalanceTransaction,
  Charge,
  Dispute,
  GatewayEvent,
  GatewayRefund,
  GatewayState,
} from './gateway-state.ts';
import { amountRefunded } from './gateway-state.ts';

export const apiVersion = '2026-06-24';

export function renderCharge(state: GatewayState, charge: Charge): Json {
  const refunded = amountRefunded(state, charge);
  return {
    id: charge.id,
    object: 'charge',
    amount: charge.amount,
    amount_captured: charge.amount,
    amount_refunded: refunded,
    balance_transaction: charge.balanceTransaction,
    billing_details: { address: null, email: charge.email, name: charge.name, phone: null },
    captured: true,
    created: charge.created,
    currency: charge.currency,
    customer: null,
    description: charge.description,
    disputed: charge.disputed,
    failure_code: null,
    failure_message: null,
    livemode: false,
    metadata: charge.metadata,
    paid: true,
    payment_intent: charge.paymentIntent,
    payment_method_details: { type: 'card', card: { brand: 'visa', last4: charge.last4 } },
    receipt_email: charge.email,
    refunded: refunded === charge.amount,
    status: 'succeeded',
  };
}

export const renderGatewayRefund = (state: GatewayState, refund: GatewayRefund): Json => ({
  id: refund.id,
  object: 'refund',
  amount: refund.amount,
  balance_transaction: refund.balanceTransaction,
  charge: refund.charge,
  created: refund.created,
  currency: state.charges.get(refund.charge)?.currency ?? 'eur',
  destination_details: { card: { reference_status: 'pending', type: 'refund' }, type: 'card' },
  ...(refund.failureReason === undefined
    ? {}
    : {
        failure_balance_transaction: refund.failureBalanceTransaction ?? null,
        failure_reason: refund.failureReason,
      }),
  metadata: refund.metadata,
  payment_intent: state.charges.get(refund.charge)?.paymentIntent ?? null,
  reason: refund.reason,
  receipt_number: null,
  source_transfer_reversal: null,
  status: refund.status,
  transfer_reversal: null,
});

export const renderDispute = (state: GatewayState, dispute: Dispute): Json => ({
  id: dispute.id,
  object: 'dispute',
  amount: dispute.amount,
  balance_transactions: dispute.balanceTransactions.map((id) =>
    renderBalanceTransaction(state.balance.get(id) as BalanceTransaction),
  ),
  charge: dispute.charge,
  created: dispute.created,
  currency: state.charges.get(dispute.charge)?.currency ?? 'eur',
  evidence_details: {
    due_by: dispute.created + 14 * 86_400,
    has_evidence: false,
    past_due: false,
    submission_count: 0,
  },
  is_charge_refundable: false,
  livemode: false,
  metadata: {},
  payment_intent: state.charges.get(dispute.charge)?.paymentIntent ?? null,
  reason: dispute.reason,
  status: dispute.status,
});

export const renderBalanceTransaction = (entry: BalanceTransaction): Json => ({
  id: entry.id,
  object: 'balance_transaction',
  amount: entry.amount,
  available_on: entry.created + 2 * 86_400,
  created: entry.created,
  currency: entry.currency,
  description: entry.description,
  exchange_rate: null,
  fee: entry.fee,
  fee_details: [],
  net: entry.amount - entry.fee,
  reporting_category: entry.type,
  source: entry.source,
  status: 'available',
  type: entry.type,
});

export const renderEvent = (event: GatewayEvent): Json => ({
  id: event.id,
  object: 'event',
  api_version: apiVersion,
  created: event.created,
  data: { object: event.object },
  livemode: false,
  pending_webhooks: 0,
  request: { id: null, idempotency_key: null },
  type: event.type,
});
