import { ImportError } from './balance-sheet.ts';
import { xmlText } from './file-chunks.ts';
import type { Arc, PetriNet } from './petri-net.ts';
import { attributeOf, XmlScanner } from './xml-scan.ts';

/**
 * Reads a place/transition net from PNML. A transition is silent when a tool marked it `$invisible$`. Without a
 * final marking, every place without outgoing arcs holds one token at the end.
 * @throws ImportError for a file that is no PNML, refers to what is not there, or uses arcs of other kinds.
 */
export async function readPnml(path: string): Promise<PetriNet> {
  const reader = new PnmlReader();
  const scanner = new XmlScanner(reader);
  for await (const text of xmlText(path)) scanner.push(text);
  scanner.end();
  return reader.finish();
}

type Node = { readonly kind: 'place' | 'transition'; readonly index: number };
type PlaceDraft = { name: string; initial: number; final: number };
type TransitionDraft = { name: string; silent: boolean; inputs: Arc[]; outputs: Arc[] };
type ArcDraft = { source: string; target: string; weight: number };

class PnmlReader {
  readonly #path: string[] = [];
  readonly #nodes = new Map<string, Node>();
  readonly #places: PlaceDraft[] = [];
  readonly #transitions: TransitionDraft[] = [];
  readonly #arcs: ArcDraft[] = [];
  #netName = '';
  #sawNet = false;
  #node: Node | undefined;
  #arc: ArcDraft | undefined;
  #finalPlace: PlaceDraft | undefined;
  #finalMarkings = 0;
  #text = '';

  open(name: string, attributes: readonly string[]): void {
    const depth = this.#path.push(name);
    if (depth === 1 && name !== 'pnml')
      throw new ImportError('pnml-not-pnml', `this is not PNML: the root element is <${name.slice(0, 40)}>`);
    this.#text = '';
    const id = attributeOf(attributes, 'id') ?? '';
    if (name === 'net') {
      if (this.#sawNet) throw new ImportError('pnml-many-nets', 'the file holds more than one net');
      this.#sawNet = true;
      this.#netName = id;
    } else if (this.#path.includes('finalmarkings')) {
      if (name === 'marking') this.#finalMarkings++;
      if (name === 'place')
        this.#finalPlace = this.#places[this.#find(attributeOf(attributes, 'idref') ?? id, 'place')];
    } else if (name === 'place') {
      this.#node = this.#add(id, {
        kind: 'place',
        index: this.#places.push({ name: id, initial: 0, final: 0 }) - 1,
      });
    } else if (name === 'transition') {
      this.#node = this.#add(id, {
        kind: 'transition',
        index: this.#transitions.push({ name: id, silent: false, inputs: [], outputs: [] }) - 1,
      });
    } else if (name === 'arc') {
      this.#arc = {
        source: attributeOf(attributes, 'source') ?? '',
        target: attributeOf(attributes, 'target') ?? '',
        weight: 1,
      };
      this.#arcs.push(this.#arc);
    } else if (
      name === 'toolspecific' &&
      this.#node?.kind === 'transition' &&
      this.#parent(1) === 'transition'
    ) {
      if (attributeOf(attributes, 'activity') === '$invisible$')
        this.#transitions[this.#node.index]!.silent = true;
    }
  }

  text(text: string): void {
    this.#text += text;
  }

  close(name: string): void {
    const text = this.#text.trim();
    if (name === 'text' && text !== '') this.#closeText(this.#parent(1), text);
    this.#path.pop();
    if (name === 'place' || name === 'transition') this.#node = undefined;
    if (name === 'arc') this.#arc = undefined;
    this.#text = '';
  }

  #closeText(of: string | undefined, text: string): void {
    const node = this.#node;
    if (this.#finalPlace !== undefined && of === 'place') {
      // Several final markings: the first counts, as it does for the tools that write them.
      if (this.#finalMarkings <= 1) this.#finalPlace.final = tokens(text);
    } else if (of === 'name' && node !== undefined && this.#parent(2) === node.kind) {
      (node.kind === 'place' ? this.#places : this.#transitions)[node.index]!.name = text;
    } else if (of === 'initialMarking' && node?.kind === 'place')
      this.#places[node.index]!.initial = tokens(text);
    else if (of === 'inscription' && this.#arc !== undefined) this.#arc.weight = tokens(text);
    else if (of === 'arctype' && text !== 'normal')
      throw new ImportError('pnml-arc', `arcs of type "${text.slice(0, 40)}" are not read`);
  }

  /** Element that many levels above the one at hand. */
  #parent(levels: number): string | undefined {
    return this.#path.at(-1 - levels);
  }

  #add(id: string, node: Node): Node {
    if (this.#nodes.has(id)) throw new ImportError('pnml-duplicate-id', `the id "${id}" is there twice`);
    this.#nodes.set(id, node);
    return node;
  }

  #find(id: string, kind: Node['kind']): number {
    const node = this.#nodes.get(id);
    if (node?.kind !== kind) throw new ImportError('pnml-dangling', `there is no ${kind} "${id}"`);
    return node.index;
  }

  finish(): PetriNet {
    if (!this.#sawNet) throw new ImportError('pnml-not-pnml', 'the file holds no net');
    for (const { source, target, weight } of this.#arcs) {
      const from = this.#nodes.get(source);
      if (from === undefined)
        throw new ImportError('pnml-dangling', `an arc comes from "${source}", which is not there`);
      if (from.kind === 'place')
        this.#transitions[this.#find(target, 'transition')]!.inputs.push({ place: from.index, weight });
      else this.#transitions[from.index]!.outputs.push({ place: this.#find(target, 'place'), weight });
    }
    if (!this.#places.some((place) => place.final > 0)) {
      const left = new Set(
        this.#transitions.flatMap((transition) => transition.inputs.map((arc) => arc.place)),
      );
      this.#places.forEach((place, index) => {
        place.final = left.has(index) ? 0 : 1;
      });
    }
    return {
      name: this.#netName,
      places: this.#places.map((place) => place.name),
      transitions: this.#transitions.map(({ name, silent, inputs, outputs }) => ({
        label: silent ? undefined : name,
        inputs,
        outputs,
      })),
      initial: this.#places.map((place) => place.initial),
      final: this.#places.map((place) => place.final),
    };
  }
}

function tokens(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 0 || count > 255)
    throw new ImportError('pnml-tokens', `"${text.slice(0, 40)}" is no count of tokens`);
  return count;
}
