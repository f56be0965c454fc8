/** What is measured, against what, and what must be reached. */
import type { Bench, Medians } from './side.ts';

const million = 1_000_000;

/** A figure of a side at the largest size, or at the one given. */
function at(
  medians: Medians,
  side: string,
  figure: string,
  size = Math.max(...medians.keys()),
): number | undefined {
  return medians.get(size)?.get(side)?.[figure];
}

const least =
  (limit: number, figure: string, side = 'Reentry') =>
  (medians: Medians): boolean | undefined => {
    const value = at(medians, side, figure);
    return value === undefined ? undefined : value >= limit;
  };
const most =
  (limit: number, figure: string, side = 'Reentry') =>
  (medians: Medians): boolean | undefined => {
    const value = at(medians, side, figure);
    return value === undefined ? undefined : value <= limit;
  };
/** Reentry's figure is at least `times` that of another side. */
const ahead =
  (times: number, figure: string, side: string) =>
  (medians: Medians): boolean | undefined => {
    const [own, theirs] = [at(medians, 'Reentry', figure), at(medians, side, figure)];
    return own === undefined || theirs === undefined ? undefined : own >= times * theirs;
  };
/** From the smallest to the largest size the figure grows by no more than `times`. */
const growth =
  (times: number, figure: string) =>
  (medians: Medians): boolean | undefined => {
    if (medians.size < 2) return undefined;
    const first = at(medians, 'Reentry', figure, Math.min(...medians.keys()));
    const last = at(medians, 'Reentry', figure);
    return first === undefined || last === undefined ? undefined : last <= times * first;
  };

