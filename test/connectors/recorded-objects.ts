/** Recorded exchanges with real servers, and what the pure halves of the connectors make of the objects in them. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { connectors } from '../../src/connectors/registry.ts';
import type {
  ConnectionSettings,
  ConnectorPure,
  ReadContext,
  Reading,
  SourceObject,
} from '../../src/connectors/contract.ts';
import type { Fact } from '../../src/kernel/fact.ts';

export type Json = Readonly<Record<string, unknown>>;
export const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** One recorded exchange; notes of several exchanges have other members, all are in `whole`. */
export type Recording = {
  readonly name: string;
  readonly whole: Json;
  readonly request: Json;
  readonly response: Json | undefined;
};

export type System = 'woocommerce' | 'tryton' | 'rt' | 'odoo';

const root = new URL('../fixtures/recordings/', import.meta.url);

export function recordingsOf(system: System): readonly Recording[] {
  const folder = new URL(`${system}/`, root);
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => {
      const whole = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Json;
      const { request, response } = whole;
      return {
        name: basename(file, '.json'),
        whole,
        request: isJson(request) ? request : {},
        response: isJson(response) ? response : undefined,
      };
    });
}

export function settingsOf(
  connector: ConnectorPure,
  more: Partial<ConnectionSettings> = {},
): ConnectionSettings {
  return {
    connection: connector.name, system: connector.system, zone: 'UTC', currency: 'EUR', orderReference: 'number',
    locations: {}, statuses: {}, reasons: {}, tenders: {}, fields: {}, ...more,
  }; // prettier-ignore
}

/** Every object of the system anywhere in a value, the outermost first; one kind and id once, its last version. */
export function objectsIn(value: unknown, connector: ConnectorPure, hint: string): SourceObject[] {
  const found = new Map<string, SourceObject>();
  const walk = (entry: unknown): void => {
    if (Array.isArray(entry)) return entry.forEach(walk);
    if (!isJson(entry)) return;
    const known = connector.kindOf(entry, hint);
    if (known !== undefined) {
      found.set(`${known.kind}/${known.id}`, { connection: connector.name, ...known, body: entry });
      return;
    }
    Object.values(entry).forEach(walk);
  };
  walk(value);
  return [...found.values()];
}

/** Lookups as a store answers them; Odoo's transfers also by their name. */
export function contextOf(objects: Iterable<SourceObject>, settings: ConnectionSettings): ReadContext {
  const byRef = new Map<string, unknown>();
  for (const { kind, id, body } of objects) {
    byRef.set(`${kind}/${id}`, body);
    if (kind === 'stock.picking' && isJson(body))
      byRef.set(`stock.picking.name/${String(body['name'])}`, body);
  }
  return { settings, lookup: (kind, id) => byRef.get(`${kind}/${id}`) };
}

/** Other connectors that claim a body: must be none. */
export function claimsBeside(own: ConnectorPure, body: unknown, hint: string): readonly string[] {
  return connectors
    .filter((other) => other !== own && other.kindOf(body, hint) !== undefined)
    .map(({ name }) => name);
}

const shown = [
  'number', 'total', 'tender', 'sku', 'quantity', 'from', 'to', 'cause', 'document', 'documentCancelled', 'linked',
  'payment', 'purpose', 'rma', 'claim', 'what', 'about', 'announces', 'keep', 'reference', 'refund',
] as const; // prettier-ignore

/** A fact in one short text: type, units, amounts in minor units, payment and state. */
export function factWords(fact: Fact): string {
  const values = fact as unknown as Json;
  const { money, lines, shipping } = values;
  return [
    fact.type,
    ...(isJson(money) ? [`${String(money['minor'])} ${String(money['currency'])}`] : []),
    ...shown.flatMap((name) => (values[name] === undefined ? [] : [`${name}=${String(values[name])}`])),
    ...(Array.isArray(lines)
      ? lines
          .filter(isJson)
          .map((line) => `${String(line['sku'])}*${String(line['quantity'])}@${String(line['gross'])}`)
      : []),
    ...(isJson(shipping) && shipping['gross'] !== 0 ? [`shipping@${String(shipping['gross'])}`] : []),
  ].join(' ');
}

/** What is read of one object: its kind and id, then its facts, then what could not be read. */
export function readingWords(object: SourceObject, reading: Reading): string {
  const words = [
    ...reading.facts.map(factWords),
    ...reading.unread.map(({ code, field }) => `${code} ${field}`),
  ];
  return [`${object.kind}/${object.id}`, words.join(', ')].filter((part) => part !== '').join(': ');
}

/** A long list in few words: how many of each kind and each fact, and the sum of their money. */
export function listWords(readings: readonly { object: SourceObject; reading: Reading }[]): string {
  const counts = new Map<string, number>();
  const count = (word: string, by = 1): void => void counts.set(word, (counts.get(word) ?? 0) + by);
  for (const { object, reading } of readings) {
    count(object.kind);
    for (const fact of reading.facts) {
      count(fact.type);
      if ('money' in fact && fact.money !== undefined) count(`${fact.type} minor`, fact.money.minor);
    }
    for (const { code } of reading.unread) count(code);
  }
  return [...counts].map(([word, number]) => `${number} ${word}`).join(', ');
}

/** Lines `name | words` of a table; a name alone at the left begins a recording, lines below it continue. */
export function tableOf(text: string): ReadonlyMap<string, readonly string[]> {
  const table = new Map<string, string[]>();
  let current: string[] = [];
  for (const line of text.split('\n').filter((row) => row.trim() !== '')) {
    if (/^\s/.test(line)) current.push(line.trim());
    else {
      const bar = line.indexOf(' | ');
      const name = line.slice(0, bar);
      if (bar < 0 || table.has(name)) throw new Error(`Two rows or no words for "${line}".`);
      table.set(name, (current = [line.slice(bar + 3).trim()]));
    }
  }
  return table;
}
