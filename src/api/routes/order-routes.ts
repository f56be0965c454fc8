/** Orders: lists, search, the answer, the timeline, the state, and the records behind them. */
import type { FastifyRequest } from 'fastify';
import { requestRead } from '../../engine/receive.ts';
import type { StoredState } from '../../engine/fold-orders.ts';
import { problemCodes } from '../../kernel/codes.ts';
import { customerReply } from '../../kernel/customer-reply.ts';
import type { Fact } from '../../kernel/fact.ts';
import { listFacts, readOrderInputs } from '../../store/order-inputs.ts';
import { listOrders, listOrderStates, type StoredOrder } from '../../store/list-orders.ts';
import { listRecordsOfPerson, readPersons, customerKeyOf } from '../../store/person-fields.ts';
import { listContents, readObjects } from '../../store/read-objects.ts';
import {
  answerQuerySchema, answerSchema, customerReplySchema, orderFilterSchema, orderPageSchema,
  orderParamsSchema, orderSearchResultSchema, orderSearchSchema, orderStateSchema, personSchema, readAgainSchema,
  recordContentsSchema, recordListSchema, recordParamsSchema, timelineSchema,
} from '../../wire/api-orders.ts'; // prettier-ignore
import { maySeePersonField } from '../../wire/roles.ts';
import { callerOf, demand } from '../access.ts';
import type { ApiApp } from '../api-app.ts';
import type { ApiContext } from '../api-config.ts';
import { audit } from '../audited.ts';
import { cutToRole } from '../cut-to-role.ts';
import { readOrder, searchOrders, toOrderRow } from '../find-order.ts';
import { Refused } from '../refused.ts';

const tags = ['orders'];

