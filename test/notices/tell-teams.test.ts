/** Teams are told once: nothing while the history is read, one digest of ten in the first week, a letter on Mondays. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { placeAnswers, setKeptConnection } from '../../src/engine/exceptions/place-answers.ts';
import { tellTeams } from '../../src/engine/exceptions/tell-teams.ts';
import type { FoldContext } from '../../src/engine/fold-orders.ts';
import { defaultPolicy } from '../../src/kernel/policy.ts';
import { listMovedAnswers } from '../../src/store/placed-answers.ts';
import { listNotices } from '../../src/store/notices.ts';
import { listPromises } from '../../src/store/promises.ts';
import { createSeal, masterKeyBytes } from '../../src/store/seal.ts';
import { putTeam } from '../../src/store/teams.ts';
import { teamBodySchema } from '../../src/wire/api-exceptions.ts';
import { writeOrders } from '../../src/store/write-orders.ts';
import { useTestDatabases } from '../store/test-database.ts';
import { SmallShop } from '../engine/small-shop.ts';

const databases = useTestDatabases();

test('nothing before the history is read; then a digest a day, and on Monday the letter with the worst as case notes', async () => {
  const db = await databases.open();
  const seal = createSeal(randomBytes(masterKeyBytes));
  const { live: _, ...shop } = new SmallShop().connect();
  const context = (now: string, systems = new Map([['shop', shop]])): FoldContext => ({ systems, policy: defaultPolicy(), coverage: new Map(), now: Date.parse(now), codeVersion: 'test', freshReads: false });
  const tell = (now: string, systems?: Map<string, typeof shop>): Promise<number> =>
    tellTeams(db, { seal, publicUrl: 'http://x', context: context(now, systems), caseNote: async (key) => `Case ${key}.` });
  const at = '2026-11-20T08:00:00.000Z';
  await writeOrders(db, [{
    orderKey: 'shop/1', version: 0, facts: [], openItems: [], commands: [],
    state: { connection: 'shop', number: '1', verdict: 'breaks', body: {}, placedAt: at, currency: 'EUR', paidMinor: 0, refundedMinor: 0, goneMinor: 0, stuckMinor: 0, booksMinor: 0, isReturn: true, codeVersion: 'test' },
    problems: [{ id: 'prb_1', code: 'refund-not-at-gateway', control: 'refund-settled', severity: 1, since: at, owner: 'finance', booksMinor: 5990, currency: 'EUR', cause: 'x', body: {} }],
  }], 'test');
  const body = teamBodySchema.parse({ title: { en: 'Finance', de: 'Buchhaltung' }, emails: ['f@shop.example'], letter: true });
  await putTeam(db, { team: 'finance', body, chat: null, version: 0, setBy: 'test' });
  assert.equal(await tell('2026-11-23T09:00:00Z', new Map()), 0);
  assert.equal(await tell('2026-11-23T09:00:00Z'), 3);
  assert.equal(await tell('2026-11-23T09:01:00Z'), 0);
  const kinds = (await listNotices(db)).rows.map((row) => row.kind).sort();
  assert.deepEqual(kinds, ['case-notes', 'digest', 'letter']);
  assert.equal(await tell('2026-11-24T07:00:00Z'), 0, 'before its hour');
  assert.equal(await tell('2026-11-24T08:30:00Z'), 1);
  assert.deepEqual((await listPromises(db, { state: 'open', today: '2026-11-24' })).rows, []);
  await setKeptConnection(db, { connection: 'shop', isOn: true, language: 'en', since: at }, 'test');
  assert.deepEqual(await listMovedAnswers(db, 'shop', at, 10), ['shop/1']);
  assert.equal(await placeAnswers(db, { holder: 't', context: context(at), publicUrl: '', signal: new AbortController().signal }), 0);
}); // prettier-ignore
