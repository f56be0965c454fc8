/** Promises to customers: what was promised, until when, and whether it was kept. */
import { localDate } from '../../kernel/calendar.ts';
import { appendDeskEntry } from '../../store/desk-log.ts';
import { listPromises } from '../../store/promises.ts';
import {
  madeSchema,
  makePromiseSchema,
  promiseFilterSchema,
  promisePageSchema,
} from '../../wire/api-exceptions.ts';
import { orderParamsSchema } from '../../wire/api-orders.ts';
import { callerOf } from '../access.ts';
import type { ApiApp } from '../api-app.ts';
import type { ApiContext } from '../api-config.ts';
import { audit } from '../audited.ts';
import { readOrder } from '../find-order.ts';
import { Refused } from '../refused.ts';

const tags = ['problems'];

export function addPromiseRoutes(app: ApiApp, api: ApiContext): void {
  const { db } = api;
  const today = (): string => localDate(new Date(api.clock()).toISOString(), api.engine.zone());

  app.get(
    '/promises',
    {
      config: { access: 'problems.read' },
      schema: { tags, summary: 'Promises by the day they end, soonest first', querystring: promiseFilterSchema, response: { 200: promisePageSchema } },
    },
    async (request) => {
      const page = await listPromises(db, { ...request.query, today: today() });
      return { rows: page.rows.map(({ factId: _fact, ...row }) => row), next: page.next ?? null };
    },
  ); // prettier-ignore

  app.post(
    '/orders/:order/promises',
    {
      config: { access: 'customers.tell' },
      schema: { tags, summary: 'Record what a customer was promised', params: orderParamsSchema, body: makePromiseSchema, response: { 201: madeSchema } },
    },
    async (request, reply) => {
      const { promised, until, reason } = request.body;
      const { orderKey } = await readOrder(db, request.params.order);
      if (until < today()) throw new Refused('request-invalid', { fields: [{ path: 'until', message: 'lies in the past' }] });
      const body = { type: 'promise.made', promised, until };
      const entryId = await appendDeskEntry(db, { orderKey, kind: 'decision', madeBy: callerOf(request).actor, body });
      await audit(api, request, { chain: orderKey, action: 'promise.made', after: body, why: reason });
      return reply.code(201).send({ entryId });
    },
  ); // prettier-ignore
}
