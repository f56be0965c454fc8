/** How good the data is, what is assumed, and what today's figures are: the baseline for day 30. */
import { businessDaysBetween } from '../../kernel/calendar.ts';
import type { OrderState } from '../../kernel/order-state.ts';
import type { Policy } from '../../kernel/policy.ts';
import type { ReportHead } from '../../wire/audit-report.ts';
import { ordersMax, ordersOf } from './amounts.ts';
import type { Measure, Plan, Quality, Words } from './plan.ts';
import { termWords } from './term-words.ts';

const shortDays = 28;
const fewReturns = 30;

type Head = Pick<ReportHead, 'others' | 'imports' | 'incomplete' | 'laterFacts'>;

export function readQuality(head: Head, states: readonly OrderState[]): Quality[] {
  const { others, imports, incomplete, laterFacts } = head;
  const read = imports.reduce((sum, sheet) => sum + sheet.in, 0);
  const aside = imports.flatMap(({ file, setAside }) =>
    setAside.map(({ reason, count }) => ({ text: `${file}: ${count} × ${reason}`, count })),
  );
  const about = (...codes: string[]): string[] =>
    others
      .filter(({ code }) => codes.includes(code))
      .map(({ subject }) => `${subject.connection}:${subject.kind}/${subject.id}`);
  const orphans = about('orphan-object', 'ambiguous-order');
  const unmapped = about('unmapped-status');
  const unread = about('unreadable-object');
  const early = states.filter(
    ({ positions, facts }) =>
      positions.home !== undefined &&
      facts.some(
        ({ at, type }) => type !== 'order.placed' && Date.parse(at) < Date.parse(positions.home!.at) - 60_000,
      ),
  );
  const double = states.filter(({ problems }) =>
    problems.some(({ state, code }) => state === 'open' && /twice|duplicate|two-/.test(code)),
  );
  const line = (
    id: string,
    text: Words,
    value: number,
    examples: readonly string[] = [],
    of?: number,
    about: Quality['about'] = 'records',
  ): Quality => ({
    id,
    text,
    value,
    ...(of !== undefined && { of }),
    examples: [...new Set(examples)].slice(0, ordersMax),
    about,
  });
  return [
    line(
      'aside',
      say('objects of the exports set aside', 'beiseitegelegte Objekte der Exporte'),
      aside.reduce((sum, { count }) => sum + count, 0),
      aside.map(({ text }) => text),
      read,
    ),
    line(
      'orphans',
      say('records that name no order, or two', 'Belege ohne Bestellung, oder mit zweien'),
      orphans.length,
      orphans,
      read,
    ),
    line(
      'unmapped',
      say('status words without a meaning', 'Statuswörter ohne Bedeutung'),
      unmapped.length,
      unmapped,
    ),
    line('unread', say('values that could not be read', 'unlesbare Werte'), unread.length, unread),
    line(
      'skew',
      say(
        'returns with an event more than a minute before the order was placed (clocks or zones differ)',
        'Retouren mit einem Ereignis mehr als eine Minute vor der Bestellung (Uhren oder Zonen weichen ab)',
      ),
      early.length,
      early.map(({ order }) => order),
      states.length,
      'orders',
    ),
    line(
      'duplicates',
      say('returns in which something was recorded twice', 'Retouren, in denen etwas doppelt erfasst ist'),
      double.length,
      double.map(({ order }) => order),
      states.length,
      'orders',
    ),
    line(
      'later',
      say('events after the day of the plan, left out', 'Ereignisse nach dem Tag des Plans, weggelassen'),
      laterFacts,
    ),
    line(
      'incomplete',
      say('files cut off or unreadable', 'abgeschnittene oder unlesbare Dateien'),
      incomplete.length,
      incomplete,
    ),
  ];
}

