/** What people do with one problem: give it to somebody, put it off, dismiss, merge, accept, reopen, undo. */
import { noteKinds, restoreDecision, withdrawDecisions } from '../../engine/exceptions/problem-action.ts';
import { appendProblemNote, listProblemNotes } from '../../store/problem-notes.ts';
import { workOnProblem, type ProblemWork } from '../../store/problems.ts';
import {
  assignSchema, changedSchema, dismissSchema, mergeSchema, problemParamsSchema, reopenSchema, resolveSchema, snoozeSchema,
  undoneSchema, undoSchema,
} from '../../wire/api-problems.ts'; // prettier-ignore
import { callerOf } from '../access.ts';
import type { ApiApp } from '../api-app.ts';
import type { ApiContext } from '../api-config.ts';
import { audit } from '../audited.ts';
import { act, demandActiveUser, readOwnProblem, readProblem } from '../problem-access.ts';
import { Refused } from '../refused.ts';

const tags = ['problems'];
const config = { access: 'problems.work' } as const;
const common = { tags, params: problemParamsSchema, response: { 200: changedSchema } } as const;

export function addProblemWorkRoutes(app: ApiApp, api: ApiContext): void {
  const { db } = api;

  app.post(
    '/problems/:problem/assign',
    { config, schema: { ...common, summary: 'Give a problem to a team or a person', body: assignSchema } },
    async (request) => {
      const { version, ...rest } = request.body;
      if (typeof rest.userId === 'string') await demandActiveUser(db, rest.userId);
      return act(api, request, version, { do: 'assign', ...rest });
    },
  );

  app.post(
    '/problems/:problem/snooze',
    { config, schema: { ...common, summary: 'Put a problem off until a time or the next fact', body: snoozeSchema } },
    async (request) => {
      const { version, ...rest } = request.body;
      if (rest.untilAt !== null && Date.parse(rest.untilAt) <= api.clock())
        throw new Refused('request-invalid', { fields: [{ path: 'untilAt', message: 'lies in the past' }] });
      return act(api, request, version, { do: 'snooze', ...rest });
    },
  ); // prettier-ignore

  app.post(
    '/problems/:problem/dismiss',
    {
      config,
      schema: {
        ...common, summary: 'Dismiss a problem with a reason',
        description: 'It comes back when its amount, units or severity change.', body: dismissSchema,
      },
    },
    async (request) => {
      const { version, reason } = request.body;
      return act(api, request, version, { do: 'dismiss', reason });
    },
  ); // prettier-ignore

  app.post(
    '/problems/:problem/merge',
    { config, schema: { ...common, summary: 'Let another problem stand for this one', body: mergeSchema } },
    async (request) => {
      const { version, ...rest } = request.body;
      const target = await readProblem(db, rest.into);
      if (target.mergedRef !== null || target.resolvedAt !== null)
        throw new Refused('act-refused', { detail: 'the other problem is merged or resolved itself' });
      return act(api, request, version, { do: 'merge', ...rest });
    },
  ); // prettier-ignore

  app.post(
    '/problems/:problem/reopen',
    { config, schema: { ...common, summary: 'Take back a dismissal, merge or accepted difference', body: reopenSchema } },
    async (request) => {
      const { version, reason } = request.body;
      return act(api, request, version, { do: 'reopen', reason });
    },
  ); // prettier-ignore

  app.post(
    '/problems/:problem/resolve',
    {
      config,
      schema: {
        ...common, summary: 'Accept a difference with a reason',
        description: 'Mutes nothing: when the amount changes, the problem opens again. Facts close problems by themselves.',
        body: resolveSchema,
      },
    },
    async (request) => {
      const { version, ...rest } = request.body;
      return act(api, request, version, { do: 'resolve', ...rest });
    },
  ); // prettier-ignore

  app.post(
    '/problems/:problem/undo',
    {
      config,
      schema: {
        tags, summary: 'Take back the last thing that somebody did with a problem', params: problemParamsSchema,
        body: undoSchema, response: { 200: undoneSchema },
      },
    },
    async (request) => {
      const problem = await readOwnProblem(api, request);
      const { version } = request.body;
      if (problem.version !== version) throw new Refused('version-stale');
      const kinds: readonly string[] = Object.values(noteKinds);
      const notes = await listProblemNotes(db, problem);
      const undone = new Set(notes.flatMap((note) => (note.kind === 'undone' ? [(note.body as { readonly note: string }).note] : [])));
      const last = notes.findLast((note) => kinds.includes(note.kind) && !undone.has(note.entryId));
      const before = (last?.body as { readonly before?: ProblemWork } | undefined)?.before;
      if (last === undefined || before === undefined) throw new Refused('nothing-to-undo');
      const { actor } = callerOf(request);
      const changed = await db.transaction(async (tx) => {
        const next = await workOnProblem(tx, { ...problem, version }, before);
        if (next === undefined) return undefined;
        await appendProblemNote(tx, problem, { kind: 'undone', madeBy: actor, body: { note: last.entryId, kind: last.kind, ...before } });
        if (last.kind === noteKinds.resolve) await withdrawDecisions(tx, problem, actor);
        if (last.kind === noteKinds.reopen) await restoreDecision(tx, problem, actor);
        return next;
      });
      if (changed === undefined) throw new Refused('version-stale');
      await audit(api, request, { chain: problem.subjectKey, action: 'problem.undone', after: { problem: problem.problemId, note: last.entryId, ...before } });
      api.hub.tell({ kind: 'problem', key: request.params.problem });
      return { version: changed, undone: last.kind };
    },
  ); // prettier-ignore
}
