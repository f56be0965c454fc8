/** What a process tells of itself: log lines as JSON, and counters for /metrics. */
import type { Logger } from 'pino';
import { Counter, Registry } from 'prom-client';
import { createLogger } from '../api/log-requests.ts';
import type { Changed } from '../engine/service.ts';
import { AppError } from '../wire/errors.ts';

export type ProcessRecords = {
  readonly logger: Logger;
  readonly registry: Registry;
  /** Of a loop of the engine that failed and is tried again. */
  onError(where: string, error: unknown): void;
  onChanged(changed: Changed): void;
};

export function openProcessRecords(logger: Logger = createLogger(process.env['REENTRY_LOG_LEVEL'] ?? 'warn')): ProcessRecords {
  const registry = new Registry();
  const failures = new Counter({
    name: 'reentry_loop_failures_total',
    help: 'Steps of the engine that failed and were tried again, by what they were about',
    labelNames: ['where'] as const,
    registers: [registry],
  });
  const folded = new Counter({
    name: 'reentry_orders_folded_total',
    help: 'Orders whose answer was derived anew by this process',
    registers: [registry],
  });
  return {
    logger,
    registry,
    onError(where, error) {
      failures.inc({ where });
      const code = error instanceof AppError ? error.code : (error as { readonly code?: unknown } | null)?.code;
      const reason = error instanceof Error ? error.message : String(error);
      logger.warn({ where, reason, ...(typeof code === 'string' && { code }) }, 'failed, and is tried again');
    },
    onChanged({ kind, key }) {
      if (kind === 'order' && key !== undefined) folded.inc();
    },
  };
} // prettier-ignore
