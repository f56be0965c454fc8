/**
 * Policy: how this shop works. A policy file holds only what differs from the defaults, and any value may be
 * dated: `"back-restored": [{ "from": "2026-01-01", "value": {…} }]`. Terms follow the order's date, working
 * times the date of the step, so a change never turns closed orders into breaks.
 */
import type { Calendar, Term } from './calendar.ts';
import { parseTerm } from './calendar.ts';
import { controls, type ControlId, type Team } from './controls.ts';
import { homeSteps, type HomeStep } from './desk-step.ts';
import type { System } from './fact.ts';

/** One value with the days from which it holds, oldest first. The first entry holds from ever. */
export type Dated<T> = readonly { readonly from: string; readonly value: T }[];

export type ControlPolicy = {
  readonly due?: Term;
  readonly owner?: string;
  readonly mode: 'watch' | 'suggest' | 'approve' | 'auto';
  /** `auto`: by what the systems are seen to report. */
  readonly watch: 'auto' | 'on' | 'off';
};

/** ERP units that make up one unit of a shop SKU: `{ "SET-3": [{ "sku": "PART-A", "factor": 2 }, …] }`. */
export type ItemMap = Readonly<Record<string, readonly { readonly sku: string; readonly factor: number }[]>>;

/** For how many days each class of data is kept; undefined: for ever. */
export const retentionClasses = [
  'unchangedRecords', 'deliveries', 'sessions', 'notices', 'declarations', 'photos', 'persons',
] as const; // prettier-ignore
export type RetentionClass = (typeof retentionClasses)[number];
export type Retention = Readonly<Record<RetentionClass, number | undefined>>;

export type Policy = {
  readonly zone: string;
  readonly calendars: Readonly<Record<Team, Calendar>>;
  /** What gives the customer the right to the money: the goods are counted, or the return is approved. */
  readonly payAfter: Dated<'receipt' | 'approval'>;
  /** Who owns the shop's stock figure; unset: shop stock is not watched. */
  readonly stockAuthority: Dated<'shop' | 'erp-sync' | 'unmanaged' | 'unset'>;
  readonly books: Dated<'per_order' | 'summary' | 'none'>;
  /** Does anybody authorize returns? `auto`: by what is seen. */
  readonly authorization: Dated<'required' | 'none' | 'auto'>;
  /** Minor units by which credit notes may differ from refunds, per order; undefined: one per line credited. */
  readonly booksTolerance: Dated<number | undefined>;
  /** Largest goodwill refund in minor units that needs no explanation; undefined: no cap. */
  readonly goodwillCap: Dated<number | undefined>;
  /** Standard outbound shipping in minor units, owed when a consumer withdraws from a whole order. */
  readonly standardShipping: Dated<number | undefined>;
  /** Do books close at the end of a month? Then a credit note belongs into the month of its refund. */
  readonly periodClose: Dated<'month' | 'none'>;
  /** Where each step of a return is made; the desk offers only its own. */
  readonly homes: Readonly<Record<HomeStep, Dated<System>>>;
  /** How long a customer may ask for a return, from the last shipment. */
  readonly returnWindow: Dated<Term>;
  /** How long after its approval a return expires of which nothing was sent; undefined: never by itself. */
  readonly expireUnused: Dated<Term | undefined>;
  /** Are requests approved by the policy itself, and up to which value in minor units? */
  readonly autoApprove: Dated<'never' | 'in-window'>;
  readonly autoApproveCap: Dated<number | undefined>;
  /** Refunds above this many minor units need two people; undefined: one is enough. */
  readonly secondApproval: Dated<number | undefined>;
  /** Does the shop take withdrawals of consumers (EU)? */
  readonly withdrawal: Dated<'offered' | 'none'>;
  /** Item map: SKU of the shop → what the ERP keeps for one unit of it. A rename is a list of one. */
  readonly items: ItemMap;
  /** What customers are told about the shop: its name, and where goods go. */
  readonly shopName: string | undefined;
  readonly returnAddress: string | undefined;
  /** Barcode (EAN, GTIN) → SKU, as scanners type it. */
  readonly barcodes: Readonly<Record<string, string>>;
  readonly controls: Readonly<Partial<Record<ControlId, Dated<ControlPolicy>>>>;
  /** Problem code → team or person. */
  readonly owners: Readonly<Record<string, string>>;
  readonly retention: Retention;
  /** Of several systems that report one event, the one that counts comes first. */
  readonly bookOrder: {
    readonly received: readonly System[];
    readonly shipped: readonly System[];
    readonly approved: readonly System[];
  };
};

/** The value that holds on a day (`YYYY-MM-DD` or an ISO instant). */
export function valueOn<T>(dated: Dated<T>, day: string): T {
  let found = dated[0]!.value;
  for (let index = 1; index < dated.length && dated[index]!.from <= day; index++) found = dated[index]!.value;
  return found;
}

const always = <T>(value: T): Dated<T> => [{ from: '', value }];

/** Monday to Friday without holidays, in a zone. */
export function plainCalendar(zone: string): Calendar {
  return { zone, workdays: [1, 2, 3, 4, 5], holidays: new Set() };
}

/** What holds when nobody has said anything. A default never accuses of what the shop has not said. */
export function defaultPolicy(zone = 'UTC'): Policy {
  const calendar = plainCalendar(zone);
  return {
    zone,
    calendars: { support: calendar, ops: calendar, finance: calendar },
    payAfter: always('receipt'),
    stockAuthority: always('unset'),
    books: always('per_order'),
    authorization: always('auto'),
    booksTolerance: always<number | undefined>(undefined),
    goodwillCap: always<number | undefined>(undefined),
    standardShipping: always<number | undefined>(undefined),
    periodClose: always('none'),
    homes: Object.fromEntries(homeSteps.map((step) => [step, always<System>('desk')])) as Policy['homes'],
    returnWindow: always<Term>({ count: 30, unit: 'cd' }),
    expireUnused: always<Term | undefined>(undefined),
    autoApprove: always('never'),
    autoApproveCap: always<number | undefined>(undefined),
    secondApproval: always<number | undefined>(undefined),
    withdrawal: always('offered'),
    items: {},
    shopName: undefined,
    returnAddress: undefined,
    barcodes: {},
    controls: {},
    owners: {},
    retention: {
      unchangedRecords: 30,
      deliveries: 90,
      sessions: 30,
      notices: 365,
      declarations: 1095,
      photos: 1095,
      persons: 1095,
    },
    bookOrder: {
      received: ['wms', 'erp', 'desk', 'crm', 'carrier', 'shop'],
      shipped: ['wms', 'erp', 'carrier', 'desk', 'shop'],
      approved: ['desk', 'crm', 'shop', 'erp'],
    },
  };
}

const termByText = new Map<string, Term>();

/** Default term of a control from the matrix. */
function defaultTerm(control: ControlId): Term | undefined {
  const text = (controls[control] as { due?: string }).due;
  if (text === undefined) return undefined;
  let term = termByText.get(text);
  if (term === undefined) termByText.set(text, (term = parseTerm(text)!));
  return term;
}

const unsetControl: ControlPolicy = { mode: 'watch', watch: 'auto' };

/** Policy of a control on a day, with the matrix's term where policy has none. */
export function controlOn(policy: Policy, control: ControlId, day: string): ControlPolicy {
  const dated = policy.controls[control];
  const value = dated === undefined ? unsetControl : valueOn(dated, day);
  if (value.due !== undefined) return value;
  const due = defaultTerm(control);
  return due === undefined ? value : { ...value, due };
}
