/**
 * The answer kept where people work, where that was switched on: one note or property per system and order, changed
 * when the answer changes and never repeated. What stands there says the moment it holds for.
 */
import { createHash } from 'node:crypto';
import type { ConnectorCommand } from '../../connectors/live-contract.ts';
import { toUnreachable } from '../../connectors/source-unreachable.ts';
import { keptAnswerText } from '../../kernel/kept-answer.ts';
import type { Language } from '../../kernel/wording.ts';
import { listPolicyValues, putPolicyValue } from '../../store/connections.ts';
import type { Database, Runner } from '../../store/database.ts';
import { renewLease, releaseLease, takeLease } from '../../store/leases.ts';
import { listOrderStates, type StoredOrderState } from '../../store/list-orders.ts';
import { readOrderInputs } from '../../store/order-inputs.ts';
import {
  keepPlacedAnswer, listMovedAnswers, listPlacedAnswers, writePlacedAnswer, type PlacedAnswer,
} from '../../store/placed-answers.ts'; // prettier-ignore
import type { ConnectedSystem } from '../connected-system.ts';
import type { FoldContext, StoredState } from '../fold-orders.ts';
import { refOf } from '../receive.ts';
import { noticesBeganAt } from './notices-begin.ts';

const settingName = 'keep-answer';

/** Where the answer is kept, since when, in which language. */
export type KeepAnswer = {
  readonly connection: string;
  readonly isOn: boolean;
  readonly language: Language;
  readonly since: string;
};

/** What was set last for each connection. */
export async function listKeptConnections(db: Runner): Promise<readonly KeepAnswer[]> {
  const values = (await listPolicyValues(db)).filter((value) => value.name === settingName);
  return [...Map.groupBy(values, (value) => value.scope)].map(([connection, dated]) => {
    const last = dated.at(-1)!;
    const { isOn, language } = last.value as { readonly isOn: boolean; readonly language: Language };
    return { connection, isOn, language, since: new Date(last.validFromAt).toISOString() };
  });
}

export async function setKeptConnection(db: Runner, keep: KeepAnswer, by: string): Promise<void> {
  const { connection, since, isOn, language } = keep;
  await putPolicyValue(db, { name: settingName, scope: connection, validFromAt: since, validToAt: null, value: { isOn, language }, setBy: by });
} // prettier-ignore

export type PlaceOptions = {
  readonly holder: string;
  readonly context: FoldContext;
  readonly publicUrl: string;
  readonly signal: AbortSignal;
};

const leaseMs = 120_000;
const batchMax = 50;
const requestTimeoutMs = 30_000;
const retryMs = 60_000;
const retryMsMax = 6 * 3_600_000;

/** Writes answers that have changed; returns how many orders were looked at. */
export async function placeAnswers(db: Database, options: PlaceOptions): Promise<number> {
  const { context, signal } = options;
  if ((await noticesBeganAt(db, context.systems, context.now)) === undefined) return 0;
  let done = 0;
  for (const keep of await listKeptConnections(db)) {
    const system = context.systems.get(keep.connection);
    if (!keep.isOn || system?.live?.connector.contract.commands['place-answer'] === undefined) continue;
    // One writer per system, so that a place is looked for and made by one hand.
    const key = `place-answer/${keep.connection}`;
    const lease = await takeLease(db, key, options.holder, leaseMs);
    if (lease === undefined) continue;
    try {
      const orderKeys = await listMovedAnswers(db, keep.connection, keep.since, batchMax);
      for (const orderKey of orderKeys) {
        if (signal.aborted || !(await renewLease(db, key, lease.fence, leaseMs))) break;
        await placeOne(db, system, keep, orderKey, options);
        done++;
      }
    } finally {
      await releaseLease(db, key, lease.fence);
    }
  }
  return done;
}

