/** A small shop in memory behind the live contract: orders and refunds that tests place, change and delete. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { ConnectionSettings } from '../../src/connectors/contract.ts';
import type {
  ConnectorLive, FetchResult, ObjectRef, RawDelivery, SweepPage,
} from '../../src/connectors/live-contract.ts'; // prettier-ignore
import { woocommerce } from '../../src/connectors/woocommerce/woocommerce-connector.ts';
import type { ConnectedSystem } from '../../src/engine/connected-system.ts';

type Row = { readonly kind: string; readonly id: string; readonly body: unknown; readonly changed: number };

const secret = 'a secret of the test';

export class SmallShop {
  readonly #rows = new Map<string, Row>();
  #changes = 0;
  /** What `fetch` and the lists answer instead, when set. */
  failure: 'unauthorized' | 'server-error' | undefined;
  requests = 0;

  put(kind: 'order' | 'refund', id: number, body: object): ObjectRef {
    this.#rows.set(`${kind}/${id}`, {
      kind,
      id: String(id),
      body: { id, ...body },
      changed: ++this.#changes,
    });
    return { kind, id: String(id) };
  }

  delete(ref: ObjectRef): void {
    this.#rows.delete(`${ref.kind}/${ref.id}`);
  }

  /** An order of one line, paid by card, or in cash on delivery, and completed. */
  placeOrder(
    id: number,
    units = 1,
    unitGross = 59.9,
    at = '2026-11-02T09:00:00',
    tender: 'card' | 'cod' = 'card',
  ): ObjectRef {
    const [title, charge] = tender === 'card' ? ['Card', `ch_${id}`] : ['Cash on delivery', ''];
    const total = (unitGross * units).toFixed(2);
    return this.put('order', id, {
      number: `N${id}`, status: 'completed', currency: 'EUR', prices_include_tax: true, date_created_gmt: at, date_paid_gmt: at,
      date_completed_gmt: at, date_modified_gmt: at, total, shipping_total: '0.00', shipping_tax: '0.00', payment_method: tender,
      payment_method_title: title, transaction_id: charge, meta_data: [], shipping_lines: [], fee_lines: [], coupon_lines: [],
      tax_lines: [], refunds: [],
      line_items: [{ id: id * 10, product_id: 1, variation_id: 0, sku: 'SHOE', name: 'Shoe', quantity: units, total, total_tax: '0.00', subtotal: total, subtotal_tax: '0.00', meta_data: [] }],
    }); // prettier-ignore
  }

  refundOrder(id: number, orderId: number, amount = 59.9, at = '2026-11-03T09:00:00'): ObjectRef {
    return this.put('refund', id, {
      parent_id: orderId, order_id: orderId, amount: amount.toFixed(2), reason: '', refunded_payment: false, date_created_gmt: at,
      meta_data: [], shipping_lines: [], fee_lines: [],
      line_items: [{ id: id * 10, product_id: 1, variation_id: 0, sku: 'SHOE', quantity: -1, total: `-${amount.toFixed(2)}`, total_tax: '0.00', meta_data: [{ key: '_refunded_item_id', value: String(orderId * 10) }] }],
    }); // prettier-ignore
  }

  hook(ref: ObjectRef, key = secret): RawDelivery {
    const body = Buffer.from(JSON.stringify(ref));
    const signature = createHmac('sha256', key).update(body).digest('base64');
    return { headers: { 'x-signature': signature }, body, receivedAt: 0, path: '/' };
  }

  /** The connection as the engine sees it. `pageSize` rows per page of a sweep. */
  connect(pageSize = 3, watchFrom?: string): ConnectedSystem {
    const settings: ConnectionSettings = {
      connection: 'shop', system: 'shop', zone: 'Europe/Berlin', currency: 'EUR', orderReference: 'number', locations: {}, statuses: {},
      reasons: {}, tenders: {}, fields: {},
    }; // prettier-ignore
    const http = { request: () => Promise.reject(new Error('no network here')) } as never;
    const connection = { settings, baseUrl: 'http://localhost', secrets: { webhook: secret }, http };
    return {
      connector: woocommerce,
      settings,
      live: { connector: this.#live(pageSize), connection },
      ...(watchFrom !== undefined && { watchFrom }),
    };
  }

  #live(pageSize: number): ConnectorLive {
    const check = (): void => {
      this.requests++;
      if (this.failure !== undefined) throw new Error(this.failure);
    };
    const list = (kind: string): Row[] =>
      [...this.#rows.values()].filter((row) => row.kind === kind).sort((a, b) => a.changed - b.changed);
    return {
      name: 'woocommerce',
      contract: { commands: {}, overlapMs: 0, requestsPerSecond: 100, finalErrors: [] },
      sweeps: [
        { kind: 'order', census: true },
        { kind: 'refund', census: true },
      ],
      sweep: async (_connection, kind, cursor): Promise<SweepPage> => {
        check();
        const after = cursor === undefined ? 0 : Number(cursor);
        const rows = list(kind)
          .filter((row) => row.changed > after)
          .slice(0, pageSize);
        const objects = rows.map(({ id, body }) => ({ connection: 'shop', kind, id, body }));
        return { objects, cursor: String(rows.at(-1)?.changed ?? after), done: rows.length < pageSize };
      },
      census: async function* (_connection, kind) {
        check();
        yield list(kind).map(({ id }) => ({ kind, id }));
      },
      fetch: async (_connection, ref): Promise<FetchResult> => {
        this.requests++;
        if (this.failure !== undefined)
          return { is: 'unreachable', code: this.failure, message: 'the shop says no' };
        const row = this.#rows.get(`${ref.kind}/${ref.id}`);
        if (row === undefined) return { is: 'gone' };
        return {
          is: 'snapshot',
          snapshot: { connection: 'shop', kind: row.kind, id: row.id, body: row.body },
        };
      },
      verify: (connection, delivery) => {
        const expected = createHmac('sha256', connection.secrets['webhook']!).update(delivery.body).digest();
        const given = Buffer.from(delivery.headers['x-signature'] ?? '', 'base64');
        if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
          return { is: 'rejected', code: 'bad-signature', message: 'signature does not match' };
        }
        const hints = [JSON.parse(delivery.body.toString()) as ObjectRef];
        return { is: 'delivery', key: delivery.headers['x-signature']!, hints };
      },
      probe: async () => ({ is: 'absent' }),
      execute: async () => ({
        is: 'failed',
        code: 'read-only',
        message: 'this shop takes no commands',
        final: true,
      }),
      check: async () => [],
    };
  }
}
