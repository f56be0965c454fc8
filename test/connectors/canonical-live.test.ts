/** Facts of other systems: posted with a signature, and put into a watched folder. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { canonicalLive as live } from '../../src/connectors/canonical/canonical-live.ts';
import type { LiveConnection, RawDelivery } from '../../src/connectors/live-contract.ts';
import { connect, never, settingsOf } from './live-connections.ts';

const settings = settingsOf('wms', 'wms');
const fact = (sku: string, id: string): object => ({
  type: 'goods.received', at: '2026-11-02T08:00:00Z', system: 'wms', order: 'LH-10251', id, sku, quantity: 1,
}); // prettier-ignore
const line = (sku: string, id: string): string => JSON.stringify(fact(sku, id));

void describe('signed facts', () => {
  const secret = `whsec_${Buffer.from('a secret of the warehouse').toString('base64')}`;
  const at = Date.parse('2026-11-02T09:00:00Z');
  const sign = (id: string, time: number, body: string, key = secret): string =>
    createHmac('sha256', Buffer.from(key.slice(6), 'base64'))
      .update(`${id}.${time}.${body}`)
      .digest('base64');
  function delivery(body: string, more: Record<string, string> = {}): RawDelivery {
    const time = at / 1000;
    return {
      headers: {
        'webhook-id': 'msg_1', 'webhook-timestamp': String(time),
        'webhook-signature': `v1,${sign('msg_1', time, body)}`, ...more,
      },
      body: Buffer.from(body), receivedAt: at, path: '/',
    }; // prettier-ignore
  }
  const verify = (each: RawDelivery, webhook = secret): ReturnType<typeof live.verify> =>
    live.verify({ settings, secrets: { webhook } }, each);

  void it('are taken one, as lines or as a list, and carry what they say', () => {
    const bodies = [
      line('A', '1'),
      `${line('A', '1')}\n${line('B', '2')}\n`,
      `[${line('A', '1')},${line('B', '2')}]`,
    ];
    for (const [index, body] of bodies.entries()) {
      const verified = verify(delivery(body));
      assert.ok(verified.is === 'delivery', JSON.stringify(verified));
      assert.equal(verified.objects?.length, index === 0 ? 1 : 2);
      assert.deepEqual(verified.objects[0]?.body, fact('A', '1'));
    }
  });

  void it('are refused with a wrong signature, an old time, or a body that says nothing', () => {
    const good = delivery(line('A', '1'));
    const changed = { ...good, body: Buffer.from(line('A', '2')) };
    assert.equal(verify(changed).is, 'rejected');
    assert.equal(verify(good, '').is, 'rejected');
    const late = verify({ ...good, receivedAt: at + 6 * 60_000 });
    assert.equal(late.is === 'rejected' && late.code, 'too-old');
    for (const body of ['nonsense', '{"hello":"world"}', `${line('A', '1')}\n{"hello":"world"}`]) {
      const verified = verify(delivery(body));
      assert.equal(verified.is === 'rejected' && verified.code, 'unreadable', body);
    }
  });

  void it('are taken under the old and the new secret while it is rolled', () => {
    const next = `whsec_${Buffer.from('the next secret').toString('base64')}`;
    assert.equal(verify(delivery(line('A', '1')), `${next},${secret}`).is, 'delivery');
    const both = `v1,bm9uc2Vuc2U= v1,${sign('msg_1', at / 1000, line('A', '1'))}`;
    assert.equal(verify(delivery(line('A', '1'), { 'webhook-signature': both })).is, 'delivery');
  });
});

void describe('a watched folder', () => {
  let folder: string;
  let connection: LiveConnection;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'feed-'));
    connection = connect(settings, pathToFileURL(folder).href, {});
  });
  after(() => rm(folder, { recursive: true }));

  /** A file as it lies there some time after it was written. */
  async function put(name: string, lines: readonly string[], secondsAgo = 60): Promise<void> {
    const path = join(folder, name);
    await writeFile(path, lines.join('\n'));
    const time = Date.now() / 1000 - secondsAgo;
    await utimes(path, time, time);
  }
  async function sweep(cursor?: string): Promise<{ ids: string[]; aside: number; cursor: string }> {
    const ids: string[] = [];
    let aside = 0;
    for (let from = cursor; ;) {
      const page = await live.sweep(connection, 'fact', from, never);
      ids.push(...page.objects.map((object) => object.id));
      aside += page.setAside?.length ?? 0;
      if (page.done) return { ids, aside, cursor: page.cursor };
      from = page.cursor;
    }
  } // prettier-ignore
  async function census(): Promise<string[]> {
    const ids: string[] = [];
    for await (const page of live.census(connection, 'fact', never)) ids.push(...page.map((ref) => ref.id));
    return ids.toSorted();
  }

  void it('is read file by file, sets bad lines aside, and reads a file once', async () => {
    await put('2026-11-02.ndjson', [line('A', '1'), 'nonsense', line('B', '2'), '{"hello":"world"}']);
    await put('notes.txt', ['not ours']);
    const first = await sweep();
    assert.deepEqual([first.ids, first.aside], [['1', '2'], 2]);
    assert.deepEqual((await sweep(first.cursor)).ids, []);
    await put('2026-11-03.ndjson', [line('C', '3')]);
    assert.deepEqual((await sweep(first.cursor)).ids, ['3']);
  });

  void it('waits for a file that is still being written', async () => {
    const { cursor } = await sweep();
    await put('2026-11-04.ndjson', [line('D', '4')], 0);
    assert.deepEqual((await sweep(cursor)).ids, []);
    await put('2026-11-04.ndjson', [line('D', '4')]);
    assert.deepEqual((await sweep(cursor)).ids, ['4']);
  });

  void it('takes a corrected file for the truth: what it no longer says is gone', async () => {
    const { cursor } = await sweep();
    await put('2026-11-02.ndjson', [line('B', '2'), line('E', '5')], 30);
    assert.deepEqual((await sweep(cursor)).ids, ['2', '5']);
    assert.deepEqual(await census(), ['2', '3', '4', '5']);
    assert.deepEqual(await live.fetch(connection, { kind: 'fact', id: '1' }, never), { is: 'gone' });
    assert.equal((await live.fetch(connection, { kind: 'fact', id: '5' }, never)).is, 'snapshot');
  });

  void it('goes on where it was cut in a large file', async () => {
    await put(
      '2026-11-05.ndjson',
      Array.from({ length: 5000 }, (_each, index) => line('F', `f${index}`)),
    );
    const { ids } = await sweep();
    assert.equal(ids.filter((id) => id.startsWith('f')).length, 5000);
  });

  void it('does not take a folder that is not there for an empty one', async () => {
    const lost = { ...connection, baseUrl: pathToFileURL(join(folder, 'not-mounted')).href };
    await assert.rejects(live.sweep(lost, 'fact', undefined, never), { name: 'SourceUnreachable' });
    assert.equal((await live.fetch(lost, { kind: 'fact', id: '1' }, never)).is, 'unreachable');
    assert.equal((await live.check(lost, never))[0]?.state, 'failed');
  });
});
