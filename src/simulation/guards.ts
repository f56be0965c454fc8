/**
 * Guards, to be taken away one at a time: the simulation must notice each. They are switches of the simulation only; the
 * product has none.
 */
import type { ConnectorLive } from '../connectors/live-contract.ts';
import type { ConnectedSystem } from '../engine/connected-system.ts';
import type { Rewrite } from './simulated-store.ts';

export const guards = [
  'probe', 'lease check', 'one writer', 'dedupe', 'confirm by facts', 'fresh read', 'watchFrom',
] as const; // prettier-ignore
export type Guard = (typeof guards)[number];

/** What is done only by whoever holds the command. */
const heldByLease = ['renew-command-lease', 'lock-command-settling', 'mark-command-sending'];

/** Statements without a guard. Throws when it has nothing to take away: then the guard moved, and this must follow. */
export function rewriteWithout(guard: Guard | undefined): Rewrite {
  const cut = (sql: string, part: string, instead: string): string => {
    if (!sql.includes(part)) throw new Error(`the guard is not where it was: ${part}`);
    return sql.replaceAll(part, instead);
  };
  switch (guard) {
    case 'lease check':
      return (name, sql) => {
        if (name === 'claim-commands-many')
          return cut(cut(sql, '(t.lease_ends_at is null or t.lease_ends_at <= now())', 'true'), 'busy.lease_ends_at > now()', 'false'); // prettier-ignore
        if (heldByLease.includes(name))
          return cut(cut(sql, 'and fence = $3', 'and $3::bigint >= 0'), 'and lease_ends_at > now()', '');
        return sql;
      };
    case 'one writer':
      return (name, sql) =>
        name === 'claim-commands-many'
          ? cut(sql, "(t.status in ('sending', 'unknown') or not exists (", '(true or not exists (')
          : sql;
    case 'dedupe':
      return (name, sql) => (name === 'insert-commands' ? cut(sql, 'on conflict do nothing', '') : sql);
    case 'confirm by facts':
      return (name, sql) =>
        name === 'note-command-outcome'
          ? cut(sql, 'set outcome = $4::jsonb', `set outcome = $4::jsonb, status = 'confirmed', effect_fact_id = 'http 200', ended_at = now()`)
          : sql; // prettier-ignore
    case 'probe':
    case 'fresh read':
    case 'watchFrom':
    case undefined:
      return (_name, sql) => sql;
  }
}

/** Constraints that stand behind a guard: dropped with it, made anew after it. */
export const constraintsOf: Readonly<Partial<Record<Guard, { readonly drop: string; readonly make: string }>>> = {
  'one writer': {
    drop: 'drop index commands_sending_key',
    make: `create unique index commands_sending_key on commands (order_key) where status in ('sending', 'unknown')`,
  },
  dedupe: {
    drop: 'drop index commands_live_key; alter table commands drop constraint commands_generation_key; alter table commands drop constraint commands_effect_key',
    make: `create unique index commands_live_key on commands (order_key, control, item_id)
        where status in ('planned', 'approved', 'sending', 'unknown', 'failed');
      alter table commands add constraint commands_generation_key unique (order_key, control, item_id, generation);
      alter table commands add constraint commands_effect_key unique (order_key, effect_key)`,
  },
}; // prettier-ignore

/** A connection as dispatch sees it without a guard. */
export function systemWithout(guard: Guard | undefined, system: ConnectedSystem): ConnectedSystem {
  const { live } = system;
  if (guard === 'watchFrom') {
    const { watchFrom: _, ...rest } = system;
    return rest;
  }
  if (live === undefined) return system;
  const changed = (connector: Partial<ConnectorLive>): ConnectedSystem => ({
    ...system,
    live: { ...live, connector: { ...live.connector, ...connector } },
  });
  if (guard === 'fresh read') {
    const blind = changed({ sweep: async (_connection, _kind, cursor) => ({ objects: [], cursor: cursor ?? '', done: true }) }); // prettier-ignore
    return { ...blind, connector: { ...blind.connector, stateKinds: [] } };
  }
  if (guard === 'probe') {
    let attempts = 0;
    // Nothing is looked for, neither before nor while it is made: no attempt knows the one before it.
    return changed({
      probe: async () => ({ is: 'absent' }),
      execute: (connection, command, signal) =>
        live.connector.execute(connection, { ...command, key: `${command.key}/${(attempts += 1)}` }, signal),
    });
  }
  return system;
}
