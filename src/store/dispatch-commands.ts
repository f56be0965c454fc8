/**
 * Sending commands, at most once by our hand. Who claims a command gets a fence; every step names it, and a step under
 * an older one changes nothing and says so. What was begun is on record before the request goes out.
 */
import { stepOf } from '../kernel/plan.ts';
import { defineClaim } from './claim.ts';
import { commandSql } from './commands.ts';
import type { Command, CommandRef } from './commands.ts';
import { findConstraintCode } from './constraint-codes.ts';
import { statement } from './database.ts';
import type { Database, Runner } from './database.ts';
import { canonicalJson } from './json-text.ts';

/** Step of a command in the order in which those of one order are made, in SQL. */
const stepSql = (alias: string): string =>
  // Written out, for Citus mistakes `case kind when …` on its way to a worker.
  `case ${Object.entries(stepOf).map(([kind, step]) => `when ${alias}.kind = '${kind}' then ${step}`).join(' ')} else 9 end`; // prettier-ignore

/**
 * Leases commands to be sent (`approved`, `failed`) or to be probed (`sending` whose sender is gone and `unknown`),
 * each under a new fence, by time. Those of an order that has another one on its way wait, and so do those that come after
 * another one of their order (goods before books, the case last).
 */
export const claimCommands = defineClaim<Command>({
  name: 'claim-commands',
  table: 'commands',
  key: ['order_key', 'command_id'],
  reach: 'order',
  ready: (key) => `t.status in ('approved', 'sending', 'unknown', 'failed') and t.not_before_at <= now()
    and t.connection <> all ($2::text[])
    and (t.status in ('sending', 'unknown') or not exists (
      select from commands busy where busy.order_key = ${key} and busy.command_id <> t.command_id
        and (busy.status in ('sending', 'unknown') or busy.lease_ends_at > now()
          or (${stepSql('busy')} < ${stepSql('t')}
            and (busy.status in ('approved', 'failed') or (busy.status = 'planned' and busy.mode = 'approve'))))))`,
  order: 't.not_before_at',
  set: 'fence = t.fence + 1',
  returning: commandSql,
});

export type CommandHold = CommandRef & { readonly fence: number };

/** How long a lease goes on; both instants are columns, for a distributed database returns nothing computed from now. */
type LeaseRow = { readonly leaseEndsAt: string; readonly changedAt: string };
const remainingMs = ({ leaseEndsAt, changedAt }: LeaseRow): number =>
  Date.parse(leaseEndsAt) - Date.parse(changedAt);

const renewCommandStatement = statement<object, [string, string, number, number]>(
  'renew-command-lease',
  'order',
  `update commands set lease_ends_at = now() + $4 * interval '1 millisecond'
   where order_key = $1 and command_id = $2 and fence = $3 and lease_ends_at > now()
   returning command_id`,
);

/** Extends the lease; undefined when it was lost. */
export async function renewCommand(
  db: Runner,
  hold: CommandHold,
  leaseMs: number,
): Promise<number | undefined> {
  const { orderKey, commandId, fence } = hold;
  const rows = await db.run(renewCommandStatement, [orderKey, commandId, fence, leaseMs]);
  return rows.length === 0 ? undefined : leaseMs;
}

/** When a successor may look after the effect of what is about to be sent. */
const lockSettling = statement<{ readonly settledAt: string }, [string, string, number, number]>(
  'lock-command-settling',
  'order',
  `select lease_ends_at + $4 * interval '1 millisecond' as "settledAt" from commands
   where order_key = $1 and command_id = $2 and fence = $3 and lease_ends_at > now() for update`,
);

const markSending = statement<LeaseRow & { readonly attempt: number }, [string, string, number, string]>(
  'mark-command-sending',
  'order',
  `update commands
   set status = 'sending', sent_at = now(), attempt_count = attempt_count + 1, changed_at = now(),
     not_before_at = $4::timestamptz
   where order_key = $1 and command_id = $2 and fence = $3 and lease_ends_at > now()
     and status in ('approved', 'failed', 'unknown', 'sending')
   returning attempt_count as attempt, lease_ends_at as "leaseEndsAt", changed_at as "changedAt"`,
);

const countProbe = statement<LeaseRow & { readonly attempt: number }, [string, string, number]>(
  'count-command-probe',
  'order',
  `update commands set attempt_count = attempt_count + 1, changed_at = now()
   where order_key = $1 and command_id = $2 and fence = $3 and lease_ends_at > now()
   returning attempt_count as attempt, lease_ends_at as "leaseEndsAt", changed_at as "changedAt"`,
);

const insertAttempt = statement<object, [string, string, number, string, number, string | null]>(
  'insert-command-attempt',
  'order',
  `insert into command_attempts (order_key, command_id, attempt, step, fence, request)
   values ($1, $2, $3, $4, $5, $6::jsonb)`,
);

export type AttemptStart =
  | { readonly ok: true; readonly attempt: number; /** Of the lease: the request's limit must be shorter. */ readonly remainingMs: number }
  | { readonly ok: false; readonly reason: 'lease-lost' | 'order-busy' }; // prettier-ignore

/**
 * Records durably, before the request goes out, that it will. `send` makes the command `sending`: from now on a
 * successor waits until the lease has ended and `settleTimeMs` after it, then probes. `probe` only counts.
 */
