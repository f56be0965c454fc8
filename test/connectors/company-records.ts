/** The two companies' exports, each record with the connector that recognized it and what it says. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lookupIn } from '../../src/audit/lookup-objects.ts';
import { settingsOf } from '../../src/audit/load-target.ts';
import { connectors, findConnector } from '../../src/connectors/registry.ts';
import type { ConnectorPure, ReadContext, Reading, SourceObject } from '../../src/connectors/contract.ts';
import { parsePolicyFile } from '../../src/kernel/policy-file.ts';

export type CompanyRecord = { readonly system: string; readonly file: string; readonly body: unknown };

export type ReadRecord = {
  readonly connector: ConnectorPure;
  readonly object: SourceObject;
  readonly context: ReadContext;
  readonly reading: Reading;
};

export type TruthOrder = {
  readonly order: string;
  readonly woo_order_id: number;
  readonly kind: string;
  readonly money: Readonly<Record<string, number>>;
  readonly units: Readonly<Record<string, Readonly<Record<string, number>>>>;
};

export type Company = {
  readonly name: string;
  readonly records: readonly CompanyRecord[];
  readonly truth: readonly TruthOrder[];
  readonly read: readonly ReadRecord[];
};

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

/** Every connector that takes a record for its own. */
export function claimantsOf({ body, file }: CompanyRecord): readonly ConnectorPure[] {
  return connectors.filter((connector) => connector.kindOf(body, file) !== undefined);
}

function companyIn(name: string, folder: string, truthPath: string): Company {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /\/.*\.json$/.test(path),
  );
  const records = paths.sort().flatMap((path) => {
    const rows = readJson(`${folder}/${path}`) as readonly unknown[];
    return rows.map((body) => ({ system: dirname(path), file: basename(path, '.json'), body }));
  });
  const policy = parsePolicyFile(readJson(`${folder}/policy.json`), connectors.map((connector) => connector.name)); // prettier-ignore
  if (!policy.ok) throw new Error(`${folder}: the policy cannot be read`);
  const byConnection = new Map<
    string,
    { objects: SourceObject[]; byKind: Map<string, Map<string, unknown>> }
  >();
  for (const { system, file, body } of records) {
    const known = findConnector(system)?.kindOf(body, file);
    if (known === undefined) continue;
    let connection = byConnection.get(system);
    if (connection === undefined) byConnection.set(system, (connection = { objects: [], byKind: new Map() }));
    connection.objects.push({ connection: system, ...known, body });
    const bodies = connection.byKind.get(known.kind) ?? new Map<string, unknown>();
    connection.byKind.set(known.kind, bodies.set(known.id, body));
  }
  const read = [...byConnection].flatMap(([connection, { objects, byKind }]) => {
    const connector = findConnector(connection)!;
    const named = {
      name: connection,
      connector,
      policy: policy.connections.find((one) => one.name === connection),
    };
    const context = {
      settings: settingsOf(named, { zone: 'Europe/Berlin', currency: policy.currency ?? 'EUR' }),
      lookup: lookupIn(byKind),
    };
    return objects.map((object) => ({
      connector,
      object,
      context,
      reading: connector.read(object, context),
    }));
  });
  const { orders } = readJson(truthPath) as { readonly orders: readonly TruthOrder[] };
  return { name, records, truth: orders, read };
}

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export const readCompanies = (): readonly Company[] => [
  companyIn('company-a', at('../../sample'), at('../fixtures/company-a/truth.json')),
  companyIn('company-o', at('../fixtures/company-o'), at('../fixtures/company-o/truth.json')),
];
