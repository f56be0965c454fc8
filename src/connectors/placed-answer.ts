/**
 * The answer kept where people work: what stands there and how it is found again. Its last line is a mark, the planted
 * key of the place and a digest of the text, as in `(RTY-7K2M0Q9XCD4EFGHA/1f3a90bc)`. Whether the present text stands
 * there is told by the mark alone: systems turn quotes, blanks and line ends of the text itself into others.
 */
import { createHash } from 'node:crypto';
import type { ConnectorCommand } from './live-contract.ts';
import { plantedKey } from './planted-key.ts';

/** Mark of exactly this text in this place. */
export function answerMark(command: ConnectorCommand): string {
  const digest = createHash('sha256')
    .update(command.text ?? '')
    .digest('hex');
  return `${plantedKey(command.key)}/${digest.slice(0, 8)}`;
}

/** What is written into the place: the text and the mark under it. */
export function answerText(command: ConnectorCommand): string {
  return `${command.text ?? ''}\n(${answerMark(command)})`;
}

/** Plain text as HTML, its lines kept. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\n', '<br>');
}

/** The same as `answerText` for places that hold HTML. */
export function answerHtml(command: ConnectorCommand): string {
  return escapeHtml(answerText(command));
}

/** True when this text, and no older one, stands in a place. */
export function holdsAnswer(value: unknown, command: ConnectorCommand): boolean {
  return typeof value === 'string' && value.includes(answerMark(command));
}
