/** Audit entries of what callers do. */
import type { FastifyRequest } from 'fastify';
import { appendAudit } from '../store/audit-trail.ts';
import type { ApiContext } from './api-config.ts';
import { callerOf } from './access.ts';

export type Act = {
  /** Subject: an order key, `user/…`, `connection/…`, `policy`. */
  readonly chain: string;
  readonly action: string;
  readonly before?: unknown;
  readonly after?: unknown;
  readonly why?: string | undefined;
};

/** Records what the caller did: before, after and why. */
export async function audit(api: ApiContext, request: FastifyRequest, act: Act): Promise<void> {
  await auditAs(api, request, callerOf(request).actor, act);
}

/** As `audit`, where the caller has no session yet. */
export async function auditAs(
  api: ApiContext,
  request: FastifyRequest,
  actor: string,
  { chain, action, before = null, after = null, why }: Act,
): Promise<void> {
  const body = { before, after, why: why ?? null, request: request.id };
  await appendAudit(api.db, { chain, actor, action, body });
}
