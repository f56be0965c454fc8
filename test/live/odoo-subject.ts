/** A real Odoo for the rows of the contract; commands are given as a user without administrator rights. */
import { odoo } from '../../src/connectors/odoo/odoo-connector.ts';
import { odooLive } from '../../src/connectors/odoo/odoo-live.ts';
import { openOdoo } from '../../src/connectors/odoo/odoo-rpc.ts';
import { plantedKey } from '../../src/connectors/planted-key.ts';
import type { Subject } from '../conformance/subject.ts';
import { never } from '../connectors/live-connections.ts';
import { liveCommand } from './live-command.ts';
import {
  announceReturn, erpSettings, odooAt, openErp, runMark, sell, setUpCompany, skuOf, validate,
} from './odoo-company.ts'; // prettier-ignore

export async function startOdooSubject(): Promise<Subject> {
  const connection = openErp();
  const company = await setUpCompany(connection);
  const { rpc, least } = company;
  const reader = openErp(least);
  let number = 0;
  const sellOne = (): Promise<{ sale: number; delivery: number }> =>
    sell(company, `LH-${runMark}-${(number += 1)}`, { MUG: 1 });
  await sellOne();
  return {
    live: odooLive,
    pure: odoo,
    settings: erpSettings,
    baseUrl: odooAt.url,
    secrets: least,
    wrongSecrets: { user: least.user, password: 'this-is-another-password' },
    kind: 'stock.move',
    // Moves of companies that the user does not work for are not there for it.
    async ids() {
      const rows = await (await openOdoo(reader, never)).find('stock.move', [], ['id']);
      return new Set(rows.map((row) => String(row['id'])));
    },
    async happen() {
      const { delivery } = await sellOne();
      const back = await announceReturn(company, delivery, { MUG: 1 });
      await sellOne();
      await validate(rpc, back);
    },
    missing: { kind: 'stock.picking', id: '98765432' },
    async command() {
      const { sale } = await sellOne();
      const refs = { 'sale.order': String(sale) };
      const command = liveCommand('restore-stock', { refs, sku: skuOf('MUG'), units: 1 });
      const domain = [
        ['picking_id.note', 'ilike', plantedKey(command.key)],
        ['state', '=', 'done'],
      ];
      return { command, effects: async () => (await rpc.find('stock.move', domain, ['id'])).length };
    },
    async answer() {
      const { sale } = await sellOne();
      const command = liveCommand('place-answer', { refs: { 'sale.order': String(sale) } });
      const domain = [
        ['model', '=', 'sale.order'],
        ['res_id', '=', sale],
        ['body', 'ilike', plantedKey(command.key)],
      ];
      const texts = async (): Promise<readonly string[]> =>
        (await rpc.find('mail.message', domain, ['body'])).map((row) => String(row['body']));
      return { command, texts };
    },
    close: () => Promise.resolve([connection, reader].forEach((each) => each.http.close())),
  };
}
