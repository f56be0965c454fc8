/** The live half of every connector that has one, by name. */
import { canonicalLive } from './canonical/canonical-live.ts';
import { fileFeedLive } from './canonical/file-feed-live.ts';
import { hubspotLive } from './hubspot/hubspot-live.ts';
import type { ConnectorLive } from './live-contract.ts';
import { odooLive } from './odoo/odoo-live.ts';
import { rtLive } from './rt/rt-live.ts';
import { sendcloudLive } from './sendcloud/sendcloud-live.ts';
import { stripeLive } from './stripe/stripe-live.ts';
import { trytonLive } from './tryton/tryton-live.ts';
import { woocommerceLive } from './woocommerce/woocommerce-live.ts';
import { zendeskLive } from './zendesk/zendesk-live.ts';

export const liveConnectors: readonly ConnectorLive[] = [
  woocommerceLive,
  odooLive,
  trytonLive,
  rtLive,
  hubspotLive,
  zendeskLive,
  sendcloudLive,
  stripeLive,
  canonicalLive,
  fileFeedLive,
];

/** The live half of the connector of that name, or undefined. */
export function findLiveConnector(name: string): ConnectorLive | undefined {
  return liveConnectors.find((connector) => connector.name === name);
}
