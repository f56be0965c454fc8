/**
 * Connections from `connections.json` in the data folder, for those who configure by files. What it names is stored at
 * every start, as if somebody had typed it in; what it does not name stays as it is. Secrets do not belong into it.
 *
 *   { "shop": { "connector": "woocommerce", "baseUrl": "https://shop.example", "watchFrom": "2026-11-01T00:00:00Z" } }
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { connectors, findConnector } from '../connectors/registry.ts';
import { putConnection } from '../store/connections.ts';
import type { Database } from '../store/database.ts';
import { connectionParamsSchema, putConnectionSchema } from '../wire/api-connections.ts';
import { AppError } from '../wire/errors.ts';

const fileSchema = z.record(
  connectionParamsSchema.shape.connection,
  putConnectionSchema.omit({ secrets: true, reason: true }),
);
type ConnectionsFile = z.output<typeof fileSchema>;

/** Reads the file; `{}` where there is none. Throws `connections-file-invalid`. */
export function readConnectionsFile(folder: string): ConnectionsFile {
  const path = join(folder, 'connections.json');
  if (!existsSync(path)) return {};
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new AppError('connections-file-invalid', { detail: `${path}: ${String(cause)}`, cause });
  }
  const parsed = fileSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const said = issue?.code === 'invalid_key' ? issue.issues[0]?.message : issue?.message;
    throw new AppError('connections-file-invalid', { detail: `${path}: ${issue?.path.join('.')}: ${said}` }); // prettier-ignore
  }
  for (const [name, { connector }] of Object.entries(parsed.data)) {
    if (findConnector(connector) !== undefined) continue;
    const names = connectors.map((one) => one.name).join(', ');
    throw new AppError('connections-file-invalid', { detail: `${path}: ${name}.connector: ${connector}; there are: ${names}` }); // prettier-ignore
  }
  return parsed.data;
}

/** Stores what the file says; a connection that says so already is left alone. */
export async function storeConnectionsFile(db: Database, folder: string): Promise<void> {
  for (const [name, given] of Object.entries(readConnectionsFile(folder))) {
    const { connector, system, baseUrl, allowedNetworks, settings, requestsPerSecond, watchFrom } = given;
    await putConnection(db, {
      connection: name,
      connector,
      system: system ?? findConnector(connector)!.system,
      settings: {
        ...settings,
        allowedNetworks,
        ...(baseUrl !== undefined && { baseUrl }),
        ...(requestsPerSecond !== undefined && { requestsPerSecond }),
      },
      ...(watchFrom !== undefined && { watchFromAt: watchFrom }),
    });
  }
}