export const benches: readonly Bench[] = [
  {
    name: 'fold',
    about:
      'Facts folded in memory on one core: positions, problems, due times and the answer of every order.',
    unit: 'facts',
    figure: 'facts/s',
    moreIsBetter: true,
    sizes: { usual: [million], full: [million] },
    sides: [
      { name: 'Reentry', role: 'reentry', module: 'fold-reentry' },
      { name: 'sums from an array', role: 'floor', module: 'fold-floor' },
      { name: 'xstate, one machine per order', role: 'peer', module: 'fold-xstate' },
    ],
    goals: [
      { text: 'at least 300,000 facts/s', isMet: least(300_000, 'facts/s') },
      { text: 'ahead of xstate', isMet: ahead(1, 'facts/s', 'xstate, one machine per order') },
    ],
    note: 'xstate knows which step a return has reached; it keeps no units, no money, no due time and no answer.',
  },
  {
    name: 'audit',
    about:
      'Facts from a file of NDJSON to the report of `reentry audit`, in a process of its own, start included.',
    unit: 'facts',
    figure: 'seconds',
    moreIsBetter: false,
    sizes: { usual: [million], full: [million, 3 * million, 10 * million] },
    sides: [
      { name: 'Reentry', role: 'reentry', module: 'audit-reentry' },
      { name: 'DuckDB reads and sorts the file', role: 'floor', module: 'audit-floor' },
      { name: 'DuckDB sums by order', role: 'peer', module: 'audit-duckdb-sums' },
      { name: 'a Map in JavaScript', role: 'peer', module: 'audit-map' },
    ],
    goals: [
      {
        text: 'one million in at most 12 s',
        isMet: (medians) => {
          const seconds = at(medians, 'Reentry', 'seconds', million);
          return seconds === undefined ? undefined : seconds <= 12;
        },
      },
      {
        text: 'one million in at most 700 MB',
        isMet: (medians) => {
          const peak = at(medians, 'Reentry', 'peak MB', million);
          return peak === undefined ? undefined : peak <= 700;
        },
      },
      {
        text: 'at most 2.5 times the floor',
        isMet: (medians) => {
          const [own, floor] = [
            at(medians, 'Reentry', 'seconds'),
            at(medians, 'DuckDB reads and sorts the file', 'seconds'),
          ];
          return own === undefined || floor === undefined ? undefined : own <= 2.5 * floor;
        },
      },
      { text: 'at most 1.2 times per fact from the smallest to the largest', isMet: growth(1.2, 'µs/fact') },
    ],
    note: 'The peers give balances only: no rule, no due time, no answer, and no word about lines they cannot read.',
  },
  {
    name: 'absorb',
    about:
      'Objects of a recorded company, each at least 3 kB as stored, to observations, facts, states, problems and commands; fsync on.',
    unit: 'observations',
    figure: 'observations/s',
    moreIsBetter: true,
    sizes: { usual: [20_000], full: [20_000, 60_000, 200_000] },
    usesDatabase: true,
    sides: [
      { name: 'Reentry', role: 'reentry', module: 'absorb-reentry' },
      { name: 'batched insert of the same bodies', role: 'floor', module: 'absorb-floor' },
      { name: 'emmett appends the same facts', role: 'peer', module: 'absorb-emmett' },
    ],
    goals: [
      { text: 'at least 2,500 observations/s', isMet: least(2500, 'observations/s') },
      {
        text: 'ahead of emmett, which only appends',
        isMet: ahead(1, 'observations/s', 'emmett appends the same facts'),
      },
    ],
    note: [
      'emmett is given the facts of the same objects, ready made, one append per object to the stream of its order, 16 at a time; of 100 objects 28 state facts, the others cost it nothing.',
      'The machine decides: the median was 2,606 observations/s on an AMD EPYC (Reentry 0c4e83c) and 2,166 on an Intel Xeon (6c42d06), where single runs of this and of older code lay between 2,044 and 2,583 within ten minutes. The goal is at the edge of what two processors give.',
      'What limits it: both processors are full. Of 8 s for 20,000 objects on two processors the process computes 5.5 s (1.5 of them collecting garbage, 1.1 writing to sockets, 1.4 reading and filing) and the database 6.4 s in statements (reading records for filing and folding 1.0, marks 1.0, bodies 0.8, look-ups by term 0.5, terms 0.5, filing 0.5, objects 0.5, what a reading looked at 0.5, facts and states 0.3) and some 3 s taking values in.',
      'Tried without gain: a larger young heap (32 to 128 MB), storing each connection in a loop of its own (orders are then folded more often before they are whole), bodies as one text instead of an array (5 %), equal keys sent once or as often as they are found.',
    ].join('\n\n'),
  },
  {
    name: 'rebuild',
    about:
      'Everything below observations derived again: each object read, filed, and its orders folded and written.',
    unit: 'observations',
    figure: 'observations/s',
    moreIsBetter: true,
    sizes: { usual: [20_000], full: [20_000, 60_000, 200_000] },
    usesDatabase: true,
    sides: [{ name: 'Reentry', role: 'reentry', module: 'rebuild-reentry' }],
    goals: [{ text: 'at least 8,000 observations/s', isMet: least(8000, 'observations/s') }],
    note: [
      'What limits it: the process. Of 4.7 s for 20,000 objects it computes 3.9 s (0.8 of them collecting garbage), the database 2.0 s in statements (reading records for filing and folding 0.7, look-ups by term 0.2, marks 0.3, comparing with what is filed 0.4); each object is read to be filed and looked up again with its order, and one process files at a time.',
      'Tried: rows that are as they were are compared and left alone, where an upsert locked and logged each of them; all objects are marked without their bodies and without a look at who depends on them (together 3,437 to 4,525 observations/s). Bodies that were filed are neither fetched nor read again to be folded. With folding in a second process both processors would be full at some 6,500 observations/s, for each process reads the bodies for itself; that is counted from the profile, not measured.',
      'Here, too, the machine decides: 4,525 observations/s on an AMD EPYC, 3,740 on an Intel Xeon.',
    ].join('\n\n'),
  },
  {
    name: 'receive',
    about:
      'Signed webhooks over HTTP to 2xx after they are stored, fsync on: 500 a second for the delays, then as many as go.',
    unit: 'webhooks',
    figure: 'webhooks/s',
    moreIsBetter: true,
    sizes: { usual: [10_000], full: [10_000, 50_000] },
    usesDatabase: true,
    sides: [
      { name: 'Reentry', role: 'reentry', module: 'receive-reentry' },
      { name: 'Fastify and one insert', role: 'floor', module: 'receive-floor' },
      { name: 'Fastify and pg-boss send', role: 'peer', module: 'receive-pg-boss' },
    ],
    goals: [
      { text: 'at 500/s, p99 at most 30 ms', isMet: most(30, 'p99 ms at 500/s') },
      { text: 'at least 2,000/s', isMet: least(2000, 'webhooks/s') },
      { text: 'at least 1.5 times pg-boss', isMet: ahead(1.5, 'webhooks/s', 'Fastify and pg-boss send') },
    ],
  },
  {
    name: 'dispatch',
    about:
      'Refunds at a gateway that takes 0.3 s for each and counts them, by two processes of which one is killed (-9) every second.',
    unit: 'refunds',
    figure: 'effects/s',
    moreIsBetter: true,
    sizes: { usual: [400], full: [400] },
    usesDatabase: true,
    sides: [
      { name: 'Reentry', role: 'reentry', module: 'dispatch-reentry' },
      { name: 'pg-boss', role: 'peer', module: 'dispatch-pg-boss' },
      { name: 'graphile-worker', role: 'peer', module: 'dispatch-graphile-worker' },
      { name: 'DBOS', role: 'peer', module: 'dispatch-dbos' },
    ],
    goals: [
      { text: 'none made twice', isMet: most(0, 'made twice') },
      { text: 'none never made', isMet: most(0, 'never made') },
      ...['pg-boss', 'graphile-worker', 'DBOS'].map((peer) => ({
        text: `at least 0.3 times ${peer}`,
        isMet: ahead(0.3, 'effects/s', peer),
      })),
    ],
    runs: 3,
    note: [
      'The peers make one call per job and know nothing of the gateway; whoever writes the job may give the call a key of the gateway, and must know for how long it is remembered. Reentry reads shop, ERP, helpdesk and gateway again before each refund, looks for it, makes it, and reads back what came of it.',
      'What limits it: the looking. Of 16.5 calls per refund 15 or so read shop, ERP, helpdesk and gateway, which live on the same two processors, and what they answer is stored, filed and folded before the refund goes out: some half a second of processor time for each, and a second more for every process that is started in the place of a killed one.',
      'Tried: kinds of one system are read side by side; what one look has read to the end the next does not read again; what a command rests on is stored in one go per system; a process loads what it needs only for files, reports and SFTP when that is asked for. Without the looks it would be faster; they are why none is made twice, whatever the gateway remembers.',
    ].join('\n\n'),
  },
  {
    name: 'queries',
    about:
      'Answer, problems, overview and search over the API, one after the other, on a store of so many facts.',
    unit: 'facts',
    figure: 'p95 ms answer',
    moreIsBetter: false,
    sizes: { usual: [million], full: [million, 10 * million] },
    usesDatabase: true,
    sides: [{ name: 'Reentry', role: 'reentry', module: 'queries-reentry' }],
    goals: [
      { text: 'p95 of an answer at most 20 ms', isMet: most(20, 'p95 ms answer') },
      { text: 'p95 of problems at most 150 ms', isMet: most(150, 'p95 ms problems') },
      { text: 'p95 of the overview at most 150 ms', isMet: most(150, 'p95 ms overview') },
      { text: 'p95 of a search at most 150 ms', isMet: most(150, 'p95 ms search') },
      { text: 'p95 of a search by item at most 150 ms', isMet: most(150, 'p95 ms search by item') },
      { text: 'at most 1.3 times from the smallest to the largest', isMet: growth(1.3, 'p95 ms answer') },
    ],
    runs: 1,
  },
];
