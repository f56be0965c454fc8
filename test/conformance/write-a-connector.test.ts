/** The example of docs/guides/write-a-connector.md: it is what the guide shows, it is short, and it holds the contract. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, describe, it } from 'node:test';
import { plantedKey } from '../../src/connectors/planted-key.ts';
import { settingsOf } from '../connectors/live-connections.ts';
import { returnPortal } from './example/return-portal-connector.ts';
import { returnPortalLive } from './example/return-portal-live.ts';
import { startReturnPortal } from './example/return-portal-server.ts';
import { rows } from './rows.ts';
import type { Subject } from './subject.ts';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const webhook = 'portal-hook-secret';

async function startPortalSubject(): Promise<Subject> {
  const token = 'portal-token-1';
  const server = await startReturnPortal(token);
  const base = Date.parse('2026-11-20T08:00:00Z');
  const used = new Set<string>();
  let count = 0;
  async function happen(): Promise<void> {
    for (let index = 0; index < 60; index += 1) {
      count += 1;
      const id = `r${String(count).padStart(5, '0')}`;
      server.returns.set(id, {
        id, portal_return: true, order: `LH-${count}`, rma: `RMA-${count}`, sku: 'SHOE-42', quantity: 1,
        customer: 'Ada Meyer', requested_at: '2026-11-02T08:00:00Z', decided_at: null, status: 'requested',
        changed_at: base + Math.floor(count / 10) * 1000, notes: [],
      }); // prettier-ignore
    }
    const [first] = server.returns.values();
    if (first === undefined) return;
    first.status = 'approved';
    first.decided_at = '2026-11-03T08:00:00Z';
    first.changed_at = base + count * 1000;
  }
  await happen();
  return {
    live: returnPortalLive,
    pure: returnPortal,
    settings: settingsOf('portal', 'crm'),
    baseUrl: server.baseUrl,
    secrets: { token, webhook },
    wrongSecrets: { token: 'another-portal-token' },
    kind: 'return',
    ids: () => new Set(server.returns.keys()),
    happen,
    missing: { kind: 'return', id: 'r99999' },
    delivery() {
      const body = Buffer.from('{"id":"r00001","delivery":"d1"}');
      const headers = { 'x-portal-signature': createHmac('sha256', webhook).update(body).digest('hex') };
      return { delivery: { headers, body, receivedAt: 0, path: '/' }, secrets: { webhook } };
    },
    async command() {
      const [id = ''] = [...server.returns.keys()].filter((each) => !used.has(each));
      used.add(id);
      const command = {
        key: `note/${id}`, kind: 'note-case', orderKey: 'shop/1', problem: 'p', control: 'resolved-closed',
        mode: 'auto', refs: { return: id }, text: 'All units are back.',
      } as const; // prettier-ignore
      const notes = (): readonly string[] => server.returns.get(id)?.notes ?? [];
      const effects = async (): Promise<number> =>
        notes().filter((note) => note.includes(plantedKey(command.key))).length;
      return { command, effects };
    },
    close: () => server.close(),
  };
}

void describe('the example connector of the guide', () => {
  const files = ['./example/return-portal-connector.ts', './example/return-portal-live.ts'];
  void it('is shown in the guide as it is', () => {
    const guide = read('../../docs/guides/write-a-connector.md');
    const shown = [...guide.matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => match[1]?.trim());
    for (const file of files) {
      // In `src/connectors/return-portal/` the paths are shorter.
      const text = read(file)
        .replaceAll('../../../src/connectors/', '../')
        .replaceAll('../../../src/', '../../');
      assert.ok(shown.includes(text.trim()), `${file} differs from the guide`);
    }
  });
  void it('is shorter than 300 lines', () => {
    const lines = files.reduce((sum, file) => sum + read(file).split('\n').length, 0);
    assert.ok(lines < 300, `${lines} lines`);
  });
  let subject: Subject | undefined;
  after(() => subject?.close());
  for (const row of rows) {
    void it(row.name, async () => {
      subject ??= await startPortalSubject();
      await row.run(subject);
    });
  }
});
