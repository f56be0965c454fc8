/** The ERP, running. */
import type { Faults } from '../faults.ts';
import type { Random } from '../random.ts';
import type { SandboxClock } from '../sandbox-clock.ts';
import { serve } from '../serve.ts';
import type { Service } from '../service.ts';
import type { Database } from './database.ts';
import type { ErpSettings } from './new-database.ts';
import { newDatabase } from './new-database.ts';
import type { OdooAccess } from './odoo-service.ts';
import { createOdooService } from './odoo-service.ts';

export type RunningErp = {
  readonly database: Database;
  readonly service: Service;
  readonly baseUrl: string;
  readonly access: OdooAccess;
  close(): Promise<void>;
};

export async function startOdoo(parts: {
  settings: ErpSettings;
  clock: SandboxClock;
  faults: Faults;
  random: Random;
}): Promise<RunningErp> {
  const { settings, clock, faults, random } = parts;
  const database = newDatabase(settings, () => clock.now() + faults.skewMs('odoo'));
  const access: OdooAccess = {
    database: 'company',
    login: 'admin',
    password: random.fork('password').letters(20),
  };
  const service = createOdooService(database, access);
  const listener = await serve(service, {
    clock,
    faults,
    secure: true,
    onPage: () => disturb(database, random),
  });
  return { database, service, baseUrl: listener.baseUrl, access, close: listener.close };
}

/** Paging while data changes: an old record is written, which moves it to the end of a list by `write_date`. */
function disturb(database: Database, random: Random): void {
  for (const model of ['stock.move', 'stock.picking', 'account.move']) {
    const rows = database.rows(model);
    if (rows.length > 0) database.touch(model, [random.pick(rows).id]);
  }
}
