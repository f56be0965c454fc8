/** The sandbox company as connections of a service: what somebody would type in for a shop of their own. */
import type { SandboxCompany } from '../sandbox/start-sandbox.ts';
import { putConnection } from '../store/connections.ts';
import { changeConnectionSecrets } from '../store/connection-secrets.ts';
import type { Database } from '../store/database.ts';
import type { Seal } from '../store/seal.ts';

const here = { allowedNetworks: ['127.0.0.1'], requestsPerSecond: 500 };

/** How the company works, as a policy file says it. */
const sandboxPolicy = {
  zone: 'Europe/Berlin', currency: 'EUR', payAfter: 'receipt', stockAuthority: 'shop', books: 'per_order', booksTolerance: 3,
} as const; // prettier-ignore

/** The policy file's values, over what is known of the company where it is watched. */
export function policyWithSandbox(policyFile: object, isSandbox: boolean): object {
  return isSandbox ? { ...sandboxPolicy, ...policyFile } : policyFile;
}

/** Stores one connection for each of the company's servers. */
export async function connectSandbox(db: Database, seal: Seal, sandbox: SandboxCompany): Promise<void> {
  const { woocommerce, odoo, stripe, hubspot } = sandbox;
  const stages = { '101': 'requested', '102': 'approved', '104': 'resolved', '105': 'rejected' };
  const list = [
    { name: 'shop', connector: 'woocommerce', system: 'shop', baseUrl: woocommerce.baseUrl, settings: {},
      secrets: { consumerKey: woocommerce.consumerKey, consumerSecret: woocommerce.consumerSecret } },
    { name: 'odoo', connector: 'odoo', system: 'erp', baseUrl: odoo.baseUrl, settings: { zone: 'UTC', fields: { database: odoo.database } },
      secrets: { user: odoo.login, password: odoo.password } },
    { name: 'stripe', connector: 'stripe', system: 'psp', baseUrl: stripe.baseUrl, settings: {}, secrets: { key: stripe.secretKey } },
    { name: 'hubspot', connector: 'hubspot', system: 'crm', baseUrl: hubspot.baseUrl, settings: { statuses: stages },
      secrets: { token: hubspot.token, clientSecret: hubspot.clientSecret } },
  ]; // prettier-ignore
  for (const { name, connector, system, baseUrl, settings, secrets } of list) {
    await putConnection(db, {
      connection: name,
      connector,
      system,
      settings: { ...settings, ...here, baseUrl, isSandbox: true },
    });
    await changeConnectionSecrets(db, seal, name, secrets);
  }
}
