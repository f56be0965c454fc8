/** Withdrawals declared without a link whose order somebody must find, and the links to a customer's own pages. */
import { declarationSubject } from '../../engine/file-declarations.ts';
import { legalDay } from '../../kernel/desk-return.ts';
import { findDeclaration, listDeclarations, settleDeclaration } from '../../store/declarations.ts';
import { writeProblems } from '../../store/problems.ts';
import { orderParamsSchema } from '../../wire/api-orders.ts';
import {
  customerLinkSchema, declarationFiledSchema, declarationListSchema, declarationParamsSchema, fileDeclarationSchema,
} from '../../wire/api-returns.ts'; // prettier-ignore
import type { ApiApp } from '../api-app.ts';
import type { ApiContext } from '../api-config.ts';
import { audit } from '../audited.ts';
import { customerAddress, linkLifeMs, makeCustomerToken } from '../customer/customer-link.ts';
import { readOrder } from '../find-order.ts';
import { Refused, toldRefusal } from '../refused.ts';

const tags = ['returns'];
const listMax = 200;

export function addDeclarationRoutes(app: ApiApp, api: ApiContext): void {
  const { db } = api;

  app.get(
    '/desk/declarations',
    {
      config: { access: 'returns.request' },
      schema: {
        tags, summary: 'Withdrawals declared without a link whose order or units somebody must find, oldest first',
        description: 'The legal term runs from the declaration. Every look is logged.', response: { 200: declarationListSchema },
      },
    },
    async (request) => {
      const open = await listDeclarations(db, api.config.seal, 'open', listMax);
      const { zone } = await api.engine.shop();
      await audit(api, request, { chain: 'desk', action: 'declarations.read', after: { count: open.length } });
      const rows = open.map(({ id, declaredAt, orderKey, content: { order, name, email, part } }) => ({
        id, declaredAt, legalOn: legalDay(new Date(declaredAt).toISOString(), zone), orderKey, order, name, email, part,
      }));
      return { rows };
    },
  ); // prettier-ignore

  app.post(
    '/desk/declarations/:declaration/file',
    {
      config: { access: 'returns.request' },
      schema: {
        tags, summary: 'File a declared withdrawal under its order, as of when it was declared', params: declarationParamsSchema,
        body: fileDeclarationSchema, response: { 200: declarationFiledSchema },
      },
    },
    async (request) => {
      const { declaration: id } = request.params;
      const found = await findDeclaration(db, api.config.seal, id);
      if (found === undefined || found.outcome === 'filed') throw new Refused('declaration-not-found', { detail: id });
      const { orderKey } = await readOrder(db, request.body.order);
      const declaredAt = new Date(found.declaredAt).toISOString();
      const decided = await api.engine.fileDeclaration({ id, declaredAt }, orderKey, request.body.units);
      if (!decided.ok) {
        if (decided.reason === 'order-not-found') throw new Refused('order-not-found', { detail: orderKey });
        throw new Refused('step-refused', { refusal: toldRefusal(decided) });
      }
      await settleDeclaration(db, id, orderKey, 'filed');
      await writeProblems(db, [declarationSubject(id)], []);
      await audit(api, request, { chain: orderKey, action: 'declaration.filed', after: { declaration: id, entryId: decided.entryId } });
      api.hub.tell({ kind: 'order', key: orderKey });
      return { orderKey, rma: decided.rma ?? null };
    },
  ); // prettier-ignore

  app.post(
    '/orders/:order/customer-link',
    {
      config: { access: 'returns.request', tellsSecret: true },
      schema: {
        tags, summary: 'A link to the customer’s own pages of an order', params: orderParamsSchema,
        response: { 201: customerLinkSchema },
      },
    },
    async (request, reply) => {
      const { orderKey } = await readOrder(db, request.params.order);
      const expires = api.clock() + linkLifeMs;
      const url = customerAddress(api.config.publicUrl, makeCustomerToken(api.config.seal, orderKey, expires));
      const expiresAt = new Date(expires).toISOString();
      await audit(api, request, { chain: orderKey, action: 'customer-link.made', after: { expiresAt } });
      return reply.code(201).send({ url, expiresAt });
    },
  ); // prettier-ignore
}
