/** The audit trail: who did what, and whether anybody touched it since. */
import { listRecentAudit } from '../../store/list-audit.ts';
import { verifyAudit } from '../../store/verify-audit.ts';
import {
  auditFilterSchema,
  auditPageSchema,
  verifiedSchema,
  verifyQuerySchema,
} from '../../wire/api-operations.ts';
import { actorNames } from '../actor-names.ts';
import type { ApiApp } from '../api-app.ts';
import type { ApiContext } from '../api-config.ts';

const tags = ['audit'];

export function addAuditRoutes(app: ApiApp, api: ApiContext): void {
  const { db } = api;

  app.get(
    '/audit',
    {
      config: { access: 'audit.read' },
      schema: {
        tags, summary: 'List acts, newest first, of all subjects or of one', querystring: auditFilterSchema,
        response: { 200: auditPageSchema },
      },
    },
    async (request) => {
      const page = await listRecentAudit(db, request.query);
      const nameOf = await actorNames(db);
      return { rows: page.rows.map((row) => ({ ...row, actorName: nameOf(row.actor) })), next: page.next ?? null };
    },
  ); // prettier-ignore

  app.get(
    '/audit/verify',
    {
      config: { access: 'audit.read' },
      schema: {
        tags, summary: 'Verify the hash chains of all subjects or of one', querystring: verifyQuerySchema,
        response: { 200: verifiedSchema },
      },
    },
    async (request) => {
      const { chain } = request.query;
      const { heads, breaks } = await verifyAudit(db, chain === undefined ? {} : { chain });
      return { chains: heads.length, breaks };
    },
  ); // prettier-ignore
}
