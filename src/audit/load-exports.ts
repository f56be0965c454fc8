/**
 * Loads an audit's files: finds out what each holds, keeps the newest snapshot of each object and draws up a
 * balance sheet per file. Nothing is skipped in silence.
 */
import type { ConnectionSettings, ConnectorPure } from '../connectors/contract.ts';
import type { ConnectionPolicy } from '../kernel/policy-file.ts';
import { AppError } from '../wire/errors.ts';
import { decodeText } from './decode-text.ts';
import { fileChunks, GzipDamaged, isGzip } from './file-chunks.ts';
import type { FoundFile } from './find-files.ts';
import { SheetCounter, type ImportSheet } from './import-sheet.ts';
import { LineReader, startsWithLines } from './line-reader.ts';
import { NewestObjects } from './newest-objects.ts';
import { readJsonRows } from './read-json-rows.ts';
import type { ReadTimes } from './read-times.ts';
import { hintOf, Recognizer } from './recognize-objects.ts';
import type { ConnectionObjects } from './reconcile.ts';
import { originOf, StreamedFacts, type Origin } from './streamed-facts.ts';
import { unwrapRows, type Recognize, type Unwrapped } from './unwrap-rows.ts';

export type LoadOptions = {
  readonly connections: readonly ConnectionPolicy[];
  /** Zone and currency where a connection's policy says nothing; no currency: what most objects name. */
  readonly zone: string;
  readonly currency: string | undefined;
  readonly readTimes: ReadTimes;
};

export type Loaded = {
  readonly connections: readonly ConnectionObjects[];
  /** Canonical facts, already read. */
  readonly streamed: StreamedFacts;
  /** Balance sheets. Complete once canonical facts have been read, order by order, by `reconcileEach`. */
  imports(): ImportSheet[];
  /** What is known to be missing: files that were cut off or could not be read. */
  readonly incomplete: readonly string[];
};

type Connection = {
  readonly name: string;
  readonly connector: ConnectorPure;
  readonly policy: ConnectionPolicy | undefined;
  readonly objects: NewestObjects;
  /** Settings as far as they are known while files are still being read: canonical lines name their currency. */
  readonly settings: ConnectionSettings;
};

const defaultCurrency = 'EUR';
/** Node holds no text of more than 512 MB. */
const textBytesMax = 500 << 20;

/** Loads all files. Throws `nothing-understood` when not one object was recognized. */
export async function loadExports(files: readonly FoundFile[], options: LoadOptions): Promise<Loaded> {
  const loader = new Loader(options);
  for (const file of files) await loader.load(file);
  return loader.finish();
}

class Loader {
  readonly #options: LoadOptions;
  readonly #connections = new Map<string, Connection>();
  readonly #sheets: SheetCounter[] = [];
  readonly #currencies = new Map<string, number>();
  readonly #streamed = new StreamedFacts();

  constructor(options: LoadOptions) {
    this.#options = options;
  }

  /** One file: line by line where it has lines, else as a whole. */
  async load(file: FoundFile): Promise<void> {
    const sheet = new SheetCounter(file.name);
    this.#sheets.push(sheet);
    const gzip = isGzip(file);
    const parts: Buffer[] = [];
    let lines: LineReader | undefined;
    try {
      for await (const chunk of fileChunks(file, gzip)) {
        if (parts.length === 0 && lines === undefined && startsWithLines(chunk)) {
          const taker = this.#rowTaker(file, sheet);
          const setAside = (reason: string): void => missing(sheet, reason);
          lines = new LineReader(file.name, { row: taker, setAside });
        }
        if (lines === undefined) parts.push(Buffer.from(chunk));
        else lines.push(chunk);
      }
    } catch (error) {
      if (!(error instanceof GzipDamaged)) throw error;
      missing(sheet, `${file.name}: the gzip file is damaged or cut off; copy it again`);
    }
    if (lines === undefined) this.#loadWhole(Buffer.concat(parts), file, sheet, gzip);
    else {
      sheet.format = gzip ? 'NDJSON, gzip' : 'NDJSON';
      lines.end();
    }
  }

