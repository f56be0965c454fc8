/** The rows of the contract for the connectors whose real servers are at hand. */
import { createHmac } from 'node:crypto';
import type { ConnectorCommand } from '../../src/connectors/live-contract.ts';
import { plantedKey } from '../../src/connectors/planted-key.ts';
import { rt } from '../../src/connectors/rt/rt-connector.ts';
import { rtLive } from '../../src/connectors/rt/rt-live.ts';
import { callRt, readRt } from '../../src/connectors/rt/rt-request.ts';
import { tryton } from '../../src/connectors/tryton/tryton-connector.ts';
import { trytonLive } from '../../src/connectors/tryton/tryton-live.ts';
import { openTryton } from '../../src/connectors/tryton/tryton-rpc.ts';
import { runSuite } from '../conformance/run-suite.ts';
import type { Subject } from '../conformance/subject.ts';
import { connect, liveUrl, never, settingsOf } from '../connectors/live-connections.ts';
import { find, openCompany, sell } from './tryton-company.ts';

const trytonAt = liveUrl('TRYTON');
const rtAt = liveUrl('RT');
const answerField = 'Reentry answer';

function commandOf(kind: ConnectorCommand['kind'], more: Partial<ConnectorCommand>): ConnectorCommand {
  return {
    key: `conformance/${kind}/${JSON.stringify(more)}`, kind, orderKey: 'shop/1', problem: 'p',
    control: 'inspected-restored', mode: 'auto', refs: {}, ...more,
  }; // prettier-ignore
}

async function startTrytonSubject(): Promise<Subject> {
  const settings = settingsOf('erp', 'erp', { locations: { SCRAP: 'scrap' } });
  const secrets = { user: 'admin', password: process.env['LIVE_TRYTON_PASSWORD'] ?? '' };
  const opened = connect(settings, trytonAt.url, secrets);
  const shop = await openCompany(() => openTryton(connect(settings, trytonAt.url, secrets), never));
  let number = 5000;
  const sellOne = (): Promise<number> => sell(shop, `LH-${(number += 1)}`, { 'SHOE-42': 1 });
  await sellOne();
  return {
    live: trytonLive,
    pure: tryton,
    settings,
    baseUrl: trytonAt.url,
    secrets,
    wrongSecrets: { user: 'admin', password: 'this-is-another-password' },
    kind: 'stock.move',
    ids: async () => new Set((await find(shop.rpc, 'stock.move', [])).map((row) => String(row['id']))),
    happen: async () => void (await sellOne()),
    missing: { kind: 'sale.sale', id: '987654' },
    async command() {
      const sale = await sellOne();
      const refs = { 'sale.sale': String(sale) };
      const command = commandOf('restore-stock', { refs, sku: 'SHOE-42', units: 1 });
      const domain = [
        ['origin', '=', `sale.sale,${sale}`],
        ['shipment_state', '=', 'sent'],
      ];
      const effects = async (): Promise<number> => (await find(shop.rpc, 'sale.sale', domain)).length;
      return { command, effects };
    },
    close: () => Promise.resolve(opened.http.close()),
  };
}

async function startRtSubject(): Promise<Subject> {
  const settings = settingsOf('desk', 'crm', { fields: { answer: answerField } });
  const user = process.env['LIVE_RT_USER'] ?? '';
  const secrets = { user, password: process.env['LIVE_RT_PASSWORD'] ?? '' };
  const reader = connect(settings, rtAt.url, secrets);
  const clerk = connect(settings, rtAt.url, { user: 'clerk', password: 'Vq7-clerk-9' });
  const made = new Set<string>();
  for await (const page of rtLive.census(reader, 'ticket', never)) page.forEach((ref) => made.add(ref.id));
  async function openTicket(): Promise<string> {
    const body = {
      Queue: 'Returns', Subject: 'Return', Requestor: 'ada@example.test', Content: 'It is torn.',
      ContentType: 'text/plain', CustomFields: { 'Order number': 'LH-7001' },
    }; // prettier-ignore
    const { answer } = await callRt(clerk, { method: 'POST', path: 'ticket', body }, never);
    const id = answer.outcome === 'created' ? answer.id : '';
    made.add(id);
    return id;
  }
  await openTicket();
  return {
    live: rtLive,
    pure: rt,
    settings,
    baseUrl: rtAt.url,
    secrets,
    wrongSecrets: { user, password: 'this-is-another-password' },
    kind: 'ticket',
    ids: () => made,
    async happen() {
      const id = await openTicket();
      await callRt(clerk, { method: 'PUT', path: `ticket/${id}`, body: { Status: 'open' } }, never);
    },
    missing: { kind: 'ticket', id: '987654' },
    delivery() {
      const body = Buffer.from('{"ticket":1,"txn":39,"type":"Create"}');
      const headers = {
        'x-rt-signature': createHmac('sha256', 'hook-secret').update(body).digest('hex'),
      };
      const delivery = { headers, body, receivedAt: 0, path: '/rt' };
      return { delivery, secrets: { webhook: 'hook-secret' } };
    },
    async command() {
      const ticket = await openTicket();
      const command = commandOf('note-case', { refs: { ticket }, text: 'All units are back.' });
      const effects = async (): Promise<number> => {
        const { answer } = await readRt(reader, `ticket/${ticket}/history?fields=Type,Data`, never);
        const items = answer.outcome === 'page' ? answer.items : [];
        return items.filter((item) => JSON.stringify(item).includes(plantedKey(command.key))).length;
      };
      return { command, effects };
    },
    async answer() {
      const ticket = await openTicket();
      const command = commandOf('place-answer', { refs: { ticket } });
      const texts = async (): Promise<readonly string[]> => {
        const { answer } = await readRt(reader, `ticket/${ticket}`, never);
        const body = JSON.stringify(answer.outcome === 'object' ? answer.body : {});
        const fields = (JSON.parse(body) as { CustomFields?: { name: string; values: string[] }[] })
          .CustomFields;
        return fields?.find(({ name }) => name === answerField)?.values ?? [];
      };
      return { command, texts };
    },
    close: () => Promise.resolve([reader, clerk].forEach((each) => each.http.close())),
  };
}

runSuite(
  { tryton: startTrytonSubject, rt: startRtSubject },
  trytonAt.skip === false ? rtAt.skip : trytonAt.skip,
);
