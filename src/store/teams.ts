/** Teams, and the rules that give problems an owner or call them normal. Bodies are checked where they come in. */
import { statement } from './database.ts';
import type { Runner } from './database.ts';
import { newId } from './ids.ts';
import { canonicalJson } from './json-text.ts';

export type StoredTeam = {
  readonly team: string;
  readonly body: unknown;
  readonly sealedChat: Buffer | null;
  readonly version: number;
  readonly setBy: string;
  readonly setAt: string;
};

const teamColumns = `t.team, t.body, t.sealed_chat as "sealedChat", t.version, t.set_by as "setBy", t.set_at as "setAt"`;

const listTeamsStatement = statement<StoredTeam, []>(
  'list-teams',
  'reference',
  `select ${teamColumns} from teams t order by t.team`,
);

export async function listTeams(db: Runner): Promise<readonly StoredTeam[]> {
  return db.run(listTeamsStatement, []);
}

const putTeamStatement = statement<StoredTeam, [string, string, Buffer | null, boolean, string, number]>(
  'put-team',
  'reference',
  `insert into teams as t (team, body, sealed_chat, set_by) values ($1, $2::jsonb, $3, $5)
   on conflict (team) do update
     set body = excluded.body, sealed_chat = case when $4 then excluded.sealed_chat else t.sealed_chat end,
       set_by = excluded.set_by, set_at = excluded.set_at, version = t.version + 1
     where t.version = $6
   returning ${teamColumns}`,
);

/** Stores a team; `chat` undefined keeps the webhook there is. Undefined when somebody changed the team meanwhile. */
export async function putTeam(
  db: Runner,
  team: {
    readonly team: string;
    readonly body: unknown;
    readonly chat: Buffer | null | undefined;
    readonly version: number;
    readonly setBy: string;
  },
): Promise<StoredTeam | undefined> {
  const { chat } = team;
  return (
    await db.run(putTeamStatement, [
      team.team, canonicalJson(team.body), chat ?? null, chat !== undefined, team.setBy, team.version,
    ])
  )[0];
} // prettier-ignore

export type StoredRoutingRule = {
  readonly ruleId: string;
  readonly place: number;
  readonly body: unknown;
  readonly madeBy: string;
  readonly madeAt: string;
};

const listRoutingStatement = statement<StoredRoutingRule, []>(
  'list-routing-rules',
  'reference',
  `select rule_id as "ruleId", place, body, made_by as "madeBy", made_at as "madeAt" from routing_rules order by place`,
);

export async function listRoutingRules(db: Runner): Promise<readonly StoredRoutingRule[]> {
  return db.run(listRoutingStatement, []);
}

const clearRoutingStatement = statement<object, []>(
  'clear-routing-rules',
  'reference',
  'delete from routing_rules',
);
const insertRoutingStatement = statement<object, [readonly string[], readonly number[], readonly string[], readonly string[]]>(
  'insert-routing-rules',
  'reference',
  `insert into routing_rules (rule_id, place, body, made_by)
   select * from unnest($1::uuid[], $2::int[], $3::jsonb[], $4::text[])`,
); // prettier-ignore

/** Puts a whole set of rules in place of the one there is, in this order. Run it in a transaction. */
export async function replaceRoutingRules(
  tx: Runner,
  rules: readonly { readonly ruleId: string; readonly body: unknown }[],
  madeBy: string,
): Promise<void> {
  await tx.run(clearRoutingStatement, []);
  if (rules.length === 0) return;
  await tx.run(insertRoutingStatement, [
    rules.map((rule) => rule.ruleId), rules.map((_, index) => index), rules.map((rule) => canonicalJson(rule.body)),
    rules.map(() => madeBy),
  ]); // prettier-ignore
}

export type StoredNormalRule = {
  readonly ruleId: string;
  readonly scope: unknown;
  readonly reason: string;
  readonly madeBy: string;
  readonly madeAt: string;
  readonly expiresAt: string;
  readonly endedAt: string | null;
  readonly endedBy: string | null;
};

const normalColumns = `rule_id as "ruleId", scope, reason, made_by as "madeBy", made_at as "madeAt",
  expires_at as "expiresAt", ended_at as "endedAt", ended_by as "endedBy"`;

const listNormalStatement = statement<StoredNormalRule, []>(
  'list-normal-rules',
  'reference',
  `select ${normalColumns} from normal_rules order by made_at, rule_id`,
);

/** All rules there ever were, oldest first. */
export async function listNormalRules(db: Runner): Promise<readonly StoredNormalRule[]> {
  return db.run(listNormalStatement, []);
}

const insertNormalStatement = statement<StoredNormalRule, [string, string, string, string, string]>(
  'insert-normal-rule',
  'reference',
  `insert into normal_rules (rule_id, scope, reason, made_by, expires_at)
   values ($1, $2::jsonb, $3, $4, $5::timestamptz) returning ${normalColumns}`,
);

export async function addNormalRule(
  db: Runner,
  rule: Pick<StoredNormalRule, 'scope' | 'reason' | 'madeBy' | 'expiresAt'>,
): Promise<StoredNormalRule> {
  const { scope, reason, madeBy, expiresAt } = rule;
  return (
    await db.run(insertNormalStatement, [newId(), canonicalJson(scope), reason, madeBy, expiresAt])
  )[0]!;
}

const endNormalStatement = statement<StoredNormalRule, [string, string]>(
  'end-normal-rule',
  'reference',
  `update normal_rules set ended_at = now(), ended_by = $2 where rule_id = $1 and ended_at is null returning ${normalColumns}`,
);

/** Ends a rule before its time; undefined when there is none that runs. */
export async function endNormalRule(
  db: Runner,
  ruleId: string,
  by: string,
): Promise<StoredNormalRule | undefined> {
  return (await db.run(endNormalStatement, [ruleId, by]))[0];
}
