/** The return workflow: returns over all orders, an order at the desk, the refund preview, and every step. */
import type { FastifyRequest } from 'fastify';
import type { OpenOrder } from '../../engine/decide-order.ts';
import { decide, homeOf } from '../../kernel/decide.ts';
import { approvalsNeeded } from '../../kernel/decide-money.ts';
import type { DeskReturn } from '../../kernel/desk-return.ts';
import {
  deskStepNames, settlesMoney, stepEntry, type Assertion, type DeskStep, type StepWish,
} from '../../kernel/desk-step.ts'; // prettier-ignore
import { previewSentences } from '../../kernel/preview-sentences.ts';
import { previewRefund, type RefundWish } from '../../kernel/refund-preview.ts';
import { listConnections } from '../../store/connections.ts';
import { findReturns, listReturns, type StoredReturn } from '../../store/order-returns.ts';
import { listPhotos } from '../../store/photos.ts';
import { orderParamsSchema } from '../../wire/api-orders.ts';
import {
  refundPreviewSchema,
  refundWishSchema,
  stepBodies,
  stepDoneSchema,
} from '../../wire/api-return-steps.ts';
import {
  deskOrderSchema, returnFilterSchema, returnListSchema, returnPageSchema, returnParamsSchema, type DeskOrderAnswer,
} from '../../wire/api-returns.ts'; // prettier-ignore
import type { Permission } from '../../wire/roles.ts';
import { stepPermissions } from '../../wire/step-permissions.ts';
import { callerOf, demand } from '../access.ts';
import { actorNames } from '../actor-names.ts';
import type { ApiApp } from '../api-app.ts';
import type { ApiContext } from '../api-config.ts';
import { audit } from '../audited.ts';
import { cutToRole } from '../cut-to-role.ts';
import { readOrder } from '../find-order.ts';
import { demandOwnProblem } from '../problem-access.ts';
import { Refused, toldRefusal } from '../refused.ts';
import { showDeskOrder, showReturn } from '../show-desk-order.ts';
import { mailOfStep } from '../step-mail.ts';

const tags = ['returns'];

export function addReturnRoutes(app: ApiApp, api: ApiContext): void {
  const { db } = api;

  app.get(
    '/returns',
    {
      config: { access: 'returns.read' },
      schema: {
        tags, summary: 'List returns, those open longest first', querystring: returnFilterSchema,
        response: { 200: returnPageSchema },
      },
    },
    async (request) => {
      const { stage, ...filter } = request.query;
      const page = await listReturns(db, { ...filter, ...(stage !== undefined && { stages: stage }) });
      return { rows: page.rows.map(toReturnRow), next: page.next ?? null };
    },
  ); // prettier-ignore

  app.get(
    '/returns/:rma',
    {
      config: { access: 'returns.read' },
      schema: {
        tags, summary: 'The return with this number; several where two shops have equal order numbers',
        params: returnParamsSchema, response: { 200: returnListSchema },
      },
    },
    async (request) => {
      const rows = await findReturns(db, request.params.rma.toUpperCase());
      if (rows.length === 0) throw new Refused('return-not-found', { detail: request.params.rma });
      return { rows: rows.map(toReturnRow) };
    },
  ); // prettier-ignore

  app.get(
    '/orders/:order/returns',
    {
      config: { access: 'returns.read' },
      schema: {
        tags, summary: 'An order at the desk: its returns, agreed refunds, and the steps that may be made',
        params: orderParamsSchema, response: { 200: deskOrderSchema },
      },
    },
    async (request) => showFor(api, request, await openByName(api, request.params.order)),
  ); // prettier-ignore

  app.post(
    '/orders/:order/refund-preview',
    {
      config: { access: 'returns.read', repeats: true },
      schema: {
        tags, summary: 'What a refund would give back, every cent by component and payment',
        description: 'Changes nothing. Give `version` and `total` back with the step `refund`.',
        params: orderParamsSchema, body: refundWishSchema, response: { 200: refundPreviewSchema },
      },
    },
    async (request) => {
      const order = await openByName(api, request.params.order);
      return preview(api, request, order, request.body as RefundWish);
    },
  ); // prettier-ignore

  for (const step of deskStepNames) addStepRoute(app, api, step);
}

