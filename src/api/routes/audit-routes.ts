/** The audit trail: who did what, and whether anybody touched it since. */
import { findAuditBreak } from '../../store/audit-trail.ts';
import type { Runner } from '../../store/database.ts';
import { listAuditChains, listRecentAudit } from '../../store/list-audit.ts';
import {
  auditFilterSchema,
  auditPageSchema,
  verifiedSchema,
  verifyQuerySchema,
} from '../../wire/api-operations.ts';
import type { ApiApp } from '../api-app.ts';
import type { ApiContext } from '../api-config.ts';

const tags = ['audit'];
const chainsPageMax = 500;

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
      return { rows: page.rows, next: page.next ?? null };
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
      const breaks: { chain: string; position: number }[] = [];
      let chains = 0;
      for await (const name of chain === undefined ? allChains(db) : [chain]) {
        chains += 1;
        const position = await findAuditBreak(db, name);
        if (position !== undefined) breaks.push({ chain: name, position });
      }
      return { chains, breaks };
    },
  ); // prettier-ignore
}

async function* allChains(db: Runner): AsyncIterable<string> {
  for (let after = ''; ;) {
    const page = await listAuditChains(db, after, chainsPageMax);
    yield* page;
    if (page.length < chainsPageMax) return;
    after = page.at(-1)!;
  }
}
