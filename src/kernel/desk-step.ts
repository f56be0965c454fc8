/**
 * Steps of the return workflow as data: where each is at home, which stages it may follow, and what it takes. The API
 * offers exactly what this table allows.
 */
import type { Condition, Disposition, Wish } from './fact.ts';
import type { ReturnStage } from './desk-return.ts';
import type { RefundWish } from './refund-preview.ts';

/** Groups of steps that one system is home of (policy `homes`). */
export const homeSteps = ['request', 'approve', 'receive', 'inspect', 'refund', 'exchange'] as const;
export type HomeStep = (typeof homeSteps)[number];

type StepEntry = {
  /** Undefined: it is always the desk's, such as a withdrawal or a piece of evidence. */
  readonly home?: HomeStep;
  /** Stages of the return it may follow; undefined: it stands for itself or needs no return number. */
  readonly from?: readonly ReturnStage[];
  /** May a customer do it on their own page? */
  readonly byCustomer?: true;
  readonly title: { readonly en: string; readonly de: string };
};

const here: readonly ReturnStage[] = ['requested', 'withdrawn', 'approved', 'rejected', 'cancelled', 'expired', 'kept', 'received', 'inspected']; // prettier-ignore

export const deskSteps = {
  'request': { home: 'request', byCustomer: true, title: { en: 'Request a return', de: 'Retoure anfragen' } },
  'withdraw': { byCustomer: true, title: { en: 'Withdraw from the contract', de: 'Vertrag widerrufen' } },
  'prove-dispatch': { from: ['withdrawn', 'approved'], title: { en: 'Note proof of dispatch', de: 'Versandnachweis erfassen' } },
  'approve': { home: 'approve', from: ['requested'], title: { en: 'Approve', de: 'Freigeben' } },
  'reject': { home: 'approve', from: ['requested'], title: { en: 'Refuse', de: 'Ablehnen' } },
  'cancel': { home: 'approve', from: ['requested', 'approved'], title: { en: 'Cancel the return', de: 'Retoure stornieren' } },
  'expire': { home: 'approve', from: ['approved'], title: { en: 'Let it expire', de: 'Verfallen lassen' } },
  'keep': { home: 'approve', from: ['requested', 'withdrawn', 'approved'], title: { en: 'Customer keeps it', de: 'Kunde behält die Ware' } },
  // What lies on the table lies there, whatever the return's stage says.
  'receive': { home: 'receive', from: here, title: { en: 'Count what came', de: 'Eingang zählen' } },
  'inspect': { home: 'inspect', from: here, title: { en: 'Inspect', de: 'Prüfen' } },
  'release': { home: 'inspect', from: here, title: { en: 'Release from quarantine', de: 'Aus Quarantäne freigeben' } },
  'write-off': { home: 'inspect', from: here, title: { en: 'Write off', de: 'Ausbuchen' } },
  'send-back': { home: 'inspect', from: here, title: { en: 'Send back', de: 'Zurücksenden' } },
  'refund': { home: 'refund', from: ['withdrawn', 'approved', 'kept', 'received', 'inspected'], title: { en: 'Agree a refund', de: 'Erstattung vereinbaren' } },
  'approve-refund': { home: 'refund', title: { en: 'Approve the refund', de: 'Erstattung freigeben' } },
  'revoke-refund': { home: 'refund', title: { en: 'Take the refund back', de: 'Erstattung zurücknehmen' } },
  'exchange': { home: 'exchange', from: ['requested', 'approved', 'received', 'inspected'], title: { en: 'Agree an exchange', de: 'Umtausch vereinbaren' } },
  'accept': { title: { en: 'Accept a difference', de: 'Differenz hinnehmen' } },
  'assert': { title: { en: 'Vouch for an event', de: 'Ereignis bezeugen' } },
  'match': { title: { en: 'Confirm a match', de: 'Zuordnung bestätigen' } },
} as const satisfies Record<string, StepEntry>; // prettier-ignore

export type DeskStep = keyof typeof deskSteps;
export const deskStepNames = Object.keys(deskSteps) as [DeskStep, ...DeskStep[]];

/** The table's row, as wide as its type. */
export const stepEntry = (step: DeskStep): StepEntry => deskSteps[step];

