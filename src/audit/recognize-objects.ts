/** Which connector an object is of. Asked once per object, so the answer for a file is remembered. */
import type { ConnectorPure } from '../connectors/contract.ts';
import { connectors } from '../connectors/registry.ts';

export type Recognized = { readonly connector: ConnectorPure; readonly kind: string; readonly id: string };

const sampleMax = 25;

/** Recognizes objects of one file; `hint` is its name without folder and endings. */
export class Recognizer {
  readonly #hint: string;
  #preferred: ConnectorPure | undefined;

  constructor(hint: string) {
    this.#hint = hint;
  }

  get preferred(): ConnectorPure | undefined {
    return this.#preferred;
  }

  /** Lets the connector that knows most of a sample go first. Ties: registry order. */
  prefer(sample: readonly unknown[]): void {
    const some = sample.slice(0, sampleMax);
    let most = 0;
    for (const connector of connectors) {
      let count = 0;
      for (const body of some) if (connector.kindOf(body, this.#hint) !== undefined) count++;
      if (count > most) [most, this.#preferred] = [count, connector];
    }
  }

  find(body: unknown): Recognized | undefined {
    const preferred = this.#preferred;
    const first = preferred?.kindOf(body, this.#hint);
    if (preferred !== undefined && first !== undefined) return { connector: preferred, ...first };
    for (const connector of connectors) {
      if (connector === preferred) continue;
      const found = connector.kindOf(body, this.#hint);
      if (found !== undefined) return { connector, ...found };
    }
    return undefined;
  }
}

/** `woocommerce/orders.json.gz` → `orders`. */
export function hintOf(name: string): string {
  const base = name.slice(name.lastIndexOf('/') + 1);
  return base.replace(/\.gz$/i, '').replace(/\.[^.]*$/, '');
}
