/**
 * Commands: changes to be made in a source system, at most one live per open item and one on its way per order.
 *
 *   planned → approved → sending → confirmed
 *                        sending → unknown → (probe) → confirmed | failed | dead
 *                        sending → failed → sending …
 *
 * Here they are planned, approved and listed; `dispatch-commands.ts` sends them.
 */
import { rowsOf, runRows, statement } from './database.ts';
import type { Database, Runner } from './database.ts';
import { newId } from './ids.ts';
import { canonicalJson } from './json-text.ts';
import { pageLimit } from './page.ts';

export type CommandStatus =
  'planned' | 'approved' | 'sending' | 'unknown' | 'failed' | 'confirmed' | 'dead' | 'withdrawn';

/** `suggest`: shown only · `approve`: waits for people · `auto`: goes out by itself. */
export type CommandMode = 'suggest' | 'approve' | 'auto';

export type CommandPlan = {
  readonly control: string;
  /** Open item it closes. */
  readonly itemId: string;
  /** Counts up when a new attempt at the same item is wanted after one that ended. */
  readonly generation: number;
  readonly kind: string;
  /** Connection it is sent to. */
  readonly connection: string;
  /** Derived from order, control, item and generation; planted in the target. */
  readonly effectKey: string;
  readonly mode: CommandMode;
  readonly body: unknown;
  /** All that it needs, given before it was planned: in mode `approve` it waits for nobody. */
  readonly approvals?: readonly Approver[];
};

export type Approver = { readonly by: string; readonly at: string };

export type Command = CommandPlan & {
  readonly orderKey: string;
  readonly commandId: string;
  readonly status: CommandStatus;
  readonly approvals: readonly Approver[];
  readonly attemptCount: number;
  readonly notBeforeAt: string;
  readonly fence: number;
  readonly leaseEndsAt: string | null;
  readonly sentAt: string | null;
  readonly outcome: unknown;
  readonly effectFactId: string | null;
  readonly plannedAt: string;
  readonly endedAt: string | null;
};

/** Columns of a Command, on alias `t`. */
export const commandSql = `t.order_key as "orderKey", t.command_id as "commandId", t.control, t.item_id as "itemId",
  t.generation, t.kind, t.connection, t.effect_key as "effectKey", t.mode, t.status, t.body, t.approvals,
  t.attempt_count as "attemptCount", t.not_before_at as "notBeforeAt", t.fence, t.lease_ends_at as "leaseEndsAt",
  t.sent_at as "sentAt", t.outcome, t.effect_fact_id as "effectFactId", t.planned_at as "plannedAt",
  t.ended_at as "endedAt"`;

export type CommandRef = { readonly orderKey: string; readonly commandId: string };

const insertCommandsSql = (rows: string): string =>
  `insert into commands (order_key, command_id, control, item_id, generation, kind, connection, effect_key, mode, body,
     status, approvals)
   ${rows} on conflict do nothing`;
const commandRows = rowsOf([
  'text',
  'uuid',
  'text',
  'text',
  'int',
  'text',
  'text',
  'text',
  'text',
  'jsonb',
  'text',
  'jsonb',
]);

const insertCommands = statement<
  object,
  [readonly string[], readonly string[], readonly string[], readonly string[], readonly number[], readonly string[],
    readonly string[], readonly string[], readonly string[], readonly string[], readonly string[], readonly string[]]
>(
  'insert-commands',
  'batch',
  insertCommandsSql(commandRows.many),
  insertCommandsSql(commandRows.one),
); // prettier-ignore

// Only what nobody has begun: not approved, or approved by the mode alone and never tried.
const withdrawCommands = statement<
  object,
  [readonly string[], readonly string[], readonly string[], readonly number[]]
>(
  'withdraw-commands',
  'batch',
  `update commands c set status = 'withdrawn', ended_at = now(), changed_at = now()
   where c.order_key = any ($1) and c.attempt_count = 0 and (c.lease_ends_at is null or c.lease_ends_at <= now())
     and (c.status = 'planned' or (c.status = 'approved' and c.mode = 'auto'))
     and not exists (select from unnest($2::text[], $3::text[], $4::int[]) as n (order_key, effect_key, generation)
                     where n.order_key = c.order_key and n.effect_key = c.effect_key and n.generation = c.generation)`,
);

// Nobody has begun it, nor holds it.
const notBegun = `status in ('planned', 'approved') and attempt_count = 0
     and (lease_ends_at is null or lease_ends_at <= now())`;
const modeTypes = ['text', 'text', 'int', 'text', 'jsonb', 'text', 'jsonb'] as const;

