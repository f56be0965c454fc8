/** Problems as lists and one by one, and the opening balance. */
import { causeTitle } from '../../engine/exceptions/cause.ts';
import { controls } from '../../kernel/controls.ts';
import { groupProblems, listProblems, listSubjectProblems, sumProblems } from '../../store/list-problems.ts';
import { listOpeningDecisions, setOpeningDecision } from '../../store/opening-decisions.ts';
import { appendProblemNote, listProblemNotes } from '../../store/problem-notes.ts';
import { readOpeningBalance } from '../../store/write-orders.ts';
import { decideOpeningSchema } from '../../wire/api-exceptions.ts';
import { orderParamsSchema } from '../../wire/api-orders.ts';
import {
  commentedSchema, commentSchema, openingBalanceSchema, openingDecisionSchema, orderProblemsSchema, problemFilterSchema, problemGroupsQuerySchema,
  problemGroupsSchema, problemPageSchema, problemParamsSchema, problemSchema, problemSummarySchema,
} from '../../wire/api-problems.ts'; // prettier-ignore
import { callerOf } from '../access.ts';
import { actorNames } from '../actor-names.ts';
import type { ApiApp } from '../api-app.ts';
import type { ApiContext } from '../api-config.ts';
import { audit } from '../audited.ts';
import { cutToRole } from '../cut-to-role.ts';
import { readOrder } from '../find-order.ts';
import { entryOf, readProblem, toProblemRows } from '../problem-access.ts';
import { refOf } from '../../engine/exceptions/problem-action.ts';
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
      const { userId, isOpen, view = isOpen === false ? 'resolved' : 'work', storm, ...filter } = request.query;
      const wanted = userId === 'me' ? callerOf(request).user.userId : userId;
      const page = await listProblems(db, {
        ...filter, view: storm === undefined ? view : 'open',
        ...(wanted !== undefined && { userId: wanted }), ...(storm !== undefined && { stormRef: storm }),
      });
      return { rows: await toProblemRows(db, page.rows), next: page.next ?? null };
    },
  ); // prettier-ignore

  app.get(
    '/orders/:order/problems',
    {
      config: { access: 'problems.read' },
      schema: {
        tags, summary: 'All problems of an order, also resolved ones; open ones first, gravest first', params: orderParamsSchema,
        response: { 200: orderProblemsSchema },
      },
    },
    async (request) => {
      const { orderKey } = await readOrder(db, request.params.order);
      return { rows: await toProblemRows(db, await listSubjectProblems(db, [orderKey])) };
    },
  ); // prettier-ignore

  app.get(
    '/problems/groups',
    {
      config: { access: 'problems.read' },
      schema: {
        tags, summary: 'Problems grouped by cause, gravest first, then the largest groups', querystring: problemGroupsQuerySchema,
        response: { 200: problemGroupsSchema },
      },
    },
    async (request) => {
      const { userId, ...filter } = request.query;
      const wanted = userId === 'me' ? callerOf(request).user.userId : userId;
      const groups = await groupProblems(db, { ...filter, ...(wanted !== undefined && { userId: wanted }) });
      const rows = groups.map(({ goneMinor: gone, stuckMinor: stuck, booksMinor: books, refusal, ...row }) => ({
        ...row, title: causeTitle(row.cause, row.code, refusal), stake: { gone, stuck, books },
      }));
      return { rows };
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
        ...row,
        title: entryOf(row.code)?.title ?? { en: row.code, de: row.code },
        stake: { gone: goneMinor, stuck: stuckMinor, books: booksMinor },
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
      const problem = await readProblem(db, request.params.problem);
      const { roles } = callerOf(request).user;
      const entry = entryOf(problem.code);
      const notes = await listProblemNotes(db, problem);
      const [row] = await toProblemRows(db, [problem]);
      const nameOf = await actorNames(db);
      return {
        problem: row!,
        why: entry?.why ?? null,
        todo: entry?.todo ?? null,
        body: cutToRole(problem.body, roles),
        notes: notes.map((note) => ({ ...note, madeByName: nameOf(note.madeBy), body: cutToRole(note.body, roles) })),
      };
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
      const problem = await readProblem(db, request.params.problem);
      const { text } = request.body;
      const madeBy = callerOf(request).actor;
      const entryId = await appendProblemNote(db, problem, { kind: 'comment', madeBy, body: { text } });
      await audit(api, request, { chain: problem.subjectKey, action: 'problem.commented', after: { problem: problem.problemId, entryId } });
      api.hub.tell({ kind: 'problem', key: refOf(problem) });
      return reply.code(201).send({ entryId });
    },
  ); // prettier-ignore

  addOpeningRoutes(app, api);
}

const controlTitle = (control: string): { readonly en: string; readonly de: string } =>
  Object.hasOwn(controls, control)
    ? controls[control as keyof typeof controls].title
    : { en: control, de: control };

function addOpeningRoutes(app: ApiApp, api: ApiContext): void {
  const { db } = api;

  app.get(
    '/opening-balance',
    {
      config: { access: 'opening.read' },
      schema: {
        tags, summary: 'What stood open before the connections were watched: one line per check and currency',
        response: { 200: openingBalanceSchema },
      },
    },
    async () => {
      const decisions = await listOpeningDecisions(db);
      const rows = (await readOpeningBalance(db)).map((row) => ({
        ...row, title: controlTitle(row.control), decision: decisions.find((one) => one.control === row.control && one.currency === (row.currency ?? '')) ?? null,
      }));
      const takenOn = decisions
        .filter((one) => one.decision === 'taken-on')
        .map((one) => ({ ...one, title: controlTitle(one.control) }));
      return { rows, takenOn };
    },
  ); // prettier-ignore

  app.post(
    '/opening-balance/decide',
    {
      config: { access: 'opening.decide' },
      schema: {
        tags, summary: 'Take a group of the opening balance on as work, or accept it as it is',
        body: decideOpeningSchema, response: { 200: openingDecisionSchema.nullable() },
      },
    },
    async (request) => {
      const { control, currency, decision, reason } = request.body;
      const isThere = (await readOpeningBalance(db)).some((row) => row.control === control && row.currency === currency);
      const decided = (await listOpeningDecisions(db)).find((one) => one.control === control && one.currency === (currency ?? ''));
      if (!isThere && decided === undefined) throw new Refused('opening-group-not-found', { detail: control });
      const set = await setOpeningDecision(db, { control, currency: currency ?? '', decision, reason, madeBy: callerOf(request).actor });
      await audit(api, request, { chain: 'opening-balance', action: `opening.${decision}`, before: decided ?? null, after: set ?? null, why: reason });
      // What is work now depends on it: every order is looked at again.
      if (decision === 'taken-on' || decided?.decision === 'taken-on') await api.engine.policyChanged();
      return set ?? null;
    },
  ); // prettier-ignore
}
