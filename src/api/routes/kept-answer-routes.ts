/** Answers kept where people work, and the case note. */
import { listKeptConnections, setKeptConnection } from '../../engine/exceptions/place-answers.ts';
import { findLiveConnector } from '../../connectors/live-registry.ts';
import { listConnections } from '../../store/connections.ts';
import { countPlacedAnswers, listPlacedAnswers } from '../../store/placed-answers.ts';
import {
  caseNoteQuerySchema, caseNoteSchema, keepAnswerSchema, keptListSchema, keptSchema, placedListSchema,
} from '../../wire/api-notices.ts'; // prettier-ignore
import { connectionParamsSchema } from '../../wire/api-connections.ts';
import { orderParamsSchema } from '../../wire/api-orders.ts';
import { callerOf } from '../access.ts';
import type { ApiApp } from '../api-app.ts';
import type { ApiContext } from '../api-config.ts';
import { audit } from '../audited.ts';
import { cutToRole } from '../cut-to-role.ts';
import { readOrder } from '../find-order.ts';
import { Refused } from '../refused.ts';

const tags = ['notices'];

export function addKeptAnswerRoutes(app: ApiApp, api: ApiContext): void {
  const { db } = api;
  const readAll = async () => {
    const [kept, counts] = [await listKeptConnections(db), await countPlacedAnswers(db)];
    return (await listConnections(db)).map(({ connection, connector }) => {
      const own = kept.find((one) => one.connection === connection);
      const isPossible = findLiveConnector(connector)?.contract.commands['place-answer'] !== undefined;
      return { connection, isPossible, isOn: own?.isOn ?? false, language: own?.language ?? ('en' as const), since: own?.since ?? null, counts: counts.get(connection) ?? {} };
    });
  }; // prettier-ignore

  app.get(
    '/kept-answers',
    {
      config: { access: 'connections.read' },
      schema: { tags, summary: 'Where the answer is kept in place, and how that goes', response: { 200: keptListSchema } },
    },
    async () => ({ rows: await readAll() }),
  ); // prettier-ignore

  app.put(
    '/kept-answers/:connection',
    {
      config: { access: 'connections.write' },
      schema: {
        tags, summary: 'Keep the answer of every return in a system, or stop doing so',
        description: 'One note or property per order, changed in place. What stands there stays when it is switched off.',
        params: connectionParamsSchema, body: keepAnswerSchema, response: { 200: keptSchema },
      },
    },
    async (request) => {
      const { connection } = request.params;
      const { isOn, language, reason } = request.body;
      const before = (await readAll()).find((one) => one.connection === connection);
      if (before === undefined) throw new Refused('connection-not-found', { detail: connection });
      if (isOn && !before.isPossible) throw new Refused('act-refused', { detail: 'this system has no place for it' });
      const since = new Date(api.clock()).toISOString();
      await setKeptConnection(db, { connection, isOn, language, since }, callerOf(request).actor);
      await audit(api, request, { chain: `connection/${connection}`, action: 'answer.kept', before: { isOn: before.isOn, language: before.language }, after: { isOn, language }, why: reason });
      return (await readAll()).find((one) => one.connection === connection)!;
    },
  ); // prettier-ignore

  app.get(
    '/orders/:order/placed-answers',
    {
      config: { access: 'orders.read' },
      schema: { tags, summary: 'Where the answer of an order stands, and for which moment it holds', params: orderParamsSchema, response: { 200: placedListSchema } },
    },
    async (request) => {
      const { orderKey } = await readOrder(db, request.params.order);
      const rows = (await listPlacedAnswers(db, [orderKey])).map(({ connection, asOfAt, placedAt, outcome, detail }) => ({ connection, asOfAt, placedAt, outcome, detail }));
      return { rows };
    },
  ); // prettier-ignore

  app.get(
    '/orders/:order/case-note',
    {
      config: { access: 'orders.read' },
      schema: { tags, summary: 'The case note: what broke, who disagreed, what it cost, what closes it', params: orderParamsSchema, querystring: caseNoteQuerySchema, response: { 200: caseNoteSchema } },
    },
    async (request) => {
      const { orderKey, number } = await readOrder(db, request.params.order);
      const { language } = request.query;
      const text = await api.engine.caseNote(orderKey, language);
      return { orderKey, number, language, asOf: new Date(api.clock()).toISOString(), text: text === undefined ? null : String(cutToRole(text, callerOf(request).user.roles)) };
    },
  ); // prettier-ignore
}
