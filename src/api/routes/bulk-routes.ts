/** One act on many problems: first a preview, then a job that can be watched and cancelled. */
import { previewBulk, type BulkSelection } from '../../engine/exceptions/bulk.ts';
import type { ProblemAction } from '../../engine/exceptions/problem-action.ts';
import {
  cancelBulkJob,
  findBulkJob,
  listBulkItems,
  startBulkJob,
  type BulkProgress,
} from '../../store/bulk-jobs.ts';
import {
  bulkJobSchema, bulkPreviewSchema, bulkRequestSchema, jobItemsQuerySchema, jobItemsSchema, jobParamsSchema,
  startBulkSchema, type BulkAction, type BulkRequest,
} from '../../wire/api-exceptions.ts'; // prettier-ignore
import type { User } from '../../store/accounts.ts';
import { listOrderNumbers } from '../../store/list-orders.ts';
import { callerOf } from '../access.ts';
import { actorNames } from '../actor-names.ts';
import type { ApiApp } from '../api-app.ts';
import type { ApiContext } from '../api-config.ts';
import { audit } from '../audited.ts';
import { demandActiveUser } from '../problem-access.ts';
import { Refused } from '../refused.ts';

const tags = ['problems'];

export function addBulkRoutes(app: ApiApp, api: ApiContext): void {
  const { db } = api;
  const nowText = (): string => new Date(api.clock()).toISOString();

  app.post(
    '/problems/bulk/preview',
    {
      config: { access: 'problems.work', repeats: true },
      schema: { tags, summary: 'What an act would do to many problems; changes nothing', body: bulkRequestSchema, response: { 200: bulkPreviewSchema } },
    },
    async (request) => {
      const { action, ...selection } = request.body;
      const { user } = callerOf(request);
      const preview = await previewBulk(db, user, await checked(api, action), readSelection(selection, user), nowText());
      const counts = { applied: 0, 'no-op': 0, refused: 0 };
      for (const item of preview.items) counts[item.outcome]++;
      const numbers = await listOrderNumbers(db, preview.items.map(({ id }) => subjectOf(id)));
      const items = preview.items.map(({ id, outcome, detail }) => ({ id, number: numbers.get(subjectOf(id)) ?? null, outcome, detail }));
      return { counts, stamp: preview.stamp, items };
    },
  ); // prettier-ignore

  app.post(
    '/problems/bulk',
    {
      config: { access: 'problems.work' },
      schema: {
        tags, summary: 'Start what was previewed as a job', body: startBulkSchema, response: { 202: bulkJobSchema },
        description: 'Refused when anything changed since the preview. Each item is done once, in a transaction of its own.',
      },
    },
    async (request, reply) => {
      const { action, stamp, ...selection } = request.body;
      const { user, actor } = callerOf(request);
      const act = await checked(api, action);
      const preview = await previewBulk(db, user, act, readSelection(selection, user), nowText());
      if (preview.stamp !== stamp) throw new Refused('version-stale');
      const items = preview.items.flatMap(({ problem }) => (problem === undefined ? [] : [problem]));
      if (items.length === 0) throw new Refused('request-invalid', { fields: [{ path: 'ids', message: 'select nothing that exists' }] });
      const jobId = await startBulkJob(db, { action: { action: act, userId: user.userId }, madeBy: actor, items });
      await audit(api, request, { chain: `job/${jobId}`, action: 'bulk.started', after: { action: act, items: items.length } });
      return reply.code(202).send(await show(api, (await findBulkJob(db, jobId))!));
    },
  ); // prettier-ignore

  app.get(
    '/jobs/:job',
    {
      config: { access: 'problems.work' },
      schema: { tags, summary: 'How far a job is', params: jobParamsSchema, response: { 200: bulkJobSchema } },
    },
    async (request) => show(api, await readJob(api, request.params.job)),
  ); // prettier-ignore

  app.get(
    '/jobs/:job/items',
    {
      config: { access: 'problems.work' },
      schema: { tags, summary: 'What became of each item', params: jobParamsSchema, querystring: jobItemsQuerySchema, response: { 200: jobItemsSchema } },
    },
    async (request) => {
      const { jobId } = await readJob(api, request.params.job);
      const { limit, cursor = '0' } = request.query;
      const after = Number(cursor);
      if (!Number.isSafeInteger(after)) throw new Refused('cursor-invalid');
      const items = await listBulkItems(db, jobId, after, limit);
      const numbers = await listOrderNumbers(db, items.map(({ subjectKey }) => subjectKey));
      const rows = items.map(({ item, subjectKey, problemId, outcome, detail, doneAt }) => ({
        item, id: `${subjectKey}~${problemId}`, number: numbers.get(subjectKey) ?? null, outcome, detail, doneAt,
      }));
      return { rows, next: items.length < limit ? null : String(items.at(-1)!.item) };
    },
  ); // prettier-ignore

  app.post(
    '/jobs/:job/cancel',
    {
      config: { access: 'problems.work' },
      schema: { tags, summary: 'Stop a job: what is done stays, the rest is not begun', params: jobParamsSchema, response: { 200: bulkJobSchema } },
    },
    async (request) => {
      const { user, actor } = callerOf(request);
      const job = await readJob(api, request.params.job);
      if (job.madeBy !== actor && !user.roles.includes('admin')) throw new Refused('not-allowed', { detail: 'somebody else started it' });
      if (!(await cancelBulkJob(db, job.jobId))) throw new Refused('job-ended');
      await audit(api, request, { chain: `job/${job.jobId}`, action: 'bulk.cancelled' });
      return show(api, await readJob(api, job.jobId));
    },
  ); // prettier-ignore
}

/** What people see of a job: the act, not how it is kept. */
const show = async ({ db }: ApiContext, job: BulkProgress) => ({
  ...job, madeByName: (await actorNames(db))(job.madeBy), action: (job.action as { readonly action: unknown }).action,
}); // prettier-ignore

async function readJob({ db }: ApiContext, jobId: string): Promise<BulkProgress> {
  const job = await findBulkJob(db, jobId);
  if (job === undefined) throw new Refused('job-not-found', { detail: jobId });
  return job;
}

async function checked({ db }: ApiContext, action: BulkAction): Promise<ProblemAction> {
  if (action.do === 'assign' && typeof action.userId === 'string') await demandActiveUser(db, action.userId);
  return action;
}

const subjectOf = (ref: string): string => ref.slice(0, ref.lastIndexOf('~'));

function readSelection(selection: Omit<BulkRequest, 'action'>, { userId: own }: User): BulkSelection {
  if ((selection.ids === undefined) === (selection.filter === undefined))
    throw new Refused('request-invalid', { fields: [{ path: 'ids', message: 'give either ids or a filter' }] }); // prettier-ignore
  const { ids, filter } = selection;
  return filter === undefined
    ? { ids }
    : { filter: { ...filter, ...(filter.userId === 'me' && { userId: own }) } };
}
