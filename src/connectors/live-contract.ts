/**
 * The live half of a connector: everything that speaks to a server. The engine knows only this. Nothing here
 * keeps state between calls; cursors, leases and secrets come from the caller.
 */
import type { Command, CommandKind } from '../kernel/plan.ts';
import type { ConnectionSettings, SourceObject } from './contract.ts';
import type { HttpClient } from './http-client.ts';

/** What a connection was configured with. Secrets are resolved by the caller and never logged. */
export type LiveConnection = {
  readonly settings: ConnectionSettings;
  readonly baseUrl: string;
  readonly secrets: Readonly<Record<string, string>>;
  readonly http: HttpClient;
  /** Private addresses or networks that it may reach, for what is not spoken over `http`. */
  readonly allowedNetworks?: readonly string[];
};

export type ObjectRef = { readonly kind: string; readonly id: string };

/** One object as read now. `version` only where the source declares one that strictly grows. */
export type Snapshot = SourceObject & {
  readonly version?: string;
  /** When the source says it was last changed, as an instant: tells a restored backup, never which read is newer. */
  readonly modifiedAt?: string;
};

export type FetchResult =
  | { readonly is: 'snapshot'; readonly snapshot: Snapshot; readonly others?: readonly Snapshot[] }
  /** Only on that system's specific not-found. */
  | { readonly is: 'gone' }
  /** 401, 403, a missing route, a time-out: says nothing about the object. */
  | { readonly is: 'unreachable'; readonly code: UnreachableCode; readonly message: string };

export type UnreachableCode =
  | 'unauthorized'
  | 'forbidden'
  | 'route-missing'
  | 'rate-limited'
  | 'timeout'
  | 'server-error'
  | 'bad-answer'
  | 'refused-address';

/**
 * A page of a sweep: objects and the cursor that continues after them. Cursors are opaque JSON. After `done` the
 * same cursor begins the next run, which overlaps the one before by `contract.overlapMs`.
 */
export type SweepPage = {
  readonly objects: readonly Snapshot[];
  readonly cursor: string;
  readonly done: boolean;
  /** What exists but could not be read: it is listed, and the sweep goes on. */
  readonly setAside?: readonly { readonly ref: ObjectRef; readonly message: string }[];
  /**
   * The newest change that the source shows, as an instant, where that lies before the newest of the run before: a
   * deletion, or the source went back in time.
   */
  readonly wentBackTo?: string;
};

/** A webhook as it arrived. */
export type RawDelivery = {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Epoch milliseconds of arrival. */
  readonly receivedAt: number;
  readonly path: string;
};

export type Verified =
  | {
      readonly is: 'delivery';
      readonly key: string;
      readonly hints: readonly ObjectRef[];
      /**
       * What the delivery itself carries, only where there is nothing to read again: facts that another system posts.
       * It must be stored before the delivery is acknowledged.
       */
      readonly objects?: readonly Snapshot[];
    }
  /** Harmless and to be answered with 200: WooCommerce's unsigned ping. */
  | { readonly is: 'ping' }
  | {
      readonly is: 'rejected';
      readonly code: 'bad-signature' | 'too-old' | 'unreadable';
      readonly message: string;
    };

/** What a look for an effect found. */
export type Probe =
  | { readonly is: 'effect'; readonly refs: readonly ObjectRef[] }
  | { readonly is: 'absent' }
  | { readonly is: 'undecidable'; readonly message: string };

export type Executed =
  | { readonly is: 'accepted'; readonly refs: readonly ObjectRef[] }
  /** The target said no, and nothing happened. `final`: the same again will not help. */
  | {
      readonly is: 'failed';
      readonly code: string;
      readonly message: string;
      readonly final: boolean;
      readonly retryAfterMs?: number;
    }
  /** Nobody knows: read first, then decide. */
  | { readonly is: 'unknown'; readonly message: string };

export type HealthLine = {
  readonly check: string;
  readonly state: 'ok' | 'warning' | 'failed';
  /** One sentence a shop owner understands, with what to do. */
  readonly message: string;
};

