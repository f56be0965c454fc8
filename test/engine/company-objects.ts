/** Objects of a recorded company as connections, for tests of the engine beside the audit. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConnectionSettings } from '../../src/connectors/contract.ts';
import { connectors } from '../../src/connectors/registry.ts';
import type { ConnectionObjects } from '../../src/audit/reconcile.ts';

const root = join(import.meta.dirname, '../..');

/** The shipped sample, and the recorded company with Odoo. */
export const companyFolders = {
  'company-a': join(root, 'sample'),
  'company-o': join(root, 'test/fixtures/company-o'),
} as const;

/** Every object of every system in the folder, by connection. */
export function readCompany(folder: string): ConnectionObjects[] {
  const list: ConnectionObjects[] = [];
  for (const connector of connectors) {
    const path = join(folder, connector.name);
    if (!existsSync(path)) continue;
    const objects = new Map<string, Map<string, unknown>>();
    for (const file of readdirSync(path).sort()) {
      const rows = JSON.parse(readFileSync(join(path, file), 'utf8')) as unknown[];
      for (const row of rows) {
        const found = connector.kindOf(row, file.replace('.json', ''));
        if (found === undefined) continue;
        const byId = objects.get(found.kind) ?? new Map<string, unknown>();
        objects.set(found.kind, byId.set(found.id, row));
      }
    }
    const settings: ConnectionSettings = {
      connection: connector.name, system: connector.system, zone: 'Europe/Berlin', currency: 'EUR', orderReference: 'number',
      locations: {}, statuses: {}, reasons: {}, tenders: {}, fields: {},
    }; // prettier-ignore
    list.push({ connector, settings, objects });
  }
  return list;
}
