/** The company of the simulation as connections of Reentry, and how it is set up. */
import type { ConnectionSettings } from '../connectors/contract.ts';
import { findLiveConnector } from '../connectors/live-registry.ts';
import { findConnector } from '../connectors/registry.ts';
import type { ConnectedSystem, ConnectedSystems } from '../engine/connected-system.ts';
import { controlIds } from '../kernel/controls.ts';
import { defaultPolicy, type ControlPolicy, type Policy } from '../kernel/policy.ts';
import type { Service } from '../sandbox/service.ts';
import type { SandboxCompany } from '../sandbox/start-sandbox.ts';
import { createSeal, masterKeyBytes } from '../store/seal.ts';
import type { SimulatedProcess } from './scheduler.ts';
import type { Network, RequestWatch } from './simulated-network.ts';

/** Every check on and due within minutes; all that may go by itself does. */
export function simulatedPolicy(): Policy {
  const unfed = ['delivered-received', 'exchange-shipped', 'exchange-difference', 'refund-paid-out', 'received-inspected'];
  const control = (id: string): ControlPolicy => ({
    mode: 'auto', watch: unfed.includes(id) ? 'off' : 'on',
    ...(unfed.includes(id) ? {} : { due: { count: 0, unit: 'h' } as const }),
  });
  return {
    ...defaultPolicy('Europe/Berlin'),
    stockAuthority: [{ from: '', value: 'shop' }],
    booksTolerance: [{ from: '', value: 3 }],
    secondApproval: [{ from: '', value: 100 }],
    controls: Object.fromEntries(controlIds.map((id) => [id, [{ from: '', value: control(id) }]])),
  };
} // prettier-ignore

const watchFrom = '2026-11-01T00:00:00.000Z';

/** The company's four systems as connections. */
export function connectCompany(sandbox: SandboxCompany, network: Network, process: SimulatedProcess, watch?: RequestWatch): ConnectedSystems {
  const { woocommerce, odoo, stripe, hubspot, company } = sandbox;
  const stages = { '101': 'requested', '102': 'approved', '104': 'resolved', '105': 'rejected' };
  const list: readonly { name: string; connector: string; service: Service; baseUrl: string; settings: Partial<ConnectionSettings>; secrets: Record<string, string> }[] = [
    { name: 'shop', connector: 'woocommerce', service: company.woocommerce.service, baseUrl: woocommerce.baseUrl, settings: {},
      secrets: { consumerKey: woocommerce.consumerKey, consumerSecret: woocommerce.consumerSecret, webhook: hookSecret } },
    { name: 'odoo', connector: 'odoo', service: company.odoo.service, baseUrl: odoo.baseUrl, settings: { zone: 'UTC', fields: { database: odoo.database } },
      secrets: { user: odoo.login, password: odoo.password } },
    { name: 'stripe', connector: 'stripe', service: company.stripe.service, baseUrl: stripe.baseUrl, settings: {}, secrets: { key: stripe.secretKey, webhook: hookSecret } },
    { name: 'hubspot', connector: 'hubspot', service: company.hubspot.service, baseUrl: hubspot.baseUrl, settings: { statuses: stages },
      secrets: { token: hubspot.token, clientSecret: hubspot.clientSecret } },
  ];
  const systems = new Map<string, ConnectedSystem>();
  for (const { name, connector, service, baseUrl, settings, secrets } of list) {
    const [pure, live] = [findConnector(connector), findLiveConnector(connector)];
    if (pure === undefined || live === undefined) throw new Error(`no connector ${connector}`);
    const all: ConnectionSettings = {
      connection: name, system: pure.system, zone: 'Europe/Berlin', currency: 'EUR', orderReference: 'number', locations: {}, statuses: {},
      reasons: {}, tenders: {}, fields: {}, ...settings,
    };
    systems.set(name, {
      connector: pure, settings: all, watchFrom, seal: simulatedSeal, ...(name === 'shop' && { payoutPath: 'gateway' as const }),
      live: { connector: live, connection: { settings: all, baseUrl, secrets, http: network.client(process, service, watch) } },
    });
  }
  return systems;
} // prettier-ignore

export const simulatedSeal = createSeal(Buffer.alloc(masterKeyBytes, 7));
export const hookSecret = 'whsec_simulated';
