/** Activity and settlement reports of payment providers. */
import type { Preset } from './presets.ts';

type PaypalWords = {
  readonly name: string;
  readonly title: string;
  readonly file: object;
  readonly heads: readonly [
    date: string,
    time: string,
    zone: string,
    type: string,
    status: string,
    currency: string,
  ];
  readonly gross: string;
  readonly transaction: string;
  readonly related: string;
  readonly invoice: string;
  readonly refund: string;
  readonly reversal: string;
  readonly payment: string;
  readonly pending: readonly string[];
  readonly failed: readonly string[];
};

/** PayPal: Reports → Activity download, all transactions. `Type` names what a row is in the account's language. */
function paypal(words: PaypalWords): Preset {
  const [date, time, zone, type, status, currency] = words.heads;
  const money = { 'money.amount': words.gross, 'money.currency': currency };
  const fields = {
    at: { join: [date, time, zone] },
    id: words.transaction,
    order: words.invoice,
    reference: words.transaction,
    charge: words.related,
    ...money,
  };
  const refunds = { column: type, matches: words.refund };
  const out = { column: words.gross, sign: 'negative' };
  return {
    name: words.name,
    title: words.title,
    marks: [date, type, status, words.gross, words.transaction, words.related],
    mapping: {
      mapping: 1,
      name: words.name,
      file: words.file,
      facts: {
        system: 'psp',
        skip: [
          {
            when: [refunds, { column: words.gross, sign: 'positive' }],
            reason: 'fees given back, or a refund received',
          },
          {
            when: [
              { column: type, matches: `^(?!.*(?:${words.refund}|${words.reversal}|${words.payment})).*$` },
            ],
            reason: 'no payment, refund or reversal (fee, conversion, transfer to the bank)',
          },
          {
            when: [{ column: type, matches: words.payment }, out],
            reason: 'a payment made, not received',
          },
          {
            when: [
              { column: type, matches: words.payment },
              { column: status, in: [...words.pending, ...words.failed] },
            ],
            reason: 'a payment that is not completed',
          },
          {
            when: [
              { column: type, matches: words.reversal },
              { column: words.gross, sign: 'positive' },
            ],
            reason: 'a reversal that was cancelled',
          },
        ],
        rows: [
          { when: [refunds, out, { column: status, in: words.pending }], type: 'refund.pending', fields },
          { when: [refunds, out, { column: status, in: words.failed }], type: 'refund.failed', fields },
          {
            when: [
              refunds,
              out,
              { column: status, matches: `^(?!(?:${[...words.pending, ...words.failed].join('|')})$).*$` },
            ],
            type: 'refund.settled',
            fields,
          },
          {
            when: [{ column: type, matches: words.reversal }, out],
            type: 'dispute.opened',
            fields: {
              at: fields.at,
              id: words.transaction,
              order: words.invoice,
              dispute: words.transaction,
              charge: words.related,
              ...money,
            },
          },
          {
            when: [
              { column: type, matches: words.payment },
              { column: words.gross, sign: 'positive' },
            ],
            type: 'payment.captured',
            fields: {
              at: fields.at,
              id: words.transaction,
              order: words.invoice,
              reference: words.transaction,
              tender: { value: 'paypal' },
              ...money,
            },
          },
        ],
      },
    },
  };
}

const klarnaMoney = { 'money.amount': 'amount', 'money.currency': 'currency_code' };
const klarnaOrder = { anyOf: ['merchant_reference1', 'merchant_reference2'] };

const stripeMoney = { 'money.amount': 'gross', 'money.currency': 'currency' };
const stripeAt = { anyOf: ['created_utc', 'created'] };
const stripeOrder = { anyOf: ['payment_metadata[order_id]'] };
const stripeDispute = {
  at: stripeAt, id: 'balance_transaction_id', dispute: 'source_id', charge: 'charge_id', order: stripeOrder, ...stripeMoney,
}; // prettier-ignore

