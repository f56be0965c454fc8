/**
 * Sendcloud: parcels of returns, and parcels that came back undelivered. This is the pure half, written from the
 * documentation of API v2.
 *
 * A parcel is one object: itself, with its tracking history under `statuses`. Settings it looks at: `orderReference`,
 * `zone` for times without one, and `statuses` (a carrier's word → `in_transit delivered returned lost other`).
 */
import { type Fact, type FactOf, type FactType, type Payloads, factId } from '../../kernel/fact.ts';
import { term } from '../../kernel/term.ts';
import type { ConnectorPure, ReadContext, Reading, SourceObject, Unread } from '../contract.ts';

type Json = Readonly<Record<string, unknown>>;

export function asRecord(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

export const recordsIn = (value: unknown): readonly Json[] =>
  (Array.isArray(value) ? (value as unknown[]) : []).map(asRecord).filter((entry) => entry !== undefined);

export const idOf = (value: unknown): string | undefined => {
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  return typeof text === 'string' && /^[1-9]\d{0,19}$/.test(text) ? text : undefined;
};

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;

/** `2019-02-03T06:48:07Z`, without a zone too, or `03-02-2019 06:48:07` in older answers. ISO instant in UTC. */
export function instantOf(value: unknown, zone: string): string | undefined {
  const text = textOf(value);
  const [, day, month, year, time] = /^(\d\d)-(\d\d)-(\d{4}) (\d\d:\d\d:\d\d)$/.exec(text ?? '') ?? [];
  const iso = day === undefined ? text?.replace(' ', 'T') : `${year}-${month}-${day}T${time}`;
  if (iso === undefined) return undefined;
  try {
    const at = /(?:Z|[+-]\d\d:?\d\d)$/.test(iso)
      ? Temporal.Instant.from(iso)
      : Temporal.PlainDateTime.from(iso, { overflow: 'reject' }).toZonedDateTime(zone).toInstant();
    return new Date(at.epochMilliseconds).toISOString();
  } catch {
    return undefined;
  }
}

type Stage = 'in_transit' | 'delivered' | 'returned' | 'lost' | 'other';
const stages: readonly Stage[] = ['in_transit', 'delivered', 'returned', 'lost', 'other'];

/** Sendcloud's own words for what all its carriers say. Not yet handed over: everything about labels and announcing. */
const stageByStatus: Readonly<Record<string, Stage>> = {
  'to-sorting': 'in_transit', sorted: 'in_transit', unsorted: 'in_transit', unsorted2: 'in_transit', sorting: 'in_transit',
  delayed: 'in_transit', 'shipment-on-route': 'in_transit', 'driver-on-route': 'in_transit', 'picked-up-by-driver': 'in_transit',
  'at-customs': 'in_transit', 'at-sorting-centre': 'in_transit', 'delivery-failed': 'in_transit',
  'awaiting-customer-pickup': 'in_transit', undeliverable: 'in_transit', 'refused-by-recipient': 'in_transit',
  'delivery-method-changed': 'in_transit', 'delivery-date-changed': 'in_transit', 'delivery-address-changed': 'in_transit',
  delivered: 'delivered', 'delivery-forced': 'delivered', 'collected-by-customer': 'delivered',
  'returned-to-sender': 'returned',
  'ready-to-send': 'other', announced: 'other', announcing: 'other', 'announced-uncollected': 'other', 'collect-error': 'other',
  'no-label': 'other', 'cancelling-upstream': 'other', cancelling: 'other', cancelled: 'other', 'cancelled-upstream': 'other',
  unknown: 'other', 'announcement-failed': 'other', exception: 'other', 'address-invalid': 'other',
}; // prettier-ignore

/** The same by the numbers that a parcel itself carries, where its history was not read. */
const stageById: Readonly<Record<string, Stage>> = {
  '3': 'in_transit', '5': 'in_transit', '7': 'in_transit', '22': 'in_transit', '91': 'in_transit', '92': 'in_transit',
  '4': 'in_transit', '6': 'in_transit', '8': 'in_transit', '12': 'in_transit', '80': 'in_transit', '62989': 'in_transit',
  '62990': 'in_transit', '62991': 'in_transit', '62993': 'in_transit', '62994': 'in_transit', '62995': 'in_transit',
  '11': 'delivered', '93': 'delivered', '62992': 'returned',
}; // prettier-ignore

const lostWords = /\b(?:lost|verloren|verlust)\b/i;

function stageOf(context: ReadContext, word: string, message: unknown): Stage | undefined {
  const { statuses } = context.settings;
  const own = Object.hasOwn(statuses, word) ? stages.find((stage) => stage === statuses[word]) : undefined;
  if (own !== undefined) return own;
  if (typeof message === 'string' && lostWords.test(message)) return 'lost';
  return Object.hasOwn(stageByStatus, word) ? stageByStatus[word] : undefined;
}

function read(object: SourceObject, context: ReadContext): Reading {
  const { connection, kind, id } = object;
  const unread: Unread[] = [];
  const complain = (code: Unread['code'], field: string, value: unknown, message: string): void =>
    void unread.push({ code, field, value: String(typeof value === 'string' ? value : typeof value).slice(0, 80), message }); // prettier-ignore
  const body = asRecord(object.body);
  const names = [term.object(connection, kind, id)];
  if (body === undefined) {
    const shape = object.body === null ? 'null' : Array.isArray(object.body) ? 'array' : typeof object.body;
    complain('unreadable', '', shape, 'A parcel is a JSON object; read it again.');
    return { facts: [], names, links: [], unread };
  }
  const tracking = textOf(body['tracking_number']);
  if (tracking !== undefined) names.push(term.tracking(tracking));
  const number = textOf(body['order_number']);
  const orderTerm = context.settings.orderReference === 'number' ? term.number : term.ref;
  const links = number === undefined ? [] : [{ term: orderTerm(number) }];
  const facts: Fact[] = [];
  const isReturn = body['is_return'] === true;
  const units = unitsOf(body);
  const add = <T extends FactType>(type: T, at: string, payload: Payloads[T]): void => {
    const name = `${kind}/${id}`;
    const head = {
      id: factId(connection, name, type), at, system: context.settings.system, connection, object: name,
    }; // prettier-ignore
    facts.push({ ...head, type, ...payload } as unknown as FactOf<T> as Fact);
  };
  const seen = new Map<Stage, string>();
  for (const { stage, at } of historyOf(body, context, complain)) if (!seen.has(stage)) seen.set(stage, at);
  const payload = { tracking: tracking ?? id, ...(isReturn ? units : {}) };
  if (isReturn) {
    const [moving, there, lost] = [seen.get('in_transit'), seen.get('delivered'), seen.get('lost')];
    // A parcel that arrived was handed over, whether or not anybody scanned it on its way.
    if (moving !== undefined || there !== undefined)
      add('parcel.handed_over', moving ?? there ?? '', payload);
    if (there !== undefined) add('parcel.delivered', there, payload);
    else if (lost !== undefined) add('parcel.lost', lost, payload);
  } else if (seen.has('returned'))
    add('parcel.delivered', seen.get('returned') ?? '', { ...payload, toOrigin: true });
  return { facts, names, links, unread };
}

type Complain = (code: Unread['code'], field: string, value: unknown, message: string) => void;

/** What happened to the parcel, oldest first; its present state where the history was not read. */
function historyOf(
  body: Json,
  context: ReadContext,
  complain: Complain,
): readonly { readonly stage: Stage; readonly at: string }[] {
  const { zone } = context.settings;
  const rows = recordsIn(body['statuses']);
  const told = rows.flatMap((row, index) => {
    const word = String(row['parent_status']);
    const stage = stageOf(context, word, row['carrier_message']);
    const at = instantOf(row['carrier_update_timestamp'], 'UTC');
    if (stage === undefined)
      complain('unmapped-status', `statuses[${index}]`, word, `Say in settings.statuses what this means: ${stages.join(' ')}.`); // prettier-ignore
    else if (at === undefined)
      complain('unreadable', `statuses[${index}].carrier_update_timestamp`, row['carrier_update_timestamp'], 'Expected a time.'); // prettier-ignore
    return stage === undefined || at === undefined ? [] : [{ stage, at }];
  });
  if (rows.length > 0) return told.toSorted((left, right) => (left.at < right.at ? -1 : 1));
  const status = asRecord(body['status']);
  const id = idOf(status?.['id']);
  const stage =
    typeof status?.['message'] === 'string' && lostWords.test(status['message'])
      ? 'lost'
      : stageById[id ?? ''];
  const at = instantOf(body['date_updated'], zone) ?? instantOf(body['date_created'], zone);
  return stage === undefined || at === undefined ? [] : [{ stage, at }];
}

/** The item, where there is one kind of it; several kinds in one parcel are told by none. */
function unitsOf(body: Json): { readonly sku?: string; readonly quantity?: number } {
  const items = recordsIn(body['parcel_items']).flatMap((item) => {
    const sku = textOf(item['sku']);
    const count = item['quantity'];
    const quantity = typeof count === 'number' || (typeof count === 'string' && /^\d{1,9}$/.test(count)) ? Number(count) : 0; // prettier-ignore
    return sku !== undefined && Number.isSafeInteger(quantity) && quantity > 0 ? [{ sku, quantity }] : [];
  });
  const skus = new Set(items.map(({ sku }) => sku));
  const [first] = items;
  if (first === undefined || skus.size !== 1) return {};
  return { sku: first.sku, quantity: items.reduce((sum, { quantity }) => sum + quantity, 0) };
}

function kindOf(body: unknown): { kind: string; id: string } | undefined {
  const record = asRecord(body);
  const id = idOf(record?.['id']);
  if (record === undefined || id === undefined) return undefined;
  // Fields that only Sendcloud's parcels have together.
  return 'tracking_number' in record && 'is_return' in record && asRecord(record['status']) !== undefined
    ? { kind: 'parcel', id }
    : undefined;
}

function keep({ body: given }: SourceObject): unknown {
  const body = asRecord(given);
  if (body === undefined) return typeof given === 'string' ? '' : Array.isArray(given) ? [] : given;
  const pick = (record: Json, names: readonly string[]): Json =>
    Object.fromEntries(names.filter((name) => name in record).map((name) => [name, record[name]]));
  const lost = (value: unknown): string => (typeof value === 'string' && lostWords.test(value) ? 'lost' : '');
  const status = asRecord(body['status']);
  return {
    ...pick(body, ['id', 'is_return', 'order_number', 'tracking_number', 'date_created', 'date_updated']),
    ...(status === undefined
      ? {}
      : { status: { ...pick(status, ['id']), message: lost(status['message']) } }),
    ...('parcel_items' in body
      ? { parcel_items: recordsIn(body['parcel_items']).map((item) => pick(item, ['sku', 'quantity'])) }
      : {}),
    ...('statuses' in body
      ? {
          statuses: recordsIn(body['statuses']).map((row) => ({
            ...pick(row, ['parent_status', 'carrier_update_timestamp']),
            carrier_message: lost(row['carrier_message']),
          })),
        }
      : {}),
  };
}

export const sendcloud: ConnectorPure = {
  name: 'sendcloud',
  system: 'carrier',
  reports: ['parcel.handed_over', 'parcel.delivered', 'parcel.lost'],
  stateKinds: ['parcel'],
  logKinds: [],
  kindOf,
  read,
  keep,
};
