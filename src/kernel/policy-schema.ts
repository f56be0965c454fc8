/**
 * The keys of a policy file: one table that checks files and writes `docs/reference/policy.md`.
 */
import { parseTerm, type Term } from './calendar.ts';
import { problemCodes } from './codes.ts';
import { controlIds, controls } from './controls.ts';
import { locationClasses, purposes, systems } from './fact.ts';

/** A kind of value: what is allowed, in words, and how it is read; undefined when it does not fit. */
export type ValueType = {
  readonly allowed: string;
  read(value: unknown): unknown;
};

export type Shape =
  | {
      readonly kind: 'value';
      readonly type: ValueType;
      readonly about: string;
      readonly default: string;
      /** May be given as `[{ "from": "2026-01-01", "value": … }]`. */
      readonly dated?: true;
    }
  | {
      readonly kind: 'object';
      readonly fields: Readonly<Record<string, Shape>>;
      readonly about: string;
      readonly dated?: true;
    }
  | {
      readonly kind: 'map';
      /** Names that may stand here; undefined: any. */
      readonly keys?: readonly string[];
      readonly placeholder: string;
      readonly value: Shape;
      readonly about: string;
    };

const word = (...values: readonly string[]): ValueType => ({
  allowed: values.map((value) => `\`${value}\``).join(', '),
  read: (value) => (typeof value === 'string' && values.includes(value) ? value : undefined),
});

const text: ValueType = {
  allowed: 'a text',
  read: (value) => (typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined),
};

/** Status words may be numbers in some systems; in JSON keys they are text anyway. */
const zone: ValueType = {
  allowed: 'an IANA time zone such as `Europe/Berlin`',
  read(value) {
    if (typeof value !== 'string' || /^[+-]/.test(value)) return undefined;
    try {
      Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(value);
      return value;
    } catch {
      return undefined;
    }
  },
};

const currency: ValueType = {
  allowed: 'an ISO 4217 code such as `EUR`',
  read: (value) => (typeof value === 'string' && /^[A-Z]{3}$/.test(value) ? value : undefined),
};

const minor: ValueType = {
  allowed: 'a whole number of minor units (cents), 0 or more',
  read: (value) =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined,
};

const days: ValueType = {
  allowed: 'a whole number of days, 1 or more, or `"forever"`',
  read: (value): number | 'forever' | undefined =>
    value === 'forever' || (typeof value === 'number' && Number.isSafeInteger(value) && value >= 1)
      ? value
      : undefined,
};

const term: ValueType = {
  allowed: '`3bd` (business days), `14cd` (calendar days) or `1h` (hours)',
  read: (value): Term | undefined => (typeof value === 'string' ? parseTerm(value) : undefined),
};

/** `YYYY-MM-DD` of a day that exists. */
export function readDate(value: unknown): string | undefined {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(value)) return undefined;
  try {
    return Temporal.PlainDate.from(value).toString();
  } catch {
    return undefined;
  }
}

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

const workdays: ValueType = {
  allowed: 'a list of `mon tue wed thu fri sat sun`, at least one',
  read(value) {
    if (!Array.isArray(value) || value.length === 0) return undefined;
    const days = value.map((day: unknown) => (typeof day === 'string' ? weekdays.indexOf(day) + 1 : 0));
    return days.every((day) => day > 0) ? [...new Set(days)].sort() : undefined;
  },
};

const dates: ValueType = {
  allowed: 'a list of days `YYYY-MM-DD`',
  read(value) {
    if (!Array.isArray(value)) return undefined;
    const days = value.map(readDate);
    return days.every((day) => day !== undefined) ? days : undefined;
  },
};

const systemList: ValueType = {
  allowed: `a list of \`${systems.join(' ')}\``,
  read(value) {
    if (!Array.isArray(value) || value.length === 0) return undefined;
    const known: readonly unknown[] = systems;
    return value.every((system) => known.includes(system)) ? value : undefined;
  },
};

const parts: ValueType = {
  allowed: 'a list of `{ "sku": "…", "factor": 1 }`, factors whole numbers from 1',
  read(value) {
    if (!Array.isArray(value) || value.length === 0) return undefined;
    const skus = new Set<string>();
    for (const part of value as unknown[]) {
      const { sku, factor = 1 } = (part ?? {}) as { sku?: unknown; factor?: unknown };
      if (typeof sku !== 'string' || sku === '' || skus.has(sku)) return undefined;
      if (typeof factor !== 'number' || !Number.isSafeInteger(factor) || factor < 1) return undefined;
      skus.add(sku);
    }
    return (value as { sku: string; factor?: number }[]).map(({ sku, factor = 1 }) => ({ sku, factor }));
  },
};

const textMap = (placeholder: string, type: ValueType, about: string): Shape => ({
  kind: 'map', placeholder, about, value: { kind: 'value', type, about: '', default: '' },
}); // prettier-ignore