  #loadWhole(bytes: Buffer, file: FoundFile, sheet: SheetCounter, gzip: boolean): void {
    const named = /\.(json|ndjson|jsonl)(\.gz)?$/i.test(file.name);
    const decoded = decodeText(bytes);
    if (!decoded.ok) {
      sheet.format = 'unknown';
      if (named) missing(sheet, `${file.name}: ${decoded.message}`);
      else sheet.setAside(`${file.name}: ${decoded.message}`);
      return;
    }
    if (decoded.bytes.length > textBytesMax) {
      sheet.format = 'unknown';
      missing(
        sheet,
        `${file.name}: one JSON document of more than ${textBytesMax >> 20} MB; export it as NDJSON, one object per line`,
      );
      return;
    }
    const text = decoded.bytes.toString('utf8');
    const details = [gzip ? 'gzip' : undefined, decoded.encoding === 'UTF-8' ? undefined : decoded.encoding];
    if (!named && !/^\s*[[{]/.test(text)) {
      sheet.format = 'text';
      sheet.setAside(`${file.name}: not an export of an API (expected JSON or NDJSON)`);
      return;
    }
    const rows: unknown[] = [];
    const format = readJsonRows(text, file.name, {
      row: (value) => void rows.push(value),
      setAside: (reason) => missing(sheet, reason),
    });
    sheet.format = [format, ...details.filter((detail) => detail !== undefined)].join(', ');
    const take = this.#rowTaker(file, sheet, rows);
    for (const row of rows) take(row);
  }

  /** Takes the rows of one file. `sample`: what its connector is told from; else the first row. */
  #rowTaker(
    file: FoundFile,
    sheet: SheetCounter,
    sample?: readonly unknown[],
  ): (row: unknown, line?: Buffer) => void {
    const recognizer = new Recognizer(hintOf(file.name));
    if (sample !== undefined) recognizer.prefer(sample);
    let prefers = sample !== undefined;
    const fileReadAt = this.#options.readTimes.of(file.name);
    let origin: Origin | undefined;
    let bytes: Buffer | undefined;
    const recognize: Recognize = (body) => recognizer.find(body);
    const sink: Unwrapped = {
      setAside: (reason) => sheet.setAside(reason),
      object: (body, found, readAt) => {
        if (found === undefined) {
          sheet.setAside(`no known system has such an object (${fieldsOf(body)})`);
          return;
        }
        const connection = connectionOf(found.connector, file.name, this.#options, this.#connections);
        if (found.connector.name === 'canonical') {
          const { connector } = found;
          const at = readAt ?? fileReadAt;
          if (origin?.settings !== connection.settings || origin.readAt !== at) {
            origin = originOf(sheet, at, connector, connection.settings);
          }
          this.#streamed.add(found, body, origin, bytes);
          return;
        }
        countCurrency(body, this.#currencies);
        connection.objects.add(found.kind, found.id, { body, readAt: readAt ?? fileReadAt, sheet });
      },
    };
    return (row, line) => {
      if (!prefers) recognizer.prefer([row]);
      prefers = true;
      const found = recognizer.find(row);
      // The line is the object itself; of an envelope around it the bytes are no use.
      bytes = found === undefined ? undefined : line;
      if (found === undefined) unwrapRows(row, recognize, sink);
      else sink.object(row as object, found, undefined);
    };
  }

  finish(): Loaded {
    const imports = (): ImportSheet[] => this.#sheets.map((sheet) => sheet.sheet());
    if (this.#sheets.every((sheet) => sheet.kept === 0)) {
      throw new AppError('nothing-understood', { detail: describeImports(imports()) });
    }
    const currency = this.#options.currency ?? mostCommon(this.#currencies) ?? defaultCurrency;
    return {
      connections: [...this.#connections.values()]
        .sort((left, right) => (left.name < right.name ? -1 : 1))
        .map((connection) => ({
          connector: connection.connector,
          settings: settingsOf(connection, { ...this.#options, currency }),
          objects: connection.objects.bodies(),
        })),
      streamed: this.#streamed,
      imports,
      incomplete: this.#sheets.flatMap((sheet) => (sheet.incomplete === undefined ? [] : [sheet.incomplete])),
    };
  }
}

/** Sets something aside that should have been there: what the file says is no longer the whole truth. */
function missing(sheet: SheetCounter, reason: string): void {
  sheet.setAside(reason);
  sheet.incomplete ??= reason;
}

/** The connection an object belongs to: by folder where policy says so, else the connector's own. */
function connectionOf(
  connector: ConnectorPure,
  file: string,
  options: LoadOptions,
  connections: Map<string, Connection>,
): Connection {
  let policy: ConnectionPolicy | undefined;
  for (const candidate of options.connections) {
    if (candidate.connector !== connector.name || !isBelow(file, candidate.path)) continue;
    if (policy === undefined || (candidate.path?.length ?? 0) > (policy.path?.length ?? 0))
      policy = candidate;
  }
  const name = policy?.name ?? connector.name;
  let connection = connections.get(name);
  if (connection === undefined) {
    const settings = settingsOf(
      { name, connector, policy },
      { ...options, currency: options.currency ?? defaultCurrency },
    );
    connection = { name, connector, policy, settings, objects: new NewestObjects(connector.name) };
    connections.set(name, connection);
  }
  return connection;
}

function isBelow(file: string, folder: string | undefined): boolean {
  if (folder === undefined) return true;
  const prefix = folder.replace(/^\.\//, '').replace(/\/+$/, '');
  return file === prefix || file.startsWith(`${prefix}/`);
}

/** Settings of a connection: its policy, else the defaults. */
export function settingsOf(
  connection: {
    readonly name: string;
    readonly connector: ConnectorPure;
    readonly policy: ConnectionPolicy | undefined;
  },
  defaults: { readonly zone: string; readonly currency: string },
): ConnectionSettings {
  const { policy, connector, name } = connection;
  return {
    connection: name,
    system: policy?.system ?? connector.system,
    zone: policy?.zone ?? defaults.zone,
    currency: policy?.currency ?? defaults.currency,
    orderReference: policy?.orderReference ?? 'number',
    locations: policy?.locations ?? {},
    statuses: policy?.statuses ?? {},
    reasons: policy?.reasons ?? {},
    tenders: policy?.tenders ?? {},
    fields: policy?.fields ?? {},
  };
}

function countCurrency(body: unknown, currencies: Map<string, number>): void {
  const { currency } = body as { readonly currency?: unknown };
  if (typeof currency !== 'string' || !/^[A-Za-z]{3}$/.test(currency)) return;
  const code = currency.toUpperCase();
  currencies.set(code, (currencies.get(code) ?? 0) + 1);
}

function mostCommon(counts: ReadonlyMap<string, number>): string | undefined {
  let best: string | undefined;
  for (const [key, count] of counts) if (best === undefined || count > counts.get(best)!) best = key;
  return best;
}

/** Names of an object's first fields: enough to recognize it by, nothing personal. */
function fieldsOf(body: unknown): string {
  const names = Object.keys(body as object);
  const some = names.slice(0, 4).map((name) => name.slice(0, 30));
  return names.length === 0 ? 'an empty object' : `fields ${some.join(', ')}${names.length > 4 ? '…' : ''}`;
}

/** One line per file, for the message when nothing was understood. */
function describeImports(imports: readonly ImportSheet[]): string {
  const lines = imports.slice(0, 20).map((sheet) => {
    const reasons = sheet.setAside.map(({ reason, count }) => (count > 1 ? `${count} × ${reason}` : reason));
    return `\n  ${sheet.file}: ${reasons.length === 0 ? 'no objects' : reasons.join('; ')}`;
  });
  const rest = imports.length > 20 ? `\n  and ${imports.length - 20} further files` : '';
  return lines.join('') + rest;
}
