import type { Balance } from './balance-sheet.ts';
import { Dictionary } from './byte-dictionary.ts';
import type { AttributeType } from './object-log.ts';

const typeWords: Readonly<Record<string, AttributeType>> = {
  string: 'string', text: 'string', varchar: 'string', time: 'time', date: 'time', datetime: 'time', timestamp: 'time',
  integer: 'integer', whole: 'integer', int: 'integer', bigint: 'integer', float: 'float', real: 'float', double: 'float', number: 'float',
  numeric: 'float', boolean: 'boolean', bool: 'boolean',
}; // prettier-ignore

/** The five types of OCEL 2.0 from the words that files use for them; undefined for an unknown word. */
function attributeTypeOf(word: string): AttributeType | undefined {
  return typeWords[word.toLowerCase().replace(/ text$/, '')];
}

/** The declared types of a log's events or objects, completed by what the file uses without declaring it. */
export class TypeTable {
  readonly types: { name: string; attributes: { name: string; type: AttributeType }[] }[] = [];
  readonly #what: 'event' | 'object';
  readonly #names = new Dictionary();
  readonly #attributes: Set<string>[] = [];

  constructor(what: 'event' | 'object') {
    this.#what = what;
  }

  declare(name: string, attributes: readonly { name: string; type: string }[], balance: Balance): void {
    if (this.#names.find(name) !== undefined)
      balance.note('duplicate-type', `${this.#what} types declared twice; merged`, name);
    const index = this.#add(name);
    for (const attribute of attributes) {
      const type = attributeTypeOf(attribute.type);
      if (type === undefined)
        balance.note(
          'unknown-attribute-type',
          'attribute types that OCEL does not know; taken as string',
          attribute.type,
        );
      if (this.#attributes[index]!.has(attribute.name))
        balance.note(
          'duplicate-attribute',
          `attributes declared twice for one ${this.#what} type; merged`,
          attribute.name,
        );
      else this.#addAttribute(index, attribute.name, type ?? 'string');
    }
  }

  use(name: string, balance: Balance): number {
    const found = this.#names.find(name);
    if (found !== undefined) return found;
    balance.note(
      'undeclared-type',
      `${this.#what} types that the file uses but does not declare; declared here`,
      name,
    );
    return this.#add(name);
  }

  useAttribute(type: number, name: string, valueType: AttributeType, balance: Balance): void {
    if (this.#attributes[type]!.has(name)) return;
    balance.note(
      'undeclared-attribute',
      'attributes that the file uses but does not declare; declared here',
      `${this.types[type]!.name}: ${name}`,
    );
    this.#addAttribute(type, name, valueType);
  }

  #add(name: string): number {
    const index = this.#names.idOf(name);
    if (index === this.types.length) {
      this.types.push({ name, attributes: [] });
      this.#attributes.push(new Set());
    }
    return index;
  }

  #addAttribute(index: number, name: string, type: AttributeType): void {
    this.#attributes[index]!.add(name);
    this.types[index]!.attributes.push({ name, type });
  }
}
