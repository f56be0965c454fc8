/**
 * What goes wrong between systems, as rules. A rule says where (server, kind of request or webhook topic), what,
 * and how often; rules are tried in order, the first that strikes counts.
 *
 *   { on: 'woocommerce', match: /POST .*refunds/, kind: 'time_out_after', times: 1 }
 *   { on: 'stripe', kind: 'webhook_lost', rate: 0.1 }
 */
import type { Random } from './random.ts';
import type { ServerName } from './service.ts';

/** Faults of requests. */
export const requestFaults = [
  /** Never answers and nothing was done. */
  'time_out_before',
  /** Never answers although it was done. */
  'time_out_after',
  /** Connection cut; the effect lands only after the client has read back `reads` times, or after `seconds`. */
  'lands_late',
  /** 429 with `Retry-After: seconds`. */
  'rate_limited',
  'error_before',
  'error_after',
  /** The answer leaves after `seconds` of the company's time. */
  'slow',
  /** While a later page is asked for, the list changes underneath. */
  'page_shift',
  /** Credentials stop working: 401 or 403 as the vendor says it. */
  'rights_lost',
] as const;

/** Faults of webhooks. `seconds` says how late or how far apart. */
export const webhookFaults = [
  'webhook_lost',
  'webhook_late',
  'webhook_doubled',
  'webhook_reordered',
] as const;

/** Faults between shop and gateway: see `woocommerce/create-refund.ts`. */
export const gatewayFaults = ['gateway_declined', 'gateway_false', 'gateway_slow', 'gateway_dies'] as const;

export type FaultKind =
  | (typeof requestFaults)[number]
  | (typeof webhookFaults)[number]
  | (typeof gatewayFaults)[number]
  /** The server's clock is ahead by `seconds` (behind when negative): in its answers and its records. */
  | 'clock_skew';

export type Fault = {
  readonly on: ServerName;
  readonly kind: FaultKind;
  /** Part of the request's label or the webhook's topic; missing: all. */
  readonly match?: RegExp;
  /** Probability that it strikes, 0 to 1. Default 1. */
  readonly rate?: number;
  /** How often it may strike. Default: without end. */
  readonly times?: number;
  readonly seconds?: number;
  /** `lands_late`: how many reads the client gets to see before the effect is there. Default 1. */
  readonly reads?: number;
};

export type Faults = {
  add(fault: Fault): void;
  /** Ends all rules, or those of one kind. What is already on its way stays so. */
  clear(kind?: FaultKind): void;
  /** The first rule that strikes, counted as struck. */
  strike(on: ServerName, kinds: readonly FaultKind[], label: string): Fault | undefined;
  /** Seconds by which a server's clock is off. */
  skewMs(on: ServerName): number;
};

export function createFaults(initial: readonly Fault[], random: Random): Faults {
  let rules: { readonly fault: Fault; left: number }[] = [];
  const add = (fault: Fault): void => {
    rules.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY });
  };
  for (const fault of initial) add(fault);
  return {
    add,
    clear(kind) {
      rules = kind === undefined ? [] : rules.filter((rule) => rule.fault.kind !== kind);
    },
    strike(on, kinds, label) {
      const struck = rules.find(
        ({ fault, left }) =>
          fault.on === on &&
          left > 0 &&
          kinds.includes(fault.kind) &&
          (fault.match?.test(label) ?? true) &&
          random.chance(fault.rate ?? 1),
      );
      if (struck !== undefined) struck.left -= 1;
      return struck?.fault;
    },
    skewMs: (on) =>
      rules
        .filter(({ fault }) => fault.on === on && fault.kind === 'clock_skew')
        .reduce((sum, { fault }) => sum + (fault.seconds ?? 0) * 1000, 0),
  };
}
