/** Problems as the API finds, shows and changes them. */
import type { FastifyRequest } from 'fastify';
import {
  applyAction, deadlineOf, judgeAction, mayWork, noteKinds, refOf, teamOf, userOf, type ProblemAction,
} from '../engine/exceptions/problem-action.ts'; // prettier-ignore
import { isKnownOwner } from '../engine/exceptions/load-teams.ts';
import { listTeams } from '../store/teams.ts';
import { problemCodes, type CodeEntry } from '../kernel/codes.ts';
import { listUsers, type User } from '../store/accounts.ts';
import { appendAudit } from '../store/audit-trail.ts';
import type { Database, Runner } from '../store/database.ts';
import { listOrderNumbers } from '../store/list-orders.ts';
import { listSubjectProblems, type StoredProblem } from '../store/list-problems.ts';
import type { ProblemRow } from '../wire/api-problems.ts';
import { callerOf } from './access.ts';
import type { ApiContext } from './api-config.ts';
import { audit, type Act } from './audited.ts';
import { Refused } from './refused.ts';

export const entryOf = (code: string): CodeEntry | undefined =>
  Object.hasOwn(problemCodes, code) ? problemCodes[code as keyof typeof problemCodes] : undefined;

/** Who can own something, to tell gaps. */
type Owners = { readonly teams: ReadonlyMap<string, unknown>; readonly users: readonly User[] };

const teamsAtStart = ['support', 'ops', 'finance'];

async function loadOwners(db: Runner): Promise<Owners> {
  const names = [...teamsAtStart, ...(await listTeams(db)).map((team) => team.team)];
  return { teams: new Map(names.map((name) => [name, true])), users: await listUsers(db) };
}

/** Problems as the API shows them, with the numbers by which people know their orders. */
export async function toProblemRows(
  db: Runner,
  problems: readonly StoredProblem[],
): Promise<readonly ProblemRow[]> {
  const owners = await loadOwners(db);
  const numbers = await listOrderNumbers(db, [...new Set(problems.map((problem) => problem.subjectKey))]);
  return problems.map((problem) => toProblemRow(problem, owners, numbers.get(problem.subjectKey) ?? null));
}

function toProblemRow(problem: StoredProblem, owners: Owners, number: string | null): ProblemRow {
  const { subjectKey: subject, goneMinor: gone, stuckMinor: stuck, booksMinor: books } = problem;
  const [owner, userId] = [teamOf(problem), userOf(problem)];
  const ownerGap =
    owner === null && userId === null ? 'nobody' : userId === null && !isKnownOwner(owner!, owners as never) ? 'unknown' : null;
  const title = entryOf(problem.code)?.title ?? { en: problem.code, de: problem.code };
  return {
    ...problem, id: refOf(problem), subject, number, title, stake: { gone, stuck, books }, owner, userId, ownerGap,
    deadlineAt: deadlineOf(problem),
  };
} // prettier-ignore

async function findProblem(db: Runner, ref: string): Promise<StoredProblem | undefined> {
  const tilde = ref.lastIndexOf('~');
  const [subject, id] = [ref.slice(0, tilde), ref.slice(tilde + 1)];
  return (await listSubjectProblems(db, [subject])).find((problem) => problem.problemId === id);
}

/** `subject~id`. Refused: `problem-not-found`. */
export async function readProblem(db: Runner, ref: string): Promise<StoredProblem> {
  const found = await findProblem(db, ref);
  if (found === undefined) throw new Refused('problem-not-found', { detail: ref });
  return found;
}

/** A problem that the caller may work on. Refused: `problem-not-found`, `not-allowed`. */
export async function readOwnProblem(
  { db }: ApiContext,
  request: FastifyRequest<{ Params: { problem: string } }>,
): Promise<StoredProblem> {
  const problem = await readProblem(db, request.params.problem);
  demandOwn(request, problem);
  return problem;
}

/** A problem that is not there is left to whoever asked. Refused: `not-allowed`. */
export async function demandOwnProblem(
  { db }: ApiContext,
  request: FastifyRequest,
  ref: string,
): Promise<void> {
  const problem = await findProblem(db, ref);
  if (problem !== undefined) demandOwn(request, problem);
}

function demandOwn(request: FastifyRequest, problem: StoredProblem): void {
  if (!mayWork(callerOf(request).user, problem))
    throw new Refused('not-allowed', { detail: `the problem belongs to ${teamOf(problem)}` });
}

export async function demandActiveUser(db: Runner, userId: string): Promise<void> {
  const user = (await listUsers(db)).find((one) => one.userId === userId);
  if (user === undefined || user.deactivatedAt !== null)
    throw new Refused('user-not-found', { detail: userId });
}

type Acted =
  | { readonly isChanged: true; readonly version: number; readonly entry: Act }
  | { readonly isChanged: false; readonly version: number; readonly why: string };

/** Judges an act and makes the change. Refused: `act-refused`, and `version-stale` when somebody was faster. */
async function change(
  db: Database,
  problem: StoredProblem,
  action: ProblemAction,
  { actor, now }: { readonly actor: string; readonly now: string },
): Promise<Acted> {
  const judged = judgeAction(problem, action, now);
  if (judged.is === 'refused') throw new Refused('act-refused', { detail: judged.why });
  if (judged.is === 'no-op') return { isChanged: false, version: problem.version, why: judged.why };
  const version = await db.transaction((tx) => applyAction(tx, problem, action, judged.work, actor));
  if (version === undefined) throw new Refused('version-stale');
  const fields = Object.keys(judged.work) as (keyof StoredProblem)[];
  const before = Object.fromEntries(fields.map((field) => [field, problem[field]]));
  const entry = {
    chain: problem.subjectKey, action: `problem.${noteKinds[action.do]}`, before,
    after: { problem: problem.problemId, ...judged.work }, why: action.reason,
  }; // prettier-ignore
  return { isChanged: true, version, entry };
}

/** Does it without a request, from the command line. Refused: `act-refused`, `version-stale`. */
export async function actOnProblem(
  db: Database,
  problem: StoredProblem,
  action: ProblemAction,
  by: { readonly actor: string; readonly now: string },
): Promise<Acted> {
  const acted = await change(db, problem, action, by);
  if (acted.isChanged) {
    const { chain, action: name, before, after, why = null } = acted.entry;
    await appendAudit(db, { chain, actor: by.actor, action: name, body: { before, after, why } });
  }
  return acted;
}

/** Does what the caller wants with a problem they have read as `version`. Refused: `version-stale`, `act-refused`. */
export async function act(
  api: ApiContext,
  request: FastifyRequest<{ Params: { problem: string } }>,
  version: number,
  action: ProblemAction,
): Promise<{ version: number }> {
  const problem = await readOwnProblem(api, request);
  if (problem.version !== version) throw new Refused('version-stale');
  const now = new Date(api.clock()).toISOString();
  const acted = await change(api.db, problem, action, { actor: callerOf(request).actor, now });
  if (!acted.isChanged) return { version };
  await audit(api, request, acted.entry);
  api.hub.tell({ kind: 'problem', key: refOf(problem) });
  return { version: acted.version };
}