const calendar = (about: string): Shape => ({
  kind: 'object',
  about,
  fields: {
    zone: { kind: 'value', type: zone, about: 'Zone whose days count.', default: 'the `zone` of the file' },
    workdays: { kind: 'value', type: workdays, about: 'Working weekdays.', default: 'Monday to Friday' },
    holidays: { kind: 'value', type: dates, about: 'Days off.', default: 'none' },
  },
});

const connection: Shape = {
  kind: 'object',
  about: 'One account of a system.',
  fields: {
    connector: { kind: 'value', type: text, about: 'Which connector reads it.', default: 'the name of the connection' },
    path: { kind: 'value', type: text, about: 'Folder or file, below the audited folder, that holds its exports. Needed where two connections have one connector.', default: 'all files' },
    system: { kind: 'value', type: word(...systems), about: 'Its role.', default: 'that of the connector' },
    zone: { kind: 'value', type: zone, about: 'Zone of its times that have none.', default: 'the `zone` of the file' },
    currency: { kind: 'value', type: currency, about: 'Currency of its amounts that have none.', default: 'the `currency` of the file' },
    orderReference: { kind: 'value', type: word('number', 'id', 'either'), about: 'What other systems mean by "order number" of this one.', default: '`number`' },
    locations: textMap('name or id', word(...locationClasses), 'What its stock locations mean.'),
    statuses: textMap('status word', text, 'What its own status words mean; the connector says which meanings there are.'),
    reasons: textMap('part of a reason', word(...purposes), 'What refund reasons mean.'),
    tenders: textMap('payment method', text, 'What its payment methods are: `card paypal invoice cod gift_card store_credit other`.'),
    fields: textMap('role', text, 'Names of custom fields, meta keys and the like; the connector says which roles there are.'),
  },
}; // prettier-ignore

