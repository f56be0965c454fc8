/**
 * Secrets of connections from the environment, for those who keep them in a vault of their own:
 *
 *   REENTRY_SECRET_SHOP__CONSUMER_KEY=ck_…             secret `consumerKey` of the connection `shop`
 *   REENTRY_SECRET_SHOP_DE__WEBHOOK_FILE=/run/secrets/hook   secret `webhook` of `shop-de`, first line of a file
 *
 * They come before those that are stored, and are never stored.
 */
import { readFileSync } from 'node:fs';
import { AppError } from '../wire/errors.ts';

const filed = '_FILE';

/** Secrets of one connection by name. Throws `secret-unreadable`. */
export function secretsFromEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  connection: string,
): Record<string, string> {
  const prefix = `REENTRY_SECRET_${connection.toUpperCase().replaceAll('-', '_')}__`;
  const secrets: Record<string, string> = {};
  for (const [variable, value] of Object.entries(environment)) {
    if (!variable.startsWith(prefix) || value === undefined || value === '') continue;
    const name = variable.slice(prefix.length);
    if (name.endsWith(filed)) secrets[camel(name.slice(0, -filed.length))] = firstLine(value, variable);
    else secrets[camel(name)] = value;
  }
  return secrets;
}

/** Variable that a secret may come in: `REENTRY_SECRET_SHOP__CONSUMER_KEY` for `shop` and `consumerKey`. */
export function environmentName(connection: string, secret: string): string {
  const words = secret.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase();
  return `REENTRY_SECRET_${connection.toUpperCase().replaceAll('-', '_')}__${words}`;
}

/** `CONSUMER_KEY` → `consumerKey`, as connectors name their secrets. */
function camel(name: string): string {
  return name.toLowerCase().replace(/_([a-z0-9])/g, (_all, letter: string) => letter.toUpperCase());
}

function firstLine(path: string, variable: string): string {
  try {
    return readFileSync(path, 'utf8').split(/\r?\n/)[0] ?? '';
  } catch (cause) {
    throw new AppError('secret-unreadable', { detail: `${variable}: ${path}`, cause });
  }
}
