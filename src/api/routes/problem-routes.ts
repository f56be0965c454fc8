/** Problems as work with an owner, and the opening balance. */
import type { FastifyRequest } from 'fastify';
import { problemCodes, type CodeEntry } from '../../kernel/codes.ts';
import type { Problem } from '../../kernel/order-state.ts';
import { listUsers } from '../../store/accounts.ts';
import { appendDeskEntry } from '../../store/desk-log.ts';
import { findOrderState } from '../../store/list-orders.ts';
import { appendProblemNote, listProblemNotes } from '../../store/problem-notes.ts';
import {
  listProblems, listSubjectProblems, sumProblems, workOnProblem, type ProblemWork, type StoredProblem,
} from '../../store/problems.ts'; // prettier-ignore
import { readOpeningBalance } from '../../store/write-orders.ts';
import {
  assignSchema, changedSchema, commentedSchema, commentSchema, openingBalanceSchema, problemFilterSchema,
  problemPageSchema, problemParamsSchema, problemSchema, problemSummarySchema, resolveSchema, snoozeSchema,
  type ProblemRow,
} from '../../wire/api-problems.ts'; // prettier-ignore
import { callerOf } from '../access.ts';
import type { ApiApp } from '../api-app.ts';
import type { ApiContext } from '../api-config.ts';
import { audit } from '../audited.ts';
import { cutToRole } from '../cut-to-role.ts';
import { Refused } from '../refused.ts';

const tags = ['problems'];

export function addProblemRoutes(app: ApiApp, api: ApiContext): void {
  const { db } = api;

  app.get(
    '/problems',
    {
      config: { access: 'problems.read' },
      schema: {
        tags, summary: 'List problems, gravest first, then newest', querystring: problemFilterSchema,
        response: { 200: problemPageSchema },
      },
    },
    async (request) => {
      const { userId, ...filter } = request.query;
      const wanted = userId === 'me' ? callerOf(request).user.userId : userId;
      const page = await listProblems(db, { ...filter, ...(wanted !== undefined && { userId: wanted }) });
      return { rows: page.rows.map(toProblemRow), next: page.next ?? null };
    },
  ); // prettier-ignore

  app.get(
    '/problems/summary',
    {
      config: { access: 'problems.read' },
      schema: {
        tags, summary: 'Open problems by code and currency, with the three sums',
        response: { 200: problemSummarySchema },
      },
    },
    async () => {
      const rows = (await sumProblems(db)).map(({ goneMinor, stuckMinor, booksMinor, ...row }) => ({
        ...row, stake: { gone: goneMinor, stuck: stuckMinor, books: booksMinor },
      }));
      return { rows };
    },
  ); // prettier-ignore

  app.get(
    '/problems/:problem',
    {
      config: { access: 'problems.read' },
      schema: {
        tags, summary: 'One problem with all that was done about it', params: problemParamsSchema,
        response: { 200: problemSchema },
      },
    },
    async (request) => {
      const problem = await readProblem(api, request.params.problem);
      const { roles } = callerOf(request).user;
      const entry = entryOf(problem.code);
      const notes = await listProblemNotes(db, problem);
      return {
        problem: toProblemRow(problem),
        why: entry?.why ?? null,
        todo: entry?.todo ?? null,
        body: cutToRole(problem.body, roles),
        notes: notes.map((note) => ({ ...note, body: cutToRole(note.body, roles) })),
      };
    },
  ); // prettier-ignore

  app.post(
    '/problems/:problem/assign',
    {
      config: { access: 'problems.work' },
      schema: {
        tags, summary: 'Give a problem to a team or a person', params: problemParamsSchema, body: assignSchema,
        response: { 200: changedSchema },
      },
    },
    async (request) => {
      const { version, reason, ...work } = request.body;
      const problem = await readOwnProblem(api, request);
      if (typeof work.userId === 'string') await demandActiveUser(api, work.userId);
      return change(api, request, problem, version, { action: 'problem.assigned', work, why: reason });
    },
  ); // prettier-ignore

  app.post(
    '/problems/:problem/snooze',
    {
      config: { access: 'problems.work' },
      schema: {
        tags, summary: 'Put a problem off until a time or the next fact', params: problemParamsSchema,
        body: snoozeSchema, response: { 200: changedSchema },
      },
    },
    async (request) => {
      const { version, reason, untilAt, toNextFact } = request.body;
      const problem = await readOwnProblem(api, request);
      if (untilAt !== null && Date.parse(untilAt) <= api.clock())
        throw new Refused('request-invalid', { fields: [{ path: 'untilAt', message: 'lies in the past' }] });
      const work = { snoozedUntilAt: untilAt, isSnoozedToNextFact: toNextFact };
      return change(api, request, problem, version, { action: 'problem.snoozed', work, why: reason });
    },
  ); // prettier-ignore

  app.post(
    '/problems/:problem/comments',
    {
      config: { access: 'problems.work' },
      schema: {
        tags, summary: 'Comment on a problem', params: problemParamsSchema, body: commentSchema,
        response: { 201: commentedSchema },
      },
    },
    async (request, reply) => {
      const problem = await readProblem(api, request.params.problem);
      const { text } = request.body;
      const madeBy = callerOf(request).actor;
      const entryId = await appendProblemNote(db, problem, { kind: 'comment', madeBy, body: { text } });
      await audit(api, request, { chain: problem.subjectKey, action: 'problem.commented', after: { problem: problem.problemId, entryId } });
      api.hub.tell({ kind: 'problem', key: refOf(problem) });
      return reply.code(201).send({ entryId });
    },
  ); // prettier-ignore

  app.post(
    '/problems/:problem/resolve',
    {
      config: { access: 'problems.work' },
      schema: {
        tags, summary: 'Accept a difference with a reason',
        description: 'Mutes nothing: when the amount changes, the problem opens again. Facts close problems by themselves.',
        params: problemParamsSchema, body: resolveSchema, response: { 200: changedSchema },
      },
    },
    async (request) => {
      const { version, reason, ...accepted } = request.body;
      const problem = await readOwnProblem(api, request);
      const result = await change(api, request, problem, version, {
        action: 'problem.resolved', work: { resolution: reason }, why: reason,
      });
      await decide(api, request, problem, reason, accepted);
      return result;
    },
  ); // prettier-ignore

  app.get(
    '/opening-balance',
    {
      config: { access: 'opening.read' },
      schema: {
        tags, summary: 'What stood open before the connections were watched: one line per check and currency',
        response: { 200: openingBalanceSchema },
      },
    },
    async () => ({ rows: await readOpeningBalance(db) }),
  ); // prettier-ignore
}

