/** Words of the audit's report, in English and German. */
import { controls, type ControlId } from '../kernel/controls.ts';
import { feedSources, type Feed } from '../kernel/feeds.ts';
import type { Stake } from '../kernel/order-state.ts';
import { listText, type Language } from '../kernel/wording.ts';

type Words = {
  readonly title: string;
  readonly asOf: (when: string) => string;
  readonly policy: (file: string | undefined) => string;
  readonly read: (files: number, kept: number, setAside: number) => string;
  readonly orders: (orders: number, withReturn: number) => string;
  readonly later: (count: number) => string;
  readonly incompleteTitle: string;
  readonly incompleteNote: string;
  readonly thinTitle: string;
  readonly thinNote: string;
  readonly thinLine: (feed: string, cls: string, reported: number, applicable: number) => string;
  readonly allFine: string;
  readonly headline: (orders: number, problems: number) => string;
  readonly sums: Readonly<Record<keyof Stake, string>>;
  readonly sumNotes: Readonly<Record<keyof Stake, string>>;
  readonly pending: (count: number) => string;
  readonly byCheck: string;
  readonly worst: string;
  readonly oldest: string;
  readonly problems: string;
  readonly problemsCut: (shown: number, all: number) => string;
  readonly others: string;
  readonly more: (count: number) => string;
  readonly notWatched: string;
  readonly notWatchedNote: string;
  readonly notWatchedLine: (orders: number, sources: string) => string;
  /** Checks that are silent in few returns only; at most so many each. */
  readonly notWatchedRare: (orders: number, checks: string) => string;
  readonly bySetting: string;
  readonly imports: string;
  readonly columns: Readonly<
    Record<
      | 'check' | 'owner' | 'open' | 'attached' | 'pending' | 'units' | 'order' | 'problem' | 'item' | 'amount' | 'since' | 'due' | 'feed'
      | 'file' | 'kind' | 'in' | 'kept' | 'setAside' | 'reason' | 'hangsOn' | 'orders' | 'would' | 'state' | 'severity',
      string
    >
  >;
  readonly hint: (path: string) => string;
}; // prettier-ignore

const count = (value: number, one: string, many: string): string =>
  `${value.toLocaleString('en-GB')} ${value === 1 ? one : many}`;
const zahl = (value: number, eins: string, viele: string): string =>
  `${value.toLocaleString('de-DE')} ${value === 1 ? eins : viele}`;