/** `POST /orders/{order}/returns/{step}`: each with its own body and permission. */
function addStepRoute(app: ApiApp, api: ApiContext, step: DeskStep): void {
  app.post(
    `/orders/:order/returns/${step}`,
    {
      config: { access: stepPermissions[step] },
      schema: {
        tags, summary: stepEntry(step).title.en, params: orderParamsSchema, body: stepBodies[step],
        description: 'Refused with `step-refused` and the reason in plain words; a form that is out of date with the reason `form-stale`.',
        response: { 201: stepDoneSchema },
      },
    },
    async (request, reply) => {
      const { orderKey } = await readOrder(api.db, request.params.order);
      const { version, note, photos, ...wish } = request.body as { readonly version: string; readonly note?: string; readonly photos?: readonly string[] };
      for (const permission of permissionsBeyond(step, wish)) demand(request, permission);
      if ('problem' in wish) await demandOwnProblem(api, request, `${orderKey}~${String(wish.problem)}`);
      await demandPhotos(api, orderKey, photos);
      const { actor, person } = callerOf(request);
      const key = request.headers['idempotency-key'];
      const shown = await api.engine.openOrder(orderKey);
      const why = 'why' in wish && typeof wish.why === 'string' ? wish.why : undefined;
      const also = shown === undefined ? undefined : await mailOfStep(api, shown, step, { why, by: person });
      const decided = await api.engine.decide({
        orderKey, wish: { ...wish, step } as StepWish, by: { by: person, as: 'staff', version },
        ...(note !== undefined && { note }), ...(photos !== undefined && { photos }),
        ...(typeof key === 'string' && { request: `${actor} ${key}` }), ...(also !== undefined && { also }),
      });
      if (!decided.ok) {
        if (decided.reason === 'order-not-found') throw new Refused('order-not-found', { detail: orderKey });
        throw new Refused(decided.reason === 'form-stale' ? 'version-stale' : 'step-refused', { refusal: toldRefusal(decided) });
      }
      const { entryId, rma = null, agreement = null, isRepeated } = decided;
      if (!isRepeated)
        await audit(api, request, { chain: orderKey, action: `return.${step}`, after: { entryId, rma, agreement, ...wish }, why: note });
      api.hub.tell({ kind: 'order', key: orderKey });
      const order = await api.engine.openOrder(orderKey);
      return reply.code(201).send({ entryId, rma, agreement, isRepeated, order: await showFor(api, request, order!) });
    },
  ); // prettier-ignore
}

/** What a step takes beside its own permission, by what it says. */
function permissionsBeyond(step: DeskStep, wish: object): readonly Permission[] {
  const {
    payFirst,
    units = [],
    assertion,
  } = wish as {
    readonly payFirst?: boolean;
    readonly units?: readonly { readonly disposition?: string }[];
    readonly assertion?: Assertion;
  };
  return [
    ...(payFirst === true ? (['refunds.early'] as const) : []),
    // To let the customer keep it is a decision, whichever step says so.
    ...(step === 'inspect' && units.some((one) => one.disposition === 'keep') ? (['returns.decide'] as const) : []),
    ...(assertion !== undefined && settlesMoney.includes(assertion.type) ? (['finance.write'] as const) : []),
  ]; // prettier-ignore
}

async function openByName(api: ApiContext, name: string): Promise<OpenOrder> {
  const { orderKey } = await readOrder(api.db, name);
  const order = await api.engine.openOrder(orderKey);
  if (order === undefined) throw new Refused('order-not-found', { detail: name });
  return order;
}

async function showFor(api: ApiContext, request: FastifyRequest, order: OpenOrder): Promise<DeskOrderAnswer> {
  const shown = showDeskOrder(order, await listConnections(api.db), api.clock());
  const [{ roles }, nameOf] = [callerOf(request).user, await actorNames(api.db)];
  const entries = shown.entries.map((entry) => ({ ...entry, madeByName: nameOf(entry.madeBy) }));
  return { ...shown, entries: cutToRole(entries, roles) as DeskOrderAnswer['entries'] };
}

function preview(api: ApiContext, request: FastifyRequest, order: OpenOrder, wish: RefundWish) {
  const { state, policy, version } = order;
  const at = new Date(api.clock()).toISOString();
  const result = previewRefund({ positions: state.positions, policy, day: state.placedAt ?? at }, wish);
  if (!result.ok) throw new Refused('step-refused', { refusal: toldRefusal(result) });
  const { total } = result.preview;
  const { actor: by } = callerOf(request);
  // The same question as the step would ask, without storing anything.
  const would = decide(
    order,
    { step: 'refund', refund: wish, totalMinor: total },
    { id: 'preview', at, by, as: 'staff' },
  );
  return {
    ...result.preview, orderKey: state.orderKey, version,
    explained: { en: previewSentences(result.preview, 'en'), de: previewSentences(result.preview, 'de') },
    mayAgree: would.ok, refused: would.ok ? null : toldRefusal(would),
    approvalsNeeded: homeOf(policy, 'refund', at) === 'desk' ? approvalsNeeded(total, policy, at) : 0,
  }; // prettier-ignore
}

async function demandPhotos(
  api: ApiContext,
  orderKey: string,
  photos: readonly string[] | undefined,
): Promise<void> {
  if (photos === undefined || photos.length === 0) return;
  const known = new Set((await listPhotos(api.db, orderKey)).map((photo) => photo.photoId));
  const missing = photos.find((photo) => !known.has(photo));
  if (missing !== undefined) throw new Refused('photo-not-found', { detail: missing });
}

function toReturnRow({ orderKey, number, connection, body }: StoredReturn) {
  return { orderKey, number, connection, ...showReturn(body as DeskReturn) };
}
