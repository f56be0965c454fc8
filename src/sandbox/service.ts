/** What a server of the sandbox is made of: requests in, answers out, no sockets and no wall clock. */
export type Json = { readonly [key: string]: unknown };

export type SandboxRequest = {
  readonly method: string;
  /** Path without the query, as sent. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly rawBody: string;
  /** False on a port that stands for plain http; a proxy that ends TLS stands before all others. */
  readonly secure: boolean;
  /** Origin the client used, without a trailing slash. */
  readonly origin: string;
};

export type SandboxResponse = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text is sent as it is, undefined sends an empty body, anything else as JSON. */
  readonly body: unknown;
};

export type Service = {
  readonly name: ServerName;
  handle(request: SandboxRequest): SandboxResponse | Promise<SandboxResponse>;
  /** True where answering changes nothing: what a client does when it reads back. */
  isRead(request: SandboxRequest): boolean;
  /** What the request is about, as fault rules name it: `POST /orders/12/refunds`, `stock.picking.button_validate`. */
  label(request: SandboxRequest): string;
  /** The vendor's own way to say "too many requests" and "something broke". */
  rateLimited(retryAfterSeconds: number): SandboxResponse;
  broken(): SandboxResponse;
  /** Does it and says it broke, where that differs from doing and `broken()`: Stripe remembers the error. */
  breakAfter?(request: SandboxRequest): SandboxResponse;
  /** Its answer to credentials that no longer work. */
  denied(request: SandboxRequest): SandboxResponse;
};

export const serverNames = ['woocommerce', 'odoo', 'stripe', 'hubspot'] as const;
export type ServerName = (typeof serverNames)[number];

export const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An object, or an empty one in place of anything else. */
export const asJson = (value: unknown): Json => (isJson(value) ? value : {});

/** A list, or an empty one in place of anything else. */
export const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const asText = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? `${value}`
      : '';