/** What the plan takes for granted, as far as it applies to this data. */
export function readRisks(plan: Pick<Plan, 'scope' | 'quality' | 'matrix'>): Words[] {
  const { scope, matrix } = plan;
  const valueOf = (id: string): number => plan.quality.find((one) => one.id === id)?.value ?? 0;
  const thin = matrix.filter(({ watched }) => watched === 'thin').length;
  const risks: (Words | false)[] = [
    scope.days < shortDays &&
      say(
        `The events lie within ${scope.days === 1 ? 'one day' : `${scope.days} days`}. Amounts per month are what was seen in that time, not an extrapolation; times hold for that time only.`,
        `Die Ereignisse liegen innerhalb ${scope.days === 1 ? 'eines Tages' : `von ${scope.days} Tagen`}. Beträge je Monat sind, was in dieser Zeit zu sehen war, nicht hochgerechnet; Zeiten gelten nur für sie.`,
      ),
    scope.returns < fewReturns &&
      say(
        `Only ${scope.returns} returns: rates are hints.`,
        `Nur ${scope.returns} Retouren: Quoten sind Hinweise.`,
      ),
    thin > 0 &&
      say(
        `Thin coverage (${thin} of ${matrix.length} rows of the matrix): one side reports in 20 to 80 % of the cases, or is silent for some kinds of order. What is missing there may be silence, not failure.`,
        `Dünne Grundlage (${thin} von ${matrix.length} Zeilen der Matrix): eine Seite meldet in 20 bis 80 % der Fälle oder schweigt bei manchen Bestellarten. Was dort fehlt, kann Schweigen sein, kein Fehler.`,
      ),
    valueOf('skew') > 0 &&
      say(
        'Clocks of the systems differ; the order of events close to each other is not certain.',
        'Die Uhren der Systeme weichen ab; die Reihenfolge dicht beieinander liegender Ereignisse ist unsicher.',
      ),
    valueOf('incomplete') > 0 &&
      say(
        'Exports are incomplete: nothing is called closed on their account.',
        'Exporte sind unvollständig: ihretwegen wird nichts erledigt genannt.',
      ),
    say(
      'Amounts are what is open on the day of the plan. What people have put right before is not in them.',
      'Beträge sind, was am Tag des Plans offen ist. Was vorher in Ordnung gebracht wurde, steckt nicht darin.',
    ),
    say(
      'A cause is the usual one for what is seen; whoever decides should look at the example orders first.',
      'Eine Ursache ist die übliche für das Gesehene; wer entscheidet, sollte zuerst die Beispielbestellungen ansehen.',
    ),
  ];
  return risks.filter((risk) => risk !== false);
}

