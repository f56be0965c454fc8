/** Money that does not match: refunds against gateway and bank, money without an order, and what people decide about it. */
import type { FastifyRequest } from 'fastify';
import type { OpenOrder } from '../../engine/decide-order.ts';
import { problemCodes } from '../../kernel/codes.ts';
import { explainAccount } from '../../kernel/explain-account.ts';
import type { StepWish } from '../../kernel/desk-step.ts';
import { listConnections } from '../../store/connections.ts';
import {
  listOpenAccounts, listOrphanMoney, listPostings, type OrphanMoney, type StoredPosting,
} from '../../store/list-accounts.ts'; // prettier-ignore
import { listSubjectProblems } from '../../store/list-problems.ts';
import {
  acceptDifferenceSchema, candidatesSchema, confirmMatchSchema, openAccountPageSchema, orphanFilterSchema, orphanPageSchema,
  orphanParamsSchema, reconcileDetailSchema, reconcileFilterSchema, reconcileParamsSchema, reconciledSchema,
} from '../../wire/api-finance.ts'; // prettier-ignore
import { callerOf } from '../access.ts';
import type { ApiApp } from '../api-app.ts';
import type { ApiContext } from '../api-config.ts';
import { audit } from '../audited.ts';
import { readOrder } from '../find-order.ts';
import { findCandidates, orphanOf } from '../match-candidates.ts';
import { Refused, toldRefusal } from '../refused.ts';
import { titleOfControl, toOpenAccount } from './account-routes.ts';

const tags = ['finance'];

/** Checks of money against who pays it out. */
export const reconciledControls = ['refund-settled', 'refund-paid-out'] as const;

export function addReconcileRoutes(app: ApiApp, api: ApiContext): void {
  const { db, clock } = api;

  app.get(
    '/reconcile',
    {
      config: { access: 'finance.read' },
      schema: {
        tags, summary: 'Refunds that differ from what gateway or bank paid, open longest first', querystring: reconcileFilterSchema,
        response: { 200: openAccountPageSchema },
      },
    },
    async (request) => {
      const page = await listOpenAccounts(db, { ...request.query, controls: reconciledControls });
      return { rows: page.rows.map((row) => toOpenAccount(row, clock())), next: page.next ?? null };
    },
  ); // prettier-ignore

  app.get(
    '/reconcile/orphans',
    {
      config: { access: 'finance.read' },
      schema: {
        tags, summary: 'Records of money that no order claims, oldest first', querystring: orphanFilterSchema,
        response: { 200: orphanPageSchema },
      },
    },
    async (request) => {
      const page = await listOrphanMoney(db, request.query);
      const systems = new Map((await listConnections(db)).map(({ connection, system }) => [connection, system]));
      const rows = page.rows.map((row) => {
        const { candidates: _, ...orphan } = orphanOf(row);
        return { ...orphan, system: systems.get(orphan.connection) ?? null };
      });
      return { rows, next: page.next ?? null };
    },
  ); // prettier-ignore

  app.get(
    '/reconcile/orphans/:record/candidates',
    {
      config: { access: 'finance.read' },
      schema: {
        tags, summary: 'Orders that a record of money may belong to, likeliest first, with reasons', params: orphanParamsSchema,
        response: { 200: candidatesSchema },
      },
    },
    async (request) => findCandidates(api, await readOrphan(api, request.params.record)),
  ); // prettier-ignore

  app.post(
    '/reconcile/orphans/:record/match',
    {
      config: { access: 'finance.write' },
      schema: {
        tags, summary: 'Confirm that a record of money belongs to an order', params: orphanParamsSchema, body: confirmMatchSchema,
        description: 'Stored as the fact `match.confirmed`. A record that has an order by now is refused.',
        response: { 201: reconciledSchema },
      },
    },
    async (request, reply) => {
      const { record } = request.params;
      const { orderKey: name, reason } = request.body;
      const { orderKey } = await readOrder(db, name);
      const done = await decideStep(api, request, orderKey, { step: 'match', subject: record, text: reason }, undefined, {
        action: 'reconcile.matched', after: { record }, why: reason,
      });
      return reply.code(201).send(done);
    },
  ); // prettier-ignore

  app.get(
    '/reconcile/:order/:control',
    {
      config: { access: 'finance.read' },
      schema: {
        tags, summary: 'Both sides of one account of one order, record by record, folded now', params: reconcileParamsSchema,
        response: { 200: reconcileDetailSchema },
      },
    },
    async (request) => {
      const { orderKey } = await readOrder(db, request.params.order);
      const order = await api.engine.openOrder(orderKey);
      if (order === undefined) throw new Refused('order-not-found', { detail: orderKey });
      return showAccount(api, order, request.params.control);
    },
  ); // prettier-ignore

  app.post(
    '/reconcile/:order/accept',
    {
      config: { access: 'finance.write' },
      schema: {
        tags, summary: 'Accept a difference of an order with a reason', params: reconcileParamsSchema.pick({ order: true }),
        description: 'Mutes nothing: when the amount changes, it opens again.', body: acceptDifferenceSchema,
        response: { 201: reconciledSchema },
      },
    },
    async (request, reply) => {
      const { orderKey } = await readOrder(db, request.params.order);
      const { version, problem, reason } = request.body;
      const done = await decideStep(api, request, orderKey, { step: 'accept', problem, why: reason }, version, {
        action: 'reconcile.accepted', after: { problem }, why: reason,
      });
      return reply.code(201).send(done);
    },
  ); // prettier-ignore
}

