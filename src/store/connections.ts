/** Configured accounts of source systems, and policy values with their dates. */
import { statement } from './database.ts';
import type { Runner } from './database.ts';
import { canonicalJson } from './json-text.ts';

export type ConnectionStatus = 'active' | 'paused' | 'stopped' | 'removed';

export type Connection = {
  readonly connection: string;
  /** Name of the connector: `woocommerce odoo …` */
  readonly connector: string;
  readonly system: string;
  readonly settings: unknown;
  readonly status: ConnectionStatus;
  readonly watchFromAt: string | null;
  readonly health: unknown;
  readonly changedAt: string;
};

const columns = `connection, connector, system, settings, status, watch_from_at as "watchFromAt", health,
  changed_at as "changedAt"`;

const putConnectionStatement = statement<object, [string, string, string, string, string | null]>(
  'put-connection',
  'reference',
  `insert into connections as c (connection, connector, system, settings, watch_from_at, changed_at)
   values ($1, $2, $3, $4::jsonb, $5::timestamptz, now())
   on conflict (connection) do update
     set connector = excluded.connector, system = excluded.system, settings = excluded.settings,
       watch_from_at = coalesce(excluded.watch_from_at, c.watch_from_at), changed_at = excluded.changed_at
     where (c.connector, c.system, c.settings) is distinct from (excluded.connector, excluded.system, excluded.settings)
       or excluded.watch_from_at is distinct from c.watch_from_at`,
);

/** Stores or changes a connection; its status, secrets and a `watchFrom` not given stay. */
export async function putConnection(
  db: Runner,
  connection: Pick<Connection, 'connection' | 'connector' | 'system' | 'settings'> & {
    readonly watchFromAt?: string;
  },
): Promise<void> {
  const { connection: name, connector, system, settings, watchFromAt } = connection;
  await db.run(putConnectionStatement, [
    name,
    connector,
    system,
    canonicalJson(settings),
    watchFromAt ?? null,
  ]);
}

const listConnectionsStatement = statement<Connection, []>(
  'list-connections',
  'reference',
  `select ${columns} from connections where status <> 'removed' order by connection`,
);

export async function listConnections(db: Runner): Promise<readonly Connection[]> {
  return db.run(listConnectionsStatement, []);
}

const findConnectionStatement = statement<Connection, [string]>(
  'find-connection',
  'reference',
  `select ${columns} from connections where connection = $1 and status <> 'removed'`,
);

/** The connection of that name, or undefined. */
export async function findConnection(db: Runner, name: string): Promise<Connection | undefined> {
  return (await db.run(findConnectionStatement, [name]))[0];
}

const setStatusStatement = statement<object, [string, string]>(
  'set-connection-status',
  'reference',
  'update connections set status = $2, changed_at = now() where connection = $1 returning connection',
);

/** Pauses, resumes, stops or removes; false when there is no such connection. */
export async function setConnectionStatus(
  db: Runner,
  name: string,
  status: ConnectionStatus,
): Promise<boolean> {
  return (await db.run(setStatusStatement, [name, status])).length === 1;
}

const setHealthStatement = statement<object, [string, string]>(
  'set-connection-health',
  'reference',
  'update connections set health = $2::jsonb where connection = $1',
);

/** What the last check, sweep and delivery said, as one JSON value. */
export async function setConnectionHealth(db: Runner, name: string, health: unknown): Promise<void> {
  await db.run(setHealthStatement, [name, canonicalJson(health)]);
}

const setSecretsStatement = statement<object, [string, Buffer | null]>(
  'set-connection-secrets',
  'reference',
  'update connections set secrets = $2, changed_at = now() where connection = $1',
);

/** Stores sealed secrets, or takes them away. */
export async function setConnectionSecrets(db: Runner, name: string, sealed: Buffer | null): Promise<void> {
  await db.run(setSecretsStatement, [name, sealed]);
}

const findSecretsStatement = statement<{ readonly secrets: Buffer | null }, [string]>(
  'find-connection-secrets',
  'reference',
  'select secrets from connections where connection = $1',
);

/** Sealed secrets of a connection; undefined when it has none here. */
export async function findConnectionSecrets(db: Runner, name: string): Promise<Buffer | undefined> {
  return (await db.run(findSecretsStatement, [name]))[0]?.secrets ?? undefined;
}

export type PolicyValue = {
  readonly name: string;
  /** What it applies to; empty for all. */
  readonly scope: string;
  readonly validFromAt: string;
  readonly validToAt: string | null;
  readonly value: unknown;
  readonly setBy: string;
};

const putPolicyStatement = statement<object, [string, string, string, string | null, string, string]>(
  'put-policy-value',
  'reference',
  `insert into policy_values (name, scope, valid_from_at, valid_to_at, value, set_by)
   values ($1, $2, $3::timestamptz, $4::timestamptz, $5::jsonb, $6)
   on conflict (name, scope, valid_from_at) do update
     set valid_to_at = excluded.valid_to_at, value = excluded.value, set_by = excluded.set_by, set_at = excluded.set_at`,
);

/** Sets a value from an instant on; one for the same name, scope and start is replaced. */
export async function putPolicyValue(db: Runner, value: PolicyValue): Promise<void> {
  await db.run(putPolicyStatement, [
    value.name, value.scope, value.validFromAt, value.validToAt, canonicalJson(value.value), value.setBy,
  ]); // prettier-ignore
}

const listPolicyStatement = statement<PolicyValue, []>(
  'list-policy-values',
  'reference',
  `select name, scope, valid_from_at as "validFromAt", valid_to_at as "validToAt", value, set_by as "setBy"
   from policy_values order by name, scope, valid_from_at`,
);

/** All values with their dates; whoever folds picks by date. */
export async function listPolicyValues(db: Runner): Promise<readonly PolicyValue[]> {
  return db.run(listPolicyStatement, []);
}
