/** A pull that is cut off: what it leaves, and how the next one goes on. */
import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pullObjects, type PullTarget, type Pulled } from '../../src/cli/pull-objects.ts';
import type { ConnectorLive, LiveConnection, Snapshot } from '../../src/connectors/live-contract.ts';
import { odoo } from '../../src/connectors/odoo/odoo-connector.ts';
import { odooLive } from '../../src/connectors/odoo/odoo-live.ts';
import { SourceUnreachable } from '../../src/connectors/source-unreachable.ts';
import { settingsOf } from '../connectors/live-connections.ts';

const kinds = ['stock.location', 'stock.warehouse'] as const;
const startedAt = Date.parse('2026-06-01T10:00:00Z');

/** A source of 10 records of each kind in pages of 4; page 2 also brings record 1 as it is by then. */
function openSource(): {
  readonly target: PullTarget;
  readonly asked: string[];
  /** The sweep that fails, by kind and cursor. */
  broken: string;
} {
  const source = { asked: [] as string[], broken: '' };
  const body = (kind: string, id: number, page: number): Snapshot => ({
    connection: 'erp', kind, id: String(id), body: { id, name: `as of page ${page}`, code: `as of page ${page}` },
  }); // prettier-ignore
  const live: ConnectorLive = {
    ...odooLive,
    sweeps: kinds.map((kind) => ({ kind, census: true })),
    cursorSince: () => undefined,
    sweep: async (_connection, kind, cursor) => {
      const page = Number(cursor ?? 0);
      source.asked.push(`${kind} ${page}`);
      if (source.broken === `${kind} ${page}`) throw new SourceUnreachable('timeout', 'no answer');
      const ids = [1, 2, 3, 4].map((each) => page * 4 + each).filter((id) => id <= 10);
      const objects = [...ids, ...(page === 2 ? [1] : [])].map((id) => body(kind, id, page));
      return { objects, cursor: String(page + 1), done: page === 2 };
    },
  };
  const connection = { settings: settingsOf('erp', 'erp'), baseUrl: 'https://erp.example' } as unknown as LiveConnection;
  return Object.assign(source, { target: { pure: odoo, live, connection } });
} // prettier-ignore

function inFolder(t: { after(done: () => void): void }): {
  readonly folder: string;
  readonly told: string[];
  pull(target: PullTarget, now?: number, signal?: AbortSignal): Promise<Pulled>;
} {
  const folder = mkdtempSync(join(tmpdir(), 'pull-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const told: string[] = [];
  const pull = (
    target: PullTarget,
    now = startedAt,
    signal = new AbortController().signal,
  ): Promise<Pulled> =>
    pullObjects(target, { folder, since: 0, signal, now: () => now, tell: (line) => void told.push(line) });
  return { folder, told, pull };
}

const namesIn = (folder: string): readonly string[] => readdirSync(folder).toSorted();
const rowsIn = (folder: string, kind: string): readonly { id: number; name: string; code: string }[] =>
  readFileSync(join(folder, `${kind}.ndjson`), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: number; name: string; code: string });

test('goes on from the page at which it was cut off, and leaves nothing but the files', async (t) => {
  const { folder, told, pull } = inFolder(t);
  const source = openSource();
  source.broken = 'stock.warehouse 1';
  await assert.rejects(pull(source.target), SourceUnreachable);
  assert.deepEqual(namesIn(folder), ['.unfinished'], 'no file that an audit would take');
  // What a process wrote that died before it had saved where it stood.
  appendFileSync(join(folder, '.unfinished', 'stock.warehouse'), '"9"\t{"id":9,"name":"half');
  source.broken = '';
  source.asked.length = 0;
  const pulled = await pull(source.target, startedAt + 3_600_000);
  assert.deepEqual(source.asked, ['stock.warehouse 1', 'stock.warehouse 2']);
  assert.match(told.join('\n'), /goes on where the run of 2026-06-01T10:00 stopped/);
  assert.deepEqual(
    namesIn(folder),
    kinds.map((kind) => `${kind}.ndjson`),
  );
  assert.deepEqual(
    pulled.files.map(({ file, objects, readAt }) => [file, objects, readAt]),
    kinds.map((kind) => [`${kind}.ndjson`, 10, '2026-06-01T10:00:00.000Z']),
  );
  for (const kind of kinds) {
    const rows = rowsIn(folder, kind);
    assert.deepEqual(rows.map(({ id }) => id).toSorted((left, right) => left - right), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]); // prettier-ignore
    assert.equal(
      rows.find(({ id }) => id === 1)?.[kind === 'stock.warehouse' ? 'code' : 'name'],
      'as of page 2',
      'as it was read last',
    );
  }
});

test('a run that was stopped leaves the files of the run before as they were', async (t) => {
  const { folder, pull } = inFolder(t);
  const { target } = openSource();
  await pull(target);
  const before = readFileSync(join(folder, 'stock.location.ndjson'), 'utf8');
  const stop = new AbortController();
  stop.abort();
  await assert.rejects(pull(target, startedAt, stop.signal), /stopped/);
  assert.equal(readFileSync(join(folder, 'stock.location.ndjson'), 'utf8'), before);
});

test('what was left a day ago, or of another server, is read anew', async (t) => {
  const { pull } = inFolder(t);
  const source = openSource();
  source.broken = 'stock.warehouse 1';
  await assert.rejects(pull(source.target), SourceUnreachable);
  source.asked.length = 0;
  await assert.rejects(pull(source.target, startedAt + 25 * 3_600_000), SourceUnreachable);
  assert.equal(source.asked[0], 'stock.location 0');
  source.asked.length = 0;
  source.broken = '';
  const connection = { ...source.target.connection, baseUrl: 'https://other.example' };
  await pull({ ...source.target, connection }, startedAt + 25 * 3_600_000);
  assert.equal(source.asked[0], 'stock.location 0');
});
