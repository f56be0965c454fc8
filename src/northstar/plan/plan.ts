/**
 * The 30-day plan as plain data: what it says, not how it looks. Fit for JSON; equal inputs give an equal plan,
 * byte by byte. Money is minor units; times are ISO instants; every count has its denominator and example orders.
 */
import type { ProblemCode } from '../../kernel/codes.ts';
import type { ControlId, ControlKind } from '../../kernel/controls.ts';
import type { FactType } from '../../kernel/fact.ts';
import type { Feed } from '../../kernel/feeds.ts';
import type { StakeKind } from '../../kernel/stake.ts';
import type { Language } from '../../kernel/wording.ts';
import type { StakeIn } from '../../wire/audit-report.ts';
import type { DriftCategory } from '../drift.ts';
import type { CauseId } from './causes.ts';

export const planFormat = 'reentry-plan/1';

/** A text in every language a plan is written in. */
export type Words = Readonly<Record<Language, string>>;

/** `n` of `of`, with the orders behind `n`. */
export type Share = {
  readonly n: number;
  readonly of: number;
  /** Order numbers, as people know them: the first 200. */
  readonly orders: readonly string[];
  /** Fewer than 30 cases: a hint, not a rate. */
  readonly few: boolean;
};

/** The three sums per currency, never added up. */
export type Amounts = readonly StakeIn[];

export type PlanConnection = {
  readonly name: string;
  readonly connector: string;
  readonly system: string;
};

export type Scope = {
  readonly orders: number;
  /** Orders with a return, refund or cancellation: the denominator of most numbers. */
  readonly returns: number;
  /** The first 200 of them. */
  readonly returnOrders: readonly string[];
  readonly facts: number;
  /** First and last event of the returns; undefined where there are none. */
  readonly from?: string;
  readonly to?: string;
  /** Days from the first to the last event of the returns, at least 1. */
  readonly days: number;
  readonly currency: string;
  readonly connections: readonly PlanConnection[];
  readonly policyFile?: string;
};

/** One open problem that stands for itself. Each is in the list once, under one of the three sums. */
export type PlanProblem = {
  readonly id: string;
  readonly order: string;
  readonly orderKey: string;
  readonly code: ProblemCode;
  readonly control: ControlId;
  readonly owner: string;
  readonly kind: StakeKind;
  /** At stake, minor units. */
  readonly minor: number;
  readonly currency: string;
  readonly sku?: string;
  readonly units?: number;
  readonly since: string;
  readonly due: string;
};

export type MoneyRow = {
  readonly key: string;
  readonly problems: number;
  readonly orders: number;
  readonly money: Amounts;
};

/** How real returns leave the agreed journey, by what the controls found. One code, one of the three sums. */
export type PlanDrift = {
  readonly code: ProblemCode;
  readonly control: ControlId;
  readonly category: DriftCategory;
  readonly orders: Share;
  readonly problems: number;
  readonly kind: StakeKind;
  readonly money: Amounts;
  /** Oldest open one. */
  readonly since: string;
  readonly query: string;
};

/** How the sequence of events leaves the agreed journey. Carries no money: the controls do. */
export type SequenceDrift = {
  readonly category: DriftCategory;
  readonly step: string;
  readonly orders: Share;
};

export type GroupLift = {
  readonly by: 'tender' | 'channel' | 'item';
  readonly value: string;
  readonly breaks: Share;
  /** Rate of all other returns. */
  readonly rest: { readonly n: number; readonly of: number };
  readonly lift: number;
  /** 95 % interval of the lift. */
  readonly low: number;
  readonly high: number;
  /** All that the group's returns have at stake, in the main currency: to compare groups, not to be added up. */
  readonly minor: number;
};

