/**
 * Traces: one from the webhook that came in, over what was read, absorbed and folded because of it, to the command that
 * went out. The context lies with the stored delivery, so it outlives processes. While nobody has switched tracing on
 * (`src/cli/start-tracing.ts`) all of this costs one comparison.
 *
 *   await inSpan('receive', { connection }, async (span) => …);
 *   for (const parent of await tracesOf(db, objectKeys)) …
 */
import { context, propagation, ROOT_CONTEXT, SpanStatusCode, trace, type Attributes, type Span } from '@opentelemetry/api'; // prettier-ignore
import type { Runner } from '../store/database.ts';
import { listTraceparents } from '../store/deliveries.ts';

let isOn = false;

/** Called by whoever has registered a tracer. */
export function switchTracing(on: boolean): void {
  isOn = on;
}

/** Does `work` within a span below `parent` (a W3C traceparent), or below the one that is active. */
export async function inSpan<T>(
  name: string,
  attributes: Attributes,
  work: (span: Span | undefined) => Promise<T>,
  parent?: string,
): Promise<T> {
  if (!isOn) return work(undefined);
  const under = parent === undefined ? context.active() : propagation.extract(ROOT_CONTEXT, { traceparent: parent }); // prettier-ignore
  const named = Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => [`reentry.${key}`, value]),
  );
  return trace.getTracer('reentry').startActiveSpan(name, { attributes: named }, under, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'error' });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** The active span as a W3C traceparent, to be stored with what is received; undefined while tracing is off. */
export function activeTraceparent(): string | undefined {
  if (!isOn) return undefined;
  const carrier: { traceparent?: string } = {};
  propagation.inject(context.active(), carrier);
  return carrier.traceparent;
}

/** More traces than this in one batch are not followed: it is an import, and each would repeat the same span. */
const tracesMax = 50;
/** A delivery from longer ago did not cause what happens now. */
const recentMs = 3_600_000;

/** Traces that led to these objects lately: traceparent → objects, through the deliveries that pointed at them. */
async function tracesOf(db: Runner, objectKeys: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const traces = new Map<string, string[]>();
  if (!isOn || objectKeys.length === 0) return traces;
  for (const { objectKey, traceparent } of await listTraceparents(db, objectKeys, recentMs)) {
    const known = traces.get(traceparent);
    if (known === undefined) traces.set(traceparent, [objectKey]);
    else known.push(objectKey);
  }
  return new Map([...traces].slice(0, tracesMax));
} // prettier-ignore

/**
 * Does `work` once, and shows it in every trace that led to it: it is no more each one's than another's. `keysOf` says
 * which objects it is about, when it is done.
 */
export async function inTracesOf<T>(
  db: Runner,
  name: string,
  work: () => Promise<T>,
  keysOf: (done: T) => readonly string[],
  attributes: Attributes = {},
): Promise<T> {
  if (!isOn) return work();
  const startTime = Date.now();
  const done = await work();
  for (const [parent, objects] of await tracesOf(db, keysOf(done))) {
    const under = propagation.extract(ROOT_CONTEXT, { traceparent: parent });
    const named = { ...attributes, 'reentry.objects': [...objects] };
    trace.getTracer('reentry').startSpan(name, { attributes: named, startTime }, under).end();
  }
  return done;
}

/** The newest trace that led to one of these objects. */
export async function newestTraceOf(db: Runner, objectKeys: readonly string[]): Promise<string | undefined> {
  return [...(await tracesOf(db, objectKeys)).keys()][0];
}
