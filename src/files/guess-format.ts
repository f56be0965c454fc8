/** Guesses how a column's values are written, from a sample. A guess that could be two things says so. */
import { parseMicros, type DecimalMark } from '../kernel/written-decimal.ts';
import { dateNotations, parseDate, type DateNotation } from './parse-date.ts';

export type DateGuess = { readonly notations: readonly DateNotation[]; readonly unclear?: string };

/** Notations that read every value; several only where days and months cannot be told apart. */
export function guessDates(values: readonly string[]): DateGuess | undefined {
  const filled = values.filter((value) => value.trim() !== '');
  if (filled.length === 0) return undefined;
  const reads = (notation: DateNotation): number =>
    filled.filter((value) => parseDate(value, [notation], 'UTC') !== undefined).length;
  const counts = dateNotations
    .filter((notation) => !notation.startsWith('epoch') && notation !== 'yyyyMMdd')
    .map((notation) => ({ notation, count: reads(notation) }))
    .filter(({ count }) => count > 0)
    .sort((left, right) => right.count - left.count);
  const [best, second] = counts;
  if (best === undefined || best.count < filled.length * 0.6) return undefined;
  if (best.count === second?.count && best.notation === 'dd/MM/yyyy' && second.notation === 'MM/dd/yyyy') {
    const unclear = 'days and months cannot be told apart in the sample: day first is assumed (dd/MM/yyyy)';
    return { notations: ['dd/MM/yyyy'], unclear };
  }
  if (best.count === filled.length) return { notations: [best.notation] };
  const others = counts.slice(1).map(({ notation }) => notation).join(', '); // prettier-ignore
  const rest = `${filled.length - best.count} of ${filled.length} dates are not written ${best.notation}${others === '' ? '' : ` (they look like ${others})`}; they will be set aside unless you add their notation`;
  return { notations: [best.notation], unclear: rest };
}

/** The decimal mark that reads most values; a point where both read all (`12`, `1000`). */
export function guessDecimal(values: readonly string[]): DecimalMark {
  const reads = (mark: DecimalMark): number =>
    values.filter((value) => value !== '' && parseMicros(value, mark) !== undefined).length;
  // `1.234` and `1,234` read as both; what follows the last mark tells: two digits are cents.
  const cents = values.filter((value) => /,\d{1,2}(?:\D|$)/.test(value)).length;
  const points = values.filter((value) => /\.\d{1,2}(?:\D|$)/.test(value)).length;
  return reads(',') + cents > reads('.') + points ? ',' : '.';
}