export type Journey = {
  /** Steps by id with how often they happened and in how many returns. */
  readonly steps: readonly {
    readonly step: string;
    readonly events: number;
    readonly returns: number;
    /** Does the agreed journey have it? */
    readonly agreed: boolean;
    readonly watched: boolean;
  }[];
  readonly edges: readonly {
    readonly from: string;
    readonly to: string;
    readonly count: number;
    readonly medianSeconds?: number;
    readonly p90Seconds?: number;
    /** At stake in the returns that go this way: to compare ways, not to be added up. */
    readonly minor: number;
    readonly agreed: boolean;
    /** Returns that go this way, the first 200. */
    readonly orders: readonly string[];
  }[];
  readonly spine: readonly (readonly [string, string])[];
  /** The agreed journey as its text. */
  readonly model: string;
  readonly variants: number;
  /** Returns whose paths these are: how many, and the first 200. */
  readonly variantOrders: { readonly n: number; readonly orders: readonly string[] };
  /** Returns left out of the comparison: refused, without goods, still in time, or such as no system speaks for. */
  readonly leftOut: number;
  readonly leftOutOrders: readonly string[];
  readonly fitting: Share;
  /** Returns whose path could not be compared. */
  readonly notAligned: number;
  /** Steps missing while their time still runs. */
  readonly stillRunning: number;
  readonly sequence: readonly SequenceDrift[];
  readonly groups: readonly GroupLift[];
};

/** Spread of times in `unit`; `undefined` percentiles were not reached: too many are still open. */
export type Lag = {
  readonly unit: 'bd' | 'cd' | 'h';
  /** Left events, and how many of them were matched. Those still open are censored, not averaged as if done. */
  readonly n: number;
  readonly done: number;
  /** Orders it was measured on: those still open, then the slowest first; the first 200. */
  readonly orders: readonly string[];
  readonly mean?: number;
  readonly p50?: number;
  readonly p90?: number;
};

export type EventRow = {
  readonly connection: string;
  readonly system: string;
  readonly step: string;
  readonly types: readonly FactType[];
  readonly events: number;
  /** Returns in which this connection reports it, of those in which it could. */
  readonly returns: Share;
  /** After which step it is timed, and how long after, in hours. */
  readonly after?: string;
  readonly lag?: Lag;
  readonly query: string;
};

export type MissingEvent = {
  readonly step: string;
  readonly feed: Feed;
  readonly controls: readonly ControlId[];
};

export type MatrixSide = {
  readonly event: Words;
  /** Connections that are seen to report it; undefined where it is no event of a system. */
  readonly reportedBy?: readonly string[];
};

export type Proposal = {
  readonly due?: string;
  readonly owner: string;
  readonly mode: 'watch' | 'suggest' | 'approve' | 'auto';
  readonly why: 'kept-few' | 'kept-slow' | 'kept-open' | 'kept-law' | 'kept-none' | 'kept-fits' | 'shortened';
};

export type MatrixRow = {
  readonly control: ControlId;
  readonly kind: ControlKind;
  readonly left: MatrixSide;
  readonly right: MatrixSide;
  readonly key: Words;
  /** Term that holds today (`3bd`); undefined: at once, or a date of its own. */
  readonly due?: string;
  readonly tolerance: Words;
  readonly owner: string;
  readonly mode: 'watch' | 'suggest' | 'approve' | 'auto';
  readonly watched: 'yes' | 'thin' | 'no';
  /** Feeds that are silent for some or all of the returns. */
  readonly missing: readonly Feed[];
  /** Orders in which it held, of those in which it spoke. */
  readonly rate: Share;
  readonly lag?: Lag;
  /** Open problems of its own, those that hang on others, and those still in time. */
  readonly breaches: number;
  readonly waiting: number;
  readonly pending: number;
  readonly money: Amounts;
  readonly examples: readonly string[];
  /** Orders behind the counts, the first 200 of each. */
  readonly orders: {
    readonly breaches: readonly string[];
    readonly waiting: readonly string[];
    readonly pending: readonly string[];
  };
  readonly proposal: Proposal;
  readonly query: string;
};

export type StatusRow = {
  readonly connection: string;
  readonly kind: string;
  readonly field: string;
  readonly word: string;
  readonly objects: number;
  /** Returns that such objects tell of, the first 200. */
  readonly orders: readonly string[];
  /** What Reentry reads from objects with this word. */
  readonly means: readonly { readonly type: FactType; readonly objects: number }[];
  /** Orders of such objects that have an open problem, of all orders of such objects. */
  readonly contradicted: Share;
  readonly codes: readonly ProblemCode[];
};

