/**
 * What the text of a message says, and nothing more: what the customer was told, and which order and return numbers
 * it names. Sentences in English and German. The text itself is personal and is not kept: `digestText(textOf(digest))`
 * is the digest again, so `textOf` is all that needs storing.
 */

export type Told = 'approved' | 'refunded' | 'rejected' | 'other';

export type MessageDigest = {
  readonly told: Told;
  /** Candidates for order numbers, as written. */
  readonly numbers: readonly string[];
  readonly returnNumbers: readonly string[];
};

const refused =
  /\b(?:cannot|can't|can not|unable to|not able to|won't|will not)\b.{0,60}\b(?:accept|approve|refund|take\b.{0,20}\bback)|\b(?:rejected|refused|declined|denied)\b|\bnicht\b.{0,60}\b(?:annehmen|akzeptieren|genehmigen|erstatten|zurücknehmen)|\b(?:abgelehnt|zurückgewiesen)\b|\b(?:lehnen|müssen)\b.{0,80}\b(?:ab|ablehnen)\b/;
const paidBack =
  /\b(?:refunded|reimbursed|(?:issued|made|sent|processed|completed) (?:you )?(?:a|the|your) (?:full |partial )?refund|refund (?:of .{1,20} )?(?:has been|was|is) (?:issued|made|sent|processed|paid|complete[d]?))\b|\b(?:erstattet|rückerstattet|zurückerstattet|zurücküberwiesen|zurückgezahlt|gutgeschrieben|(?:erstattung|rückerstattung|rückzahlung)\b.{0,60}\b(?:veranlasst|angewiesen|vorgenommen|durchgeführt|erfolgt|überwiesen))\b/;
const granted =
  /\b(?:approved|authori[sz]ed|accepted your return)\b|\b(?:genehmigt|freigegeben|bewilligt|(?:rücksendung|retoure|rückgabe)\b.{0,40}\bangenommen)\b/;
/** Before the words above, these make it a plan, a condition or a denial. */
const notYet =
  /\b(?:not|never|no|will|shall|would|can|could|may|once|when|if|as soon as|after|before|until|nicht|kein\w*|noch|wird|werden|würde\w*|kann|können|sobald|wenn|falls|nachdem|bevor|bis)\b/;

function says(clause: string, words: RegExp): boolean {
  const match = words.exec(clause);
  return match !== null && !notYet.test(clause.slice(0, match.index));
}

function toldIn(text: string): Told {
  const clauses = text.toLowerCase().split(/[.!?;:](?:\s|$)|\n/);
  if (clauses.some((clause) => refused.test(clause))) return 'rejected';
  if (clauses.some((clause) => says(clause, paidBack))) return 'refunded';
  if (clauses.some((clause) => says(clause, granted))) return 'approved';
  return 'other';
}

const returnNumber = /\bRMA[-_]?[A-Z]*\d[A-Z\d-]*/gi;
/** A number with a prefix (`LH-10251`), or one that a word announces (`order 10251`, `Bestellung Nr. 10251`). */
const prefixed = /(?<![\w@./-])#?[A-Z]{1,6}-\d{3,12}(?![\w@-])/gi;
const announced =
  /\b(?:order|bestellung|auftrag|bestellnummer|auftragsnummer)(?:\s*(?:nummer|number|nr\.?|no\.?))?\s*[:#]?\s*#?(\d{3,12})(?![\w.,-]*\d)/gi;

function unique(values: readonly string[]): string[] {
  return [
    ...new Set(
      values.map((value) =>
        value
          .toUpperCase()
          .replace(/^#/, '')
          .replace(/-{1,9}$/, ''),
      ),
    ),
  ];
}

/** Plain text of an HTML message. */
export function stripMarkup(html: string): string {
  return html
    .replace(/<(?:style|script)\b[\s\S]*?<\/(?:style|script)>/gi, ' ')
    .replace(/<br\s*\/?>|<\/(?:p|div|li|tr|h\d)>/gi, '\n')
    .replace(/<[^<>]*>/g, ' ')
    .replace(/&nbsp;/gi, ' ');
}

/** Quoted lines and what follows "wrote:" are somebody else's words. */
function ownWords(text: string): string {
  const lines = text.split(/\r?\n/);
  const quote = lines.findIndex((line) => /^(?:On|Am)\b.{5,200}\b(?:wrote|schrieb)\b.*:\s*$/.test(line));
  return (quote < 0 ? lines : lines.slice(0, quote)).filter((line) => !line.startsWith('>')).join('\n');
}

/** Longer messages are read up to here; the matching above must stay cheap for anything that comes by mail. */
const readLimit = 20_000;

export function digestText(text: string): MessageDigest {
  const own = ownWords(text.slice(0, readLimit));
  const returnNumbers = unique(own.match(returnNumber) ?? []);
  const bare = own.replace(returnNumber, ' ');
  const numbers = unique([
    ...(bare.match(prefixed) ?? []),
    ...[...bare.matchAll(announced)].map((match) => match[1] ?? ''),
  ]).filter((number) => !returnNumbers.includes(number));
  return { told: toldIn(own), numbers, returnNumbers };
}

const phrases: Readonly<Record<Told, string>> = {
  approved: 'approved. ',
  refunded: 'refunded. ',
  rejected: 'rejected. ',
  other: '',
};

/** The least text with this digest. */
export function textOf(digest: MessageDigest): string {
  const prefixedOnes = digest.numbers.filter((number) => !/^\d/.test(number)).map((number) => `${number}. `);
  const plainOnes = digest.numbers
    .filter((number) => /^\d/.test(number))
    .map((number) => `Order ${number}. `);
  const returns = digest.returnNumbers.map((number) => `${number}. `);
  return [phrases[digest.told], ...prefixedOnes, ...plainOnes, ...returns].join('').trimEnd();
}