/** All keys of a policy file. Every key may be left out. */
export const policySchema = {
  kind: 'object',
  about: '',
  fields: {
    zone: { kind: 'value', type: zone, about: 'Time zone of the business: for days, calendars and dates in reports.', default: '`UTC`' },
    currency: { kind: 'value', type: currency, about: 'Currency of amounts that name none.', default: 'the one most objects name' },
    calendars: {
      kind: 'object',
      about: 'Working days, by which terms in business days are counted.',
      fields: {
        all: calendar('For every team that has none of its own.'),
        support: calendar('For the support team.'),
        ops: calendar('For the warehouse.'),
        finance: calendar('For finance.'),
      },
    },
    payAfter: { kind: 'value', dated: true, type: word('receipt', 'approval'), about: 'What gives the customer the right to the money: the goods are counted, or the return is approved.', default: '`receipt`' },
    stockAuthority: { kind: 'value', dated: true, type: word('shop', 'erp-sync', 'unmanaged', 'unset'), about: 'Who owns the stock figure of the shop. `shop`: its own refunds put goods back, so it is compared with the ERP.', default: '`unset`: shop stock is not watched' },
    books: { kind: 'value', dated: true, type: word('per_order', 'summary', 'none'), about: 'How refunds reach the books.', default: '`per_order`, watched where credit notes are seen' },
    authorization: { kind: 'value', dated: true, type: word('required', 'none', 'auto'), about: 'Does somebody authorize returns before goods may come back?', default: '`auto`: by what is seen' },
    booksTolerance: { kind: 'value', dated: true, type: minor, about: 'By how much credit notes and refunds of an order may differ through rounding.', default: 'one minor unit per line credited' },
    goodwillCap: { kind: 'value', dated: true, type: minor, about: 'Largest goodwill refund that needs no explanation.', default: 'no cap' },
    standardShipping: { kind: 'value', dated: true, type: minor, about: 'Standard outbound shipping, owed when a consumer withdraws from a whole order.', default: 'what was charged' },
    periodClose: { kind: 'value', dated: true, type: word('month', 'none'), about: 'Do books close at the end of the month? Then a credit note belongs into the month of its refund.', default: '`none`' },
    homes: {
      kind: 'object', about: 'Where each step of a return is made. The desk offers only its own steps; for the others it says where.',
      fields: {
        request: { kind: 'value', dated: true, type: word(...systems), about: 'Asking for a return.', default: '`desk`' },
        approve: { kind: 'value', dated: true, type: word(...systems), about: 'Approving, refusing, ending it.', default: '`desk`' },
        receive: { kind: 'value', dated: true, type: word(...systems), about: 'Counting what came.', default: '`desk`' },
        inspect: { kind: 'value', dated: true, type: word(...systems), about: 'Grading, quarantine, writing off, sending back.', default: '`desk`' },
        refund: { kind: 'value', dated: true, type: word(...systems), about: 'Agreeing refunds.', default: '`desk`' },
        exchange: { kind: 'value', dated: true, type: word(...systems), about: 'Agreeing exchanges.', default: '`desk`' },
      },
    },
    returnWindow: { kind: 'value', dated: true, type: term, about: 'How long a customer may ask for a return, from the last shipment. A withdrawal is a right apart.', default: '`30cd`' },
    expireUnused: { kind: 'value', dated: true, type: term, about: 'How long after its approval a return expires by itself, with a mail to the customer, when nothing was sent. It must be overdue by `authorized-received` as well; a withdrawal never expires.', default: 'never' },
    autoApprove: { kind: 'value', dated: true, type: word('never', 'in-window'), about: 'Are requests within the window approved by themselves?', default: '`never`' },
    autoApproveCap: { kind: 'value', dated: true, type: minor, about: 'Up to which value of the goods.', default: 'any value' },
    secondApproval: { kind: 'value', dated: true, type: minor, about: 'Refunds above this need a second person.', default: 'never' },
    withdrawal: { kind: 'value', dated: true, type: word('offered', 'none'), about: 'Does the shop take withdrawals of consumers, as EU law wants it?', default: '`offered`' },
    items: {
      kind: 'map', placeholder: 'shop SKU', about: 'Item map: what the ERP keeps for one unit of a shop SKU, where the names differ or a set is kept as its parts.',
      value: { kind: 'value', type: parts, about: 'Its ERP products and how many of each.', default: 'the same SKU' },
    },
    shopName: { kind: 'value', type: text, about: 'Name under which customers know the shop.', default: 'none' },
    returnAddress: { kind: 'value', type: text, about: 'Where customers send goods; lines separated by commas.', default: 'none' },
    barcodes: {
      kind: 'map', placeholder: 'barcode', about: 'What scanners type, where it is not the SKU itself: EAN or GTIN.',
      value: { kind: 'value', type: text, about: 'The SKU it stands for.', default: 'the SKU itself' },
    },
    controls: {
      kind: 'map', keys: controlIds, placeholder: 'check', about: `The checks: ${controlIds.map((id) => `\`${id}\``).join(' ')}.`,
      value: {
        kind: 'object', dated: true, about: 'Settings of one check.',
        fields: {
          due: { kind: 'value', type: term, about: 'How long the other side may take.', default: 'see the table of checks' },
          owner: { kind: 'value', type: text, about: 'Team or person that owns its problems.', default: 'see the table of checks' },
          mode: { kind: 'value', type: word('watch', 'suggest', 'approve', 'auto'), about: 'What Reentry may do about it.', default: '`watch`' },
          watch: { kind: 'value', type: word('auto', 'on', 'off'), about: '`on` and `off` overrule what coverage says.', default: '`auto`: where both sides are seen to report' },
        },
      },
    },
    owners: {
      kind: 'map', keys: Object.keys(problemCodes), placeholder: 'problem code', about: 'Who gets which problem.',
      value: { kind: 'value', type: text, about: 'Team or person, as in `support`, `ops`, `finance`, `maria`.', default: 'the owner of the code' },
    },
    retention: {
      kind: 'object', about: 'For how many days each class of data is kept, and then goes by itself. Facts, orders, problems, fixes and the audit trail are never deleted; they hold no names and addresses.',
      fields: {
        unchangedRecords: { kind: 'value', type: days, about: 'Older versions of a record that said nothing new.', default: '30' },
        deliveries: { kind: 'value', type: days, about: 'Webhooks that have been worked off.', default: '90' },
        sessions: { kind: 'value', type: days, about: 'Logins and one-time links that have ended.', default: '30' },
        notices: { kind: 'value', type: days, about: 'What a mail or message said, after it was sent. That it was sent stays.', default: '365' },
        declarations: { kind: 'value', type: days, about: 'Name and words of a withdrawal declared without a link, after it was filed. The withdrawal stays.', default: '1095' },
        photos: { kind: 'value', type: days, about: 'Photos of inspections, once the order is closed.', default: '1095' },
        persons: { kind: 'value', type: days, about: 'Who the customer is: from the last event of their last order, once all of their orders are closed.', default: '1095' },
      },
    },
    bookOrder: {
      kind: 'object', about: 'Of several systems that report one event, the one that counts comes first.',
      fields: {
        received: { kind: 'value', type: systemList, about: 'Who counts what came back.', default: '`wms erp desk crm carrier shop`' },
        shipped: { kind: 'value', type: systemList, about: 'Who knows what left.', default: '`wms erp carrier desk shop`' },
        approved: { kind: 'value', type: systemList, about: 'Who approves.', default: '`desk crm shop erp`' },
      },
    },
    connections: { kind: 'map', placeholder: 'name', about: 'Accounts of systems, by the name they get in reports.', value: connection },
  },
} as const satisfies Shape; // prettier-ignore

/** Default term and owner of each check, for the reference. */
export function listControlDefaults(): { control: string; due: string; owner: string }[] {
  return controlIds.map((control) => {
    const entry: { readonly due?: string; readonly owner: string } = controls[control];
    return { control, due: entry.due ?? '–', owner: entry.owner };
  });
}