export const reportWords: Readonly<Record<Language, Words>> = {
  en: {
    title: 'Return audit',
    asOf: (when) => `As of ${when}`,
    policy: (file) => (file === undefined ? 'Policy: none given, the cautious defaults hold' : `Policy: ${file}`),
    read: (files, kept, setAside) =>
      `Read ${count(kept, 'object', 'objects')} from ${count(files, 'file', 'files')}; ${setAside === 0 ? 'nothing was set aside' : `${setAside.toLocaleString('en-GB')} set aside, listed at the end`}`,
    orders: (orders, withReturn) => `${count(orders, 'order', 'orders')}, ${withReturn.toLocaleString('en-GB')} with a return, refund or cancellation`,
    later: (later) => `${count(later, 'event is', 'events are')} later than that and left out`,
    incompleteTitle: 'The files are not complete',
    incompleteNote: 'What follows rests on what could be read; nothing is called closed.',
    thinTitle: 'Thin coverage',
    thinNote: 'These systems report only part of what they could. Where they are silent, a problem may be theirs.',
    thinLine: (feed, cls, reported, applicable) => `${feed}: ${reported} of ${applicable} cases (${cls})`,
    allFine: 'No open problems.',
    headline: (orders, problems) => `${count(orders, 'order needs', 'orders need')} someone: ${count(problems, 'open problem', 'open problems')}.`,
    sums: { gone: 'gone', stuck: 'stuck', books: 'books wrong' },
    sumNotes: {
      gone: 'paid without goods, or twice',
      stuck: 'goods that cannot be sold, at cost or net price',
      books: 'records that say something else than what happened',
    },
    pending: (pending) => `${count(pending, 'more item is', 'more items are')} open and still in time.`,
    byCheck: 'By check and owner',
    worst: 'Worst orders',
    oldest: 'Oldest',
    problems: 'Open problems',
    problemsCut: (shown, all) => `The first ${shown} of ${all}; the CSV has all.`,
    others: 'Without an order, or unreadable',
    more: (more) => `and ${more.toLocaleString('en-GB')} more`,
    notWatched: 'Not watched',
    notWatchedNote: 'These checks stayed silent, because nothing feeds them or policy switches them off.',
    notWatchedLine: (orders, sources) => `${count(orders, 'return', 'returns')}; would need ${sources}`,
    notWatchedRare: (orders, checks) =>
      `In single orders that lack more, at most ${count(orders, 'return', 'returns')} each (the page and --json say what is missing): ${checks}`,
    bySetting: 'a policy that switches it on',
    imports: 'What was read',
    columns: {
      check: 'Check', owner: 'Owner', open: 'Open', attached: 'Attached', pending: 'In time', units: 'Units', order: 'Order',
      problem: 'Problem', item: 'Item', amount: 'Amount', since: 'Since', due: 'Due', feed: 'Source', file: 'File', kind: 'Taken for',
      in: 'In', kept: 'Kept', setAside: 'Set aside', reason: 'Why', hangsOn: 'Hangs on', orders: 'Returns', would: 'Would need',
      state: 'State', severity: 'Severity',
    },
    hint: (path) => `One order in full: reentry order answer NUMBER --from ${path}`,
  },
  de: {
    title: 'Retouren-Prüfung',
    asOf: (when) => `Stand ${when}`,
    policy: (file) => (file === undefined ? 'Regeln: keine Datei, es gelten die vorsichtigen Vorgaben' : `Regeln: ${file}`),
    read: (files, kept, setAside) =>
      `${zahl(kept, 'Objekt', 'Objekte')} aus ${zahl(files, 'Datei', 'Dateien')} gelesen; ${setAside === 0 ? 'nichts beiseitegelegt' : `${setAside.toLocaleString('de-DE')} beiseitegelegt, Liste am Ende`}`,
    orders: (orders, withReturn) => `${zahl(orders, 'Bestellung', 'Bestellungen')}, ${withReturn.toLocaleString('de-DE')} mit Retoure, Erstattung oder Storno`,
    later: (later) => `${zahl(later, 'Ereignis liegt', 'Ereignisse liegen')} danach und zählt nicht`,
    incompleteTitle: 'Die Dateien sind unvollständig',
    incompleteNote: 'Das Folgende beruht auf dem, was lesbar war; nichts gilt als erledigt.',
    thinTitle: 'Dünne Abdeckung',
    thinNote: 'Diese Systeme melden nur einen Teil. Wo sie schweigen, kann das Problem bei ihnen liegen.',
    thinLine: (feed, cls, reported, applicable) => `${feed}: ${reported} von ${applicable} Fällen (${cls})`,
    allFine: 'Keine offenen Klärfälle.',
    headline: (orders, problems) => `${zahl(orders, 'Bestellung braucht', 'Bestellungen brauchen')} Klärung: ${zahl(problems, 'offener Klärfall', 'offene Klärfälle')}.`,
    sums: { gone: 'verloren', stuck: 'gebunden', books: 'falsch gebucht' },
    sumNotes: {
      gone: 'ohne Ware oder doppelt bezahlt',
      stuck: 'nicht verkäufliche Ware, zu Einstand oder Nettopreis',
      books: 'Aufzeichnungen, die etwas anderes sagen, als geschah',
    },
    pending: (pending) => `${zahl(pending, 'weiterer Posten ist', 'weitere Posten sind')} offen und noch im Plan.`,
    byCheck: 'Nach Abgleich und Zuständigkeit',
    worst: 'Schwerste Fälle',
    oldest: 'Älteste',
    problems: 'Offene Klärfälle',
    problemsCut: (shown, all) => `Die ersten ${shown} von ${all}; die CSV-Datei hat alle.`,
    others: 'Ohne Bestellung oder unlesbar',
    more: (more) => `und ${more.toLocaleString('de-DE')} weitere`,
    notWatched: 'Nicht beobachtet',
    notWatchedNote: 'Diese Abgleiche schweigen, weil nichts sie speist oder die Regeln sie ausschalten.',
    notWatchedLine: (orders, sources) => `${zahl(orders, 'Retoure', 'Retouren')}; nötig wären ${sources}`,
    notWatchedRare: (orders, checks) =>
      `In einzelnen Bestellungen, denen mehr fehlt, jeweils höchstens ${zahl(orders, 'Retoure', 'Retouren')} (die Seite und --json nennen, was fehlt): ${checks}`,
    bySetting: 'Regeln, die ihn einschalten',
    imports: 'Was gelesen wurde',
    columns: {
      check: 'Abgleich', owner: 'Zuständig', open: 'Offen', attached: 'Angehängt', pending: 'Im Plan', units: 'Stück', order: 'Bestellung',
      problem: 'Klärfall', item: 'Artikel', amount: 'Betrag', since: 'Seit', due: 'Fällig', feed: 'Quelle', file: 'Datei', kind: 'Gelesen als',
      in: 'Herein', kept: 'Behalten', setAside: 'Beiseite', reason: 'Warum', hangsOn: 'Hängt an', orders: 'Retouren', would: 'Nötig wären',
      state: 'Zustand', severity: 'Schwere',
    },
    hint: (path) => `Eine Bestellung im Ganzen: reentry order answer NUMMER --from ${path}`,
  },
}; // prettier-ignore

/** What would feed a silent check; nothing missing means that policy keeps it silent. */
export function sourcesText(missing: readonly Feed[], language: Language): string {
  if (missing.length === 0) return reportWords[language].bySetting;
  return listText(
    missing.map((feed) => feedSources[feed][language]),
    language,
  );
}

/** `3 Dec 2026, 13:00 CET` in the zone of the policy. */
export function instantText(instant: string, language: Language, zone: string): string {
  const format = new Intl.DateTimeFormat(language === 'de' ? 'de-DE' : 'en-GB', {
    day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', timeZone: zone, timeZoneName: 'short',
  }); // prettier-ignore
  return format.format(new Date(instant));
}

/** A check as people call it. */
export const controlText = (control: ControlId, language: Language): string =>
  controls[control].title[language];
