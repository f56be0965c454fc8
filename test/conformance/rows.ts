/** The rows of the contract: what every connector must do, whatever its system does. */
import assert from 'node:assert/strict';
import type { SourceObject } from '../../src/connectors/contract.ts';
import { HttpFailure, type HttpClient, openHttpClient } from '../../src/connectors/http-client.ts';
import type { ConnectorCommand, LiveConnection } from '../../src/connectors/live-contract.ts';
import { SourceUnreachable } from '../../src/connectors/source-unreachable.ts';
import type { Fact } from '../../src/kernel/fact.ts';
import { connect, crashing, never, sweepAll } from '../connectors/live-connections.ts';
import { type RoadFault, startFaultyProxy } from './faulty-proxy.ts';
import type { Subject } from './subject.ts';

export type Objects = Map<string, Map<string, unknown>>;

export type Row = {
  readonly name: string;
  /** `n/a`: the system has no such thing, or its server cannot be made to do it here. */
  run(subject: Subject): Promise<'ok' | 'n/a'>;
};

const open = (subject: Subject, baseUrl = subject.baseUrl, secrets = subject.secrets): LiveConnection =>
  connect(subject.settings, baseUrl, secrets);

/** Two runs: what changes before the first one gets to it is the second one's. */
async function sweepTwice(subject: Subject, connection: LiveConnection): Promise<Objects> {
  const objects: Objects = new Map();
  const cursors = new Map<string, string>();
  await sweepAll(subject.live, connection, objects, cursors);
  await sweepAll(subject.live, connection, objects, cursors);
  return objects;
}

const idsOf = (objects: Objects, kind: string): Set<string> => new Set(objects.get(kind)?.keys());

function factsIn(
  subject: Subject,
  objects: Objects,
  change = (body: unknown): unknown => body,
): readonly Fact[] {
  const { settings, pure } = subject;
  const lookup = (kind: string, id: string | number): unknown => objects.get(kind)?.get(String(id));
  const facts: Fact[] = [];
  for (const [kind, byId] of objects)
    for (const [id, body] of byId) {
      const object: SourceObject = { connection: settings.connection, kind, id, body: change(body) };
      facts.push(...pure.read(object, { settings, lookup }).facts);
    }
  return facts.toSorted((left, right) => (left.id < right.id ? -1 : 1));
}

/** A client that does not wait long between attempts. */
function hurriedClient(
  secrets: Readonly<Record<string, string>>,
  record?: (exchange: unknown) => void,
): HttpClient {
  return openHttpClient({
    secrets: Object.values(secrets), allowedNetworks: ['127.0.0.1'], requestsPerSecond: 500, random: Math.random,
    backoffMs: 2, ...(record === undefined ? {} : { record }),
  }); // prettier-ignore
}

/** Runs something over a road on which faults happen. */
async function onTheRoad(
  subject: Subject,
  fault: RoadFault,
  times: number,
  run: (connection: LiveConnection) => Promise<void>,
): Promise<'ok' | 'n/a'> {
  if (!subject.baseUrl.startsWith('http')) return 'n/a';
  const proxy = await startFaultyProxy(subject.baseUrl);
  const http = hurriedClient(subject.secrets);
  const connection = { ...open(subject, proxy.url), http };
  try {
    // A first call, so that logging in is behind us and the fault meets a plain read.
    await subject.live.fetch(connection, subject.missing, never);
    const before = proxy.requests();
    proxy.strike(fault, times);
    await run(connection);
    assert.ok(proxy.requests() > before, 'nothing went over the road');
  } finally {
    http.close();
    await proxy.close();
  }
  return 'ok';
}

async function readsThrough(subject: Subject, fault: RoadFault): Promise<'ok' | 'n/a'> {
  return onTheRoad(subject, fault, 2, async (connection) => {
    const page = await subject.live.sweep(connection, subject.kind, undefined, never);
    assert.ok(page.objects.length > 0);
  });
}

/** A client whose first write meets an accident. */
function accident(
  connection: LiveConnection,
  how: 'lost before' | 'lost after' | 'late',
): { readonly connection: LiveConnection; land(): Promise<void> } {
  let struck = false;
  let late: (() => Promise<unknown>) | undefined;
  const http: HttpClient = {
    ...connection.http,
    async request(request) {
      const safe = request.safe ?? (request.method === 'GET' || request.method === 'HEAD');
      if (safe || struck) return connection.http.request(request);
      struck = true;
      if (how === 'lost after') await connection.http.request(request);
      if (how === 'late') late = () => connection.http.request(request);
      throw new HttpFailure('timeout', 'no answer in time', true);
    },
  };
  return { connection: { ...connection, http }, land: async () => void (await late?.()) };
}

