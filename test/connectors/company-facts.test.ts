/** Both companies' exports, record by record, and their facts summed by order against what really happened. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Filing } from '../../src/kernel/file-facts.ts';
import type { Fact, FactOf, FactType } from '../../src/kernel/fact.ts';
import { type Company, claimantsOf, readCompanies } from './company-records.ts';

const sum = <T>(entries: readonly T[], of: (entry: T) => number): number =>
  entries.reduce((total, entry) => total + of(entry), 0);

function ofType<T extends FactType>(facts: readonly Fact[], type: T): FactOf<T>[] {
  return facts.filter((fact) => fact.type === type) as unknown as FactOf<T>[];
}

function moneyOf(facts: readonly Fact[]): Record<string, number> {
  const minor = (
    type:
      | 'payment.captured' | 'refund.recorded' | 'refund.settled' | 'refund.pending' | 'refund.failed'
      | 'dispute.opened' | 'credit_note.posted',
  ): number => sum(ofType(facts, type), ({ system, money }) => (type === 'payment.captured' && system !== 'psp' ? 0 : money.minor)); // prettier-ignore
  return {
    paid: minor('payment.captured'),
    refunded_shop: minor('refund.recorded'),
    refunded_gateway_settled: minor('refund.settled'),
    refunded_gateway_pending: minor('refund.pending'),
    refunded_gateway_failed: minor('refund.failed'),
    disputed: minor('dispute.opened'),
    credited: minor('credit_note.posted'),
  };
}

/** What was shipped, came back and was put away is the ERP's to say; what was sold and refunded, the shop's. */
function unitsOf(facts: readonly Fact[], sku: string): Record<string, number> {
  const moves = ofType(facts, 'stock.moved').filter((move) => move.sku === sku);
  const inErp = moves.filter(({ system }) => system === 'erp');
  const units = (entries: readonly { readonly quantity: number }[]): number =>
    sum(entries, ({ quantity }) => quantity);
  const lines = ofType(facts, 'order.placed')
    .filter(({ system }) => system === 'shop')
    .flatMap((placed) => placed.lines);
  return {
    ordered: units(lines.filter((line) => line.sku === sku)),
    shipped: units(ofType(facts, 'goods.shipped').filter((fact) => fact.system === 'erp' && fact.sku === sku)),
    received: units(inErp.filter(({ from }) => from === 'customer')),
    restored_erp: units(inErp.filter(({ to }) => to === 'saleable')) - units(inErp.filter(({ from }) => from === 'saleable')),
    written_off: units(inErp.filter(({ to }) => to === 'scrap')),
    restored_shop: units(moves.filter(({ system }) => system === 'shop')),
    refunded: units(ofType(facts, 'refund.recorded').flatMap((refund) => refund.lines).filter((line) => line.sku === sku)),
  }; // prettier-ignore
}

/**
 * Orders on hold that were cancelled before anything was shipped: the shop puts back what it had set aside, which
 * the truth does not count as goods that came back.
 */
const cancelledUnpaid = new Set(['LH-10296', 'NK-20424']);

for (const company of readCompanies()) describeCompany(company);

function describeCompany({ name, records, read, truth }: Company): void {
  describe(name, () => {
    it('has each record recognized by the connector of its system and by no other', () => {
      for (const record of records) {
        // Counts of stock are sums of moves: no object of Tryton.
        const wanted = record.file === 'stock_levels' ? [] : [record.system];
        const claimants = claimantsOf(record).map((connector) => connector.name);
        assert.deepEqual(
          claimants,
          wanted,
          `${record.system}/${record.file} ${JSON.stringify(record.body).slice(0, 200)}`,
        );
      }
    });

    it('has nothing that cannot be read', () => {
      const unread = read.flatMap(({ object, reading }) =>
        reading.unread.map(({ field, value }) => `${object.kind}/${object.id} ${field}: ${value}`),
      );
      assert.deepEqual(unread, []);
    });

    it('reads the same from what is kept, and keeping twice changes nothing', () => {
      for (const { connector, object, context, reading } of read) {
        const kept = connector.keep(object);
        assert.deepEqual(
          connector.read({ ...object, body: kept }, context),
          reading,
          `${object.kind}/${object.id}`,
        );
        assert.deepEqual(connector.keep({ ...object, body: kept }), kept, `${object.kind}/${object.id}`);
      }
    });

    it('reports only facts that the connectors say they report, each under an id of its own', () => {
      const ids = new Set<string>();
      for (const { connector, reading } of read)
        for (const { type, id, at } of reading.facts) {
          assert.ok(connector.reports.includes(type), `${connector.name} reports ${type}`);
          assert.ok(!ids.has(id), `${id} twice`);
          assert.match(at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, id);
          ids.add(id);
        }
    });

    it('stores no name, mail address, phone or street of a customer', () => {
      const kept = JSON.stringify(read.map(({ connector, object }) => connector.keep(object)));
      const personal = personalTexts(records.map(({ body }) => body));
      assert.ok(personal.size > 10);
      for (const text of personal) assert.ok(!kept.includes(text), `"${text}" is stored`);
    });

    describe('facts summed by order', () => {
      const filing = new Filing();
      for (const { object, reading } of read)
        filing.add({ ref: `${object.connection}:${object.kind}/${object.id}`, ...reading });
      const { orders } = filing.file();

      for (const order of truth) {
        const facts = orders.get(`woocommerce/${order.woo_order_id}`)?.facts ?? [];

        it(`${order.order}: money as it went`, () => assert.deepEqual(moneyOf(facts), order.money));

        it(`${order.order}: units as they went`, () => {
          const found = Object.fromEntries(
            Object.keys(order.units).map((sku) => {
              const units = unitsOf(facts, sku);
              return [sku, cancelledUnpaid.has(order.order) ? { ...units, restored_shop: 0 } : units];
            }),
          );
          assert.deepEqual(found, order.units);
        });

        if (cancelledUnpaid.has(order.order))
          it(`${order.order}: cancelling put back what the shop had set aside, and nothing was shipped`, () => {
            for (const [sku, { ordered, shipped }] of Object.entries(order.units)) {
              assert.equal(shipped, 0);
              assert.equal(unitsOf(facts, sku)['restored_shop'], ordered, sku);
            }
          });
      }
    });
  });
}

/** Texts of the fields that hold persons: mail addresses, streets and phones of billing, shipping and partners. */
function personalTexts(bodies: readonly unknown[]): ReadonlySet<string> {
  const texts = new Set<string>();
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(walk);
    if (typeof value !== 'object' || value === null) return;
    for (const [name, entry] of Object.entries(value)) {
      if (
        typeof entry === 'string' &&
        /^(?:email|address_1|street|phone|last_name)$/.test(name) &&
        entry.length > 4
      )
        texts.add(entry);
      else walk(entry);
    }
  };
  walk(bodies);
  return texts;
}
