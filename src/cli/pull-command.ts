/** `reentry pull`: what the systems hold of the last twelve months, into a folder that `reentry audit` takes. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { connectionForms } from '../connectors/connection-forms.ts';
import { findConnector } from '../connectors/registry.ts';
import { SourceUnreachable } from '../connectors/source-unreachable.ts';
import { parseManifest } from '../audit/read-times.ts';
import { AppError } from '../wire/errors.ts';
import { exitCodes } from '../wire/exit-codes.ts';
import { askPerson } from './ask-person.ts';
import {
  addConnectionOptions,
  gatherConnection,
  openGiven,
  type ConnectionOptions,
} from './gather-connection.ts';
import { say } from './output.ts';
import type { Outcome } from './program.ts';
import { pullObjects, type Pulled, type PullTarget } from './pull-objects.ts';

type Options = ConnectionOptions & { readonly into: string; readonly since?: string; readonly data?: string };

const yearMs = 365 * 86_400_000;
/** What was returned in the first weeks was ordered before them. */
const leadMs = 60 * 86_400_000;

export function addPullCommand(program: Command, outcome: Outcome): void {
  addConnectionOptions(
    program
      .command('pull')
      .description('Read the last twelve months of a system, with a read-only key, into a folder that `reentry audit` takes.')
      .addHelpText(
        'before',
        'Examples:\n  reentry pull woocommerce --into exports            asks for address and key\n  reentry pull stripe --into exports --since 2026-01-01\n  reentry pull --data .reentry --into exports        every connection of the service\n  reentry audit exports\n',
      )
      .argument('[connector]', Object.keys(connectionForms).join(', ')),
  )
    .requiredOption('--into <folder>', 'where the files go; several systems go into one folder')
    .option('--since <date>', 'how far back (default: twelve months and the sixty days before them)')
    .option('--data <folder>', 'take the connections of this service instead')
    .action(async (connector: string | undefined, options: Options) => {
      const since = sinceOf(options.since);
      if (connector === undefined && options.data === undefined)
        throw new AppError('usage', { detail: 'say which connector, or --data with the folder of a service' });
      const stop = new AbortController();
      process.once('SIGINT', () => stop.abort());
      const targets = connector === undefined ? await storedTargets(options) : [await givenTarget(connector, options)];
      if (targets.length === 0) throw new AppError('connection-not-found', { detail: options.name ?? 'none is active' });
      for (const target of targets) {
        const { connection } = target;
        const name = connection.settings.connection;
        try {
          say(`${name}: reading what changed since ${new Date(since).toISOString().slice(0, 10)}`);
          const folder = join(options.into, name);
          const pulled = await pullObjects(target, {
            folder, since, signal: stop.signal, now: Date.now, tell: (line) => say(`${name}: ${line}`),
          }); // prettier-ignore
          writeManifest(options.into, name, pulled);
          writePolicy(options.into, target);
          sayPulled(name, pulled);
        } catch (error) {
          if (!(error instanceof SourceUnreachable)) throw error;
          say(`${name}: ${error.message}`);
          say('Run the same again within a day: it goes on where it stopped. The files of an earlier run are as they were.');
          outcome.exit = stop.signal.aborted ? exitCodes.interrupted : exitCodes.unreachable;
        } finally {
          connection.http.close();
        }
        if (stop.signal.aborted) return;
      }
      if (outcome.exit === exitCodes.fine) say(`Now: reentry audit ${options.into}`);
    });
} // prettier-ignore

function sinceOf(text: string | undefined): number {
  if (text === undefined) return Date.now() - yearMs - leadMs;
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw new AppError('time-invalid', { detail: text });
  return at;
}

async function givenTarget(connector: string, options: Options): Promise<PullTarget> {
  const ask = options.secretsStdin === true ? undefined : askPerson();
  try {
    const given = await gatherConnection(connector, options, ask);
    const defaults = { zone: options.zone ?? 'UTC', currency: options.currency ?? 'EUR' };
    return { pure: findConnector(connector)!, ...openGiven(given, defaults) };
  } finally {
    ask?.close();
  }
}

async function storedTargets({ data, name }: Options): Promise<readonly PullTarget[]> {
  const { openStoredConnections } = await import('./stored-connections.ts');
  return openStoredConnections(data!, name);
}

function sayPulled(name: string, { files, setAside }: Pulled): void {
  for (const { file, objects } of files) say(`${name}: ${objects} in ${file}`);
  for (const line of setAside.slice(0, 20)) say(`${name}: could not be read: ${line}`);
  if (setAside.length > 20) say(`${name}: and ${setAside.length - 20} more could not be read`);
}

/** Adds the read times to `manifest.json`; those of other systems in it stay. */
function writeManifest(folder: string, name: string, { files }: Pulled): void {
  const path = join(folder, 'manifest.json');
  const before = readJson(path);
  const known = typeof parseManifest(before) === 'object' ? (before as { files?: object }) : {};
  const own = Object.fromEntries(files.map(({ file, readAt }) => [`${name}/${file}`, readAt]));
  const text = JSON.stringify({ ...known, files: { ...known.files, ...own } }, null, 2);
  writeFileSync(path, `${text}\n`);
}

/** Adds what was said about the connection to `policy.json`; nothing that stands there already is changed. */
function writePolicy(folder: string, { pure, connection }: PullTarget): void {
  const path = join(folder, 'policy.json');
  const before = (readJson(path) ?? {}) as { readonly zone?: string; readonly currency?: string; readonly connections?: object };
  const { connection: name, system: _system, zone, currency, ...maps } = connection.settings;
  const said = Object.fromEntries(
    Object.entries(maps).filter(([, value]) => typeof value === 'string' || Object.keys((value ?? {}) as object).length > 0),
  );
  const own = { connector: pure.name, path: name, zone, currency, ...said };
  if (before.connections !== undefined && Object.hasOwn(before.connections, name)) return;
  const text = JSON.stringify({ zone, currency, ...before, connections: { ...before.connections, [name]: own } }, null, 2);
  writeFileSync(path, `${text}\n`);
} // prettier-ignore

function readJson(path: string): unknown {
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as unknown;
  } catch (cause) {
    throw new AppError('file-unreadable', { detail: path, cause });
  }
}