export const gatewayPresets: readonly Preset[] = [
  paypal({
    name: 'paypal-activity-en',
    title: 'PayPal activity report, English (dates month first; change "dates" for a British account)',
    file: { decimal: '.', dates: ['MM/dd/yyyy'], zone: 'America/Los_Angeles', currency: 'USD' },
    heads: ['Date', 'Time', 'TimeZone', 'Type', 'Status', 'Currency'],
    gross: 'Gross',
    transaction: 'Transaction ID',
    related: 'Reference Txn ID',
    invoice: 'Invoice Number',
    refund: 'refund',
    reversal: 'reversal|chargeback',
    payment: 'payment(?! review| refund| hold| release| reversal)',
    pending: ['pending', 'unclaimed', 'held'],
    failed: ['denied', 'failed', 'canceled', 'cancelled', 'expired', 'returned'],
  }),
  paypal({
    name: 'paypal-activity-de',
    title: 'PayPal-Aktivitätenbericht, deutsch',
    file: { decimal: ',', dates: ['dd.MM.yyyy'], zone: 'Europe/Berlin', currency: 'EUR' },
    heads: ['Datum', 'Uhrzeit', 'Zeitzone', 'Typ', 'Status', 'Währung'],
    gross: 'Brutto',
    transaction: 'Transaktionscode',
    related: 'Zugehöriger Transaktionscode',
    invoice: 'Rechnungsnummer',
    refund: 'rückzahlung|rückerstattung|erstattung',
    reversal: 'rückbuchung|stornierung|käuferschutz',
    payment: '(?<!rück)zahlung(?!srückbuchung)|express',
    pending: ['ausstehend', 'offen', 'nicht abgeholt', 'einbehalten'],
    failed: ['abgelehnt', 'fehlgeschlagen', 'storniert', 'abgebrochen', 'abgelaufen'],
  }),
  {
    name: 'klarna-settlement',
    title: 'Klarna settlement report (CSV of the merchant portal)',
    marks: ['type', 'order_id', 'merchant_reference1', 'amount', 'currency_code', 'sale_date'],
    mapping: {
      mapping: 1,
      name: 'klarna-settlement',
      file: { decimal: '.', dates: ['yyyy-MM-dd', 'dd/MM/yyyy'], zone: 'Europe/Berlin', currency: 'EUR' },
      facts: {
        system: 'psp',
        skip: [
          {
            when: [
              {
                column: 'type',
                in: [
                  'commission',
                  'tax',
                  'fee',
                  'fee_refund',
                  'charge',
                  'credit',
                  'correction',
                  'holdback',
                  'release',
                  'reversal_merchant_protection',
                ],
              },
            ],
            reason: 'between Klarna and the shop, about no order',
          },
        ],
        rows: [
          {
            when: [{ column: 'type', in: ['sale'] }],
            type: 'payment.captured',
            fields: {
              at: { anyOf: ['capture_date', 'sale_date'] },
              order: klarnaOrder,
              reference: 'order_id',
              tender: { value: 'invoice' },
              ...klarnaMoney,
            },
          },
          {
            when: [{ column: 'type', in: ['return', 'refund'] }],
            type: 'refund.settled',
            fields: {
              at: { anyOf: ['capture_date', 'sale_date'] },
              order: klarnaOrder,
              reference: { anyOf: ['refund_id', 'capture_id', 'order_id'] },
              charge: 'order_id',
              ...klarnaMoney,
            },
          },
          {
            when: [{ column: 'type', in: ['reversal', 'chargeback'] }],
            type: 'dispute.lost',
            fields: {
              at: { anyOf: ['capture_date', 'sale_date'] },
              order: klarnaOrder,
              dispute: 'order_id',
              charge: 'order_id',
              ...klarnaMoney,
            },
          },
        ],
      },
    },
  },
  {
    name: 'stripe-payout',
    title: 'Stripe payout reconciliation report, itemized (with the metadata column of the order number)',
    marks: [
      'balance_transaction_id',
      'reporting_category',
      'gross',
      'currency',
      'charge_id',
      'payment_metadata[order_id]',
    ],
    mapping: {
      mapping: 1,
      name: 'stripe-payout',
      file: { decimal: '.', dates: ['yyyy-MM-dd'], zone: 'UTC', currency: 'EUR' },
      facts: {
        system: 'psp',
        skip: [
          {
            when: [
              {
                column: 'reporting_category',
                matches:
                  '^(?!(?:charge|refund|refund_failure|partial_capture_reversal|dispute|dispute_reversal)$).*$',
              },
            ],
            reason: 'no charge, refund or dispute (fee, payout, transfer, top-up)',
          },
          {
            when: [{ column: 'reporting_category', in: ['partial_capture_reversal'] }],
            reason: 'an authorization that was not used in full',
          },
        ],
        rows: [
          {
            when: [{ column: 'reporting_category', in: ['charge'] }],
            type: 'payment.captured',
            fields: {
              at: stripeAt,
              id: 'balance_transaction_id',
              order: stripeOrder,
              reference: 'charge_id',
              tender: { value: 'card' },
              ...stripeMoney,
            },
          },
          {
            when: [{ column: 'reporting_category', in: ['refund'] }],
            type: 'refund.settled',
            fields: {
              at: stripeAt,
              id: 'balance_transaction_id',
              order: stripeOrder,
              reference: 'source_id',
              charge: 'charge_id',
              ...stripeMoney,
            },
          },
          {
            when: [{ column: 'reporting_category', in: ['refund_failure'] }],
            type: 'refund.failed',
            fields: {
              at: stripeAt,
              id: 'balance_transaction_id',
              order: stripeOrder,
              reference: 'source_id',
              charge: 'charge_id',
              ...stripeMoney,
            },
          },
          {
            when: [{ column: 'reporting_category', in: ['dispute'] }],
            type: 'dispute.opened',
            fields: stripeDispute,
          },
          {
            when: [{ column: 'reporting_category', in: ['dispute_reversal'] }],
            type: 'dispute.won',
            fields: stripeDispute,
          },
        ],
      },
    },
  },
];
