/** All connectors by name, in the order in which an unknown object is shown to them. */
import { canonical } from './canonical/canonical-connector.ts';
import { fileFeed } from './canonical/file-feed-connector.ts';
import type { ConnectorPure } from './contract.ts';
import { hubspot } from './hubspot/hubspot-connector.ts';
import { odoo } from './odoo/odoo-connector.ts';
import { rt } from './rt/rt-connector.ts';
import { sendcloud } from './sendcloud/sendcloud-connector.ts';
import { stripe } from './stripe/stripe-connector.ts';
import { tryton } from './tryton/tryton-connector.ts';
import { woocommerce } from './woocommerce/woocommerce-connector.ts';
import { zendesk } from './zendesk/zendesk-connector.ts';

export const connectors: readonly ConnectorPure[] = [
  canonical,
  woocommerce,
  stripe,
  tryton,
  odoo,
  rt,
  hubspot,
  zendesk,
  sendcloud,
  fileFeed,
];

/** The connector of that name, or undefined. */
export function findConnector(name: string): ConnectorPure | undefined {
  return connectors.find((connector) => connector.name === name);
}
