/**
 * Mappings for exports that many shops have, so that they need none of their own. A preset is JSON as a mapping file
 * holds it; `reentry audit --draft-map` writes it out, to be changed where a shop differs. PayPal's headings were seen
 * in public samples, Klarna's and Stripe's fields in public schemas; the lists of WooCommerce, HubSpot and Odoo can be
 * exported with other columns and words, and were not checked against a live export.
 */
import { bankPresets } from './preset-bank.ts';
import { erpPresets } from './preset-erp.ts';
import { gatewayPresets } from './preset-gateway.ts';
import { shopPresets } from './preset-shop.ts';

export type Preset = {
  /** `paypal-activity-de`: what it is, and its language where headings have one. */
  readonly name: string;
  readonly title: string;
  /** Headings by which the file is recognized; all must be there. */
  readonly marks: readonly string[];
  /** JSON of the mapping. */
  readonly mapping: unknown;
};

export const presets: readonly Preset[] = [...bankPresets, ...gatewayPresets, ...shopPresets, ...erpPresets];

/**
 * Preset by name, or undefined.
 *
 * @public
 */
export function findPreset(name: string): Preset | undefined {
  return presets.find((preset) => preset.name === name);
}

/** The preset whose marks a table has; of several the one with most marks. */
export function recognizePreset(columns: readonly string[]): Preset | undefined {
  const has = new Set(columns);
  return presets
    .filter(({ marks }) => marks.every((mark) => has.has(mark)))
    .toSorted((left, right) => right.marks.length - left.marks.length)[0];
}
