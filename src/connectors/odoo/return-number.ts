/**
 * Return numbers and document names in the free texts of Odoo: `origin` of a picking or a scrap, `ref` of a credit
 * note. The setting `fields.returnNumber` (a regular expression) replaces the rule for how a return number looks.
 */
import type { ConnectionSettings } from '../contract.ts';
import { normalizeNumber } from '../../kernel/term.ts';

const usualReturnNumber = /\b(?:RMA|RETURN|RETOURE|RTN|RET)[-_ #:/]{0,2}[A-Z]{0,3}\d[\w-]*/i;
const documentName = /\b[\w-]{1,40}\/(?!\d{4}\/)[\w-]{1,40}\/\d+\b/;

/** The return number in a text (`Reversal of: INV/2026/00002, RMA-7101`), normalized, or undefined. */
export function findReturnNumber(text: string, settings: ConnectionSettings): string | undefined {
  const match = patternOf(settings).exec(text);
  const found = match === null ? '' : normalizeNumber(match[1] ?? match[0]);
  return found === '' ? undefined : found;
}

/** The name of a transfer in a text: `WH/IN/00026`. */
export function findDocumentName(text: string): string | undefined {
  return documentName.exec(text)?.[0];
}

/** One word with a digit: what people type when they type a number. */
export function isOneNumber(text: string): boolean {
  return /^#?(?=\D*\d)[\p{L}\d_.-]+$/u.test(text);
}

const compiled = new Map<string, RegExp>();

function patternOf(settings: ConnectionSettings): RegExp {
  const own = settings.fields['returnNumber'];
  if (own === undefined) return usualReturnNumber;
  let pattern = compiled.get(own);
  if (pattern === undefined) {
    try {
      pattern = new RegExp(own, 'i');
    } catch {
      pattern = usualReturnNumber;
    }
    compiled.set(own, pattern);
  }
  return pattern;
}