export type CommandPromise = {
  /**
   * `native-key`: one effect within the key's life. `unique-field`: the target's database refuses a second object
   * with the key. `state`: the step can be made once only, whoever makes it, or sets a value that is
   * the same the second time. `probe-only`: the key is planted and
   * looked for before every write; one effect as long as the target ends within `settleTimeMs`.
   */
  readonly idempotency: 'native-key' | 'unique-field' | 'state' | 'probe-only';
  /** How long the target remembers the key. */
  readonly keyLifetimeMs: number;
  /** Time after which an effect that is not seen will not come. */
  readonly settleTimeMs: number;
};

export type ConnectorLive = {
  readonly name: string;
  readonly contract: {
    /** What it can be told to do, with what a planted key promises there. A kind that is missing is refused. */
    readonly commands: Readonly<Partial<Record<CommandKind, CommandPromise>>>;
    /** Overlap of sweeps: longer than the source's longest transaction. */
    readonly overlapMs: number;
    readonly requestsPerSecond: number;
    /** Error codes for which the same request will never succeed. */
    readonly finalErrors: readonly string[];
    /** Field by which the source orders versions of an object strictly; undefined: read stamps decide. */
    readonly growingVersion?: string;
  };
  /** Kinds that are swept, with whether a census of ids is possible. */
  readonly sweeps: readonly { readonly kind: string; readonly census: boolean }[];
  /** Throws `SourceUnreachable`; so does `census`. */
  sweep(
    connection: LiveConnection,
    kind: string,
    cursor: string | undefined,
    signal: AbortSignal,
  ): Promise<SweepPage>;
  /**
   * Cursor of a sweep that reads what changed since an instant (epoch ms); undefined: the kind is read whole, because it
   * is needed whole (products, locations) or costs less so. Without this every kind is.
   */
  cursorSince?(kind: string, at: number): string | undefined;
  census(connection: LiveConnection, kind: string, signal: AbortSignal): AsyncIterable<readonly ObjectRef[]>;
  fetch(connection: LiveConnection, ref: ObjectRef, signal: AbortSignal): Promise<FetchResult>;
  verify(connection: Pick<LiveConnection, 'settings' | 'secrets'>, delivery: RawDelivery): Verified;
  /** Looks for the whole effect of a command. What is half done is `absent`: `execute` goes on from there. */
  probe(connection: LiveConnection, command: ConnectorCommand, signal: AbortSignal): Promise<Probe>;
  /**
   * Does it, or the rest of it: every step looks at what is there before it acts, so that a second call after a crash
   * ends in the same one effect. Never sends a write again by itself.
   */
  execute(connection: LiveConnection, command: ConnectorCommand, signal: AbortSignal): Promise<Executed>;
  check(connection: LiveConnection, signal: AbortSignal): Promise<readonly HealthLine[]>;
  /**
   * Makes the source send its webhooks to `url`, signed with `secrets.webhook`: creates what is missing and revives
   * what the source has switched off. Calling it again and again is how they are watched. Undefined: set up by hand.
   */
  subscribe?(connection: LiveConnection, url: string, signal: AbortSignal): Promise<readonly HealthLine[]>;
};

/**
 * A command with all that its target needs.
 *
 * `place-answer` keeps the answer of an order where people work: one note or property, changed in place and never
 * repeated. Its `key` is the same for every text (of connection and order), its `text` is the whole answer with time
 * and link. `probe` finds the effect only where exactly this text stands, `execute` makes or changes the one place, so
 * sending it again is harmless; it is never planned from a problem.
 */
export type ConnectorCommand = Command & {
  /**
   * Objects of the target system that belong to the order: kind → id, several separated by commas, oldest first
   * (`{ 'sale.sale': '50,61', ticket: '7' }`). Which ones a connector needs is in its documentation.
   */
  readonly refs: Readonly<Record<string, string>>;
  /** Text for notes, reasons and messages; plain, lines end with a line feed. */
  readonly text?: string;
};
