/** What orders are folded with, for commands that work beside the service: no request leaves. */
import { findLiveConnector } from '../connectors/live-registry.ts';
import type { FoldContext } from '../engine/fold-orders.ts';
import { loadPolicy } from '../engine/load-policy.ts';
import { loadSystems } from '../engine/load-systems.ts';
import { loadCoverage } from '../engine/measure-coverage.ts';
import { listConnections } from '../store/connections.ts';
import type { Database } from '../store/database.ts';
import type { DataFolder } from './data-folder.ts';
import { productVersion } from './product-version.ts';
import { isOfSandbox } from './sandbox-company.ts';
import { policyWithSandbox } from './sandbox-connections.ts';

/** Systems, policy and coverage as the service has them. */
export async function openContext(db: Database, folder: DataFolder): Promise<FoldContext> {
  const isSandbox = (await listConnections(db)).some(isOfSandbox);
  const policyFile = policyWithSandbox(folder.policyFile, isSandbox);
  const { zone = 'UTC', currency = 'EUR' } = policyFile as {
    readonly zone?: string;
    readonly currency?: string;
  };
  const systems = await loadSystems(db, {
    findLive: findLiveConnector,
    zone,
    currency,
    random: Math.random,
    secretsOf: async () => ({}),
  });
  const policy = await loadPolicy(db, policyFile);
  const coverage = await loadCoverage(db, Date.now());
  return { systems, policy, coverage, now: Date.now(), codeVersion: productVersion() };
}
