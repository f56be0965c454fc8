/** The examples of docs/guides/post-facts.md, run as they stand there against a server that verifies as Reentry does. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { canonicalLive } from '../../src/connectors/canonical/canonical-live.ts';
import { canonicalFactSchema } from '../../src/connectors/canonical/canonical-schema.ts';
import type { Verified } from '../../src/connectors/live-contract.ts';
import { settingsOf } from './live-connections.ts';

const docs = new URL('../../docs/', import.meta.url);
const guide = readFileSync(new URL('guides/post-facts.md', docs), 'utf8');
const exampleIn = (language: string): string =>
  new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(guide)?.[1] ?? '';

void it('the JSON Schema in the reference is the one the reader’s table makes (UPDATE_DOCS=1 writes it)', () => {
  const file = new URL('reference/canonical-facts.schema.json', docs);
  const wanted = `${JSON.stringify(canonicalFactSchema, null, 2)}\n`;
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(file, wanted);
  assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), JSON.parse(wanted));
});

void describe('an example of the guide posts a fact that is taken', () => {
  const settings = settingsOf('warehouse', 'wms');
  const webhook = `whsec_${Buffer.from('thirty-two bytes of a good secret').toString('base64')}`;
  const taken: Verified[] = [];
  const server = createServer((request, reply) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      );
      const delivery = { headers, body: Buffer.concat(chunks), receivedAt: Date.now(), path: '/hooks/warehouse' };
      const verified = canonicalLive.verify({ settings, secrets: { webhook } }, delivery);
      taken.push(verified);
      reply.writeHead(verified.is === 'delivery' ? 200 : 401).end('{}');
    });
  }); // prettier-ignore
  before(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
  after(() => server.close());

  const ways = [
    ['bash', 'bash', ['-euo', 'pipefail', '-c']],
    ['js', process.execPath, ['--input-type=module', '-e']],
    ['python', 'python3', ['-c']],
  ] as const;
  for (const [language, program, args] of ways) {
    const tool = language === 'bash' ? 'curl' : program;
    const isThere = spawnSync(tool, ['--version']).status === 0;
    void it(language, { skip: isThere ? false : `no ${tool} here` }, async () => {
      const env = {
        ...process.env,
        REENTRY_HOOK: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/warehouse`,
        REENTRY_SECRET: webhook,
      };
      const before = taken.length;
      const child = spawn(program, [...args, exampleIn(language)], { env, stdio: ['ignore', 'ignore', 'pipe'] });
      let said = '';
      child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
      const exit = await new Promise<number | null>((resolve) => child.on('close', resolve));
      assert.equal(exit, 0, said);
      const verified = taken[before];
      assert.ok(verified?.is === 'delivery', JSON.stringify(verified));
      assert.match(JSON.stringify(verified.objects), /"receipt-4711"/);
    }); // prettier-ignore
  }
});
