/** Lists as files: what a page shows, by the same filter, streamed as CSV or as an Excel workbook. */
import type { FastifyReply } from 'fastify';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { writeCsvTable, type TableColumn } from '../../files/write-csv-table.ts';
import { writeXlsxTable } from '../../files/write-xlsx-table.ts';
import { listConnections } from '../../store/connections.ts';
import { listOpenAccounts, listOrphanMoney, sumAccounts } from '../../store/list-accounts.ts';
import { listOrders } from '../../store/list-orders.ts';
import { listProblems } from '../../store/list-problems.ts';
import { pageSizeMax, type Page } from '../../store/page.ts';
import { marginFilterSchema, openAccountFilterSchema, orphanFilterSchema, periodParamsSchema, reconcileFilterSchema } from '../../wire/api-finance.ts'; // prettier-ignore
import { orderFilterSchema } from '../../wire/api-orders.ts';
import { problemFilterSchema } from '../../wire/api-problems.ts';
import { exportQueryShape } from '../../wire/api-values.ts';
import { callerOf } from '../access.ts';
import type { ApiApp } from '../api-app.ts';
import type { ApiContext } from '../api-config.ts';
import { exportTables, periodLines } from '../export-tables.ts';
import { toOrderRow } from '../find-order.ts';
import { readMargin } from '../margin.ts';
import { orphanOf } from '../match-candidates.ts';
import { toProblemRows } from '../problem-access.ts';
import { titleOfControl, toOpenAccount } from './account-routes.ts';
import { showPeriod } from './period-routes.ts';
import { reconciledControls } from './reconcile-routes.ts';

const description =
  'Streamed. German CSV has semicolons, decimal commas and a byte order mark. A text that a spreadsheet would take for a formula gets an apostrophe in front.';
const file = z.string().describe('The file: `text/csv`, or a workbook of Excel');
/** Large ones take longer than any other answer. */
const handlerTimeout = 600_000;
const pageParts = { cursor: true, limit: true } as const;

type Asked = { readonly format: 'csv' | 'xlsx'; readonly language: 'en' | 'de' };

