/** The connectors that are written from documentation, against servers that do what it says. */
import { createHmac } from 'node:crypto';
import type { ConnectorCommand } from '../../src/connectors/live-contract.ts';
import { carriesKey } from '../../src/connectors/planted-key.ts';
import { sendcloud } from '../../src/connectors/sendcloud/sendcloud-connector.ts';
import { sendcloudLive } from '../../src/connectors/sendcloud/sendcloud-live.ts';
import { zendesk } from '../../src/connectors/zendesk/zendesk-connector.ts';
import { zendeskLive } from '../../src/connectors/zendesk/zendesk-live.ts';
import { settingsOf } from '../connectors/live-connections.ts';
import { startSendcloud } from '../connectors/sendcloud-server.ts';
import { startZendesk, zendeskFields } from '../connectors/zendesk-server.ts';
import type { Subject } from './subject.ts';

const hmac = (secret: string, text: string, encoding: 'hex' | 'base64'): string =>
  createHmac('sha256', secret).update(text).digest(encoding);

export async function startZendeskSubject(): Promise<Subject> {
  const server = await startZendesk();
  let number = 0;
  const open = (): number => server.open({ order: `LH-${(number += 1)}`, rma: `RMA-${number}` });
  for (let count = 0; count < 60; count += 1) open();
  // The export leaves out the last minute.
  server.tick(120);
  const commandOf = (kind: ConnectorCommand['kind'], more: Partial<ConnectorCommand>): ConnectorCommand => ({
    key: `zendesk/${(number += 1)}`, kind, orderKey: 'shop/1', problem: 'p', control: 'resolved-closed', mode: 'auto',
    refs: { ticket: String(open()) }, ...more,
  }); // prettier-ignore
  const webhook = 'zendesk-signing-secret';
  return {
    live: zendeskLive,
    pure: zendesk,
    settings: settingsOf('crm', 'crm', { fields: { answer: String(zendeskFields.answer) } }),
    baseUrl: server.url,
    secrets: server.secrets,
    wrongSecrets: { user: server.secrets.user, token: 'zd-this-is-another-token' },
    kind: 'ticket',
    ids: () => new Set([...server.tickets.keys()].map(String)),
    async happen() {
      const [first] = server.tickets.keys();
      for (let count = 0; count < 3; count += 1) open();
      server.update(first!, { status: 'solved', comment: { body: 'We have refunded your order.' } });
      server.tick(120);
    },
    missing: { kind: 'ticket', id: '987654' },
    delivery() {
      const body = '{"id":"01J","subject":"zen:ticket:7","type":"zen:event-type:ticket.status_changed"}';
      const time = '2026-06-20T10:00:00Z';
      const headers = {
        'x-zendesk-webhook-signature': hmac(webhook, time + body, 'base64'),
        'x-zendesk-webhook-signature-timestamp': time,
      };
      const delivery = { headers, body: Buffer.from(body), receivedAt: Date.parse(time), path: '/hook' };
      return { delivery, secrets: { webhook } };
    },
    async command() {
      const command = commandOf('note-case', { text: 'All units are back.' });
      const ticket = Number(command.refs['ticket']);
      const effects = async (): Promise<number> =>
        server
          .audits(ticket)
          .filter((audit) => JSON.stringify(audit).includes('"public":false') && carriesKey(JSON.stringify(audit), command.key)).length;
      return { command, effects };
    },
    async answer() {
      const command = commandOf('place-answer', {});
      const ticket = server.tickets.get(Number(command.refs['ticket']))!;
      const texts = async (): Promise<readonly string[]> =>
        ticket.custom_fields.flatMap(({ id, value }) => (id === zendeskFields.answer ? [String(value)] : []));
      return { command, texts };
    },
    close: () => server.close(),
  }; // prettier-ignore
}

export async function startSendcloudSubject(): Promise<Subject> {
  const server = await startSendcloud();
  let number = 0;
  const announce = (): number => server.announce({ order: `LH-${(number += 1)}` });
  for (let count = 0; count < 20; count += 1) announce();
  server.tick(60);
  const { secrets } = server;
  return {
    live: sendcloudLive,
    pure: sendcloud,
    settings: settingsOf('parcels', 'carrier'),
    baseUrl: server.url,
    secrets,
    wrongSecrets: { publicKey: secrets.publicKey, secretKey: 'sc-this-is-another-secret' },
    kind: 'parcel',
    ids: () => new Set([...server.parcels.keys()].map(String)),
    async happen() {
      const [first] = server.parcels.keys();
      for (let count = 0; count < 3; count += 1) announce();
      server.tell(first!, 'shipment-on-route');
      server.tell(first!, 'delivered');
      server.tick(3600);
    },
    skew: (seconds) => server.skew(seconds),
    missing: { kind: 'parcel', id: '987654' },
    delivery() {
      const body = '{"action":"parcel_status_changed","timestamp":1,"parcel":{"id":101}}';
      const headers = { 'sendcloud-signature': hmac(secrets.secretKey, body, 'hex') };
      const delivery = { headers, body: Buffer.from(body), receivedAt: 0, path: '/hook' };
      return { delivery, secrets };
    },
    close: () => server.close(),
  };
}