/** What to measure on day 30, with today's value. */
export function readBaseline(
  plan: Pick<
    Plan,
    'money' | 'needsSomeone' | 'problems' | 'matrix' | 'quality' | 'scope' | 'owners' | 'people'
  >,
  returns: readonly OrderState[],
  policy: Policy,
  asOf: string,
): Measure[] {
  const { problems, matrix, scope } = plan;
  const down = say(
    'less, and each remaining one with a name and a date',
    'weniger, und jeder Rest mit Namen und Datum',
  );
  const zero = say('0', '0');
  const oldest = problems.reduce(
    (most, { since }) => Math.max(most, businessDaysBetween(since, asOf, policy.calendars.ops)),
    0,
  );
  const early = returns.filter(({ problems: all }) =>
    all.some(({ code, state }) => code === 'told-too-early' && state === 'open'),
  );
  const byAge = [...problems].sort((left, right) => (left.since < right.since ? -1 : 1));
  const ofKind = (currency: string, kind: string): readonly string[] =>
    ordersOf(problems.filter((one) => one.currency === currency && one.kind === kind && one.minor !== 0));
  const resolved = matrix.find(({ control }) => control === 'resolved-closed')?.rate.of;
  const named = plan.owners.filter((owner) => plan.people.names[`${owner}.owner`] !== undefined).length;
  const watched = matrix.filter((row) => row.watched !== 'no').length;
  const p90 = (control: string): Pick<Measure, 'value' | 'orders'> => {
    const lag = matrix.find((row) => row.control === control)?.lag;
    return {
      ...(lag?.p90 !== undefined && { value: lag.p90 }),
      ...(lag !== undefined && { orders: lag.orders }),
    };
  };
  const within = (control: string): Words => {
    const row = matrix.find((one) => one.control === control);
    return say(`at most ${termWords(row?.proposal.due).en}`, `höchstens ${termWords(row?.proposal.due).de}`);
  };
  const sums = plan.money.flatMap(({ currency, gone, stuck, books }): Measure[] => [
    {
      id: `gone.${currency}`,
      text: say('money gone', 'Geld verloren'),
      value: gone,
      unit: 'money',
      currency,
      orders: ofKind(currency, 'gone'),
      target: zero,
    },
    {
      id: `stuck.${currency}`,
      text: say('goods stuck', 'Ware steckt fest'),
      value: stuck,
      unit: 'money',
      currency,
      orders: ofKind(currency, 'stuck'),
      target: down,
    },
    {
      id: `books.${currency}`,
      text: say('books wrong', 'Bücher falsch'),
      value: books,
      unit: 'money',
      currency,
      orders: ofKind(currency, 'books'),
      target: down,
    },
  ]);
  return [
    ...sums,
    {
      id: 'needs-someone',
      text: say('returns that need someone', 'Retouren, die jemanden brauchen'),
      value: plan.needsSomeone.n,
      of: plan.needsSomeone.of,
      orders: plan.needsSomeone.orders,
      unit: 'count',
      target: say('at most 5 %', 'höchstens 5 %'),
    },
    {
      id: 'oldest',
      text: say(
        'age of the oldest open problem, business days',
        'Alter des ältesten offenen Klärfalls, Arbeitstage',
      ),
      value: oldest,
      orders: ordersOf(byAge),
      unit: 'days',
      target: say('at most 10', 'höchstens 10'),
    },
    {
      id: 'p90.back-restored',
      text: say('goods back to in stock, p90', 'Ware zurück bis im Bestand, p90'),
      ...p90('back-restored'),
      unit: 'days',
      target: within('back-restored'),
    },
    {
      id: 'p90.refund-settled',
      text: say('refund recorded to settled, p90', 'Erstattung erfasst bis ausgezahlt, p90'),
      ...p90('refund-settled'),
      unit: 'days',
      target: within('refund-settled'),
    },
    {
      id: 'p90.refund-credited',
      text: say(
        'refund recorded to credit note posted, p90',
        'Erstattung erfasst bis Gutschrift gebucht, p90',
      ),
      ...p90('refund-credited'),
      unit: 'days',
      target: within('refund-credited'),
    },
    {
      id: 'told-too-early',
      text: say(
        'returns closed in the helpdesk while something was open',
        'Retouren, im Helpdesk geschlossen, während etwas offen war',
      ),
      value: early.length,
      orders: ordersOf(early),
      ...(resolved !== undefined && { of: resolved }),
      unit: 'count',
      target: zero,
    },
    {
      id: 'orphans',
      text: say('records without an order', 'Belege ohne Bestellung'),
      value: plan.quality.find(({ id }) => id === 'orphans')?.value ?? 0,
      unit: 'count',
      target: zero,
    },
    {
      id: 'watched',
      text: say('rows of the matrix that are watched', 'überwachte Zeilen der Matrix'),
      value: watched,
      of: matrix.length,
      unit: 'count',
      target: say('more', 'mehr'),
    },
    {
      id: 'named',
      text: say('owners with a name', 'Zuständige mit Namen'),
      value: named,
      of: plan.owners.length,
      unit: 'count',
      target: say('all', 'alle'),
    },
    {
      id: 'returns',
      text: say('returns in the data', 'Retouren in den Daten'),
      value: scope.returns,
      of: scope.orders,
      orders: ordersOf(returns),
      unit: 'count',
      target: say('–', '–'),
    },
  ];
}

const say = (en: string, de: string): Words => ({ en, de });
