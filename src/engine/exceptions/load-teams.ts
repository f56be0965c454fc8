/** Teams and rules as routing and notices need them: what is stored over what comes along. */
import type { Calendar } from '../../kernel/calendar.ts';
import type { Policy } from '../../kernel/policy.ts';
import type { DutyTeam, RoutingRule } from '../../kernel/route-problem.ts';
import type { ProblemScope } from '../../kernel/problem-scope.ts';
import { listUsers, type User } from '../../store/accounts.ts';
import type { Runner } from '../../store/database.ts';
import { listNormalRules, listRoutingRules, listTeams } from '../../store/teams.ts';
import { readTerm, teamBodySchema, type RoutingRuleBody, type TeamBody } from '../../wire/api-exceptions.ts';

export type Team = TeamBody & {
  readonly team: string;
  readonly sealedChat: Buffer | null;
  /** 0: as it comes along. */
  readonly version: number;
};

const titles = {
  support: { en: 'Support', de: 'Support' },
  ops: { en: 'Ops', de: 'Lager' },
  finance: { en: 'Finance', de: 'Buchhaltung' },
} as const;

/** All teams by name: the three of the controls are there from the start. */
export async function loadTeams(db: Runner): Promise<ReadonlyMap<string, Team>> {
  const teams = new Map<string, Team>();
  for (const [team, title] of Object.entries(titles))
    teams.set(team, { ...teamBodySchema.parse({ title }), team, sealedChat: null, version: 0 });
  for (const { team, body, sealedChat, version } of await listTeams(db))
    teams.set(team, { ...teamBodySchema.parse(body), team, sealedChat, version });
  return teams;
}

/** The days that count for a team: its own, else the policy's. */
export function calendarOf(team: Team, policy: Policy): Calendar {
  if (team.calendar !== null) return { ...team.calendar, holidays: new Set(team.calendar.holidays) };
  const ofPolicy: Readonly<Record<string, Calendar>> = policy.calendars;
  return ofPolicy[team.team] ?? policy.calendars.support;
}

export type RoutingContext = {
  readonly rules: readonly RoutingRule[];
  readonly normal: readonly { readonly ruleId: string; readonly scope: ProblemScope }[];
  readonly teams: ReadonlyMap<string, DutyTeam>;
  readonly users: readonly User[];
  /** Ids of users who can own something. */
  readonly active: ReadonlySet<string>;
};

/** Everything that decides who owns a problem at `now` (epoch ms). */
export async function loadRouting(db: Runner, policy: Policy, now: number): Promise<RoutingContext> {
  const teams = await loadTeams(db);
  const users = await listUsers(db);
  const at = new Date(now).toISOString();
  const normal = (await listNormalRules(db)).filter((rule) => rule.endedAt === null && new Date(rule.expiresAt).toISOString() > at);
  return {
    rules: (await listRoutingRules(db)).map(({ ruleId, body }) => toRoutingRule(ruleId, body as RoutingRuleBody)),
    normal: normal.map(({ ruleId, scope }) => ({ ruleId, scope: scope as ProblemScope })),
    teams: new Map([...teams].map(([name, team]) => [name, toDutyTeam(team, policy)])),
    users,
    active: new Set(users.filter((user) => user.deactivatedAt === null).map((user) => user.userId)),
  };
} // prettier-ignore

export function toRoutingRule(ruleId: string, { when, team, userId, deadline }: RoutingRuleBody): RoutingRule {
  return {
    ruleId, when,
    ...(team !== undefined && { team }), ...(userId !== undefined && { userId }),
    ...(deadline !== undefined && { deadline: readTerm(deadline) }),
  };
} // prettier-ignore

function toDutyTeam(team: Team, policy: Policy): DutyTeam {
  return {
    team: team.team,
    calendar: calendarOf(team, policy),
    ...(team.deadline !== null && { deadline: readTerm(team.deadline) }),
    rota: [...team.rota].sort((left, right) => (left.from < right.from ? -1 : 1)),
    deputies: team.deputies,
  };
}

/** Is the owner known: a team, or a user by id, name or address? */
export function isKnownOwner(owner: string, context: Pick<RoutingContext, 'teams' | 'users'>): boolean {
  return (
    context.teams.has(owner) ||
    context.users.some(
      (user) => user.deactivatedAt === null && [user.userId, user.email, user.name].includes(owner),
    )
  );
}
