/** A real WooCommerce for the rows of the contract. */
import { createHmac } from 'node:crypto';
import { carriesKey, plantedKey } from '../../src/connectors/planted-key.ts';
import { woocommerce } from '../../src/connectors/woocommerce/woocommerce-connector.ts';
import { woocommerceLive } from '../../src/connectors/woocommerce/woocommerce-live.ts';
import type { Subject } from '../conformance/subject.ts';
import { liveCommand } from './live-command.ts';
import {
  ask, listAll, openShop, sell, setUpShop, shopAt, shopSecrets, shopSettings, type Row,
} from './woocommerce-shop.ts'; // prettier-ignore

export async function startWooCommerceSubject(): Promise<Subject> {
  const connection = openShop();
  const shop = await setUpShop(connection);
  const sellOne = async (): Promise<number> => Number((await sell(shop, { MUG: 1 }))['id']);
  const currency = String((await sell(shop, { MUG: 1 }))['currency']);
  return {
    live: woocommerceLive,
    pure: woocommerce,
    settings: shopSettings,
    baseUrl: shopAt.url,
    secrets: shopSecrets,
    wrongSecrets: { ...shopSecrets, consumerSecret: 'cs_this_is_another_secret' },
    kind: 'order',
    async ids() {
      const all = [
        ...(await listAll(connection, 'orders', { status: 'any', _fields: 'id' })),
        ...(await listAll(connection, 'orders', { status: 'trash', _fields: 'id' })),
      ];
      return new Set(all.map((row) => String(row['id'])));
    },
    async happen() {
      const made = [await sellOne(), await sellOne()];
      await ask(connection, 'PUT', `orders/${made[0]}`, { status: 'cancelled' });
      await ask(connection, 'DELETE', `orders/${made[1]}`);
    },
    missing: { kind: 'order', id: '98765432' },
    delivery() {
      const body = '{"id":125,"status":"processing"}';
      const signature = createHmac('sha256', shopSecrets.webhook).update(body).digest('base64');
      const headers = { 'x-wc-webhook-signature': signature, 'x-wc-webhook-topic': 'order.updated' };
      const delivery = { headers, body: Buffer.from(body), receivedAt: Date.now(), path: '/hook' };
      return { delivery, secrets: { webhook: shopSecrets.webhook } };
    },
    async command() {
      const order = await sellOne();
      const refs = { order: String(order) };
      const command = liveCommand('record-refund', { refs, amount: { minor: 300, currency } });
      const effects = async (): Promise<number> => {
        const refunds = await listAll(connection, `orders/${order}/refunds`);
        return refunds.filter((refund) => String(refund['reason']).includes(plantedKey(command.key))).length;
      };
      return { command, effects };
    },
    async answer() {
      const order = await sellOne();
      const command = liveCommand('place-answer', { refs: { order: String(order) } });
      const texts = async (): Promise<readonly string[]> => {
        const notes = (await ask(connection, 'GET', `orders/${order}/notes`)) as unknown as readonly Row[];
        return notes.map((note) => String(note['note'])).filter((text) => carriesKey(text, command.key));
      };
      return { command, texts };
    },
    close: () => Promise.resolve(connection.http.close()),
  };
}