async function readOrphan({ db }: ApiContext, record: string): Promise<OrphanMoney> {
  const problems = await listSubjectProblems(db, [`object/${record}`]);
  const found = problems.find(
    ({ code, resolvedAt, currency }) =>
      (code === 'orphan-object' || code === 'ambiguous-order') && resolvedAt === null && currency !== null,
  );
  if (found === undefined) throw new Refused('orphan-not-found', { detail: record });
  return { ...found, currency: found.currency! };
}

/** A decision of finance: as it would be made at the desk, with its own entry in the audit trail. */
async function decideStep(
  api: ApiContext,
  request: FastifyRequest,
  orderKey: string,
  wish: StepWish,
  version: string | undefined,
  act: { readonly action: string; readonly after: object; readonly why: string },
): Promise<{ entryId: string; orderKey: string }> {
  const { actor, person } = callerOf(request);
  const key = request.headers['idempotency-key'];
  const decided = await api.engine.decide({
    orderKey, wish, by: { by: person, as: 'staff', ...(version !== undefined && { version }) },
    ...(typeof key === 'string' && { request: `${actor} ${key}` }),
  }); // prettier-ignore
  if (!decided.ok) {
    if (decided.reason === 'order-not-found') throw new Refused('order-not-found', { detail: orderKey });
    throw new Refused(decided.reason === 'form-stale' ? 'version-stale' : 'step-refused', { refusal: toldRefusal(decided) });
  }
  const { entryId } = decided;
  if (!decided.isRepeated)
    await audit(api, request, { chain: orderKey, action: act.action, after: { entryId, ...act.after }, why: act.why });
  api.hub.tell({ kind: 'order', key: orderKey });
  api.hub.tell({ kind: 'problem' });
  return { entryId, orderKey };
} // prettier-ignore

async function showAccount({ db, clock }: ApiContext, { state, version }: OpenOrder, control: string) {
  const account = state.accounts.find((one) => one.control === control);
  if (account === undefined) throw new Refused('account-not-found', { detail: `${state.order} ${control}` });
  const explained = explainAccount(account, state);
  const stored = new Map(
    (await listPostings(db, state.orderKey, control)).map((posting) => [posting.fact, posting]),
  );
  const records = (side: 'left' | 'right') =>
    account.postings[side].map(({ at, amount, fact }) => ({
      at,
      amount,
      fact,
      ...sourceOf(stored.get(fact)),
    }));
  const { orderKey, order: number, money } = state;
  const now = clock();
  return {
    orderKey, number, version, control, title: titleOfControl(control), unit: account.unit, left: account.left, right: account.right,
    currency: account.unit === 'money' ? money.currency : '', difference: account.left - account.right,
    unexplained: explained.unexplained, sinceAt: explained.since ?? null,
    reasons: explained.problems.map(({ code, amount, overdueAt }) => ({
      code, title: problemCodes[code].title, minor: amount?.minor ?? null, dueAt: overdueAt ?? null,
      isLate: overdueAt !== undefined && Date.parse(overdueAt) <= now,
    })),
    leftRecords: records('left'), rightRecords: records('right'),
    problems: explained.problems.map(({ id, code, amount, state: is }) => ({
      id, code, title: problemCodes[code].title, todo: problemCodes[code].todo, minor: amount?.minor ?? null, state: is,
    })),
  }; // prettier-ignore
}

/** Which record a posting comes from, and what the other side could know it by. */
function sourceOf(posting: StoredPosting | undefined) {
  const body = (posting?.body ?? {}) as Readonly<Record<string, unknown>>;
  const reference = [body['reference'], body['document'], body['refund'], body['agreement']].find((one) => typeof one === 'string');
  return {
    type: posting?.type ?? null, system: posting?.system ?? null, connection: posting?.connection ?? null,
    record: posting?.record ?? null, reference: (reference as string | undefined) ?? null,
  };
} // prettier-ignore