async function placeOne(
  db: Database,
  system: ConnectedSystem,
  keep: KeepAnswer,
  orderKey: string,
  options: PlaceOptions,
): Promise<void> {
  const [order] = await listOrderStates(db, [orderKey]);
  if (order === undefined) return;
  const { connection } = keep;
  const before = (await listPlacedAnswers(db, [orderKey])).find((one) => one.connection === connection);
  const { asOf, answer } = order.state as StoredState;
  const sentences = answer[keep.language];
  // Without the time: a state that says the same as before is no reason to write.
  const textHash = createHash('sha256').update(sentences.map((sentence) => sentence.text).join('\n')).digest();
  if (before?.outcome === 'placed' && before.textHash?.equals(textHash) === true)
    return keepPlacedAnswer(db, orderKey, connection, order.version);
  const head = { orderKey, connection, stateVersion: order.version, textHash, asOfAt: asOf };
  const refs = await refsIn(db, orderKey, connection);
  const link = `${options.publicUrl}/orders/${encodeURIComponent(orderKey)}`;
  const text = keptAnswerText(sentences, { language: keep.language, zone: options.context.policy.zone, asOf, link });
  const outcome = await write(system, { order, refs, text, isUncertain: before?.outcome === 'unknown' }, options.signal);
  const attemptCount = outcome.outcome === 'placed' ? 0 : (before?.attemptCount ?? 0) + 1;
  const delayMs = outcome.outcome === 'placed' ? 0 : Math.min(retryMsMax, retryMs * 2 ** Math.min(12, attemptCount - 1));
  await writePlacedAnswer(db, { ...head, ...outcome, attemptCount, delayMs });
} // prettier-ignore

type Outcome = Pick<PlacedAnswer, 'outcome' | 'detail'>;

async function write(
  { live }: ConnectedSystem,
  place: { readonly order: StoredOrderState; readonly refs: Readonly<Record<string, string>>; readonly text: string; readonly isUncertain: boolean },
  stop: AbortSignal,
): Promise<Outcome> {
  const { connector, connection } = live!;
  const { order, refs, text, isUncertain } = place;
  const name = connection.settings.connection;
  const command: ConnectorCommand = {
    // The same for every text: it names the place, not what stands there.
    key: `answer/${name}/${order.orderKey}`, kind: 'place-answer', orderKey: order.orderKey, problem: '',
    control: 'resolved-closed', mode: 'auto', refs, text,
  };
  if (Object.keys(refs).length === 0) return { outcome: 'no-place', detail: 'nothing of this system stands under the order' };
  const signal = AbortSignal.any([stop, AbortSignal.timeout(requestTimeoutMs)]);
  try {
    if (isUncertain && (await connector.probe(connection, command, signal)).is === 'effect') return { outcome: 'placed', detail: null };
    const result = await connector.execute(connection, command, signal);
    switch (result.is) {
      case 'accepted':
        return { outcome: 'placed', detail: null };
      case 'failed':
        return { outcome: result.final ? 'no-place' : 'failed', detail: `${result.code}: ${result.message}`.slice(0, 300) };
      case 'unknown':
        return { outcome: 'unknown', detail: result.message.slice(0, 300) };
    }
  } catch (error) {
    return { outcome: 'unknown', detail: toUnreachable(error).message.slice(0, 300) };
  }
} // prettier-ignore

/** Objects of one connection under an order: kind → ids, oldest (smallest) first. */
async function refsIn(
  db: Runner,
  orderKey: string,
  connection: string,
): Promise<Readonly<Record<string, string>>> {
  const [inputs] = await readOrderInputs(db, [orderKey], { objects: false });
  const refs = (inputs?.objectKeys ?? []).map(refOf).filter((one) => one.connection === connection);
  const byAge = (left: string, right: string): number =>
    left.length - right.length || (left < right ? -1 : 1);
  return Object.fromEntries(
    [...Map.groupBy(refs, ({ ref }) => ref.kind)].map(([kind, group]) => [
      kind,
      group.map(({ ref }) => ref.id).sort(byAge).join(','),
    ]),
  );
} // prettier-ignore
