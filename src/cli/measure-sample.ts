/** What one process of this machine stores, files and folds in a second: the sample company, in a database of its own that is dropped. */
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConnectionSettings } from '../connectors/contract.ts';
import { connectors } from '../connectors/registry.ts';
import { absorbObjects } from '../engine/absorb-objects.ts';
import type { ConnectedSystem } from '../engine/connected-system.ts';
import { foldOrders } from '../engine/fold-orders.ts';
import { defaultPolicy } from '../kernel/policy.ts';
import { openDatabase, type Database } from '../store/database.ts';
import { readHoldings } from '../store/measure-store.ts';
import { migrateDatabase } from '../store/migrate.ts';
import { storeObservations, type Snapshot } from '../store/store-observations.ts';
import { sampleAsOf, sampleFolder } from './sample-company.ts';

export type SamplePace = {
  readonly recordsPerSecond: number;
  readonly recordsPerOrder: number;
  readonly bytesPerOrder: number;
};

const pageMax = 200;
/** In the first the program warms up. */
const rounds = 2;

/** Throws where the login may not create databases. */
export async function measureSample(db: Database): Promise<SamplePace> {
  let pace: SamplePace | undefined;
  for (let round = 0; round < rounds; round += 1) {
    const name = `reentry_capacity_${randomBytes(6).toString('hex')}`;
    await db.pool.query(`create database ${name} template template0 encoding 'UTF8'`);
    try {
      const url = new URL(db.pool.options.connectionString!);
      url.pathname = `/${name}`;
      const scratch = await openDatabase({ url: url.href });
      try {
        pace = await measureIn(scratch);
      } finally {
        await scratch.close();
      }
    } finally {
      await db.pool.query(`drop database if exists ${name} with (force)`);
    }
  }
  return pace!;
}

async function measureIn(db: Database): Promise<SamplePace> {
  await migrateDatabase(db);
  const { systems, snapshots } = readSample();
  const context = {
    systems, policy: defaultPolicy('Europe/Berlin'), coverage: new Map(), now: Date.parse(sampleAsOf), codeVersion: 'capacity',
  }; // prettier-ignore
  const empty = await readHoldings(db);
  const began = performance.now();
  for (let start = 0; start < snapshots.length; start += pageMax)
    await storeObservations(db, snapshots.slice(start, start + pageMax));
  while ((await absorbObjects(db, systems, { holder: 'capacity' })) > 0);
  while ((await foldOrders(db, context, { holder: 'capacity' })) > 0);
  const seconds = (performance.now() - began) / 1000;
  const { orders, records, bytes } = await readHoldings(db);
  return {
    recordsPerSecond: snapshots.length / seconds,
    recordsPerOrder: records / orders,
    bytesPerOrder: (bytes - empty.bytes) / orders,
  };
}

function readSample(): {
  readonly systems: Map<string, ConnectedSystem>;
  readonly snapshots: readonly Snapshot[];
} {
  const systems = new Map<string, ConnectedSystem>();
  const snapshots: Snapshot[] = [];
  for (const connector of connectors) {
    const folder = join(sampleFolder, connector.name);
    if (!existsSync(folder)) continue;
    const connection = connector.name;
    const settings: ConnectionSettings = {
      connection, system: connector.system, zone: 'Europe/Berlin', currency: 'EUR', orderReference: 'number',
      locations: {}, statuses: {}, reasons: {}, tenders: {}, fields: {},
    }; // prettier-ignore
    systems.set(connection, { connector, settings });
    for (const file of readdirSync(folder).sort()) {
      for (const body of JSON.parse(readFileSync(join(folder, file), 'utf8')) as unknown[]) {
        const found = connector.kindOf(body, file.replace('.json', ''));
        if (found !== undefined)
          snapshots.push({ ...found, connection, body, readStartedAt: '2026-12-01T00:00:00Z', via: 'file' });
      }
    }
  }
  return { systems, snapshots };
}