/** What nobody has begun goes as the mode of its check says now: up it need not wait, down it does not go out. */
const changeModes = statement<
  object,
  [readonly string[], readonly string[], readonly number[], readonly string[], readonly string[], readonly string[], readonly string[]]
>(
  'change-command-modes',
  'batch',
  `update commands c
   set mode = n.c4, body = n.c5, status = n.c6, approvals = n.c7, not_before_at = now(), changed_at = now()
   from unnest(${modeTypes.map((type, index) => `$${index + 1}::${type}[]`).join(', ')}) as n (c1, c2, c3, c4, c5, c6, c7)
   where c.order_key = n.c1 and c.effect_key = n.c2 and c.generation = n.c3 and c.mode <> n.c4
     and ${notBegun}`,
); // prettier-ignore

/** The same for one command. Plain values: an element of an array as what is set ends Citus 13's server. */
const changeMode = statement<object, [string, string, number, string, string, string, string]>(
  'change-command-mode',
  'order',
  `update commands
   set mode = $4, body = $5::jsonb, status = $6, approvals = $7::jsonb, not_before_at = now(), changed_at = now()
   where order_key = $1 and effect_key = $2 and generation = $3 and mode <> $4
     and ${notBegun}`,
);

/** Approved at once is what the mode sends by itself, and what people allowed before it was planned. */
const firstStatus = ({ mode, approvals = [] }: CommandPlan): CommandStatus =>
  mode === 'auto' || (mode === 'approve' && approvals.length > 0) ? 'approved' : 'planned';

/**
 * Makes `plans` the commands wanted: new ones are stored (in mode `auto`, and where people allowed them before, approved at once), planned ones of `orderKeys`
 * no longer wanted are withdrawn, and those that nobody has begun take on the mode of their plan; what people approved
 * in the mode that holds, or what is under way, is left alone. Run it in a transaction.
 */
export async function planCommands(
  tx: Runner,
  orderKeys: readonly string[],
  plans: readonly (CommandPlan & { readonly orderKey: string })[],
): Promise<void> {
  const keys = plans.map((plan) => plan.orderKey);
  const effects = plans.map((plan) => plan.effectKey);
  const generations = plans.map((plan) => plan.generation);
  if (orderKeys.length > 0) await tx.run(withdrawCommands, [orderKeys, keys, effects, generations]);
  if (plans.length === 0) return;
  const known = plans.filter((plan) => orderKeys.includes(plan.orderKey));
  if (tx.switches.batches && known.length > 0)
    await tx.run(changeModes, [
      known.map((plan) => plan.orderKey),
      known.map((plan) => plan.effectKey),
      known.map((plan) => plan.generation),
      known.map((plan) => plan.mode),
      known.map((plan) => canonicalJson(plan.body)),
      known.map(firstStatus),
      known.map((plan) => canonicalJson(plan.approvals ?? [])),
    ]);
  else
    for (const plan of known)
      await tx.run(changeMode, [
        plan.orderKey,
        plan.effectKey,
        plan.generation,
        plan.mode,
        canonicalJson(plan.body),
        firstStatus(plan),
        canonicalJson(plan.approvals ?? []),
      ]);
  await runRows(tx, insertCommands, [
    keys,
    plans.map(() => newId()),
    plans.map((plan) => plan.control),
    plans.map((plan) => plan.itemId),
    generations,
    plans.map((plan) => plan.kind),
    plans.map((plan) => plan.connection),
    effects,
    plans.map((plan) => plan.mode),
    plans.map((plan) => canonicalJson(plan.body)),
    plans.map(firstStatus),
    plans.map((plan) => canonicalJson(plan.approvals ?? [])),
  ]);
}

const lockCommand = statement<Command, [string, string]>(
  'lock-command',
  'order',
  `select ${commandSql} from commands t where t.order_key = $1 and t.command_id = $2 for update`,
);

const setApprovals = statement<object, [string, string, string, string]>(
  'set-command-approvals',
  'order',
  `update commands set approvals = approvals || jsonb_build_object('by', $3::text, 'at', now()), status = $4,
     changed_at = now()
   where order_key = $1 and command_id = $2`,
);

export type Approval = 'approved' | 'needs-another' | 'same-person' | 'not-planned';

/** One person's approval; approved once `needed` different people gave theirs. */
export async function approveCommand(
  db: Database,
  ref: CommandRef,
  by: string,
  needed: number,
): Promise<Approval> {
  return db.transaction(async (tx) => {
    const [command] = await tx.run(lockCommand, [ref.orderKey, ref.commandId]);
    if (command === undefined || command.status !== 'planned') return 'not-planned';
    if (command.approvals.some((approval) => approval.by === by)) return 'same-person';
    const isEnough = command.approvals.length + 1 >= needed;
    await tx.run(setApprovals, [ref.orderKey, ref.commandId, by, isEnough ? 'approved' : 'planned']);
    return isEnough ? 'approved' : 'needs-another';
  });
}

