/**
 * What a connection is made of, from options, environment, files, standard input or a person. Secrets come by every way
 * but an option: options stand in the list of processes and in the shell's history.
 */
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { type ConnectionForm, connectionForms } from '../connectors/connection-forms.ts';
import { openHttpClient } from '../connectors/http-client.ts';
import type { ConnectorLive, LiveConnection } from '../connectors/live-contract.ts';
import { findLiveConnector } from '../connectors/live-registry.ts';
import { findConnector } from '../connectors/registry.ts';
import { type System, systems } from '../kernel/fact.ts';
import { AppError } from '../wire/errors.ts';
import type { Ask } from './ask-person.ts';
import { environmentName, secretsFromEnvironment } from './environment-secrets.ts';

export type ConnectionOptions = {
  readonly name?: string;
  readonly url?: string;
  readonly system?: string;
  readonly zone?: string;
  readonly currency?: string;
  readonly orderReference?: string;
  readonly field: readonly string[];
  readonly status: readonly string[];
  readonly location: readonly string[];
  readonly allowNetwork: readonly string[];
  readonly secretEnv: readonly string[];
  readonly secretFile: readonly string[];
  readonly secretsStdin?: true;
};

/** A connection as it is stored, with its secrets apart. */
export type GivenConnection = {
  readonly name: string;
  readonly connector: string;
  readonly system: System;
  readonly baseUrl: string;
  readonly allowedNetworks: readonly string[];
  readonly settings: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, string>>;
};

/** Secrets that are stored: those of the environment come before stored ones at every start, and are never stored. */
export function secretsToStore({ name, secrets }: GivenConnection): Readonly<Record<string, string>> {
  const environment = secretsFromEnvironment(process.env, name);
  return Object.fromEntries(
    Object.entries(secrets).filter(([secret, value]) => environment[secret] !== value),
  );
}

const collect = (value: string, before: readonly string[]): string[] => [...before, value];

/** The options that say where a system is and how to sign in there. */
export function addConnectionOptions(command: Command): Command {
  return command
    .option('--name <name>', 'name of the connection (default: the connector)')
    .option('--url <address>', 'address of the system')
    .option('--system <role>', `its role: ${systems.join(' ')}`)
    .option('--zone <zone>', 'zone of times without one, as Europe/Berlin')
    .option('--currency <code>', 'currency of amounts without one')
    .option('--order-reference <what>', 'what other systems call the order number: number, id or either')
    .option('--field <name=value>', 'a setting of the connector, as database=company', collect, [])
    .option('--status <word=meaning>', 'what a status or stage means', collect, [])
    .option('--location <name=class>', 'what a stock location means', collect, [])
    .option('--allow-network <network>', 'private network it may reach, as 10.20.0.0/16', collect, [])
    .option('--secret-env <name=VARIABLE>', 'take a secret from this variable', collect, [])
    .option('--secret-file <name=file>', 'take a secret from this file', collect, [])
    .option('--secrets-stdin', 'take secrets from standard input: JSON, or name=value lines');
}

/** Gathers everything; asks a person for what is missing where there is one. Throws `connection-invalid`. */
export async function gatherConnection(
  connector: string,
  options: ConnectionOptions,
  ask: Ask | undefined,
): Promise<GivenConnection> {
  const form = connectionForms[connector];
  const pure = findConnector(connector);
  if (form === undefined || pure === undefined || findLiveConnector(connector) === undefined)
    throw new AppError('connector-unknown', {
      detail: `${connector}; there are: ${Object.keys(connectionForms).join(', ')}`,
    });
  const name = options.name ?? connector;
  if (!/^[a-z0-9][a-z0-9-]{0,39}$/.test(name))
    throw invalid([`--name ${name}: small letters, digits and hyphens, at most 40`]);
  const system = options.system ?? pure.system;
  if (!(systems as readonly string[]).includes(system))
    throw invalid([`--system ${system}: choose one of ${systems.join(' ')}`]);
  const missing: string[] = [];
  const baseUrl = await addressOf(form, options, ask, missing);
  const fields = pairs('--field', options.field);
  for (const { name: field, label, isOptional } of form.fields) {
    if (fields[field] !== undefined) continue;
    const typed = await ask?.question(label);
    if (typed !== undefined && typed !== '') fields[field] = typed;
    else if (isOptional !== true) missing.push(`${label}: --field ${field}=…`);
  }
  const secrets = await gatherSecrets(name, form, options, ask, missing);
  if (missing.length > 0) throw invalid(missing);
  const { zone, currency, orderReference } = options;
  const statuses = pairs('--status', options.status);
  const locations = pairs('--location', options.location);
  return {
    name, connector, system: system as System, baseUrl, allowedNetworks: options.allowNetwork, secrets,
    settings: {
      ...(zone !== undefined && { zone }), ...(currency !== undefined && { currency }),
      ...(orderReference !== undefined && { orderReference }),
      ...(Object.keys(fields).length > 0 && { fields }), ...(Object.keys(statuses).length > 0 && { statuses }),
      ...(Object.keys(locations).length > 0 && { locations }),
    },
  }; // prettier-ignore
}

