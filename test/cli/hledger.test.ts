import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '../..');
const asOf = '2026-12-03T12:00:00Z';

type Report = {
  readonly orders: readonly {
    readonly order: string;
    readonly accounts: readonly {
      readonly control: string;
      readonly unit: 'units' | 'money';
      readonly left: number;
      readonly right: number;
    }[];
  }[];
};

function reentry(...args: string[]): string {
  const run = spawnSync(process.execPath, ['bin/reentry.js', ...args], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  assert.equal(run.stderr.includes('    at '), false, run.stderr);
  return run.stdout;
}

test('the journal of the sample balances in hledger, with the balances of --json', (t) => {
  if (spawnSync('hledger', ['--version']).error !== undefined) {
    t.skip('hledger is not installed (Debian: apt-get install hledger)');
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'reentry-journal-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'sample.journal');
  writeFileSync(file, reentry('export', 'journal', '--from', 'sample', '--as-of', asOf));

  const check = spawnSync('hledger', ['-f', file, 'check'], { encoding: 'utf8' });
  assert.equal(check.status, 0, check.stderr);

  const args = [
    '-f',
    file,
    'balance',
    'open',
    '--flat',
    '--layout=bare',
    '--empty',
    '--no-total',
    '-O',
    'csv',
  ];
  const balances = spawnSync('hledger', args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  assert.equal(balances.status, 0, balances.stderr);
  const theirs = new Map<string, number>();
  for (const line of balances.stdout.trim().split('\n').slice(1)) {
    const [account = '', commodity = '', amount = ''] = line
      .split('","')
      .map((cell) => cell.replaceAll('"', ''));
    const isMoney = commodity === 'EUR';
    const key = `${account} ${isMoney ? 'money' : 'units'}`;
    const value = isMoney ? Math.round(Number(amount) * 100) : Number(amount);
    theirs.set(key, (theirs.get(key) ?? 0) + value);
  }

  const report = JSON.parse(reentry('audit', 'sample', '--as-of', asOf, '--json')) as Report;
  let compared = 0;
  for (const { order, accounts } of report.orders) {
    for (const { control, unit, left, right } of accounts) {
      assert.equal(
        theirs.get(`open:${control}:${order} ${unit}`) ?? 0,
        left - right,
        `${control} of ${order}`,
      );
      compared++;
    }
  }
  assert.ok(compared > 100, `${compared} accounts`);
});
