/** Scopes: which problems a rule is about. The same words route problems to owners and say what is normal here. */

/** What rules look at. */
export type ScopedProblem = {
  readonly code: string;
  readonly control: string;
  readonly severity: number;
  /** Largest of the sums at stake, minor units. */
  readonly minor: number;
  readonly currency: string | undefined;
  /** Of the order and of everything that proves the problem. */
  readonly connections: readonly string[];
  /** The item it is about; without one all items of the order. */
  readonly skus: readonly string[];
  readonly customer: 'consumer' | 'business' | undefined;
  readonly channel: string | undefined;
};

/** Every part that is given must fit; a list fits with any of its entries. */
export type ProblemScope = {
  readonly codes?: readonly string[];
  readonly controls?: readonly string[];
  readonly severities?: readonly number[];
  /** Minor units of `currency`, which must be given with them. */
  readonly minorMin?: number;
  readonly minorMax?: number;
  readonly currency?: string;
  readonly connections?: readonly string[];
  /** Item class: SKUs, or patterns with `*` (`SHOE-*`). */
  readonly skus?: readonly string[];
  /** Customer class. */
  readonly customer?: 'consumer' | 'business';
  readonly channels?: readonly string[];
};

export function fitsScope(problem: ScopedProblem, scope: ProblemScope): boolean {
  const { codes, controls, severities, minorMin, minorMax, currency, connections, skus, customer, channels } = scope;
  if (codes !== undefined && !codes.includes(problem.code)) return false;
  if (controls !== undefined && !controls.includes(problem.control)) return false;
  if (severities !== undefined && !severities.includes(problem.severity)) return false;
  if (currency !== undefined && problem.currency !== currency) return false;
  if (minorMin !== undefined && problem.minor < minorMin) return false;
  if (minorMax !== undefined && problem.minor > minorMax) return false;
  if (connections !== undefined && !connections.some((name) => problem.connections.includes(name))) return false;
  if (skus !== undefined && !problem.skus.some((sku) => skus.some((pattern) => fitsPattern(sku, pattern)))) return false;
  if (customer !== undefined && problem.customer !== customer) return false;
  return channels === undefined || (problem.channel !== undefined && channels.includes(problem.channel));
} // prettier-ignore

/** `*` stands for any characters; everything else for itself. No regular expression: patterns come from people. */
export function fitsPattern(text: string, pattern: string): boolean {
  const parts = pattern.split('*');
  if (parts.length === 1) return text === pattern;
  const [first = '', last = ''] = [parts[0], parts.at(-1)];
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  let from = first.length;
  const until = text.length - last.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, from);
    if (found < 0 || found + part.length > until) return false;
    from = found + part.length;
  }
  return true;
} // prettier-ignore