const invalid = (lines: readonly string[]): AppError =>
  new AppError('connection-invalid', { detail: lines.map((line) => `\n  ${line}`).join('') });

async function addressOf(
  form: ConnectionForm,
  options: ConnectionOptions,
  ask: Ask | undefined,
  missing: string[],
): Promise<string> {
  const { label, example, usual } = form.address;
  const typed =
    options.url ??
    (usual !== undefined && usual !== '' ? usual : await ask?.question(`${label} (${example})`)) ??
    usual;
  if (typed === undefined || (typed === '' && usual === undefined)) {
    missing.push(`${label}: --url ${example}`);
    return '';
  }
  if (typed !== '' && (!URL.canParse(typed) || !/^(?:https?|file):$/.test(new URL(typed).protocol)))
    throw invalid([`${label}: ${typed} is no address; write it as ${example}`]);
  if (typed !== '' && (new URL(typed).username !== '' || new URL(typed).password !== ''))
    throw invalid([`${label}: leave user and password out of the address; they are asked apart`]);
  return typed;
}

/** `name=value` options as an object. */
function pairs(option: string, given: readonly string[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const text of given) {
    const at = text.indexOf('=');
    if (at <= 0) throw invalid([`${option} ${text}: write it as name=value`]);
    found[text.slice(0, at)] = text.slice(at + 1);
  }
  return found;
}

async function gatherSecrets(
  connection: string,
  form: ConnectionForm,
  options: ConnectionOptions,
  ask: Ask | undefined,
  missing: string[],
): Promise<Readonly<Record<string, string>>> {
  const given: Record<string, string> =
    options.secretsStdin === true ? secretsOfText(readFileSync(0, 'utf8')) : {};
  for (const [name, file] of Object.entries(pairs('--secret-file', options.secretFile))) {
    try {
      given[name] = readFileSync(file, 'utf8').trim();
    } catch (cause) {
      throw new AppError('file-unreadable', { detail: file, cause });
    }
  }
  for (const [name, variable] of Object.entries(pairs('--secret-env', options.secretEnv))) {
    const value = process.env[variable];
    if (value === undefined) throw invalid([`--secret-env ${name}: the variable ${variable} is not set`]);
    given[name] = value;
  }
  const known = form.secrets.map(({ name }) => name);
  const strange = Object.keys(given).filter((name) => !known.includes(name) && name !== 'webhook');
  if (strange.length > 0) throw invalid(strange.map((name) => `there is no secret “${name}”; there are: ${known.join(', ')}`)); // prettier-ignore
  const environment = secretsFromEnvironment(process.env, connection);
  for (const { name, label, isOptional, isShown } of form.secrets) {
    const variable = environmentName(connection, name);
    const value = given[name] ?? environment[name];
    if (value !== undefined && value !== '') {
      given[name] = value.trim();
      continue;
    }
    const typed = await ask?.question(label, { isHidden: isShown !== true });
    if (typed !== undefined && typed !== '') given[name] = typed;
    else if (isOptional !== true)
      missing.push(`${label}: variable ${variable}, --secret-file ${name}=… or --secrets-stdin`);
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ''));
}

/** `{"consumerKey": "…"}` or lines `consumerKey=…`. */
function secretsOfText(text: string): Record<string, string> {
  if (!text.trimStart().startsWith('{'))
    return pairs('standard input', text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'))); // prettier-ignore
  try {
    const value = JSON.parse(text) as Record<string, unknown>;
    return Object.fromEntries(Object.entries(value).map(([name, secret]) => [name, String(secret)]));
  } catch {
    // Without the text: it is full of secrets.
    throw invalid(['standard input: the JSON is broken']);
  }
}

/** A way to the system of a connection that is not stored (yet). */
export function openGiven(
  given: GivenConnection,
  defaults: { readonly zone: string; readonly currency: string },
): { readonly live: ConnectorLive; readonly connection: LiveConnection } {
  const live = findLiveConnector(given.connector)!;
  const http = openHttpClient({
    secrets: Object.values(given.secrets),
    allowedNetworks: given.allowedNetworks,
    requestsPerSecond: live.contract.requestsPerSecond,
    random: Math.random,
  });
  const settings = {
    ...defaults, orderReference: 'number' as const, locations: {}, statuses: {}, reasons: {}, tenders: {}, fields: {},
    ...given.settings, connection: given.name, system: given.system,
  }; // prettier-ignore
  return { live, connection: { settings, baseUrl: given.baseUrl, secrets: given.secrets, http } };
}