/** `subject~prb_…`: a subject may hold any character, the id of a problem no tilde. */
const refOf = (problem: StoredProblem): string => `${problem.subjectKey}~${problem.problemId}`;

const entryOf = (code: string): CodeEntry | undefined =>
  Object.hasOwn(problemCodes, code) ? problemCodes[code as keyof typeof problemCodes] : undefined;

function toProblemRow(problem: StoredProblem): ProblemRow {
  const {
    subjectKey: subject,
    goneMinor: gone,
    stuckMinor: stuck,
    booksMinor: books,
    team,
    ...row
  } = problem;
  const title = entryOf(problem.code)?.title ?? { en: problem.code, de: problem.code };
  return {
    ...row,
    id: refOf(problem),
    subject,
    title,
    stake: { gone, stuck, books },
    owner: team ?? row.owner,
  };
}

async function readProblem({ db }: ApiContext, ref: string): Promise<StoredProblem> {
  const tilde = ref.lastIndexOf('~');
  const [subject, id] = [ref.slice(0, tilde), ref.slice(tilde + 1)];
  const found = (await listSubjectProblems(db, [subject])).find((problem) => problem.problemId === id);
  if (found === undefined) throw new Refused('problem-not-found', { detail: ref });
  return found;
}

/** A problem that the caller may work on: of a team whose role they hold, given to them, or any for an admin. */
async function readOwnProblem(
  api: ApiContext,
  request: FastifyRequest<{ Params: { problem: string } }>,
): Promise<StoredProblem> {
  const problem = await readProblem(api, request.params.problem);
  const { user } = callerOf(request);
  const team = problem.team ?? problem.owner;
  // Without an owner it is a shown gap: whoever takes it, closes the gap.
  const isOwn =
    team === null ||
    user.roles.includes('admin') ||
    user.roles.includes(team) ||
    user.team === team ||
    problem.userId === user.userId;
  if (!isOwn) throw new Refused('not-allowed', { detail: `the problem belongs to ${team}` });
  return problem;
}

async function demandActiveUser({ db }: ApiContext, userId: string): Promise<void> {
  const user = (await listUsers(db)).find((one) => one.userId === userId);
  if (user === undefined || user.deactivatedAt !== null)
    throw new Refused('user-not-found', { detail: userId });
}

type Change = { readonly action: string; readonly work: ProblemWork; readonly why: string | undefined };

async function change(
  api: ApiContext,
  request: FastifyRequest,
  problem: StoredProblem,
  version: number,
  { action, work, why }: Change,
): Promise<{ version: number }> {
  const changed = await workOnProblem(api.db, { ...problem, version }, work);
  if (changed === undefined) throw new Refused('version-stale');
  const fields = Object.keys(work) as (keyof ProblemWork)[];
  const before = Object.fromEntries(fields.map((field) => [field, problem[field]]));
  await appendProblemNote(api.db, problem, {
    kind: action.replace('problem.', ''),
    madeBy: callerOf(request).actor,
    body: { ...work, why: why ?? null },
  });
  const after = { problem: problem.problemId, ...work };
  await audit(api, request, { chain: problem.subjectKey, action, before, after, why });
  api.hub.tell({ kind: 'problem', key: refOf(problem) });
  return { version: changed };
}

/** A decision is an input of the fold: a fixed amount against a fixed open item. */
async function decide(
  { db }: ApiContext,
  request: FastifyRequest,
  problem: StoredProblem,
  reason: string,
  accepted: { readonly units?: number; readonly amountMinor?: number },
): Promise<void> {
  const { subjectKey, problemId, control } = problem;
  // Only orders are folded; elsewhere the resolution stands for itself.
  if ((await findOrderState(db, subjectKey)) === undefined) return;
  const found = problem.body as Problem;
  const units = accepted.units ?? found.units;
  const money =
    accepted.amountMinor === undefined
      ? found.amount
      : { minor: accepted.amountMinor, currency: found.amount?.currency ?? problem.currency ?? '' };
  await appendDeskEntry(db, {
    orderKey: subjectKey,
    kind: 'decision',
    problemId,
    madeBy: callerOf(request).actor,
    body: {
      type: 'difference.accepted',
      control,
      key: found.key,
      ...(units !== undefined && { units }),
      ...(money !== undefined && { money }),
      reason,
    },
  });
}
