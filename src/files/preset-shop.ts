/** Exports of the shop's and the help desk's own screens. */
import type { Preset } from './presets.ts';

type AnalyticsWords = {
  readonly name: string;
  readonly title: string;
  readonly file: object;
  readonly date: string;
  readonly number: string;
  readonly status: string;
  readonly products: string;
  readonly revenue: string;
  readonly refunded: readonly string[];
  readonly cancelled: readonly string[];
};

/**
 * WooCommerce → Analytics → Orders → Download. It knows no lines and no gross amounts, so it can only witness that an
 * order was refunded or cancelled; the orders themselves come by the API or from a line export.
 */
function analyticsOrders(words: AnalyticsWords): Preset {
  const status = (list: readonly string[]) => [{ column: words.status, in: list }];
  const head = { at: words.date, order: words.number };
  return {
    name: words.name,
    title: words.title,
    marks: [words.date, words.number, words.status, words.products, words.revenue],
    mapping: {
      mapping: 1,
      name: words.name,
      file: words.file,
      facts: {
        system: 'shop',
        skip: [
          {
            when: [
              {
                column: words.status,
                matches: `^(?!(?:${[...words.refunded, ...words.cancelled].join('|')})$).*$`,
              },
            ],
            reason: 'neither refunded nor cancelled',
          },
        ],
        rows: [
          {
            when: status(words.refunded),
            type: 'status.claimed',
            fields: { ...head, claim: { value: 'done' }, text: words.status },
          },
          { when: status(words.cancelled), type: 'order.cancelled', fields: head },
        ],
      },
    },
  };
}

type TicketWords = {
  readonly name: string;
  readonly title: string;
  readonly file: object;
  readonly id: string;
  readonly subject: string;
  readonly status: string;
  readonly created: string;
  readonly closed: string;
  readonly about: string;
};

/** HubSpot → Tickets → Export. A ticket is about an order by the number in its name. */
function hubspotTickets(words: TicketWords): Preset {
  const order = {
    anyOf: [words.subject],
    pattern: '(?:order|bestellung|auftrag)?\\s*[:#]?\\s*([\\p{L}]{1,5}-\\d{3,}|\\d{4,})',
  };
  const about = [{ column: words.subject, matches: words.about }];
  const head = { order, case: words.id, about: { value: 'return' }, text: words.subject };
  return {
    name: words.name,
    title: words.title,
    marks: [words.id, words.subject, words.status, words.created, words.closed],
    mapping: {
      mapping: 1,
      name: words.name,
      file: words.file,
      facts: {
        system: 'crm',
        skip: [
          {
            when: [{ column: words.subject, matches: `^(?!.*(?:${words.about})).*$` }],
            reason: 'not about a return by its name',
          },
        ],
        rows: [
          { when: about, type: 'case.opened', fields: { at: words.created, ...head } },
          {
            when: [...about, { column: words.closed, empty: false }],
            type: 'case.resolved',
            fields: { at: words.closed, ...head },
          },
        ],
      },
    },
  };
}

export const shopPresets: readonly Preset[] = [
  analyticsOrders({
    name: 'woocommerce-orders-en',
    title: 'WooCommerce Analytics, orders, English',
    file: { decimal: '.', dates: ['yyyy-MM-dd'], zone: 'UTC', currency: 'USD' },
    date: 'Date',
    number: 'Order #',
    status: 'Status',
    products: 'Product(s)',
    revenue: 'N. Revenue',
    refunded: ['refunded'],
    cancelled: ['cancelled'],
  }),
  analyticsOrders({
    name: 'woocommerce-orders-de',
    title: 'WooCommerce Analytics, Bestellungen, deutsch',
    file: { decimal: ',', dates: ['yyyy-MM-dd', 'dd.MM.yyyy'], zone: 'Europe/Berlin', currency: 'EUR' },
    date: 'Datum',
    number: 'Bestellung #',
    status: 'Status',
    products: 'Produkt(e)',
    revenue: 'N. Umsatz',
    refunded: ['erstattet', 'rückerstattet', 'refunded'],
    cancelled: ['storniert', 'cancelled'],
  }),
  hubspotTickets({
    name: 'hubspot-tickets-en',
    title: 'HubSpot tickets, English',
    file: { dates: ['yyyy-MM-dd', 'MM/dd/yyyy'], zone: 'UTC', currency: 'EUR' },
    id: 'Ticket ID',
    subject: 'Ticket name',
    status: 'Ticket status',
    created: 'Create date',
    closed: 'Close date',
    about: 'return|refund|exchange|rma',
  }),
  hubspotTickets({
    name: 'hubspot-tickets-de',
    title: 'HubSpot-Tickets, deutsch',
    file: { decimal: ',', dates: ['yyyy-MM-dd', 'dd.MM.yyyy'], zone: 'Europe/Berlin', currency: 'EUR' },
    id: 'Ticket-ID',
    subject: 'Ticketname',
    status: 'Ticketstatus',
    created: 'Erstelldatum',
    closed: 'Abschlussdatum',
    about: 'retoure|rücksendung|rückgabe|erstattung|umtausch|widerruf|return|refund|rma',
  }),
];
