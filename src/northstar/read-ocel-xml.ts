import { Balance, ImportError } from './balance-sheet.ts';
import { xmlText } from './file-chunks.ts';
import { ObjectLogBuilder } from './object-log-builder.ts';
import type { ObjectImport } from './read-ocel-json.ts';
import { Ocel1XmlReader } from './read-ocel1-xml.ts';
import { attributeOf, XmlScanner } from './xml-scan.ts';

/**
 * Reads OCEL 2.0 XML, or 1.0, gzipped or not. References are read in all forms that published samples use:
 * `<relationship object-id>`, `<object object-id>`, `<relobj object-id>`.
 * @throws ImportError for a file that is cut off, not well-formed, not OCEL, or uses entities.
 */
export async function readOcelXml(path: string): Promise<ObjectImport> {
  let reader: OcelXmlReader | Ocel1XmlReader | undefined;
  let scanner: XmlScanner | undefined;
  for await (const text of xmlText(path)) {
    // The first piece is at least 64 kB, or all there is.
    reader ??= version1.test(text) ? new Ocel1XmlReader() : new OcelXmlReader();
    scanner ??= new XmlScanner(reader);
    scanner.push(text);
  }
  if (reader === undefined || scanner === undefined)
    throw new ImportError('ocel-not-ocel', 'the file is empty');
  scanner.end();
  return reader.finish();
}

/** Only OCEL 1.0 has globals, and events and objects that carry nothing in their own tag. */
const version1 = /<global\b|<event>|<object>/;

type Owner = {
  kind: 'event' | 'object' | 'event-type' | 'object-type';
  index: number;
  name: string;
  declared: { name: string; type: string }[];
};

class OcelXmlReader {
  readonly #balance = new Balance('ocel2-xml');
  readonly #builder = new ObjectLogBuilder(this.#balance);
  readonly #path: string[] = [];
  #owner: Owner | undefined;
  #attribute: { name: string; time: string | undefined } | undefined;
  #text = '';
  #sawLists = false;

  open(name: string, attributes: readonly string[]): void {
    const depth = this.#path.push(name);
    if (depth === 1) {
      if (name !== 'log')
        throw new ImportError(
          'ocel-not-ocel',
          `this is not OCEL: the root element is <${name.slice(0, 40)}>, not <log>`,
        );
    } else if (depth === 2) {
      if (name === 'events' || name === 'objects') this.#sawLists = true;
      else if (name === 'trace')
        throw new ImportError('ocel-not-ocel', 'this is XES, not OCEL: <log> holds <trace>');
    } else if (depth === 3) this.#openOwner(name, attributes);
    else if (this.#owner !== undefined && depth === 5) this.#openPart(name, attributes, this.#owner);
  }

  #openOwner(name: string, attributes: readonly string[]): void {
    const type = attributeOf(attributes, 'type');
    const id = attributeOf(attributes, 'id');
    const title = attributeOf(attributes, 'name') ?? '';
    const list = this.#path[1];
    if (list === 'objects' && name === 'object')
      this.#owner = owner('object', this.#builder.addObject(id, type));
    else if (list === 'events' && name === 'event')
      this.#owner = owner('event', this.#builder.addEvent(id, type, attributeOf(attributes, 'time')));
    else if (list === 'event-types' && name === 'event-type') this.#owner = owner('event-type', 0, title);
    else if (list === 'object-types' && name === 'object-type') this.#owner = owner('object-type', 0, title);
    else
      this.#balance.setAside('elements', 'unknown-element', 'elements that OCEL does not know', `<${name}>`);
  }

  #openPart(name: string, attributes: readonly string[], owner: Owner): void {
    const list = this.#path[3];
    if (list === 'attributes' && name === 'attribute') {
      this.#attribute = {
        name: attributeOf(attributes, 'name') ?? '',
        time: attributeOf(attributes, 'time'),
      };
      this.#text = '';
      owner.declared.push({ name: this.#attribute.name, type: attributeOf(attributes, 'type') ?? 'string' });
      return;
    }
    const target = attributeOf(attributes, 'object-id');
    if (list === 'objects' && target !== undefined) {
      const qualifier = attributeOf(attributes, 'qualifier') ?? '';
      if (owner.kind === 'event') this.#builder.relateEvent(owner.index, target, qualifier);
      else this.#builder.relateObject(owner.index, target, qualifier);
    } else
      this.#balance.setAside('elements', 'unknown-element', 'elements that OCEL does not know', `<${name}>`);
  }

  text(text: string): void {
    if (this.#attribute !== undefined) this.#text += text;
    else
      this.#balance.setAside(
        'texts',
        'text-outside',
        'texts outside attributes, which OCEL does not have',
        text.trim(),
      );
  }

  close(): void {
    const depth = this.#path.length;
    const attribute = this.#attribute;
    const owner = this.#owner;
    if (depth === 5 && attribute !== undefined && owner !== undefined) {
      if (owner.kind === 'event') this.#builder.addEventAttribute(owner.index, attribute.name, this.#text);
      else if (owner.kind === 'object')
        this.#builder.addObjectAttribute(owner.index, attribute.name, this.#text, attribute.time);
      this.#attribute = undefined;
    } else if (depth === 3 && owner !== undefined) {
      if (owner.kind === 'event-type') this.#builder.declareEventType(owner.name, owner.declared);
      else if (owner.kind === 'object-type') this.#builder.declareObjectType(owner.name, owner.declared);
      this.#owner = undefined;
    }
    this.#path.pop();
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

function owner(kind: Owner['kind'], index: number, name = ''): Owner {
  return { kind, index, name, declared: [] };
}
