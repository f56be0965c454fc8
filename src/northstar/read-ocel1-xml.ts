import { Balance, ImportError } from './balance-sheet.ts';
import { ObjectLogBuilder } from './object-log-builder.ts';
import type { ObjectImport } from './read-ocel-json.ts';
import { attributeOf } from './xml-scan.ts';

type Entry = { readonly key: string; readonly value: string };
type Row = { readonly own: Map<string, string>; readonly related: string[]; readonly values: Entry[] };

/**
 * Reads OCEL 1.0 XML, which writes everything as key and value: `<string key="id" value="e1"/>`, related objects in
 * `<list key="omap">`, attributes in `<list key="vmap">` and `<list key="ovmap">`. Events may come before objects.
 */
export class Ocel1XmlReader {
  readonly #balance = new Balance('ocel1-xml');
  readonly #builder = new ObjectLogBuilder(this.#balance);
  readonly #path: string[] = [];
  #row: Row | undefined;
  #list = '';
  #sawLists = false;

  open(name: string, attributes: readonly string[]): void {
    const depth = this.#path.push(name);
    const key = attributeOf(attributes, 'key') ?? '';
    if (depth === 1) {
      if (name !== 'log')
        throw new ImportError(
          'ocel-not-ocel',
          `this is not OCEL: the root element is <${name.slice(0, 40)}>, not <log>`,
        );
    } else if (depth === 2) {
      if (name === 'events' || name === 'objects') this.#sawLists = true;
      else if (name !== 'global') this.#unknown(name);
    } else if (this.#path[1] === 'global') {
      const value = attributeOf(attributes, 'value');
      if (key === 'object-type' && value !== undefined) this.#builder.declareObjectType(value, []);
    } else if (depth === 3) {
      if (`${name}s` === this.#path[1]) this.#row = { own: new Map(), related: [], values: [] };
      else this.#unknown(name);
    } else if (this.#row !== undefined) this.#openPart(name, key, attributes, depth, this.#row);
  }

  #openPart(name: string, key: string, attributes: readonly string[], depth: number, row: Row): void {
    const value = attributeOf(attributes, 'value');
    if (depth === 4 && name === 'list') this.#list = key;
    else if (depth === 4 && value !== undefined) row.own.set(key, value);
    else if (depth === 5 && value !== undefined && this.#list === 'omap') row.related.push(value);
    else if (depth === 5 && value !== undefined && /^o?vmap$/.test(this.#list))
      row.values.push({ key, value });
    else this.#unknown(name);
  }

  text(text: string): void {
    this.#balance.setAside('texts', 'text-outside', 'texts, which OCEL 1.0 does not have', text.trim());
  }

  close(): void {
    const row = this.#row;
    if (this.#path.length === 3 && row !== undefined) {
      if (this.#path[2] === 'event') this.#addEvent(row);
      else this.#addObject(row);
      this.#row = undefined;
    }
    this.#path.pop();
  }

  #addEvent({ own, related, values }: Row): void {
    const index = this.#builder.addEvent(own.get('id'), own.get('activity'), own.get('timestamp'));
    for (const { key, value } of values) this.#builder.addEventAttribute(index, key, value);
    for (const object of related) this.#builder.relateEvent(index, object, '');
  }

  #addObject({ own, values }: Row): void {
    const index = this.#builder.addObject(own.get('id'), own.get('type'));
    for (const { key, value } of values) this.#builder.addObjectAttribute(index, key, value, undefined);
  }

  #unknown(name: string): void {
    this.#balance.setAside('elements', 'unknown-element', 'elements that OCEL does not know', `<${name}>`);
  }

  finish(): ObjectImport {
    if (!this.#sawLists)
      throw new ImportError(
        'ocel-not-ocel',
        'this XML is not OCEL: <log> has neither <events> nor <objects>',
      );
    const log = this.#builder.finish();
    return { log, balance: this.#balance.sheet() };
  }
}