export async function startAttempt(
  db: Database,
  hold: CommandHold,
  step: 'probe' | 'send',
  settleTimeMs: number,
  request?: unknown,
): Promise<AttemptStart> {
  const { orderKey, commandId, fence } = hold;
  try {
    return await db.transaction(async (tx): Promise<AttemptStart> => {
      const row = step === 'send' ? await begin(tx, hold, settleTimeMs) : (await tx.run(countProbe, [orderKey, commandId, fence]))[0]; // prettier-ignore
      if (row === undefined) return { ok: false, reason: 'lease-lost' };
      const text = request === undefined ? null : canonicalJson(request);
      await tx.run(insertAttempt, [orderKey, commandId, row.attempt, step, fence, text]);
      return { ok: true, attempt: row.attempt, remainingMs: remainingMs(row) };
    });
  } catch (error) {
    if (findConstraintCode(error) === 'order-already-sending') return { ok: false, reason: 'order-busy' };
    throw error;
  }
}

async function begin(
  tx: Runner,
  hold: CommandHold,
  settleTimeMs: number,
): Promise<(LeaseRow & { readonly attempt: number }) | undefined> {
  const { orderKey, commandId, fence } = hold;
  const [lease] = await tx.run(lockSettling, [orderKey, commandId, fence, settleTimeMs]);
  if (lease === undefined) return undefined;
  return (await tx.run(markSending, [orderKey, commandId, fence, lease.settledAt]))[0];
}

const endAttemptStatement = statement<object, [string, string, number, string, string | null]>(
  'end-command-attempt',
  'order',
  `update command_attempts set ended_at = now(), outcome = $4, response = $5::jsonb
   where order_key = $1 and command_id = $2 and attempt = $3 and ended_at is null`,
);

const settleStatement = statement<
  object,
  [string, string, number, string, string | null, number, string | null]
>(
  'settle-command',
  'order',
  `update commands
   set status = $4, outcome = coalesce($5::jsonb, outcome), effect_fact_id = coalesce($7, effect_fact_id),
     leased_by = null, lease_ends_at = null, not_before_at = now() + $6 * interval '1 millisecond', changed_at = now(),
     ended_at = now() + case when $4 in ('confirmed', 'dead', 'withdrawn') then interval '0' end
   where order_key = $1 and command_id = $2 and fence = $3
     and status in ('approved', 'sending', 'unknown', 'failed')
   returning command_id`,
);

export type Settlement = {
  readonly status: 'approved' | 'sending' | 'unknown' | 'failed' | 'confirmed' | 'dead' | 'withdrawn';
  readonly outcome?: unknown;
  /** The fact in which the effect was seen: needed for `confirmed`. */
  readonly effectFactId?: string;
  /** Until it may be claimed again: backoff, `Retry-After`, `settleTime`. */
  readonly delayMs?: number;
  /** The attempt that ended, with its own outcome and what the target answered, without secrets. */
  readonly attempt?: { readonly attempt: number; readonly outcome: string; readonly response?: unknown };
};

/**
 * Ends a hold with what came out. False when the fence is not the newest any more or the command has ended: then only
 * the attempt is recorded, the successor decides.
 */
export async function settleCommand(
  db: Database,
  hold: CommandHold,
  settlement: Settlement,
): Promise<boolean> {
  const { orderKey, commandId, fence } = hold;
  const { attempt, outcome } = settlement;
  if (settlement.status === 'confirmed' && settlement.effectFactId === undefined) {
    throw new Error('a command is confirmed by a fact only');
  }
  return db.transaction(async (tx) => {
    if (attempt !== undefined) {
      const response = attempt.response === undefined ? null : canonicalJson(attempt.response);
      await tx.run(endAttemptStatement, [orderKey, commandId, attempt.attempt, attempt.outcome, response]);
    }
    const text = outcome === undefined ? null : canonicalJson(outcome);
    const rows = await tx.run(settleStatement, [
      orderKey, commandId, fence, settlement.status, text, settlement.delayMs ?? 0, settlement.effectFactId ?? null,
    ]); // prettier-ignore
    return rows.length === 1;
  });
}

const noteOutcomeStatement = statement<object, [string, string, number, string]>(
  'note-command-outcome',
  'order',
  `update commands set outcome = $4::jsonb, changed_at = now()
   where order_key = $1 and command_id = $2 and fence = $3 and status in ('sending', 'unknown')`,
);

/**
 * Writes down what the target answered while the hold goes on, so that a successor knows where to look. Nothing is
 * written under an older fence but the attempt.
 */
export async function noteOutcome(
  db: Database,
  hold: CommandHold,
  outcome: unknown,
  attempt: NonNullable<Settlement['attempt']>,
): Promise<void> {
  const { orderKey, commandId, fence } = hold;
  await db.transaction(async (tx) => {
    const response = attempt.response === undefined ? null : canonicalJson(attempt.response);
    await tx.run(endAttemptStatement, [orderKey, commandId, attempt.attempt, attempt.outcome, response]);
    await tx.run(noteOutcomeStatement, [orderKey, commandId, fence, canonicalJson(outcome)]);
  });
}

const confirmByFacts = statement<
  { readonly commandId: string },
  [string, readonly string[], readonly string[]]
>(
  'confirm-commands',
  'order',
  `update commands c
   set status = 'confirmed', effect_fact_id = n.fact_id, leased_by = null, lease_ends_at = null, ended_at = now(),
     changed_at = now()
   from unnest($2::uuid[], $3::text[]) as n (command_id, fact_id)
   where c.order_key = $1 and c.command_id = n.command_id and c.status in ('sending', 'unknown', 'failed')
   returning c.command_id as "commandId"`,
);

/** The fold saw the effect of commands (id → fact): they are confirmed, whoever holds them. Returns those changed. */
export async function confirmCommands(
  db: Runner,
  orderKey: string,
  effects: ReadonlyMap<string, string>,
): Promise<readonly string[]> {
  if (effects.size === 0) return [];
  const rows = await db.run(confirmByFacts, [orderKey, [...effects.keys()], [...effects.values()]]);
  return rows.map((row) => row.commandId);
}
