/** What the API is set up with. */
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Database } from '../store/database.ts';
import type { Seal } from '../store/seal.ts';
import type { Role } from '../wire/roles.ts';
import type { EngineCalls } from './engine-calls.ts';
import type { EventHub } from './event-hub.ts';

export type ApiConfig = {
  /** Address as people type it, without a slash at the end: `https://reentry.example`. Makes links and cookies. */
  readonly publicUrl: string;
  readonly version: string;
  readonly seal: Seal;
  /** Without one nothing is logged. */
  readonly logger?: Logger;
  /** Metrics of other parts of the process, shown by /metrics with those of the API. */
  readonly registry?: Registry;
  /** Addresses of proxies whose `X-Forwarded-…` are believed; without them none is. */
  readonly trustedProxies?: readonly string[];
  readonly limits?: Partial<ApiLimits>;
  /** Login by an identity provider, beside local accounts. */
  readonly oidc?: OidcSettings;
};

export type OidcSettings = {
  /** The provider's issuer address; its configuration is discovered there. */
  readonly issuer: string;
  readonly clientId: string;
  /** Undefined for a public client, which PKCE alone protects. */
  readonly clientSecret?: string;
  /** What the button says. */
  readonly label: string;
  /** Claim with the groups of a user, and which group is which role; empty: users are invited by an admin. */
  readonly rolesClaim: string;
  readonly roles: Readonly<Record<string, Role>>;
};

export type ApiLimits = {
  /** Bytes of a request, and of a webhook. */
  readonly bodyMax: number;
  readonly hookBodyMax: number;
  /** Requests per minute and address. */
  readonly requestsPerMinute: number;
  readonly loginsPerMinute: number;
  /** Deliveries per minute and connection. */
  readonly hooksPerMinute: number;
  /** Deliveries refused per minute and address; then its further ones are not looked at. */
  readonly badHooksPerMinute: number;
  /** Deliveries worked on at once. */
  readonly hooksAtOnce: number;
  readonly requestTimeoutMs: number;
  readonly sessionLifeMs: number;
  readonly linkLifeMs: number;
  readonly idempotencyLifeMs: number;
  /** Wrong passwords in a row until the account is locked, and for how long. */
  readonly loginTriesMax: number;
  readonly loginLockMs: number;
  /** Event streams in all and per user; bytes that may wait for a slow reader; hints kept for those who reconnect. */
  readonly streamsMax: number;
  readonly streamsPerUserMax: number;
  readonly streamBacklogMax: number;
  readonly hintsKept: number;
  readonly heartbeatMs: number;
};

export const defaultLimits: ApiLimits = {
  bodyMax: 1024 * 1024,
  hookBodyMax: 2 * 1024 * 1024,
  requestsPerMinute: 1200,
  loginsPerMinute: 20,
  hooksPerMinute: 30_000,
  badHooksPerMinute: 120,
  hooksAtOnce: 64,
  requestTimeoutMs: 30_000,
  sessionLifeMs: 12 * 3_600_000,
  linkLifeMs: 24 * 3_600_000,
  idempotencyLifeMs: 24 * 3_600_000,
  loginTriesMax: 5,
  loginLockMs: 15 * 60_000,
  streamsMax: 500,
  streamsPerUserMax: 8,
  streamBacklogMax: 256 * 1024,
  hintsKept: 1000,
  heartbeatMs: 15_000,
};

/** What every route works with. */
export type ApiContext = {
  readonly db: Database;
  readonly engine: EngineCalls;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly config: ApiConfig;
  readonly limits: ApiLimits;
  readonly hub: EventHub;
};