const withdrawCommandStatement = statement<object, [string, string, string]>(
  'withdraw-command',
  'order',
  `update commands set status = 'withdrawn', ended_at = now(), changed_at = now(),
     outcome = jsonb_build_object('withdrawnBy', $3::text)
   where order_key = $1 and command_id = $2 and status in ('planned', 'approved', 'failed')
     and (lease_ends_at is null or lease_ends_at <= now())
   returning command_id`,
);

/** Takes a command back before it goes out; false when it is too late. */
export async function withdrawCommand(db: Runner, ref: CommandRef, by: string): Promise<boolean> {
  return (await db.run(withdrawCommandStatement, [ref.orderKey, ref.commandId, by])).length === 1;
}

export type Decision =
  /** Look once more, and where nothing is found send it again, under the same key. */
  | 'send-again'
  /** Nobody sends it again: it did not happen and is not wanted, or it was done by hand. */
  | 'leave';

const decideStatement = statement<object, [string, string, string, string]>(
  'decide-command',
  'order',
  `update commands
   set status = $3, outcome = coalesce(outcome, '{}'::jsonb) || $4::jsonb, not_before_at = now(), changed_at = now(),
     leased_by = null, lease_ends_at = null, ended_at = case when $3 = 'withdrawn' then now() end
   where order_key = $1 and command_id = $2 and status in ('sending', 'unknown', 'failed', 'dead')
     and (lease_ends_at is null or lease_ends_at <= now())
     and (status not in ('sending', 'unknown') or outcome ->> 'isOverdue' = 'true')
     and (status <> 'dead' or $3 = 'withdrawn' or not exists (
       select from commands live where live.order_key = $1 and live.command_id <> $2 and live.control = commands.control
         and live.item_id = commands.item_id
         and live.status in ('planned', 'approved', 'sending', 'unknown', 'failed')))
   returning command_id`,
);

/**
 * A person decides about a command that failed, is dead or of whose outcome nothing is known after the target had its
 * time. False: it is being worked on right now, its request may still be, it has ended otherwise, or a newer one for the
 * same item is live.
 */
export async function decideCommand(
  db: Runner,
  ref: CommandRef,
  by: string,
  decision: Decision,
  reason: string,
): Promise<boolean> {
  const status: CommandStatus = decision === 'leave' ? 'withdrawn' : 'failed';
  const text = canonicalJson({ decision, decidedBy: by, reason, failures: 0, isOverdue: false });
  return (await db.run(decideStatement, [ref.orderKey, ref.commandId, status, text])).length === 1;
}

const listCommandsStatement = statement<Command, [readonly string[]]>(
  'list-commands',
  'order',
  `select ${commandSql} from commands t where t.order_key = any ($1) order by t.order_key, t.planned_at, t.command_id`,
);

/** All commands of orders, also ended ones, oldest first. */
export async function listCommands(db: Runner, orderKeys: readonly string[]): Promise<readonly Command[]> {
  return db.run(listCommandsStatement, [orderKeys]);
}

const listByStatusStatement = statement<Command, [readonly string[], number]>(
  'list-commands-by-status',
  'list',
  `select ${commandSql} from commands t where t.status = any ($1) order by t.planned_at, t.command_id limit $2`,
);

/** Commands in these states over all orders, oldest first: what waits for people, what is dead. */
export async function listCommandsByStatus(
  db: Runner,
  statuses: readonly CommandStatus[],
  limit?: number,
): Promise<readonly Command[]> {
  return db.run(listByStatusStatement, [statuses, pageLimit(limit)]);
}

export type CommandAttempt = {
  readonly attempt: number;
  readonly step: 'probe' | 'send';
  readonly fence: number;
  readonly request: unknown;
  readonly response: unknown;
  readonly outcome: string | null;
  readonly startedAt: string;
  readonly endedAt: string | null;
};

const listAttemptsStatement = statement<CommandAttempt, [string, string]>(
  'list-command-attempts',
  'order',
  `select attempt, step, fence, request, response, outcome, started_at as "startedAt", ended_at as "endedAt"
   from command_attempts where order_key = $1 and command_id = $2 order by attempt`,
);

/** What was tried for one command, in order. */
export async function listAttempts(db: Runner, ref: CommandRef): Promise<readonly CommandAttempt[]> {
  return db.run(listAttemptsStatement, [ref.orderKey, ref.commandId]);
}
