/** Sendcloud, against a server that does what its documentation says. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { LiveConnection } from '../../src/connectors/live-contract.ts';
import { sendcloud } from '../../src/connectors/sendcloud/sendcloud-connector.ts';
import { sendcloudLive } from '../../src/connectors/sendcloud/sendcloud-live.ts';
import { connect, factsOf, settingsOf, sweepAll } from './live-connections.ts';
import { type SendcloudServer, startSendcloud } from './sendcloud-server.ts';

const settings = settingsOf('parcels', 'carrier', { zone: 'Europe/Berlin' });

void describe('Sendcloud', () => {
  let server: SendcloudServer;
  let connection: LiveConnection;
  const objects = new Map<string, Map<string, unknown>>();
  const cursors = new Map<string, string>();
  before(async () => {
    server = await startSendcloud();
    connection = connect(settings, server.url, server.secrets);
  });
  after(async () => {
    connection.http.close();
    await server.close();
  });
  const factsOfParcel = async (parcel: number): Promise<readonly string[]> => {
    server.tick(60);
    await sweepAll(sendcloudLive, connection, objects, cursors);
    return factsOf(sendcloud, settings, objects)
      .filter((fact) => fact.object === `parcel/${parcel}`)
      .map((fact) => [fact.type, fact.at, 'toOrigin' in fact && fact.toOrigin === true ? 'to origin' : '', 'quantity' in fact ? `${String(fact.quantity)} × ${'sku' in fact ? fact.sku : ''}` : ''].join(' ').trim()); // prettier-ignore
  };

  void it('tells when a return was handed over and when it arrived, by the carrier’s own times', async () => {
    const parcel = server.announce({ order: 'LH-1', quantity: 2 });
    assert.deepEqual(await factsOfParcel(parcel), [], 'a label is no parcel on its way');
    server.tell(parcel, 'shipment-on-route');
    server.tick(7200);
    server.tell(parcel, 'delivered');
    assert.deepEqual(await factsOfParcel(parcel), [
      'parcel.handed_over 2026-06-20T10:01:00.000Z  2 × SHOE-42',
      'parcel.delivered 2026-06-20T12:01:00.000Z  2 × SHOE-42',
    ]);
  });

  void it('tells of a parcel to a customer only that it came back', async () => {
    const parcel = server.announce({ order: 'LH-2', isReturn: false });
    server.tell(parcel, 'delivered');
    assert.deepEqual(await factsOfParcel(parcel), []);
    server.tell(parcel, 'returned-to-sender');
    const [back, ...more] = await factsOfParcel(parcel);
    assert.match(back ?? '', /^parcel\.delivered .* to origin$/);
    assert.deepEqual(more, []);
  });

  void it('tells that a return was lost, and reports a word it does not know', async () => {
    const parcel = server.announce({ order: 'LH-3' });
    server.tell(parcel, 'shipment-on-route');
    server.tell(parcel, 'exception', 'Sendung verloren');
    assert.deepEqual((await factsOfParcel(parcel)).map((fact) => fact.split(' ')[0]), ['parcel.handed_over', 'parcel.lost']);
    server.tell(parcel, 'beamed-up');
    await factsOfParcel(parcel);
    const body = objects.get('parcel')?.get(String(parcel));
    const object = { connection: 'parcels', kind: 'parcel', id: String(parcel), body };
    const { unread } = sendcloud.read(object, { settings, lookup: () => undefined });
    assert.deepEqual(unread.map(({ code, value }) => [code, value]), [['unmapped-status', 'beamed-up']]);
    assert.doesNotMatch(JSON.stringify(sendcloud.keep(object)), /Ada|Ringweg|verloren/);
  }); // prettier-ignore

  void it('knows the signature of the documentation’s own example', () => {
    const signature = '1eed4b3d41f4653ac64fd56f1bf1cbfd349e4482cbc11dff7134bd93e5da4b0a';
    const judge = (secrets: Readonly<Record<string, string>>): string => {
      const delivery = {
        headers: { 'sendcloud-signature': signature },
        body: Buffer.from('{"key": "value"}'),
        receivedAt: 0,
        path: '/',
      };
      return sendcloudLive.verify({ settings, secrets }, delivery).is;
    };
    assert.equal(judge({ secretKey: 'secretkey' }), 'delivery');
    assert.equal(judge({ secretKey: 'secretkey', webhook: 'another key' }), 'rejected');
  });

  void it('takes a parcel whose delivery was changed for one on its way, and only 62992 for one that came back', () => {
    const factsWith = (id: number): readonly string[] => {
      const body = {
        id: 6, is_return: false, tracking_number: '3S6', order_number: 'LH-5', date_updated: '20-06-2026 12:00:00',
        status: { id, message: '' },
      }; // prettier-ignore
      const object = { connection: 'parcels', kind: 'parcel', id: '6', body };
      return sendcloud.read(object, { settings, lookup: () => undefined }).facts.map(({ type }) => type);
    };
    assert.deepEqual(factsWith(62993), []);
    assert.deepEqual(factsWith(62992), ['parcel.delivered']);
  });

  void it('reads a time without a zone in the zone of the connection', () => {
    const body = {
      id: 5, is_return: true, tracking_number: '3S5', order_number: 'LH-4', date_created: '20-06-2026 08:00:00',
      date_updated: '20-06-2026 12:00:00', status: { id: 11, message: 'Delivered' },
    }; // prettier-ignore
    const object = { connection: 'parcels', kind: 'parcel', id: '5', body };
    const { facts } = sendcloud.read(object, { settings, lookup: () => undefined });
    assert.deepEqual(facts.map(({ at }) => at), ['2026-06-20T10:00:00.000Z', '2026-06-20T10:00:00.000Z']);
  }); // prettier-ignore
});
