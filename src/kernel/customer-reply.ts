/**
 * The reply to the customer: the answer without internals. It says what has come back, what was paid back when, what is
 * still to happen; never which system disagrees with which, who owns what, or what is wrong in the books.
 */
import type { Fact } from './fact.ts';
import type { OrderState } from './order-state.ts';
import { dateText, listText, moneyText, oneStop, type Language } from './wording.ts';

export type ReplyInput = Pick<OrderState, 'order' | 'units' | 'money' | 'problems' | 'hasReturn'> & {
  /** Facts that hold, by time. */
  readonly facts: readonly Fact[];
};

export type ReplyOptions = {
  readonly language: Language;
  /** IANA zone for dates. */
  readonly zone: string;
  /** Instant of the reply, to leave out the year where it is the same. */
  readonly asOf: string;
};

/** A reply that support can send as it is, in paragraphs. */
export function customerReply(input: ReplyInput, options: ReplyOptions): string {
  const { language } = options;
  const lines = input.hasReturn
    ? [...goodsLines(input, options), ...moneyLines(input, options), nextLine(input, options)]
    : [noReturn[language]];
  const frame = frames[language](input.order);
  return [frame.hello, oneStop(lines.filter((line) => line !== '').join('\n')), frame.bye].join('\n\n');
}

const frames = {
  en: (order: string) => ({ hello: `Hello,\n\nabout your order ${order}:`, bye: 'Kind regards' }),
  de: (order: string) => ({ hello: `Guten Tag,\n\nzu Ihrer Bestellung ${order}:`, bye: 'Freundliche Grüße' }),
} as const;

const noReturn = {
  en: 'We have no return and no refund on record for it.',
  de: 'Dazu liegt uns keine Retoure und keine Erstattung vor.',
} as const;

function goodsLines({ units }: ReplyInput, { language }: ReplyOptions): string[] {
  let [expected, received] = [0, 0];
  for (const item of units) {
    if (item.ordered === 0) continue;
    expected += Math.min(item.ordered, Math.max(item.approved, item.received));
    received += Math.min(item.ordered, item.received);
  }
  if (expected === 0) return [];
  if (language === 'de') {
    if (received === 0) return [`Ihre Rücksendung (${expected} Artikel) ist noch nicht bei uns eingetroffen.`];
    return received === expected
      ? [expected === 1 ? 'Ihr Artikel ist bei uns eingetroffen.' : `Alle ${expected} Artikel sind bei uns eingetroffen.`]
      : [`${received} von ${expected} Artikeln sind bei uns eingetroffen.`];
  } // prettier-ignore
  if (received === 0)
    return [`Your return (${expected} ${expected === 1 ? 'item' : 'items'}) has not reached us yet.`];
  return received === expected
    ? [expected === 1 ? 'Your item has reached us.' : `All ${expected} items have reached us.`]
    : [`${received} of ${expected} items have reached us.`]; // prettier-ignore
}

function moneyLines({ money, facts }: ReplyInput, { language, zone, asOf }: ReplyOptions): string[] {
  const amount = (minor: number): string => moneyText({ minor, currency: money.currency }, language);
  /** Days on which facts of a type happened, each once. */
  const days = (...types: readonly Fact['type'][]): string => {
    const at = facts.filter((fact) => types.includes(fact.type)).map((fact) => fact.at);
    return listText([...new Set(at.map((when) => dateText(when, language, zone, asOf)))], language);
  };
  const on = (day: string): string => (day === '' ? '' : language === 'de' ? ` am ${day}` : ` on ${day}`);
  const since = (day: string): string =>
    day === '' ? '' : language === 'de' ? ` seit ${day}` : ` since ${day}`;
  const lines: string[] = [];
  const paid = money.settled + money.paidOut;
  if (paid > 0) {
    const when = on(days('refund.settled', 'payout.confirmed'));
    lines.push(
      language === 'de'
        ? `Wir haben Ihnen${when} ${amount(paid)} erstattet; je nach Bank erscheint der Betrag einige Tage später.`
        : `We refunded ${amount(paid)}${when}; depending on your bank it shows a few days later.`,
    );
  }
  if (money.pending > 0) {
    const when = since(days('refund.pending'));
    lines.push(
      language === 'de'
        ? `${amount(money.pending)} sind${when} auf dem Weg zu Ihnen.`
        : `${amount(money.pending)} is on its way to you${when}.`,
    );
  }
  if (money.failed > 0 && paid + money.pending < money.refunded) {
    lines.push(
      language === 'de'
        ? `Eine Überweisung von ${amount(money.failed)} an Sie ist gescheitert; wir zahlen den Betrag auf anderem Weg.`
        : `A transfer of ${amount(money.failed)} to you did not go through; we will pay it another way.`,
    );
  } else if (paid + money.pending < money.refunded) {
    const rest = money.refunded - paid - money.pending;
    const when = on(days('refund.recorded'));
    lines.push(
      language === 'de'
        ? `${amount(rest)} haben wir${when} zur Erstattung angewiesen.`
        : `We arranged a refund of ${amount(rest)}${when}.`,
    );
  }
  if (money.storeCredit > 0) {
    lines.push(
      language === 'de'
        ? `Sie haben ${amount(money.storeCredit)} als Guthaben bekommen.`
        : `You received ${amount(money.storeCredit)} as store credit.`,
    );
  }
  const owed = money.entitled - money.refunded - money.storeCredit;
  if (owed > 0) {
    lines.push(
      language === 'de'
        ? `${amount(owed)} stehen Ihnen noch zu; darum kümmern wir uns.`
        : `${amount(owed)} is still due to you; we are taking care of it.`,
    );
  }
  return lines;
}

/** Checks whose being open concerns the customer; the others are our own housekeeping. */
const concernsCustomer: ReadonlySet<string> = new Set([
  'entitled-refunded', 'withdrawal-refunded', 'refund-settled', 'refund-paid-out', 'exchange-shipped',
  'exchange-difference', 'authorized-received', 'received-inspected', 'promise-kept',
]); // prettier-ignore

function nextLine({ problems }: ReplyInput, { language, zone, asOf }: ReplyOptions): string {
  const theirs = problems.filter(
    (problem) => problem.waitsFor === undefined && concernsCustomer.has(problem.control),
  );
  if (theirs.some((problem) => problem.state === 'open')) {
    return language === 'de'
      ? 'Wir prüfen, was noch fehlt, und melden uns bei Ihnen.'
      : 'We are looking into what is missing and will get back to you.';
  }
  const next = theirs[0];
  if (next === undefined) {
    return language === 'de'
      ? 'Von Ihrer Seite ist nichts mehr zu tun.'
      : 'There is nothing left for you to do.';
  }
  const day = dateText(next.due, language, zone, asOf);
  if (next.control === 'authorized-received') {
    return language === 'de'
      ? `Bitte senden Sie die Artikel bis ${day} an uns zurück.`
      : `Please send the items back to us by ${day}.`;
  }
  return language === 'de' ? `Der nächste Schritt folgt bis ${day}.` : `The next step follows by ${day}.`;
}