export type RaciRow = {
  readonly code: ProblemCode;
  readonly owner: string;
  /** Term in which it is to be settled, of its control. */
  readonly due?: string;
  readonly control: ControlId;
  readonly open: number;
  readonly money: Amounts;
  readonly orders: readonly string[];
};

export type Effort = 'S' | 'M' | 'L';

export type PlanAction = {
  readonly cause: CauseId;
  /** Connectors that reported these problems and have a setting of their own for the cause. */
  readonly connectors: readonly string[];
  readonly codes: readonly ProblemCode[];
  readonly orders: Share;
  readonly problems: number;
  /** Problems of these codes that hang on another one: they cost nothing by themselves. */
  readonly waiting: number;
  readonly money: Amounts;
  /** The same per 30 days; what was seen in fewer days counts as a month. */
  readonly perMonth: Amounts;
  readonly effort: Effort;
  readonly decides: string;
  /** Must print 0 when the action has worked: problems of these codes that began after the plan. */
  readonly query: string;
};

export type Decision = {
  readonly id: string;
  readonly text: Words;
  readonly decides: string;
  readonly orders?: Share;
  readonly money?: Amounts;
};

export type Test = {
  readonly id: string;
  readonly text: Words;
  readonly value: number;
  readonly of?: number;
  /** `value` must be at most, or at least, this. */
  readonly need: number;
  readonly direction: 'at-most' | 'at-least';
  readonly green: boolean;
  /** Orders behind it, where it counts some; the first 200. */
  readonly orders?: readonly string[];
};

export type Week = {
  readonly days: string;
  readonly mode: 'watch' | 'suggest' | 'approve' | 'auto';
  readonly goal: Words;
  readonly entry: readonly Test[];
  readonly exit: readonly Test[];
  /** Rows of the matrix that this week is about. */
  readonly controls: readonly ControlId[];
};

export type Quality = {
  readonly id: string;
  readonly text: Words;
  readonly value: number;
  readonly of?: number;
  /** Orders behind it, or what else it counts, the first 200. */
  readonly examples: readonly string[];
  readonly about: 'orders' | 'records';
};

export type Measure = {
  readonly id: string;
  readonly text: Words;
  readonly value?: number;
  readonly of?: number;
  readonly unit: 'count' | 'money' | 'days';
  readonly currency?: string;
  readonly target: Words;
  /** Orders behind it, where it counts or measures some; the first 200. */
  readonly orders?: readonly string[];
};

export type PlanNote = {
  readonly order: string;
  readonly orderKey: string;
  readonly money: Amounts;
  readonly text: Words;
};

/** What people typed into a plan: names by role, comments by anchor. It survives regeneration. */
export type People = {
  readonly names: Readonly<Record<string, string>>;
  readonly comments: Readonly<Record<string, string>>;
};

export type Plan = {
  readonly format: typeof planFormat;
  readonly asOf: string;
  readonly zone: string;
  readonly scope: Scope;
  readonly needsSomeone: Share;
  readonly inTime: number;
  readonly inTimeOrders: readonly string[];
  readonly money: Amounts;
  readonly byControl: readonly MoneyRow[];
  readonly byOwner: readonly MoneyRow[];
  readonly drifts: readonly PlanDrift[];
  readonly journey: Journey;
  readonly events: readonly EventRow[];
  readonly missingEvents: readonly MissingEvent[];
  readonly matrix: readonly MatrixRow[];
  readonly statuses: readonly StatusRow[];
  readonly raci: readonly RaciRow[];
  /** Roles of the table of owners: teams and persons that own problems. */
  readonly owners: readonly string[];
  readonly actions: readonly PlanAction[];
  /** What the actions leave for later. */
  readonly otherCauses: {
    readonly causes: readonly CauseId[];
    readonly problems: number;
    readonly money: Amounts;
  };
  readonly decisions: readonly Decision[];
  readonly weeks: readonly Week[];
  readonly risks: readonly Words[];
  readonly quality: readonly Quality[];
  readonly baseline: readonly Measure[];
  readonly notWatched: readonly {
    readonly control: ControlId;
    readonly returns: number;
    readonly missing: readonly Feed[];
  }[];
  readonly notes: readonly PlanNote[];
  readonly problems: readonly PlanProblem[];
  readonly people: People;
};