export type UnitWish = { readonly sku: string; readonly quantity: number };

/** What people may vouch for: events that a system would report, where none does. */
export const assertable = [
  'goods.shipped', 'goods.received', 'goods.sent_back', 'dispatch.proved', 'parcel.handed_over', 'parcel.lost',
  'payout.confirmed', 'exchange.shipped', 'store_credit.issued', 'customer.told',
] as const; // prettier-ignore
export type Assertable = (typeof assertable)[number];
/** Those of them that settle money. */
export const settlesMoney: readonly Assertable[] = ['payout.confirmed', 'store_credit.issued'];

export type Assertion = {
  readonly type: Assertable;
  /** When it happened, an instant; not in the future. */
  readonly at?: string;
  readonly sku?: string;
  readonly quantity?: number;
  readonly minor?: number;
  /** Bank reference, voucher number, tracking number. */
  readonly reference?: string;
  /** The shop's refund that a payout pays. */
  readonly refund?: string;
  readonly to?: 'customer' | 'vendor';
};

/** What is asked, by step. Quantities are whole units, money minor units of the order's currency. */
export type StepWish =
  | {
      readonly step: 'request';
      readonly units: readonly UnitWish[];
      readonly reason?: string;
      readonly wish?: Wish;
    }
  /** Without units: from the whole order. */
  | {
      readonly step: 'withdraw';
      readonly units?: readonly UnitWish[];
      /** When it was declared, where that was earlier (by letter, on the phone); an instant. */
      readonly declaredAt?: string;
    }
  | {
      readonly step: 'prove-dispatch';
      readonly rma: string;
      readonly tracking?: string;
      readonly text: string;
    }
  | { readonly step: 'approve'; readonly rma: string; readonly units?: readonly UnitWish[] }
  | { readonly step: 'reject' | 'cancel'; readonly rma: string; readonly why: string }
  | { readonly step: 'expire'; readonly rma: string }
  | { readonly step: 'keep'; readonly rma: string; readonly units?: readonly UnitWish[] }
  | {
      readonly step: 'receive';
      readonly rma?: string;
      readonly units: readonly (UnitWish & { readonly serial?: string })[];
      /** More than expected, or something never ordered, is really there. */
      readonly isSurplus?: boolean;
    }
  | {
      readonly step: 'inspect';
      readonly rma?: string;
      readonly units: readonly (UnitWish & {
        readonly condition: Condition;
        readonly disposition: Disposition;
      })[];
    }
  | {
      readonly step: 'release';
      readonly rma?: string;
      readonly units: readonly (UnitWish & {
        readonly disposition: Exclude<Disposition, 'quarantine'>;
        readonly condition?: Condition;
      })[];
    }
  | {
      readonly step: 'write-off';
      readonly rma?: string;
      readonly units: readonly (UnitWish & {
        readonly disposition: 'scrap' | 'recycle' | 'donate' | 'missing';
        /** On hold already; without it counted and not graded yet. */
        readonly from?: 'quarantine';
      })[];
    }
  | {
      readonly step: 'send-back';
      readonly rma?: string;
      readonly units: readonly UnitWish[];
      readonly to: 'customer' | 'vendor';
      readonly tracking?: string;
    }
  | {
      readonly step: 'refund';
      readonly rma?: string;
      readonly refund: RefundWish;
      /** As the preview showed it; refused when it came out differently meanwhile. */
      readonly totalMinor: number;
      /** Pay before goods are counted. */
      readonly payFirst?: boolean;
    }
  | { readonly step: 'approve-refund'; readonly agreement: string }
  | { readonly step: 'revoke-refund'; readonly agreement: string; readonly why: string }
  | {
      readonly step: 'exchange';
      readonly rma?: string;
      readonly sku: string;
      readonly quantity: number;
      readonly newSku: string;
      /** Owed by the customer (positive) or to them (negative). */
      readonly differenceMinor?: number;
    }
  | { readonly step: 'accept'; readonly problem: string; readonly why: string }
  | { readonly step: 'assert'; readonly assertion: Assertion; readonly text: string; readonly rma?: string }
  | { readonly step: 'match'; readonly subject: string; readonly text: string };

export type WishOf<S extends DeskStep> = Extract<StepWish, { readonly step: S }>;
