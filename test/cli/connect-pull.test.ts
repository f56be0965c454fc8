/** The commands that connect systems and pull their data, as processes of their own against the sandbox company. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { connectSandbox } from '../../src/cli/sandbox-connections.ts';
import { openDataFolder, unlockFolder } from '../../src/cli/data-folder.ts';
import { dumpCompany } from '../../src/sandbox/dump-company.ts';
import { type SandboxCompany, startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { listAudit } from '../../src/store/audit-trail.ts';
import { listConnections } from '../../src/store/connections.ts';
import type { Database } from '../../src/store/database.ts';
import { exitCodes } from '../../src/wire/exit-codes.ts';
import { auditAgainstTruth, describeComparison, readTruth } from '../audit/truth.ts';
import { useTestDatabases } from '../store/test-database.ts';

const databases = useTestDatabases();
const root = join(import.meta.dirname, '../..');
const wrongSecret = 'cs_planted_wrong_9fJx2Lq7';

type Run = { readonly exit: number | null; readonly out: string; readonly err: string };

async function reentry(args: readonly string[], env: Record<string, string>, input = ''): Promise<Run> {
  const child = spawn(process.execPath, [join(root, 'bin/reentry.js'), ...args], {
    cwd: root,
    env: { ...process.env, NO_COLOR: '1', ...env },
  });
  child.stdin.end(input);
  const [out, err]: string[][] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => out!.push(chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => err!.push(chunk.toString()));
  const exit = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { exit, out: out!.join(''), err: err!.join('') };
}

void describe('connect and pull', () => {
  const folder = mkdtempSync(join(tmpdir(), 'reentry-connect-'));
  // Where root's server, which runs as another user, can reach it: else the cluster would lie elsewhere and stay.
  chmodSync(folder, 0o755);
  const data = join(folder, 'data');
  let company: SandboxCompany;
  let db: Database;
  let env: Record<string, string>;
  const seen: Run[] = [];
  const run = async (
    args: readonly string[],
    more: Record<string, string> = {},
    input = '',
  ): Promise<Run> => {
    const done = await reentry(args, { ...env, ...more }, input);
    seen.push(done);
    return done;
  };

  before(async () => {
    company = await startSandbox({ seed: 'pull', now: '2026-06-01T08:00:00Z', ordersPerDay: 6, requestNow: Date.now });
    await company.advance({ days: 14 });
    await company.finish();
    db = await databases.open();
    env = { DATABASE_URL: databases.urlOf(db) };
  }); // prettier-ignore
  after(async () => {
    await company.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const addShop = (more: readonly string[] = []): readonly string[] => [
    'connect', 'add', 'woocommerce', '--name', 'shop', '--url', company.woocommerce.baseUrl, '--allow-network',
    '127.0.0.1', '--zone', 'Europe/Berlin', '--data', data, ...more,
  ]; // prettier-ignore

  void it('names every missing secret and the ways to give it, and takes none as an option', async () => {
    const missing = await run(addShop());
    assert.equal(missing.exit, exitCodes.configuration);
    assert.match(
      missing.err,
      /REENTRY_SECRET_SHOP__CONSUMER_KEY, --secret-file consumerKey=… or --secrets-stdin/,
    );
    assert.match(missing.err, /REENTRY_SECRET_SHOP__CONSUMER_SECRET/);
    const option = await run(addShop(['--consumer-secret', 'x']));
    assert.equal(option.exit, exitCodes.usage);
  });

  void it('says in plain words what a key lacks, and stores nothing then', async () => {
    const refused = await run(addShop(), {
      REENTRY_SECRET_SHOP__CONSUMER_KEY: company.woocommerce.consumerKey,
      REENTRY_SECRET_SHOP__CONSUMER_SECRET: wrongSecret,
    });
    assert.equal(refused.exit, exitCodes.configuration);
    assert.match(
      refused.err,
      /✗ read orders: The consumer key or secret is wrong.*make a new one under WooCommerce/,
    );
    assert.match(refused.err, /Not stored/);
    assert.deepEqual(await listConnections(db), []);
  });

  void it('stores a connection that passes, with secrets sealed and one of its own for webhooks', async () => {
    const { consumerKey, consumerSecret } = company.woocommerce;
    const secretFile = join(folder, 'secret');
    writeFileSync(secretFile, `${consumerSecret}\n`);
    const added = await run(
      addShop(['--secrets-stdin', '--secret-file', `consumerSecret=${secretFile}`]),
      {},
      JSON.stringify({ consumerKey }),
    );
    assert.equal(added.exit, exitCodes.fine, added.err);
    const [listed] = JSON.parse((await run(['connect', 'list', '--json', '--data', data])).out) as Record<string, unknown>[];
    assert.deepEqual(listed?.['secrets'], ['consumerKey', 'consumerSecret', 'webhook']);
    assert.equal(listed?.['status'], 'active');
    const tested = await run(['connect', 'test', 'shop', '--data', data]);
    assert.equal(tested.exit, exitCodes.fine, tested.err);
    assert.match(tested.err, /✓ read orders/);
  }); // prettier-ignore

  void it('reads a connection from its beginning', async () => {
    const filled = await run(['connect', 'backfill', 'shop', '--data', data]);
    assert.equal(filled.exit, exitCodes.fine, filled.err);
    const { rows } = await db.pool.query<{ count: string }>(
      "select count(*) from objects where kind = 'order'",
    );
    assert.equal(Number(rows[0]?.count), company.company.woocommerce.shop.orders.size);
  });

  void it('leaves in the audit trail what was connected and read anew, with the names of its secrets', async () => {
    const entries = await listAudit(db, 'connection/shop', 0, 10);
    assert.deepEqual(
      entries.map((entry) => [entry.actor, entry.action]),
      [
        ['command-line', 'connection.added'],
        ['command-line', 'connection.backfill'],
      ],
    );
    const { secrets } = (entries[0]!.body as { readonly after: Record<string, unknown> }).after;
    assert.deepEqual(secrets, ['consumerKey', 'consumerSecret', 'webhook']);
  });

  void it('pulls files from which an audit finds what is planted, as from full exports', async () => {
    await connectSandbox(db, (await unlockFolder(db, openDataFolder(data))).seal, company);
    const exports = join(folder, 'exports');
    const pulled = await run(['pull', '--data', data, '--into', exports, '--since', '2026-01-01']);
    assert.equal(pulled.exit, exitCodes.fine, pulled.err);
    assert.deepEqual(
      readdirSync(exports, { recursive: true }).filter((name) => /unfinished|part|kept/.test(String(name))),
      [],
    );
    const manifest = JSON.parse(readFileSync(join(exports, 'manifest.json'), 'utf8')) as { files: Record<string, string> };
    assert.ok(Object.hasOwn(manifest.files, 'shop/order.ndjson'));
    const { connections } = JSON.parse(readFileSync(join(exports, 'policy.json'), 'utf8')) as { connections: object };
    assert.deepEqual(Object.keys(connections).sort(), ['hubspot', 'odoo', 'shop', 'stripe']);

    const whole = join(folder, 'whole');
    await dumpCompany(company, whole);
    copyFileSync(join(whole, 'policy.json'), join(exports, 'policy.json'));
    const truth = readTruth(join(whole, 'truth.json'));
    const compared = await auditAgainstTruth(exports, join(whole, 'policy.json'), truth);
    assert.ok(compared.expected > 0);
    assert.deepEqual([compared.found, compared.falseAlarms.length], [compared.expected, 0], describeComparison(compared));
  }); // prettier-ignore

  void it('shows no secret anywhere: output, files, stored objects', async () => {
    const { consumerKey, consumerSecret } = company.woocommerce;
    const { password } = company.odoo;
    const secrets = [wrongSecret, consumerKey, consumerSecret, company.stripe.secretKey, company.hubspot.token, password];
    const texts = seen.map(({ out, err }) => out + err);
    const collect = (path: string): void => {
      for (const entry of readdirSync(path, { withFileTypes: true, recursive: true }))
        if (entry.isFile()) texts.push(readFileSync(join(entry.parentPath, entry.name), 'utf8'));
    };
    collect(join(folder, 'exports'));
    if (existsSync(data)) collect(data);
    const tables = await db.pool.query<{ name: string }>(
      "select table_name as name from information_schema.tables where table_schema = current_schema() and table_type = 'BASE TABLE'",
    );
    for (const { name } of tables.rows) {
      const { rows } = await db.pool.query<{ text: string }>(`select t::text as text from "${name}" t`);
      texts.push(rows.map(({ text }) => text).join('\n'));
    }
    const all = texts.join('\n');
    for (const secret of secrets)
      for (const form of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64'), Buffer.from(secret).toString('hex')])
        assert.ok(!all.includes(form), 'a secret was seen');
  }); // prettier-ignore
});