export function addExportRoutes(app: ApiApp, api: ApiContext): void {
  const { db, clock } = api;
  const common = { tags: ['exports'], description, response: { 200: file } };

  app.get(
    '/orders/export',
    { handlerTimeout, config: { access: 'orders.read' }, schema: { ...common, summary: 'Orders as a file', querystring: orderFilterSchema.omit(pageParts).extend(exportQueryShape) } },
    async (request, reply) => {
      const { number, format, language, ...filter } = request.query;
      const rows = allRows(async (cursor) => {
        const page = await listOrders(db, { ...filter, ...(number !== undefined && { numberPrefix: number }), ...cursor, limit: pageSizeMax });
        return { rows: page.rows.map(toOrderRow), next: page.next };
      });
      return send(reply, 'orders', exportTables(language).orders, rows, { format, language }, clock());
    },
  ); // prettier-ignore

  app.get(
    '/problems/export',
    { handlerTimeout, config: { access: 'problems.read' }, schema: { ...common, summary: 'Problems as a file', querystring: problemFilterSchema.omit(pageParts).extend(exportQueryShape) } },
    async (request, reply) => {
      const { userId, isOpen, view = isOpen === false ? 'resolved' : 'work', storm, format, language, ...filter } = request.query;
      const wanted = userId === 'me' ? callerOf(request).user.userId : userId;
      const rows = allRows(async (cursor) => {
        const page = await listProblems(db, {
          ...filter, ...cursor, limit: pageSizeMax, view: storm === undefined ? view : 'open',
          ...(wanted !== undefined && { userId: wanted }), ...(storm !== undefined && { stormRef: storm }),
        });
        return { rows: await toProblemRows(db, page.rows), next: page.next };
      });
      return send(reply, 'problems', exportTables(language).problems, rows, { format, language }, clock());
    },
  ); // prettier-ignore

  app.get(
    '/accounts/export',
    { handlerTimeout, config: { access: 'finance.read' }, schema: { ...common, summary: 'Accounts over all orders as a file', querystring: z.object(exportQueryShape) } },
    async (request, reply) => {
      const rows = oneList(async () => (await sumAccounts(db)).map((row) => ({ ...row, title: titleOfControl(row.control) })));
      return send(reply, 'accounts', exportTables(request.query.language).accounts, rows, request.query, clock());
    },
  ); // prettier-ignore

  app.get(
    '/accounts/orders/export',
    { handlerTimeout, config: { access: 'finance.read' }, schema: { ...common, summary: 'Orders that hold a balance, as a file', querystring: openAccountFilterSchema.omit(pageParts).extend(exportQueryShape) } },
    async (request, reply) => {
      const { control, format, language, ...filter } = request.query;
      const rows = openRows(api, { ...filter, ...(control !== undefined && { controls: [control] }) });
      return send(reply, 'account-orders', exportTables(language).differences, rows, { format, language }, clock());
    },
  ); // prettier-ignore

  app.get(
    '/reconcile/export',
    { handlerTimeout, config: { access: 'finance.read' }, schema: { ...common, summary: 'Refunds that differ from gateway or bank, as a file', querystring: reconcileFilterSchema.omit(pageParts).extend(exportQueryShape) } },
    async (request, reply) => {
      const { format, language, ...filter } = request.query;
      const rows = openRows(api, { ...filter, controls: reconciledControls });
      return send(reply, 'reconcile', exportTables(language).differences, rows, { format, language }, clock());
    },
  ); // prettier-ignore

  app.get(
    '/reconcile/orphans/export',
    { handlerTimeout, config: { access: 'finance.read' }, schema: { ...common, summary: 'Money without an order as a file', querystring: orphanFilterSchema.omit(pageParts).extend(exportQueryShape) } },
    async (request, reply) => {
      const { format, language, ...filter } = request.query;
      const systems = new Map((await listConnections(db)).map(({ connection, system }) => [connection, system]));
      const rows = allRows(async (cursor) => {
        const page = await listOrphanMoney(db, { ...filter, ...cursor, limit: pageSizeMax });
        return { rows: page.rows.map((row) => ({ ...orphanOf(row), system: systems.get(orphanOf(row).connection) ?? null })), next: page.next };
      });
      return send(reply, 'money-without-order', exportTables(language).orphans, rows, { format, language }, clock());
    },
  ); // prettier-ignore

  app.get(
    '/margin/export',
    { handlerTimeout, config: { access: 'finance.read' }, schema: { ...common, summary: 'Margin and sell-through by item as a file', querystring: marginFilterSchema.extend(exportQueryShape) } },
    async (request, reply) => {
      const { format, language, ...filter } = request.query;
      return send(reply, 'margin', exportTables(language).margin, oneList(async () => (await readMargin(api, filter)).rows), { format, language }, clock());
    },
  ); // prettier-ignore

  app.get(
    '/periods/:period/export',
    { handlerTimeout, config: { access: 'finance.read' }, schema: { ...common, summary: 'A month as a file: accounts, what was open, adjustments', params: periodParamsSchema, querystring: z.object(exportQueryShape) } },
    async (request, reply) => {
      const { period } = request.params;
      const month = await showPeriod(api, period, Number.POSITIVE_INFINITY);
      return send(reply, `period-${period}`, exportTables(request.query.language).period, oneList(async () => periodLines(month)), request.query, clock());
    },
  ); // prettier-ignore
}

type CursorPart = { readonly cursor?: string };

/** All rows of a paged list, a page at a time. */
async function* allRows<Row>(read: (cursor: CursorPart) => Promise<Page<Row>>): AsyncGenerator<Row> {
  for (let cursor: CursorPart = {}; ;) {
    const page = await read(cursor);
    yield* page.rows;
    if (page.next === undefined) return;
    cursor = { cursor: page.next };
  }
}

async function* oneList<Row>(read: () => Promise<readonly Row[]>): AsyncGenerator<Row> {
  yield* await read();
}

function openRows({ db, clock }: ApiContext, filter: Parameters<typeof listOpenAccounts>[1]) {
  return allRows(async (cursor) => {
    const page = await listOpenAccounts(db, { ...filter, ...cursor, limit: pageSizeMax });
    return { rows: page.rows.map((row) => toOpenAccount(row, clock())), next: page.next };
  });
}

const types = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const;

/** The file as it is written; its name tells of when the figures are. */
function send<Row>(
  reply: FastifyReply,
  name: string,
  columns: readonly TableColumn<Row>[],
  rows: AsyncIterable<Row>,
  { format, language }: Asked,
  now: number,
): string {
  const asOf = new Date(now).toISOString().replace(/:\d\d\.\d+Z$/, 'Z').replaceAll(':', '');
  const pieces = format === 'csv' ? writeCsvTable(columns, rows, language) : writeXlsxTable(columns, rows, language, name);
  reply
    .header('content-type', types[format])
    .header('content-disposition', `attachment; filename="reentry-${name}-${asOf}.${format}"`);
  // A stream is sent as it is; the schema describes what arrives.
  return Readable.from(pieces, { objectMode: false }) as unknown as string;
} // prettier-ignore
