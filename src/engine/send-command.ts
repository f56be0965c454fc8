/**
 * One command: probe, send within the lease, read back, and what each outcome means. Nothing here confirms a command:
 * that does the fold, when it sees the effect as a fact.
 */
import type {
  CommandPromise, ConnectorCommand, ConnectorLive, Executed, LiveConnection, ObjectRef, Probe,
} from '../connectors/live-contract.ts'; // prettier-ignore
import { answerOf } from '../kernel/answer.ts';
import { caseNoteOf } from '../kernel/case-note.ts';
import { gapsText } from '../kernel/gap.ts';
import { inSkusOfErp } from '../kernel/map-items.ts';
import type { OrderState } from '../kernel/order-state.ts';
import type { Command as KernelCommand, CommandKind } from '../kernel/plan.ts';
import type { Language } from '../kernel/wording.ts';
import { appendAudit } from '../store/audit-trail.ts';
import { listAttempts, type Command, type CommandAttempt, type CommandMode } from '../store/commands.ts';
import type { Database } from '../store/database.ts';
import {
  noteOutcome,
  renewCommand,
  settleCommand,
  startAttempt,
  type Settlement,
} from '../store/dispatch-commands.ts';
import { readClock } from '../store/leases.ts';
import { markOrders } from '../store/marks.ts';
import { findTarget } from './command-target.ts';
import type { ConnectedSystem } from './connected-system.ts';
import { dispatchLeaseMs, type DispatchOptions } from './dispatch-commands.ts';
import { foldKeys, type FoldContext, type FoldedOrder } from './fold-orders.ts';
import { lookAtObjects } from './look-again.ts';
import { outcomeOf, type CommandOutcome } from './plan-order.ts';
import { readObjectsNow } from './receive.ts';

/** One request at most; always less than what remains of the lease. */
const requestMaxMs = 45_000;
/** Kept of the lease for writing down what came out. */
const leaseReserveMs = 15_000;
const requestMinMs = 2_000;
/** A claim that lasts less never leaves the time to send anything. */
export const dispatchLeaseMinMs = leaseReserveMs + requestMinMs;
/** A target that surely did nothing so often will not do it. */
const failuresMax = 8;
const firstPauseMs = 5_000;
const pauseMaxMs = 15 * 60_000;
const firstLookMs = 2_000;
const lookMaxMs = 3_600_000;

type Live = { readonly connector: ConnectorLive; readonly connection: LiveConnection };
type Job = {
  readonly db: Database;
  readonly context: FoldContext;
  readonly command: Command;
  readonly options: DispatchOptions;
  readonly system: ConnectedSystem;
  readonly live: Live;
  readonly promise: CommandPromise;
};

function openJob(
  db: Database,
  context: FoldContext,
  command: Command,
  options: DispatchOptions,
): Job | undefined {
  const system = context.systems.get(command.connection);
  const promise = system?.live?.connector.contract.commands[command.kind as CommandKind];
  if (system?.live === undefined || promise === undefined) return undefined;
  return { db, context, command, options, system, live: system.live, promise };
}

/** Gives a claimed command back as it was, to be tried again later. */
export async function giveBack(
  db: Database,
  command: Command,
  { delayMs, message }: { readonly delayMs: number; readonly message?: string },
): Promise<void> {
  const outcome = { ...outcomeOf(command), ...(message !== undefined && { is: 'gave-back', message }) };
  await settleCommand(db, command, { status: command.status as Settlement['status'], outcome, delayMs });
}

