import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generateCanonical } from '../../bench/generate-canonical.ts';
import { findFiles } from '../../src/audit/find-files.ts';
import type { LaneTask } from '../../src/audit/lane-work.ts';
import { Lanes } from '../../src/audit/lanes.ts';
import { loadExports } from '../../src/audit/load-exports.ts';
import { readTimes } from '../../src/audit/read-times.ts';
import { reconcile, type Reconciled } from '../../src/audit/reconcile.ts';
import { reportStreamed } from '../../src/audit/reconcile-streamed.ts';
import { ReportBuilder } from '../../src/audit/report-builder.ts';
import { defaultPolicy } from '../../src/kernel/policy.ts';
import type { ReportOrder } from '../../src/wire/audit-report.ts';
import { folderWith } from './temporary-folder.ts';

const now = Date.parse('2026-12-03T12:00:00Z');
const policy = defaultPolicy();
const report = { policy, asOf: new Date(now).toISOString(), language: 'en' } as const;

type Reported = Omit<Reconciled, 'states'> & {
  readonly orders: readonly ReportOrder[];
  readonly rows: string[];
};

/** All that a report is made of, and the head that comes of it. */
async function reportWith(lanes: Lanes, folder: string): Promise<unknown> {
  try {
    const options = {
      connections: [],
      zone: 'UTC',
      currency: undefined,
      readTimes: readTimes(new Map(), undefined),
    };
    const { streamed, imports } = await loadExports(findFiles([folder]), { ...options, lanes });
    let builder = new ReportBuilder(report);
    const rows: string[] = [];
    const orders: ReportOrder[] = [];
    const found = await reportStreamed(
      streamed,
      lanes,
      { fold: { policy, now }, report, rows: true },
      {
        begin: () => ({
          builder: (builder = new ReportBuilder(report)),
          take: (some, asJson) => {
            orders.push(...some);
            rows.push(...asJson);
          },
        }),
      },
    );
    const reported: Reported = { ...found, orders, rows };
    const states = reconcile([], policy, now, { streamed }).states;
    const head = builder.head({
      policy: {}, laterFacts: found.laterCount, incomplete: [], imports: imports(), others: [],
      coverage: found.coverage, facts: found.factCount,
    }); // prettier-ignore
    assert.deepEqual(
      rows,
      states.map((state) => JSON.stringify(builder.order(state))),
    );
    return JSON.parse(JSON.stringify({ ...reported, coverage: [...found.coverage], head }));
  } finally {
    await lanes.close();
  }
}

test('two threads report what one reports, to the byte', async (t) => {
  const lines = [...generateCanonical(5000)].join('').split('\n').slice(0, -1);
  lines.splice(3000, 0, '{"type":"goods.received","at":', lines[17]!, lines[18]!.replace('"shop"', '"moon"'));
  const folder = folderWith(t, { 'facts.ndjson': lines.join('\n') });
  const alone = await reportWith(new Lanes(0), folder);
  const lanes = new Lanes(1);
  lanes.open();
  assert.deepEqual(await reportWith(lanes, folder), alone);
  const { orders } = alone as Reported;
  assert.ok(orders.length > 3, 'the generator plants problems');
});

test('a thread that fails costs nothing but time, and an error of the work itself is thrown', async () => {
  const lanes = new Lanes(2);
  lanes.open();
  const bad: LaneTask = {
    do: 'fold',
    chunk: { groupEnds: Int32Array.of(1), lines: Int32Array.of(0, 0, 0, 0) },
  };
  try {
    await assert.rejects(
      lanes.run([bad, bad, bad], () => assert.fail('there is no result')),
      TypeError,
    );
    const block = { slab: Buffer.from(new SharedArrayBuffer(3)), length: 3, line: 1, offset: 0 };
    const counts: number[] = [];
    const digest: LaneTask = { do: 'digest', block, prefixes: { order: '', fact: '' } };
    await lanes.run(
      [digest, digest],
      (result) => void (result.did === 'digest' && counts.push(result.digest.count)),
    );
    assert.deepEqual(counts, [1, 1]);
  } finally {
    await lanes.close();
  }
});