export function addOrderRoutes(app: ApiApp, api: ApiContext): void {
  const { db } = api;

  app.get(
    '/orders',
    {
      config: { access: 'orders.read' },
      schema: {
        tags, summary: 'List orders, newest first', querystring: orderFilterSchema,
        response: { 200: orderPageSchema },
      },
    },
    async (request) => {
      const { number, ...filter } = request.query;
      const page = await listOrders(db, { ...filter, ...(number !== undefined && { numberPrefix: number }) });
      return { rows: page.rows.map(toOrderRow), next: page.next ?? null };
    },
  ); // prettier-ignore

  app.post(
    '/orders/search',
    {
      config: { access: 'orders.read', repeats: true },
      schema: {
        tags, summary: 'Find orders by number, RMA, tracking number, payment or refund reference, SKU or e-mail address',
        description: 'An e-mail address is compared exactly and needs the permission `persons.search`; the search is logged.',
        body: orderSearchSchema, response: { 200: orderSearchResultSchema },
      },
    },
    async (request) => {
      const { text } = request.body;
      const found = text.includes('@')
        ? await searchByEmail(api, request, text)
        : await searchOrders(db, text);
      return { rows: found.map(toOrderRow) };
    },
  ); // prettier-ignore

  app.get(
    '/orders/:order/answer',
    {
      config: { access: 'orders.read' },
      schema: {
        tags, summary: 'Where an order stands, in a few sentences with evidence', params: orderParamsSchema,
        querystring: answerQuerySchema, response: { 200: answerSchema },
      },
    },
    async (request) => {
      const { language } = request.query;
      const { orderKey, number, verdict, state } = await readOrder(db, request.params.order);
      const { asOf, answer } = state as StoredState;
      const sentences = answer[language];
      const text = sentences.map((sentence) => sentence.text).join(' ');
      return { orderKey, number, verdict, language, asOf, text, sentences };
    },
  ); // prettier-ignore

  app.get(
    '/orders/:order',
    {
      config: { access: 'orders.read' },
      schema: {
        tags, summary: 'Everything that is known about one order', params: orderParamsSchema,
        response: { 200: orderStateSchema },
      },
    },
    async (request) => {
      const order = await readOrder(db, request.params.order);
      const { asOf, answer, units, money, watched, notWatched, accounts, ...state } = order.state as StoredState;
      const problems = state.problems.map((problem) => {
        const { title, todo } = problemCodes[problem.code];
        return { ...problem, title, todo };
      });
      return { row: toOrderRow(order), asOf, answer, problems, units, money, watched, notWatched, accounts };
    },
  ); // prettier-ignore

  app.get(
    '/orders/:order/reply',
    {
      config: { access: 'orders.read' },
      schema: {
        tags, summary: 'What the customer may be told: the answer without internals', params: orderParamsSchema,
        querystring: answerQuerySchema, response: { 200: customerReplySchema },
      },
    },
    async (request) => {
      const order = await readOrder(db, request.params.order);
      const { language } = request.query;
      const facts = (await listFacts(db, order.orderKey)).flatMap((stored) =>
        stored.retractedAt === null ? [stored.body as Fact] : [],
      );
      const state = order.state as StoredState;
      const text = customerReply({ ...state, facts }, { language, zone: api.engine.zone(), asOf: state.asOf });
      return { orderKey: order.orderKey, language, text };
    },
  ); // prettier-ignore

  app.get(
    '/orders/:order/timeline',
    {
      config: { access: 'orders.read' },
      schema: {
        tags, summary: 'All facts of an order by time, also retracted ones', params: orderParamsSchema,
        response: { 200: timelineSchema },
      },
    },
    async (request) => {
      const { orderKey } = await readOrder(db, request.params.order);
      const { roles } = callerOf(request).user;
      const facts = (await listFacts(db, orderKey)).map((stored) => {
        const { system, connection } = stored.body as Fact;
        const { factId, type, at, objectKey: record, recordedAt, retractedAt } = stored;
        const body = cutToRole(stored.body, roles);
        return { factId, type, at, system, connection, record, body, recordedAt, retractedAt };
      });
      return { orderKey, facts };
    },
  ); // prettier-ignore

  app.get(
    '/orders/:order/records',
    {
      config: { access: 'orders.raw' },
      schema: {
        tags, summary: 'The newest records of every system that stand under an order', description: 'Cut to the role; every look is in the audit trail.', params: orderParamsSchema,
        response: { 200: recordListSchema },
      },
    },
    async (request) => {
      const { orderKey } = await readOrder(db, request.params.order);
      const [inputs] = await readOrderInputs(db, [orderKey]);
      const { roles } = callerOf(request).user;
      const rows = (inputs?.objects ?? []).map(({ objectKey, body, ...object }) => ({
        ...object,
        record: objectKey,
        body: cutToRole(body, roles),
      }));
      await audit(api, request, { chain: orderKey, action: 'records.read', after: { records: rows.map((row) => row.record) } });
      return { rows };
    },
  ); // prettier-ignore

  app.get(
    '/records/:record',
    {
      config: { access: 'orders.raw' },
      schema: {
        tags, summary: 'Every content that a record was seen with', description: 'Cut to the role; every look is in the audit trail.', params: recordParamsSchema,
        response: { 200: recordContentsSchema },
      },
    },
    async (request) => {
      const { record } = request.params;
      const { roles } = callerOf(request).user;
      const contents = await listContents(db, record);
      if (contents.length === 0) throw new Refused('object-not-found', { detail: record });
      await audit(api, request, { chain: record, action: 'records.read', after: { contents: contents.length } });
      return {
        record,
        contents: contents.map(({ body, firstReadAt, via, isNewest }) => ({
          firstReadAt, via, isNewest, body: cutToRole(body, roles),
        })),
      };
    },
  ); // prettier-ignore

  app.post(
    '/orders/:order/read-again',
    {
      config: { access: 'orders.refresh' },
      schema: {
        tags, summary: 'Have all records of an order read again', params: orderParamsSchema,
        response: { 202: readAgainSchema },
      },
    },
    async (request, reply) => {
      const { orderKey } = await readOrder(db, request.params.order);
      const [inputs] = await readOrderInputs(db, [orderKey], { objects: false });
      const keys = inputs?.objectKeys ?? [];
      await requestRead(db, keys, 'read-again');
      await audit(api, request, { chain: orderKey, action: 'order.read-again' });
      return reply.code(202).send({ records: keys.length });
    },
  ); // prettier-ignore

  app.get(
    '/orders/:order/person',
    {
      config: { access: 'persons.read' },
      schema: {
        tags, summary: 'Who the customer of an order is', description: 'Cut to the role; every look is in the audit trail.',
        params: orderParamsSchema, response: { 200: personSchema },
      },
    },
    async (request) => {
      const { orderKey } = await readOrder(db, request.params.order);
      const [inputs] = await readOrderInputs(db, [orderKey], { objects: false });
      const { roles } = callerOf(request).user;
      const maySee = (field: string): boolean => maySeePersonField(roles, field);
      const found = await readPersons(db, api.config.seal, inputs?.objectKeys ?? [], maySee);
      const shown = [...new Set(found.fields.map((field) => field.field))].sort();
      await audit(api, request, { chain: orderKey, action: 'person.read', after: { fields: shown } });
      const fields = found.fields.map(({ objectKey: record, field, value }) => ({ record, field, value }));
      return { orderKey, fields, hidden: found.others };
    },
  ); // prettier-ignore
}

async function searchByEmail(
  { db, config, ...api }: ApiContext,
  request: FastifyRequest,
  email: string,
): Promise<readonly StoredOrder[]> {
  demand(request, 'persons.search');
  const records = await listRecordsOfPerson(db, config.seal, email);
  const objects = await readObjects(db, records);
  const found = await listOrderStates(db, [...new Set(objects.flatMap((object) => object.orderKeys))]);
  const chain = `person/${customerKeyOf(config.seal, email)}`;
  await audit({ db, config, ...api }, request, {
    chain,
    action: 'person.searched',
    after: { orders: found.length },
  });
  return found;
}