/** Sends a command that is not on its way, if it is still wanted now that everything was read again. */
export async function sendCommand(
  db: Database,
  context: FoldContext,
  command: Command,
  order: FoldedOrder,
  options: DispatchOptions,
): Promise<void> {
  const job = openJob(db, context, command, options);
  if (job === undefined) {
    const message = `${command.connection} cannot be told to ${command.kind}`;
    await settle(
      { db, command },
      { status: 'dead', outcome: { is: 'failed', code: 'unsupported', message } },
    );
    return;
  }
  if (order.incomplete.length > 0) {
    const message = `not everything of the order is known: ${gapsText(order.incomplete, 'en')}`;
    await giveBack(db, command, { delayMs: firstPauseMs, message });
    return;
  }
  const target = targetNow(command, order, context);
  if (target === undefined) {
    // What makes it unwanted may be its own effect: a target that says no at its last step may have done the first.
    if (command.sentAt !== null && (await isSettledByOwnEffect(job))) return;
    // Somebody else made the step, or it has become another one: that is planned anew.
    await settle(job, { status: 'withdrawn', outcome: { ...clean(command), is: 'not-wanted' } });
    return;
  }
  const request = toRequest(command, target, order.state, context);
  const probed = await probe(job, request);
  if (probed.is === 'lost') return;
  await options.reach?.('probed', command);
  if (probed.is === 'effect') {
    await readBack(job, request, probed.refs);
    return;
  }
  if (probed.is === 'undecidable') {
    await later(job, { is: 'undecidable', message: probed.message });
    return;
  }
  await send(job, request);
}

/** Looks for what an earlier attempt made; true: it is there, or cannot be known now, and the command stays. */
async function isSettledByOwnEffect(job: Job): Promise<boolean> {
  const request = await lastRequest(job);
  const probed = await probe(job, request);
  if (probed.is === 'absent') return false;
  if (probed.is === 'effect') await readBack(job, request, probed.refs);
  else if (probed.is === 'undecidable') await later(job, { is: 'undecidable', message: probed.message });
  return true;
}

/** What was sent, not what would be sent now: the effect itself may have changed that. */
async function lastRequest({ db, command }: Job): Promise<ConnectorCommand> {
  const attempts = await listAttempts(db, command);
  const sent = attempts.findLast(isSend);
  return (sent?.request ?? { ...(command.body as KernelCommand), refs: {} }) as ConnectorCommand;
}

/** Refs of the target, if the fold of what was just read still wants exactly this command, in a mode that sends it. */
function targetNow(
  command: Command,
  order: FoldedOrder,
  { systems }: FoldContext,
): Readonly<Record<string, string>> | undefined {
  const plan = order.write.commands.find(
    (wanted) =>
      wanted.effectKey === command.effectKey && wanted.kind === command.kind && wanted.connection === command.connection,
  ); // prettier-ignore
  if (plan === undefined || !maySend(plan.mode, command)) return undefined;
  return findTarget(plan.body as KernelCommand, order.state, order.objectKeys, systems)?.refs;
}

/** The mode may have been lowered since: then people are asked first, or nobody sends it. */
const maySend = (mode: CommandMode, { approvals }: Command): boolean =>
  mode === 'auto' || (mode === 'approve' && approvals.length > 0);

/** The command as its connector gets it: the ERP is told what it is to do in its own SKUs. */
function toRequest(
  command: Command,
  refs: Readonly<Record<string, string>>,
  state: OrderState,
  context: FoldContext,
): ConnectorCommand {
  const body = command.body as KernelCommand;
  const text = textOf(command.kind as CommandKind, state, context);
  const isForErp = context.systems.get(command.connection)?.settings.system === 'erp';
  // Where the order itself is at home in the ERP its SKUs are those of the order.
  const told =
    isForErp && command.connection !== state.connection ? inSkusOfErp(body, context.policy.items) : body;
  return { ...told, refs, ...(text !== undefined && { text }) };
}

function textOf(kind: CommandKind, state: OrderState, { policy, now }: FoldContext): string | undefined {
  if (kind !== 'note-case' && kind !== 'resolve-case') return undefined;
  const language: Language = state.positions.home?.language?.startsWith('de') === true ? 'de' : 'en';
  const options = { language, zone: policy.zone, asOf: new Date(now).toISOString() };
  const note = kind === 'note-case' ? caseNoteOf(state, { ...options, calendar: policy.calendars.support }) : undefined; // prettier-ignore
  return note ?? answerOf(state, options).map((sentence) => sentence.text).join(' '); // prettier-ignore
}

