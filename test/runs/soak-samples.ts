/** What a long run looks at every few seconds, and what it may come to. */
import { readdirSync, readFileSync } from 'node:fs';
import type pg from 'pg';

export type Sample = {
  readonly rssBytes: number;
  readonly heapBytes: number;
  readonly externalBytes: number;
  /** Timers, sockets and the like that Node knows of. */
  readonly handles: number;
  /** Open files of the process, where the system tells. */
  readonly files: number;
  readonly databaseConnections: number;
  /** Transactions that stand open for more than ten seconds. */
  readonly forgotten: number;
};

/** One figure and how far it may go. */
export type SoakLine = {
  readonly what: string;
  readonly from: number;
  readonly to: number;
  readonly limit: number;
  readonly unit: 'MB' | 'ms' | '';
};

const mega = 1024 * 1024;

export async function takeSample(pid: number, port: number, client: pg.Client): Promise<Sample> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const metric = (name: string): number => {
    const found = new RegExp(`^${name}(?:\\{\\})? (\\S+)$`, 'm').exec(text);
    if (found === null) throw new Error(`no metric ${name}`);
    return Number(found[1]);
  };
  const { rows } = await client.query<{ all: string; forgotten: string }>(
    `select count(*) as all, count(*) filter (where state like 'idle in transaction%' and state_change < now() - interval '10 s') as forgotten
     from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`,
  );
  return {
    rssBytes: metric('reentry_process_resident_memory_bytes'),
    heapBytes: metric('reentry_nodejs_heap_size_used_bytes'),
    externalBytes: metric('reentry_nodejs_external_memory_bytes'),
    handles: metric('reentry_nodejs_active_resources_total'),
    files: countFiles(pid),
    databaseConnections: Number(rows[0]!.all),
    forgotten: Number(rows[0]!.forgotten),
  };
}

/** `bin/reentry.js` may have started another Node; that one is meant. */
function countFiles(pid: number): number {
  if (process.platform !== 'linux') return 0;
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  const child = children.find((one) => one !== '' && readFileSync(`/proc/${one}/comm`, 'utf8').startsWith('node'));
  return readdirSync(`/proc/${child ?? pid}/fd`).length;
} // prettier-ignore

export type SoakFigures = {
  readonly samples: readonly Sample[];
  /** Before anything was asked, and when nobody had asked anything for longer than connections are kept. */
  readonly fresh: Sample;
  readonly rested: Sample;
  /** Rows by table, before and after. */
  readonly before: ReadonlyMap<string, number>;
  readonly after: ReadonlyMap<string, number>;
  readonly changes: number;
  readonly delivered: number;
  readonly logins: number;
};

/**
 * The second quarter of the run against the last: by then caches are warm. The heap is compared at its lowest, just
 * after the collector ran; what grows there is kept by somebody.
 */
export function judgeSoak({
  samples,
  fresh,
  rested,
  before,
  after,
  changes,
  delivered,
  logins,
}: SoakFigures): readonly SoakLine[] & SoakLine[] {
  const quarter = samples.length / 4;
  const early = samples.slice(Math.floor(quarter), Math.floor(2 * quarter));
  const late = samples.slice(Math.floor(3 * quarter));
  const firstHalf = samples.slice(0, Math.floor(2 * quarter));
  const rss = (sample: Sample): number => sample.rssBytes / mega;
  const compare = (
    what: string,
    value: (sample: Sample) => number,
    pick: (values: readonly number[]) => number,
    limit: (from: number) => number,
    unit: SoakLine['unit'] = '',
  ): SoakLine => {
    const scale = unit === 'MB' ? mega : 1;
    const [from, to] = [early, late].map((part) => pick(part.map((sample) => value(sample) / scale)));
    return { what, from: from!, to: to!, limit: limit(from!), unit };
  };
  const atRest = (what: string, value: (sample: Sample) => number): SoakLine => {
    const [from, to] = [fresh, rested].map((sample) => value(sample) - sample.databaseConnections);
    return { what: `${what} at rest`, from: from!, to: to!, limit: from! + 10, unit: '' };
  };
  const lines: SoakLine[] = [
    compare('heap at its lowest', (one) => one.heapBytes, lowest, (from) => from * 1.1 + 8, 'MB'),
    compare('outside of the heap at its lowest', (one) => one.externalBytes, lowest, (from) => from * 1.1 + 8, 'MB'),
    // Threads come and go with it, so it must not exceed what it once was.
    { what: 'memory of the process', from: highest(firstHalf.map(rss)), to: median(late.map(rss)), limit: highest(firstHalf.map(rss)) * 1.1 + 16, unit: 'MB' },
    // While requests come, as many are open as callers keep connections; what is left when they have gone is a leak.
    atRest('handles', (one) => one.handles),
    atRest('open files', (one) => one.files),
    compare('connections to the database', (one) => one.databaseConnections, highest, (from) => from + 1),
    compare('transactions left open', (one) => one.forgotten, highest, () => 0),
  ]; // prettier-ignore
  // What has a reason to grow, and by how much; every other table stays as large as it was.
  const grows: Readonly<Record<string, number>> = {
    // Every content that changed something is kept: it is the evidence of the timeline.
    observations: changes,
    // One more where a record changed while it was read: it is read again.
    deliveries: Math.ceil(delivered * 1.01),
    // What a newer content no longer says is retracted, and stays on the timeline.
    facts: changes,
    // Who logged in and out, and who paused what.
    audit_entries: logins * 2 + 200,
    sessions: logins,
  };
  const few = 3;
  for (const [table, count] of after) {
    const from = before.get(table) ?? 0;
    if (count > from) lines.push({ what: `rows of ${table}`, from, to: count, limit: from + (grows[table] ?? few), unit: '' }); // prettier-ignore
  }
  return lines;
}

const sorted = (values: readonly number[]): readonly number[] =>
  [...values].sort((one, other) => one - other);
const median = (values: readonly number[]): number => sorted(values)[Math.floor(values.length / 2)]!;
const lowest = (values: readonly number[]): number => Math.min(...values);
const highest = (values: readonly number[]): number => Math.max(...values);
