/**
 * Many copies of a recorded company (WooCommerce, Odoo, Request Tracker, gateway): each copy has connections, order
 * numbers, return numbers and references of its own, so that nothing of one belongs to another.
 *
 * Bodies are padded to 3 kB with a field such as plugins add, and stored whole: more than the product keeps.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConnectionSettings } from '../src/connectors/contract.ts';
import { connectors } from '../src/connectors/registry.ts';
import type { ConnectedSystem, ConnectedSystems } from '../src/engine/connected-system.ts';
import type { FoldContext } from '../src/engine/fold-orders.ts';
import { defaultPolicy } from '../src/kernel/policy.ts';
import type { Snapshot } from '../src/store/store-observations.ts';

const company = join(import.meta.dirname, '../test/fixtures/company-o');
const bodyBytesMin = 3000;

type Row = {
  readonly connector: (typeof connectors)[number];
  /** By which the connector tells what it is: the name of its file. */
  readonly hint: string;
  readonly text: string;
};

/** Objects of the company as JSON. */
function readRows(): Row[] {
  const rows: Row[] = [];
  for (const connector of connectors) {
    if (!['woocommerce', 'odoo', 'rt', 'stripe'].includes(connector.name)) continue;
    for (const file of readdirSync(join(company, connector.name)).sort()) {
      for (const body of JSON.parse(readFileSync(join(company, connector.name, file), 'utf8')) as object[]) {
        const hint = file.replace('.json', '');
        if (connector.kindOf(body, hint) === undefined) continue;
        const text = JSON.stringify(body);
        const padding = 'x'.repeat(Math.max(0, bodyBytesMin - text.length));
        rows.push({ connector, hint, text: JSON.stringify({ ...body, plugin_data: padding }) });
      }
    }
  }
  return rows;
}

export type Copies = {
  readonly systems: ConnectedSystems;
  /** In the order in which they are stored: one company after the other. */
  readonly snapshots: readonly Snapshot[];
};

/** At least `count` observations, of whole companies but for the last. */
export function companyCopies(count: number): Copies {
  const rows = readRows();
  const orderIds = new Set(
    (JSON.parse(readFileSync(join(company, 'woocommerce/orders.json'), 'utf8')) as { readonly id: number }[]).map(({ id }) => String(id)),
  ); // prettier-ignore
  const systems = new Map<string, ConnectedSystem>();
  const snapshots: Snapshot[] = [];
  for (let copy = 0; snapshots.length < count; copy++) {
    const mark = copy.toString(36).toUpperCase().padStart(3, '0');
    for (const { connector, hint, text } of rows) {
      if (snapshots.length >= count) break;
      const connection = `${connector.name}-${copy}`;
      if (!systems.has(connection))
        systems.set(connection, { connector, settings: settingsOf(connector, connection) });
      const own = text
        .replaceAll(/\bNK-(?=\d)/gi, `N${mark}-`)
        .replaceAll(/\bRMA-(?=\d)/g, `RMA-${mark}`)
        .replaceAll(/\b(ch|re|pi|txn)_/g, `$1_${mark}`)
        // The shop's order ids, by which a gateway names orders, and the numbers of a marketplace.
        .replaceAll(/(?<="(?:id|order_id|parent_id)":"?)\d+\b/g, (number) =>
          orderIds.has(number) ? String(copy * 10_000 + Number(number)) : number,
        )
        .replaceAll(/\b\d{3}(?=-\d{7}-\d{7}\b)/g, (head) =>
          String((Number(head) + copy) % 1000).padStart(3, '0'),
        );
      const body = JSON.parse(own) as object;
      snapshots.push({
        connection,
        ...connector.kindOf(body, hint)!,
        body,
        readStartedAt: '2026-12-01T00:00:00Z',
        via: 'sweep',
      });
    }
  }
  return { systems, snapshots };
}

function settingsOf(connector: Row['connector'], connection: string): ConnectionSettings {
  return {
    connection, system: connector.system, zone: 'Europe/Berlin', currency: 'EUR', orderReference: 'number',
    locations: {}, statuses: {}, reasons: {}, tenders: {}, fields: {},
  }; // prettier-ignore
}

export const copiesContext = (systems: ConnectedSystems): FoldContext => ({
  systems,
  policy: { ...defaultPolicy('Europe/Berlin'), stockAuthority: [{ from: '', value: 'shop' }] },
  coverage: new Map(),
  now: Date.parse('2026-12-03T12:00:00Z'),
  codeVersion: 'bench',
});
