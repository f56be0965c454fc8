/** `reentry problems` and `reentry case-note`: the same problems, acts and trail as over the API. */
import assert from 'node:assert/strict';
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { listAudit } from '../../src/store/audit-trail.ts';
import { exitCodes } from '../../src/wire/exit-codes.ts';
import { openApiWorld, type ApiWorld } from '../api/api-world.ts';
import { useTestDatabases } from '../store/test-database.ts';

const databases = useTestDatabases();
const root = join(import.meta.dirname, '../..');
let world: ApiWorld;
let data: string;
before(async () => {
  data = mkdtempSync(join(tmpdir(), 'reentry-problems-'));
  chmodSync(data, 0o755);
  // What the command reads from the folder, the API is given.
  const policy = { controls: { 'refund-settled': { watch: 'on' } } };
  writeFileSync(join(data, 'policy.json'), JSON.stringify(policy));
  world = await openApiWorld(databases, { policy, now: Date.now });
});
after(async () => {
  await world.close();
  rmSync(data, { recursive: true, force: true });
});

function reentry(...args: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [join(root, 'bin/reentry.js'), ...args, '--data', data], {
    cwd: root, encoding: 'utf8', env: { ...process.env, DATABASE_URL: databases.urlOf(world.db) },
  }); // prettier-ignore
}

test('lists what the API lists', async () => {
  await world.addProblem('C-1');
  const listed = reentry('problems', 'list', '--team', 'finance', '--json');
  assert.equal(listed.status, exitCodes.fine, listed.stderr);
  const answer = await world.ask('viewer', 'GET', '/api/v1/problems?team=finance');
  assert.deepEqual(JSON.parse(listed.stdout), { rows: answer.json<{ rows: unknown }>().rows, isAll: true });
  assert.match(reentry('problems', 'list').stdout, /^shop\/C-1~prb_1 {2}severity 1 {2}C-1 .*€59\.90 {2}finance/m);
  const none = reentry('problems', 'list', '--severity', '3');
  assert.deepEqual([none.stdout, none.stderr], ['', 'No problem fits.\n']);
}); // prettier-ignore

test('gives a problem to a person, and accepts one: noted and in the audit trail as over the API', async () => {
  const encoded = await world.addProblem('C-2');
  const ref = decodeURIComponent(encoded);
  const email = 'finance@example.com';
  const given = reentry('problems', 'assign', ref, '--user', email, '--reason', 'knows the bank', '--json');
  assert.equal(given.status, exitCodes.fine, given.stderr);
  assert.equal((JSON.parse(given.stdout) as { userId: string }).userId, world.users.finance.userId);
  const again = reentry('problems', 'assign', ref, '--user', email);
  assert.match(again.stderr, /Nothing to do: it is assigned so already/);
  const accepted = reentry('problems', 'resolve', ref, '--reason', 'the customer keeps the voucher');
  assert.equal(accepted.status, exitCodes.fine, accepted.stderr);

  type Shown = { readonly notes: readonly { readonly kind: string; readonly madeBy: string }[] };
  const shown = (await world.ask('finance', 'GET', `/api/v1/problems/${encoded}`)).json<Shown>();
  assert.deepEqual(shown.notes.map(({ kind, madeBy }) => [kind, madeBy]), [['assigned', 'command-line'], ['resolved', 'command-line'], ['decision', 'command-line']]);
  const trail = await listAudit(world.db, 'shop/C-2');
  assert.deepEqual(
    trail.map(({ action, actor, body }) => [action, actor, (body as { why: string }).why]),
    [['problem.assigned', 'command-line', 'knows the bank'], ['problem.resolved', 'command-line', 'the customer keeps the voucher']],
  );
}); // prettier-ignore

test('what cannot be done is refused with what to do instead', async () => {
  const ref = decodeURIComponent(await world.addProblem('C-3'));
  const cases: readonly (readonly [args: readonly string[], exit: number, told: RegExp])[] = [
    [['assign', ref, '--team', 'moon'], exitCodes.usage, /no team “moon”, only support, ops, finance/],
    [['assign', ref], exitCodes.usage, /--team, --user or --deadline/],
    [['assign', ref, '--deadline', 'soon'], exitCodes.usage, /time-invalid: .*soon/],
    [
      ['assign', ref, '--user', 'nobody@example.com'],
      exitCodes.notFound,
      /user-not-found: .*nobody@example\.com/,
    ],
    [['resolve', ref, '--reason', ' '], exitCodes.usage, /--reason/],
    [['resolve', 'shop/none~prb_1', '--reason', 'because'], exitCodes.notFound, /problem-not-found/],
  ];
  for (const [args, exit, told] of cases) {
    const refused = reentry('problems', ...args);
    assert.equal(refused.status, exit, `${args.join(' ')}: ${refused.stderr}`);
    assert.match(refused.stderr, told);
  }
  assert.deepEqual(await listAudit(world.db, 'shop/C-3'), []);
});

test('the case note of a stored order is that of the API', async () => {
  await world.addOrder(71);
  await world.addRecord('shop', 'refund', '710', {
    id: 710, parent_id: 71, date_created_gmt: '2026-11-10T10:00:00', amount: '59.90', reason: 'return', refunded_payment: true,
    meta_data: [], line_items: [], tax_lines: [], shipping_lines: [], fee_lines: [],
  });
  const told = (await world.ask('viewer', 'GET', '/api/v1/orders/T-71/case-note')).json<{ text: string | null }>();
  assert.match(told.text ?? '', /^Case T-71\./);
  const note = reentry('case-note', 'T-71', '--json');
  assert.equal(note.status, exitCodes.fine, note.stderr);
  assert.equal((JSON.parse(note.stdout) as { text: string | null }).text, told.text);
  const unknown = reentry('case-note', 'T-999');
  assert.equal(unknown.status, exitCodes.notFound);
  assert.match(reentry('case-note', 'T-71', '--as-of', '2026-12-03').stderr, /--as-of goes with --from only/);
}); // prettier-ignore

test('the case note of exported files', () => {
  const sample = join(root, 'sample');
  const listed = reentry('case-note', 'LH-10275', '--from', sample, '--as-of', '2026-12-03');
  assert.equal(listed.status, exitCodes.fine, listed.stderr);
  assert.match(listed.stdout, /^Case LH-10275\./);
});
