/** The words of a withdrawal: shown before it is confirmed, acknowledged, and mailed, always the same. */
import type { Language } from '../../kernel/wording.ts';
import { say } from './customer-words.ts';

export type Declared = {
  readonly order: string;
  /** Undefined: the whole order. */
  readonly units?: readonly { readonly name: string; readonly sku: string; readonly quantity: number }[];
  /** In the customer's own words, where no units were chosen. */
  readonly part?: string;
  readonly name?: string;
  readonly email: string;
};

export function withdrawalStatement(declared: Declared, language: Language): string {
  const { order, units, part, name, email } = declared;
  const isPart = (units !== undefined && units.length > 0) || (part ?? '') !== '';
  const lines = [say(isPart ? 'statementUnits' : 'statementWhole', language, { order })];
  for (const unit of units ?? [])
    lines.push(`${unit.quantity} × ${unit.name}${unit.name === unit.sku ? '' : ` (${unit.sku})`}`);
  if ((part ?? '') !== '') lines.push(part!);
  const by = name === undefined || name === '' ? email : `${name}, ${email}`;
  lines.push(say('statementBy', language, { name: by, email: '' }).replace(/,\s*$/, ''));
  return lines.join('\n');
}