async function probe(job: Job, request: ConnectorCommand): Promise<Probe | { readonly is: 'lost' }> {
  const { db, command, live, options } = job;
  const leaseMs = options.leaseMs ?? dispatchLeaseMs;
  if ((await renewCommand(db, command, leaseMs)) === undefined) return { is: 'lost' };
  try {
    return await live.connector.probe(live.connection, request, limitOf(job, leaseMs));
  } catch (error) {
    return { is: 'undecidable', message: messageOf(error) };
  }
}

/** Time that has passed at the most: one clock stands still while a machine sleeps, the other may be set back. */
function startWatch(): () => number {
  const [wall, steady] = [Date.now(), performance.now()];
  return () => Math.max(Date.now() - wall, performance.now() - steady);
}

/** A signal for one request: shorter than what remains of the lease. */
function limitOf({ options }: Job, remainingMs: number): AbortSignal {
  // Whole, for a clock of high resolution leaves fractions, which no signal takes.
  const ms = Math.floor(Math.min(requestMaxMs, remainingMs - leaseReserveMs));
  const limit = (options.limit ?? AbortSignal.timeout.bind(AbortSignal))(Math.max(requestMinMs, ms));
  return AbortSignal.any([options.signal, limit]);
}

async function send(job: Job, request: ConnectorCommand): Promise<void> {
  const { db, command, live, options, promise } = job;
  if ((await renewCommand(db, command, options.leaseMs ?? dispatchLeaseMs)) === undefined) return;
  await noteAgreement(db, command);
  const elapsedMs = (options.startWatch ?? startWatch)();
  const started = await startAttempt(db, command, 'send', promise.settleTimeMs, request);
  if (!started.ok) {
    // Another one of the order went first, or somebody else has this one.
    if (started.reason === 'order-busy') await giveBack(db, command, { delayMs: firstLookMs });
    return;
  }
  await options.reach?.('begun', command);
  const { attempt } = started;
  // A process that was stopped since it asked (its machine slept, its memory was tidied up) may have a successor by now.
  const remainingMs = started.remainingMs - elapsedMs();
  if (remainingMs < dispatchLeaseMinMs) {
    await settle(job, { status: 'failed', delayMs: 0, attempt: { attempt, outcome: 'no-time' } });
    return;
  }
  let executed: Executed;
  try {
    executed = await live.connector.execute(live.connection, request, limitOf(job, remainingMs));
  } catch (error) {
    executed = { is: 'unknown', message: messageOf(error) };
  }
  await options.reach?.('sent', command);
  const ended = { attempt, outcome: executed.is, response: executed };
  switch (executed.is) {
    case 'accepted':
      options.breakers.succeeded(command.connection);
      await noteOutcome(db, command, { is: 'accepted', refs: executed.refs }, ended);
      await options.reach?.('noted', command);
      await readBack(job, request, executed.refs);
      return;
    case 'failed':
      await fail(job, request, executed, ended);
      return;
    case 'unknown':
      options.breakers.failed(command.connection);
      await settle(job, {
        status: 'unknown', delayMs: firstLookMs, attempt: ended, outcome: { is: 'unknown', message: executed.message, looks: 0 },
      }); // prettier-ignore
  }
}

/** Who agreed on the desk has allowed the command: that is in the trail before it goes out. */
async function noteAgreement(db: Database, command: Command): Promise<void> {
  const { agreed } = command.body as KernelCommand;
  if (agreed === undefined || command.mode !== 'approve' || command.attemptCount > 0) return;
  const { orderKey: chain, commandId, kind, body } = command;
  const after = { command: commandId, kind, agreement: agreed.agreement, approvals: agreed.by, body };
  const why = 'agreed on the desk by those who approve it';
  await appendAudit(db, {
    chain,
    actor: 'system',
    action: 'command.approved',
    body: { before: null, after, why },
  });
}