/** Looks and goes on until the effect is there, as the engine does. */
async function finish(
  subject: Subject,
  command: ConnectorCommand,
  connection: LiveConnection,
): Promise<void> {
  for (let count = 0; count < 5; count += 1) {
    const probed = await subject.live.probe(connection, command, never);
    if (probed.is === 'effect') return;
    assert.equal(probed.is, 'absent', JSON.stringify(probed));
    const result = await subject.live.execute(connection, command, never);
    assert.ok(result.is === 'accepted' || result.is === 'unknown', JSON.stringify(result));
  }
  assert.fail('never finished');
}

async function withCommand(
  subject: Subject,
  run: (command: ConnectorCommand, effects: () => Promise<number>) => Promise<void>,
): Promise<'ok' | 'n/a'> {
  if (subject.command === undefined) return 'n/a';
  const { command, effects } = await subject.command();
  assert.equal(await effects(), 0);
  await run(command, effects);
  return 'ok';
}

export const rows: readonly Row[] = [
  {
    name: 'a first sweep reads everything',
    async run(subject) {
      const objects = await sweepTwice(subject, open(subject));
      assert.deepEqual(idsOf(objects, subject.kind), new Set(await subject.ids()));
      return 'ok';
    },
  },
  {
    name: 'without any webhook, a later sweep reads what happened since',
    async run(subject) {
      const connection = open(subject);
      const [objects, cursors]: [Objects, Map<string, string>] = [new Map(), new Map()];
      await sweepAll(subject.live, connection, objects, cursors);
      await subject.happen();
      await sweepAll(subject.live, connection, objects, cursors);
      assert.deepEqual(idsOf(objects, subject.kind), new Set(await subject.ids()));
      return 'ok';
    },
  },
  {
    name: 'a sweep goes on from its cursor after a crash',
    async run(subject) {
      const found = new Set<string>();
      for (let cursor: string | undefined, done = false; !done;) {
        // Each page by a process that knows nothing but the cursor.
        const connection = open(subject);
        const page = await subject.live.sweep(connection, subject.kind, cursor, never);
        connection.http.close();
        for (const object of page.objects) if (object.kind === subject.kind) found.add(object.id);
        ({ cursor, done } = page);
      }
      assert.deepEqual(found, new Set(await subject.ids()));
      return 'ok';
    },
  },
  {
    name: 'duplicates and another order of arrival give the same facts',
    async run(subject) {
      const connection = open(subject);
      const once = await sweepTwice(subject, connection);
      const again = await sweepTwice(subject, connection);
      const turned: Objects = new Map(
        [...again].toReversed().map(([kind, byId]) => [kind, new Map([...byId].toReversed())]),
      );
      assert.ok(factsIn(subject, once).length > 0);
      assert.deepEqual(factsIn(subject, turned), factsIn(subject, once));
      return 'ok';
    },
  },
  {
    name: 'what is kept says the same as what was read',
    async run(subject) {
      const whole = await sweepTwice(subject, open(subject));
      const kept: Objects = new Map();
      for (const [kind, byId] of whole) {
        const bodies = new Map<string, unknown>();
        for (const [id, body] of byId)
          bodies.set(id, subject.pure.keep({ connection: subject.settings.connection, kind, id, body }));
        kept.set(kind, bodies);
      }
      assert.deepEqual(factsIn(subject, kept), factsIn(subject, whole));
      return 'ok';
    },
  },
  {
    name: 'unknown fields and bad values break no read',
    async run(subject) {
      const objects = await sweepTwice(subject, open(subject));
      const extended = factsIn(subject, objects, (body) => ({
        ...(body as object),
        a_field_of_the_next_version: { nested: [1, null] },
      }));
      // Canonical lines are our own format: there an unknown field is a mistake, and the line is set aside.
      if (subject.pure.name !== 'canonical') assert.deepEqual(extended, factsIn(subject, objects));
      for (const bad of [null, [], 'text', 7, {}]) factsIn(subject, objects, () => bad);
      const scrambled = (value: unknown): unknown => (typeof value === 'string' ? 'x-new-word' : value);
      factsIn(subject, objects, (body) =>
        Object.fromEntries(Object.entries(body as object).map(([name, value]) => [name, scrambled(value)])),
      );
      return 'ok';
    },
  },
  {
    name: 'nothing is missed while records change under the pages',
    async run(subject) {
      if (subject.shift === undefined) return 'n/a';
      subject.shift();
      const objects = await sweepTwice(subject, open(subject));
      assert.deepEqual(idsOf(objects, subject.kind), new Set(await subject.ids()));
      return 'ok';
    },
  },
  {
    name: 'a source clock two hours off loses nothing',
    async run(subject) {
      if (subject.skew === undefined) return 'n/a';
      for (const seconds of [7200, -7200]) {
        const connection = open(subject);
        const [objects, cursors]: [Objects, Map<string, string>] = [new Map(), new Map()];
        subject.skew(seconds);
        await subject.happen();
        await sweepAll(subject.live, connection, objects, cursors);
        await subject.happen();
        await sweepAll(subject.live, connection, objects, cursors);
        assert.deepEqual(idsOf(objects, subject.kind), new Set(await subject.ids()), `${seconds} s`);
      }
      subject.skew(0);
      return 'ok';
    },
  },
  {
    name: 'a census counts every id once',
    async run(subject) {
      if (subject.live.sweeps.find(({ kind }) => kind === subject.kind)?.census !== true) return 'n/a';
      const found: string[] = [];
      for await (const page of subject.live.census(open(subject), subject.kind, never))
        found.push(...page.map((ref) => ref.id));
      assert.deepEqual(new Set(found), new Set(await subject.ids()));
      assert.equal(found.length, new Set(found).size);
      return 'ok';
    },
  },
  {
    name: 'one object is read by itself',
    async run(subject) {
      const [id = ''] = await subject.ids();
      const found = await subject.live.fetch(open(subject), { kind: subject.kind, id }, never);
      assert.ok(found.is === 'snapshot' && found.snapshot.id === id, JSON.stringify(found));
      return 'ok';
    },
  },
  {
    name: 'gone is said of what is not there',
    async run(subject) {
      assert.deepEqual(await subject.live.fetch(open(subject), subject.missing, never), { is: 'gone' });
      return 'ok';
    },
  },
  {
    name: 'lost rights are never taken for gone',
    async run(subject) {
      if (subject.wrongSecrets === undefined) return 'n/a';
      const connection = open(subject, subject.baseUrl, subject.wrongSecrets);
      const found = await subject.live.fetch(connection, subject.missing, never);
      assert.deepEqual([found.is, found.is === 'unreachable' && found.code], ['unreachable', 'unauthorized']);
      await assert.rejects(subject.live.sweep(connection, subject.kind, undefined, never), SourceUnreachable);
      const health = await subject.live.check(connection, never);
      assert.ok(health.some((line) => line.state === 'failed' && line.message.length > 20));
      return 'ok';
    },
  },
  {
    name: 'a missing route and a page of a proxy are never taken for gone',
    async run(subject) {
      const lost = open(subject, `${subject.baseUrl.replace(/\/$/, '')}/no-such-place/`);
      const found = await subject.live.fetch(lost, subject.missing, never);
      assert.equal(found.is, 'unreachable', JSON.stringify(found));
      await onTheRoad(subject, 'html', 9, async (connection) => {
        const page = await subject.live.fetch(connection, subject.missing, never);
        assert.equal(page.is, 'unreachable', JSON.stringify(page));
        const swept = subject.live.sweep(connection, subject.kind, undefined, never);
        await assert.rejects(swept, SourceUnreachable);
      });
      return 'ok';
    },
  },
  { name: '429 is waited for', run: (subject) => readsThrough(subject, 'rate-limited') },
  { name: 'a read is repeated after 5xx', run: (subject) => readsThrough(subject, 'server-error') },
  { name: 'a read is repeated after a cut line', run: (subject) => readsThrough(subject, 'cut') },
  {
    name: 'a healthy connection checks out',
    async run(subject) {
      const health = await subject.live.check(open(subject), never);
      assert.deepEqual(
        health.filter((line) => line.state === 'failed'),
        [],
      );
      assert.ok(health.length > 0);
      return 'ok';
    },
  },
  {
    name: 'webhooks are verified over their raw bytes',
    async run(subject) {
      if (subject.delivery === undefined) return 'n/a';
      const { delivery, secrets } = subject.delivery();
      const verify = (each = delivery, known: Readonly<Record<string, string>> = secrets): string =>
        subject.live.verify({ settings: subject.settings, secrets: known }, each).is;
      assert.equal(verify(), 'delivery');
      const changed = Buffer.concat([delivery.body, Buffer.from(' ')]);
      assert.equal(verify({ ...delivery, body: changed }), 'rejected');
      assert.equal(verify({ ...delivery, headers: {} }), 'rejected');
      assert.equal(verify(delivery, {}), 'rejected');
      return 'ok';
    },
  },
  {
    name: 'a command has one effect, however often it is sent',
    run: (subject) =>
      withCommand(subject, async (command, effects) => {
        const connection = open(subject);
        await finish(subject, command, connection);
        await subject.live.execute(connection, command, never);
        assert.equal(await effects(), 1);
      }),
  },
  {
    name: 'one effect after a time-out behind the effect',
    run: (subject) =>
      withCommand(subject, async (command, effects) => {
        const lost = accident(open(subject), 'lost after');
        assert.equal((await subject.live.execute(lost.connection, command, never)).is, 'unknown');
        await finish(subject, command, open(subject));
        assert.equal(await effects(), 1);
      }),
  },
  {
    name: 'one effect after a time-out before the effect',
    run: (subject) =>
      withCommand(subject, async (command, effects) => {
        const lost = accident(open(subject), 'lost before');
        assert.equal((await subject.live.execute(lost.connection, command, never)).is, 'unknown');
        assert.equal(await effects(), 0);
        await finish(subject, command, open(subject));
        assert.equal(await effects(), 1);
      }),
  },
  {
    name: 'an effect that lands after the first read-back is found',
    run: (subject) =>
      withCommand(subject, async (command, effects) => {
        const connection = open(subject);
        const late = accident(connection, 'late');
        assert.equal((await subject.live.execute(late.connection, command, never)).is, 'unknown');
        assert.equal((await subject.live.probe(connection, command, never)).is, 'absent');
        await late.land();
        await finish(subject, command, connection);
        assert.equal(await effects(), 1);
      }),
  },
  {
    name: 'one effect through a crash at every write',
    run: (subject) =>
      withCommand(subject, async (command, effects) => {
        for (let nth = 1; nth < 30; nth += 1) {
          const probed = await subject.live.probe(open(subject), command, never);
          if (probed.is === 'effect') break;
          const cut = crashing(open(subject), nth, nth % 2 === 0 ? 'before' : 'after');
          await subject.live.execute(cut.connection, command, never);
        }
        assert.equal(await effects(), 1);
      }),
  },
  {
    name: 'an answer is kept in one place, changed and never repeated',
    async run(subject) {
      if (subject.answer === undefined) return 'n/a';
      const { command, texts } = await subject.answer();
      const first = { ...command, text: '1 of 2 units is back; “Ops” owns the rest.\nDue 5 Nov.' };
      const second = { ...command, text: 'Both units are back & the money is < 1 day away.' };
      for (const wanted of [first, second, first]) {
        const lost = accident(open(subject), 'lost after');
        assert.equal((await subject.live.execute(lost.connection, wanted, never)).is, 'unknown');
        await finish(subject, wanted, open(subject));
        assert.equal((await subject.live.execute(open(subject), wanted, never)).is, 'accepted');
        const there = await texts();
        assert.equal(there.length, 1, JSON.stringify(there));
        assert.equal(/units are/.test(String(there[0])), wanted === second, String(there[0]));
      }
      return 'ok';
    },
  },
  {
    name: 'what it cannot be told is refused, not tried',
    async run(subject) {
      const known = subject.live.contract.commands;
      const kind = (['refund', 'restore-stock', 'note-case'] as const).find((each) => known[each] === undefined); // prettier-ignore
      const command = {
        key: 'k', kind: kind ?? 'restock-shop', orderKey: 'shop/1', problem: 'p', control: 'inspected-restored',
        mode: 'auto', refs: {},
      } as const; // prettier-ignore
      const result = await subject.live.execute(open(subject), command, never);
      assert.deepEqual([result.is, result.is === 'failed' && result.final], ['failed', true]);
      return 'ok';
    },
  },
  {
    name: 'no secret stands in a recording, an error or a health line',
    async run(subject) {
      if (!subject.baseUrl.startsWith('http')) return 'n/a';
      const seen: string[] = [];
      for (const secrets of [subject.secrets, subject.wrongSecrets ?? subject.secrets]) {
        const http = hurriedClient(secrets, (exchange) => void seen.push(JSON.stringify(exchange)));
        const connection = { settings: subject.settings, baseUrl: subject.baseUrl, secrets, http };
        seen.push(JSON.stringify(await subject.live.check(connection, never)));
        seen.push(JSON.stringify(await subject.live.fetch(connection, subject.missing, never)));
        http.close();
      }
      const text = seen.join('\n');
      assert.ok(seen.length > 2);
      const all = [...Object.entries(subject.secrets), ...Object.entries(subject.wrongSecrets ?? {})];
      // A user's name is no secret.
      for (const [name, secret] of all.filter(([each]) => each !== 'user'))
        for (const form of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')])
          assert.ok(!text.includes(form), `${name} was seen`);
      return 'ok';
    },
  },
];
