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
  const { actor, tabletOf } = callerOf(request);
  await auditAs(api, request, actor, act, tabletOf);
}

/** As `audit`, where the caller has no session yet. */
export async function auditAs(
  api: ApiContext,
  request: FastifyRequest,
  actor: string,
  { chain, action, before = null, after = null, why }: Act,
  /** Whose tablet it was made on, where several share one. */
  tabletOf?: string,
): Promise<void> {
  const body = {
    before,
    after,
    why: why ?? null,
    request: request.id,
    ...(tabletOf !== undefined && { tabletOf }),
  };
  await appendAudit(api.db, { chain, actor, action, body });
}
