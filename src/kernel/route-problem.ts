/** Routing: which team or person owns a problem, and until when. The first rule that fits decides. */
import { dueAfter, localDate, type Calendar, type Term } from './calendar.ts';
import { fitsScope, type ProblemScope, type ScopedProblem } from './problem-scope.ts';

export type RoutingRule = {
  readonly ruleId: string;
  readonly when: ProblemScope;
  readonly team?: string;
  readonly userId?: string;
  /** From when the problem is seen. */
  readonly deadline?: Term;
};

export type DutyTeam = {
  readonly team: string;
  readonly calendar: Calendar;
  readonly deadline?: Term;
  /** Who is on duty from a day on (`YYYY-MM-DD`), oldest first. */
  readonly rota: readonly { readonly from: string; readonly userId: string }[];
  /** Who stands in for whom, from and until a day, both included. */
  readonly deputies: readonly {
    readonly userId: string;
    readonly deputyId: string;
    readonly from: string;
    readonly until: string;
  }[];
};

export type Routed = {
  readonly ruleId: string | undefined;
  readonly team: string | undefined;
  readonly userId: string | undefined;
  /** ISO instant: the first at which it is late. */
  readonly deadlineAt: string | undefined;
};

/**
 * Routes a problem at `now` (epoch ms). `owner` is what its check or the policy says; `teams` are those there are,
 * `active` the users who may own something. Who is away or gone is replaced by the deputy, else the team has it.
 */
export function routeProblem(
  problem: ScopedProblem & { readonly owner: string | undefined },
  rules: readonly RoutingRule[],
  teams: ReadonlyMap<string, DutyTeam>,
  active: ReadonlySet<string>,
  now: number,
): Routed {
  const rule = rules.find((one) => fitsScope(problem, one.when));
  const name = rule?.team ?? (rule?.userId === undefined ? problem.owner : undefined);
  const team = name === undefined ? undefined : teams.get(name);
  const at = new Date(now).toISOString();
  const wanted = rule?.userId ?? (team === undefined ? undefined : onDuty(team, at));
  const userId = wanted === undefined ? undefined : standIn(wanted, teams, team, active, at);
  const term = rule?.deadline ?? team?.deadline;
  const calendar = team?.calendar ?? teams.values().next().value?.calendar;
  const deadlineAt =
    term === undefined || calendar === undefined
      ? undefined
      : new Date(dueAfter(at, term, calendar).overdueAt).toISOString();
  return { ruleId: rule?.ruleId, team: name, userId, deadlineAt };
}

/** Who has the team's duty on a day; undefined: nobody in particular. */
export function onDuty(team: DutyTeam, at: string): string | undefined {
  const day = localDate(at, team.calendar.zone);
  let duty: string | undefined;
  for (const entry of team.rota) if (entry.from <= day) duty = entry.userId;
  return duty;
}

/** The person, or who stands in on that day, or who stands in for them; undefined when nobody of them is there. */
function standIn(
  userId: string,
  teams: ReadonlyMap<string, DutyTeam>,
  own: DutyTeam | undefined,
  active: ReadonlySet<string>,
  at: string,
): string | undefined {
  const all = own === undefined ? [...teams.values()] : [own];
  const seen = new Set<string>();
  let person: string | undefined = userId;
  while (person !== undefined && !seen.has(person)) {
    seen.add(person);
    const away = all
      .flatMap((team) => team.deputies.map((entry) => ({ entry, day: localDate(at, team.calendar.zone) })))
      .find(({ entry, day }) => entry.userId === person && entry.from <= day && day <= entry.until);
    if (away === undefined) return active.has(person) ? person : undefined;
    person = away.entry.deputyId;
  }
  return undefined;
}
