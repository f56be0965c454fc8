/** Where the objects of all files go, each to its connection. */
import { canonical } from '../connectors/canonical/canonical-connector.ts';
import type { ConnectionSettings, ConnectorPure } from '../connectors/contract.ts';
import type { ConnectionPolicy } from '../kernel/policy-file.ts';
import type { FoundFile } from './find-files.ts';
import type { SheetCounter } from './import-sheet.ts';
import { NewestObjects } from './newest-objects.ts';
import type { ReadTimes } from './read-times.ts';
import { hintOf, Recognizer } from './recognize-objects.ts';
import { StreamedFacts, type Origin } from './streamed-facts.ts';
import { unwrapRows, type Recognize, type Unwrapped } from './unwrap-rows.ts';

export type TargetOptions = {
  readonly connections: readonly ConnectionPolicy[];
  /** Zone and currency where a connection's policy says nothing; no currency: what most objects name. */
  readonly zone: string;
  readonly currency: string | undefined;
  readonly readTimes: ReadTimes;
};

export const defaultCurrency = 'EUR';

export type Connection = {
  readonly name: string;
  readonly connector: ConnectorPure;
  readonly policy: ConnectionPolicy | undefined;
  readonly objects: NewestObjects;
  /** Settings as far as they are known while files are still being read: canonical lines name their currency. */
  readonly settings: ConnectionSettings;
};

export class LoadTarget {
  readonly options: TargetOptions;
  readonly connections = new Map<string, Connection>();
  /** How many objects name each currency. */
  readonly currencies = new Map<string, number>();
  readonly streamed = new StreamedFacts();

  constructor(options: TargetOptions) {
    this.options = options;
  }
}

/** Takes the rows of one file. */
export class RowTaker {
  readonly #target: LoadTarget;
  readonly #file: string;
  readonly #sheet: SheetCounter;
  readonly #recognizer: Recognizer;
  readonly #recognize: Recognize;
  readonly #sink: Unwrapped;
  readonly #fileReadAt: number | undefined;
  #origin: Origin | undefined;

  constructor(target: LoadTarget, file: FoundFile, sheet: SheetCounter) {
    this.#target = target;
    this.#file = file.name;
    this.#sheet = sheet;
    this.#recognizer = new Recognizer(hintOf(file.name));
    this.#recognize = (body) => this.#recognizer.find(body);
    this.#fileReadAt = target.options.readTimes.of(file.name);
    this.#sink = {
      setAside: (reason) => sheet.setAside(reason),
      object: (body, found, readAt) => this.#takeObject(body, found, readAt),
    };
  }

  /** Tells from a sample which connector most rows are of. */
  prefer(sample: readonly unknown[]): void {
    this.#recognizer.prefer(sample);
  }

  take(row: unknown): void {
    const found = this.#recognizer.find(row);
    if (found === undefined) unwrapRows(row, this.#recognize, this.#sink);
    else this.#sink.object(row as object, found, undefined);
  }

  /** Where its canonical facts come from; undefined where most rows are something else. */
  canonicalOrigin(): Origin | undefined {
    if (this.#recognizer.preferred !== canonical) return undefined;
    return this.#originAt(connectionOf(canonical, this.#file, this.#target), this.#fileReadAt);
  }

  #takeObject(body: object, found: ReturnType<Recognize>, readAt: number | undefined): void {
    if (found === undefined) {
      this.#sheet.setAside(`no known system has such an object (${fieldsOf(body)})`);
      return;
    }
    const connection = connectionOf(found.connector, this.#file, this.#target);
    const at = readAt ?? this.#fileReadAt;
    if (found.connector === canonical) {
      this.#target.streamed.add(found, body, this.#originAt(connection, at));
      return;
    }
    countCurrency(body, this.#target.currencies);
    connection.objects.add(found.kind, found.id, { body, readAt: at, sheet: this.#sheet });
  }

  #originAt({ settings }: Connection, readAt: number | undefined): Origin {
    if (this.#origin?.settings !== settings || this.#origin.readAt !== readAt)
      this.#origin = { sheet: this.#sheet, readAt, settings };
    return this.#origin;
  }
}

/** The connection an object belongs to: by folder where policy says so, else the connector's own. */
function connectionOf(connector: ConnectorPure, file: string, target: LoadTarget): Connection {
  const { connections, options } = target;
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
  const prefix = folder.replace(/^\.\//, '').replace(/\/{1,9}$/, '');
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

/** Names of an object's first fields: enough to recognize it by, nothing personal. */
function fieldsOf(body: unknown): string {
  const names = Object.keys(body as object);
  const some = names.slice(0, 4).map((name) => name.slice(0, 30));
  return names.length === 0 ? 'an empty object' : `fields ${some.join(', ')}${names.length > 4 ? '…' : ''}`;
}