/** The target said no: again later, or never. Before it is given up, its effect is looked for: an earlier step may have made it. */
async function fail(
  job: Job,
  request: ConnectorCommand,
  executed: Extract<Executed, { readonly is: 'failed' }>,
  attempt: NonNullable<Settlement['attempt']>,
): Promise<void> {
  const { db, command, live, options } = job;
  const { breakers, random } = options;
  const { code, message, retryAfterMs } = executed;
  const failures = (outcomeOf(command).failures ?? 0) + 1;
  const isFinal = executed.final || live.connector.contract.finalErrors.includes(code);
  const outcome: CommandOutcome = { is: 'failed', code, message, failures };
  if (isFinal || failures >= failuresMax) {
    const probed = await probe(job, request);
    if (probed.is === 'lost') return;
    if (probed.is === 'effect') {
      await noteOutcome(db, command, { is: 'effect', refs: probed.refs }, attempt);
      await readBack(job, request, probed.refs);
      return;
    }
    await settle(job, { status: 'dead', outcome, attempt });
    return;
  }
  if (retryAfterMs === undefined) breakers.failed(command.connection);
  else breakers.hold(command.connection, retryAfterMs);
  const delayMs = Math.max(retryAfterMs ?? 0, backoffMs(firstPauseMs, failures, pauseMaxMs, random));
  await settle(job, { status: 'failed', outcome, attempt, delayMs });
}

/** Doubled each time and cut down by chance, so that many do not come back at once. */
function backoffMs(firstMs: number, count: number, maxMs: number, random: () => number): number {
  const ceiling = Math.min(maxMs, firstMs * 2 ** Math.min(20, count - 1));
  return Math.ceil(ceiling / 2 + (random() * ceiling) / 2);
}

/** A look that told nothing before the command went out, or went out again. */
async function later(job: Job, outcome: CommandOutcome): Promise<void> {
  const { db, command, options } = job;
  options.breakers.failed(command.connection);
  const looks = (outcomeOf(command).looks ?? 0) + 1;
  const delayMs = backoffMs(firstPauseMs, looks, pauseMaxMs, options.random);
  // Of what went out before without a word of what became of it nothing is known now either: that stays with a person.
  const left = (await listAttempts(db, command)).findLast((one) => isSend(one) && one.outcome !== 'no-time');
  const isOpen = left !== undefined && left.outcome !== 'failed';
  const isOverdue = isOpen && (await isPastSettling(job));
  await settle(job, {
    status: isOpen ? 'unknown' : (command.status as Settlement['status']),
    outcome: { ...clean(command), ...outcome, looks, ...(isOverdue && { isOverdue }) },
    delayMs,
  });
  if (isOverdue) await markOrders(db, [command.orderKey]);
} // prettier-ignore

/**
 * The effect was found, or the target says that it is there: its objects are read, so that the fold can see it. The
 * command stays on its way until then.
 */
async function readBack(job: Job, request: ConnectorCommand, refs: readonly ObjectRef[]): Promise<void> {
  const { db, command, options, live, system } = job;
  const limit = (): AbortSignal => limitOf(job, options.leaseMs ?? dispatchLeaseMs);
  const known = new Map<string, ObjectRef>();
  const readNew = async (named: readonly ObjectRef[]): Promise<void> => {
    const fresh = named.filter((ref) => !known.has(`${ref.kind}/${ref.id}`));
    for (const ref of fresh) known.set(`${ref.kind}/${ref.id}`, ref);
    await readObjectsNow(db, system, live, fresh, 'fetch', { signal: limit() });
  };
  // Some targets tell where the effect stands only when they are asked.
  const askAgain = async (): Promise<void> => {
    const again = await probe(job, request);
    if (again.is === 'effect') await readNew(again.refs);
  };
  // What the effect changes elsewhere in the target (a line of the order, a ticket) shows there.
  const lookAround = async (): Promise<void> => {
    const before = await foldKeys(db, job.context, [command.orderKey]);
    const mine = (before[0]?.objectKeys ?? []).filter((key) => key.startsWith(`${command.connection}:`));
    await lookAtObjects(db, job.context.systems, mine, limit());
  };
  await Promise.all([readNew(refs), askAgain(), lookAround()]);
  await options.reach?.('read-back', command);
  const looks = (outcomeOf(command).looks ?? 0) + 1;
  const isOverdue = await isPastSettling(job);
  await settle(job, {
    status: 'sending',
    outcome: { is: 'effect', refs: [...known.values()], looks, ...(isOverdue && looks > 3 && { isOverdue }) },
    delayMs: backoffMs(firstLookMs, looks, lookMaxMs, options.random),
  });
  await markOrders(db, [command.orderKey]);
  await options.reach?.('settled', command);
}

/**
 * A command on its way whose outcome is not known: its sender died, the answer was lost, or the effect is not seen yet.
 * Read first. Where nothing is found and the target has had its time, it is sent again only where its key makes a
 * second effect impossible; elsewhere the outcome stays unknown and a person decides, never a timer.
 */
export async function resolveUnknown(
  db: Database,
  context: FoldContext,
  command: Command,
  options: DispatchOptions,
): Promise<void> {
  const job = openJob(db, context, command, options);
  if (job === undefined) {
    await giveBack(db, command, { delayMs: lookMaxMs, message: `${command.connection} cannot be asked` });
    return;
  }
  const request = await lastRequest(job);
  const probed = await probe(job, request);
  if (probed.is === 'lost') return;
  await options.reach?.('probed', command);
  if (probed.is === 'effect') {
    options.breakers.succeeded(command.connection);
    await readBack(job, request, probed.refs);
    return;
  }
  const isPast = await isPastSettling(job);
  if (probed.is === 'absent' && isPast && (await maySendAgain(job))) {
    // Through the front door: everything is read again, and it may not be wanted any more.
    await settle(job, { status: 'failed', outcome: { ...clean(command), is: 'unknown' }, delayMs: 0 });
    return;
  }
  const looks = (outcomeOf(command).looks ?? 0) + 1;
  const message = probed.is === 'absent' ? 'no effect is seen' : probed.message;
  const outcome: CommandOutcome = { ...outcomeOf(command), is: 'unknown', message, looks, isOverdue: isPast };
  await settle(job, {
    status: 'unknown',
    outcome,
    delayMs: backoffMs(firstLookMs, looks, lookMaxMs, options.random),
  });
  if (isPast) await markOrders(db, [command.orderKey]);
  await options.reach?.('settled', command);
}

/** Has the target had the time that its contract allows it since the request left? */
async function isPastSettling({ db, command, promise }: Job): Promise<boolean> {
  if (command.sentAt === null) return false;
  return Date.parse(await readClock(db)) - Date.parse(command.sentAt) > promise.settleTimeMs;
}

const isSend = ({ step }: CommandAttempt): boolean => step === 'send';

/** Does the key make a second effect impossible, and has the target not left it open too often already? */
async function maySendAgain({ db, command, promise }: Job): Promise<boolean> {
  if (promise.idempotency === 'probe-only') return false;
  const sends = (await listAttempts(db, command)).filter(isSend);
  if (sends.filter(({ outcome }) => outcome === 'unknown' || outcome === null).length >= failuresMax)
    return false;
  if (promise.idempotency !== 'native-key') return true;
  // The target forgets the key so long after it saw it first.
  const ageMs = Date.parse(await readClock(db)) - Date.parse(sends[0]?.startedAt ?? command.plannedAt);
  return ageMs < promise.keyLifetimeMs;
}

/** What stays of an outcome when the command goes on from the start. */
const clean = (command: Command): Pick<CommandOutcome, 'failures'> => {
  const { failures } = outcomeOf(command);
  return failures === undefined ? {} : { failures };
};

/** Writes down what came out. Orders whose commands ended without an effect are folded anew. */
async function settle(
  { db, command }: Pick<Job, 'db' | 'command'>,
  settlement: Settlement & { readonly outcome?: CommandOutcome },
): Promise<void> {
  await settleCommand(db, command, settlement);
  if (settlement.status === 'dead' || settlement.status === 'withdrawn')
    await markOrders(db, [command.orderKey]);
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
