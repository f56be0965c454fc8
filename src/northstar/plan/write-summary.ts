/** Sections 1 and 2: the verdict and the money; the journey as it is. */
import { causeOfCode, causes, type Cause } from './causes.ts';
import type { Block, Line } from './plan-block.ts';
import type { PlanWriter } from './plan-writer.ts';

const driftsShown = 3;
const sequenceShown = 10;

export function writeSummary(writer: PlanWriter): Block[] {
  const { plan } = writer;
  const { scope, money } = plan;
  const say = writer.say.bind(writer);
  const table = (title: string, first: string, rows: typeof plan.byControl, nameOf: (key: string) => string): Block => ({
    kind: 'table',
    title,
    columns: [
      { title: first },
      { title: say('Problems', 'Klärfälle'), numeric: true },
      { title: say('Orders', 'Bestellungen'), numeric: true },
      { title: say('gone', 'verloren'), numeric: true },
      { title: say('stuck', 'steckt fest'), numeric: true },
      { title: say('books wrong', 'Bücher falsch'), numeric: true },
    ],
    rows: [
      ...rows.map((row) => ({
        cells: [nameOf(row.key), String(row.problems), String(row.orders), ...(['gone', 'stuck', 'books'] as const).map((kind) => writer.sum(row.money, kind))],
      })),
      {
        cells: [
          [{ strong: say('All', 'Alle') }],
          [{ link: 'problems', text: String(plan.problems.length) }],
          String(new Set(plan.problems.map(({ orderKey }) => orderKey)).size),
          ...(['gone', 'stuck', 'books'] as const).map((kind): Line => [{ strong: writer.sum(money, kind) }]),
        ],
      },
    ],
  });
  return [
    { kind: 'heading', level: 2, anchor: 'verdict', text: say('1. Verdict and money', '1. Urteil und Geld') },
    { kind: 'text', lead: true, line: verdict(writer) },
    {
      kind: 'list', ordered: false,
      items: [
        [{ strong: `${writer.sum(money, 'gone')} ${say('gone', 'verloren')}` }, say(': paid out without goods, or twice.', ': ohne Ware gezahlt, oder doppelt.')],
        [{ strong: `${writer.sum(money, 'stuck')} ${say('stuck', 'steckt fest')}` }, say(': goods that came back or should have, and cannot be sold; at cost, else at net price.', ': Ware, die zurück ist oder sein sollte und nicht verkauft werden kann; zu Einstandskosten, sonst netto.')],
        [{ strong: `${writer.sum(money, 'books')} ${say('books wrong', 'Bücher falsch')}` }, say(': a record says something else than what happened, for instance a refund that the shop shows and the payment provider never paid.', ': ein Beleg sagt etwas anderes, als geschah, etwa eine Erstattung, die der Shop zeigt und der Zahlungsanbieter nie zahlte.')],
      ],
    },
    { kind: 'text', line: say(`Each euro stands in exactly one of the three, and in one row of each table below; the three are never added up, because books that are wrong are not money lost. ${plan.inTime} further items are open and still in time; they are in none of them.`, `Jeder Euro steht in genau einer der drei Summen und in einer Zeile jeder Tabelle; die drei werden nie addiert, denn falsche Bücher sind kein verlorenes Geld. ${plan.inTime} weitere Posten sind offen und noch im Plan; sie stehen in keiner.`) },
    table(say('Open loss by check: what one system reports must be matched by another', 'Offener Verlust nach Abgleich: was ein System meldet, muss ein anderes bestätigen'), say('Check', 'Abgleich'), plan.byControl, (key) => writer.control(key as (typeof plan.matrix)[number]['control'])),
    table(say('The same loss by owner', 'Derselbe Verlust nach Zuständigen'), say('Owner', 'Zuständig'), plan.byOwner, (key) => writer.owner(key)),
    { kind: 'text', line: [say('As a list: ', 'Als Liste: '), { link: 'problems', text: say('every problem with its order', 'jeder Klärfall mit seiner Bestellung') }, '. ', say('As a query: ', 'Als Abfrage: '), { code: `reentry audit EXPORTS --as-of ${plan.asOf} --csv -` }] },
    writer.comment('verdict'),
    ...writeScope(writer, scope.connections),
  ];
} // prettier-ignore

/** Three sentences for a reader who knows nothing else. */
function verdict(writer: PlanWriter): string {
  const { plan } = writer;
  const { scope, needsSomeone, money, drifts, byOwner } = plan;
  const say = writer.say.bind(writer);
  const on = writer.day(plan.asOf);
  if (scope.returns === 0) return say(`Among ${scope.orders} orders there is no return, refund or cancellation, so there is nothing to plan.`, `Unter ${scope.orders} Bestellungen ist keine Retoure, Erstattung oder Stornierung; es gibt nichts zu planen.`);
  const first = say(
    `On ${on}, ${needsSomeone.n} of ${scope.returns} orders with a return, refund or cancellation (${writer.percent(needsSomeone.n, scope.returns)}, out of ${scope.orders} orders) were not finished although one system or another says so: what one system reports is missing, late or different in the next.`,
    `Am ${on} waren ${needsSomeone.n} von ${scope.returns} Bestellungen mit Retoure, Erstattung oder Stornierung (${writer.percent(needsSomeone.n, scope.returns)}, unter ${scope.orders} Bestellungen) nicht erledigt, obwohl das eine oder andere System es sagt: was ein System meldet, fehlt im nächsten, kommt zu spät oder lautet anders.`,
  );
  const [worst] = drifts;
  const [owner] = byOwner;
  if (worst === undefined || owner === undefined) {
    return `${first} ${say('No money is at stake. Keep watching, and let the weeks below confirm it.', 'Es steht kein Geld auf dem Spiel. Weiter beobachten; die Wochen unten sollen es bestätigen.')}`;
  }
  const second = say(
    `${writer.sum(money, 'gone')} went out without goods or twice, goods worth ${writer.sum(money, 'stuck')} are back or should be and cannot be sold, and records over ${writer.sum(money, 'books')} say something else than what happened.`,
    `${writer.sum(money, 'gone')} gingen ohne Ware oder doppelt hinaus, Ware für ${writer.sum(money, 'stuck')} ist zurück oder sollte es sein und kann nicht verkauft werden, und Belege über ${writer.sum(money, 'books')} sagen etwas anderes, als geschah.`,
  );
  const [action] = plan.actions;
  const cause: Cause | undefined = action === undefined ? undefined : causes[action.cause];
  const third = say(
    `The costliest pattern is “${writer.code(worst.code)}” (${orders(worst.orders.n, 'en')}, ${writer.amounts(worst.money)}); most of the open amount is with ${writer.owner(owner.key)} (${problems(owner.problems, 'en')}), and the change that reaches furthest is: ${cause === undefined ? '–' : lowerFirst(cause.action.en)}`,
    `Am teuersten ist „${writer.code(worst.code)}“ (${orders(worst.orders.n, 'de')}, ${writer.amounts(worst.money)}); der größte offene Betrag liegt bei ${writer.owner(owner.key)} (${problems(owner.problems, 'de')}), und am weitesten reicht diese Änderung: ${cause === undefined ? '–' : cause.action.de}`,
  );
  return `${first} ${second} ${third}`;
} // prettier-ignore

const orders = (n: number, language: 'en' | 'de'): string =>
  language === 'de' ? `${n} ${n === 1 ? 'Bestellung' : 'Bestellungen'}` : `${n} ${n === 1 ? 'order' : 'orders'}`;
const problems = (n: number, language: 'en' | 'de'): string =>
  language === 'de' ? `${n} ${n === 1 ? 'Klärfall' : 'Klärfälle'}` : `${n} ${n === 1 ? 'problem' : 'problems'}`;
const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

function writeScope(writer: PlanWriter, connections: readonly { readonly name: string; readonly system: string }[]): Block[] {
  const { scope } = writer.plan;
  const say = writer.say.bind(writer);
  const systems = connections.map(({ name, system }) => `${name} (${system})`);
  const when = scope.from === undefined ? '' : say(`, with events from ${writer.day(scope.from)} to ${writer.day(scope.to!)}`, `, mit Ereignissen vom ${writer.day(scope.from)} bis ${writer.day(scope.to!)}`);
  return [
    { kind: 'text', line: say(
      `Read: ${writer.list(systems)}; ${scope.orders} orders, ${scope.returns} with a return, refund or cancellation, ${scope.facts} events${when}. ${scope.policyFile === undefined ? 'No policy file: cautious defaults hold.' : `Policy: ${scope.policyFile}.`} “(few)” marks rates on fewer than 30 cases.`,
      `Gelesen: ${writer.list(systems)}; ${scope.orders} Bestellungen, ${scope.returns} mit Retoure, Erstattung oder Stornierung, ${scope.facts} Ereignisse${when}. ${scope.policyFile === undefined ? 'Keine Richtliniendatei: vorsichtige Vorgaben gelten.' : `Richtlinie: ${scope.policyFile}.`} „(wenige)“ kennzeichnet Quoten auf weniger als 30 Fällen.`,
    ) },
  ];
} // prettier-ignore

/** Section 2. `svg`: the map; undefined leaves it to the table. */
export function writeJourney(writer: PlanWriter, svg: string | undefined, stepName: (step: string) => string): Block[] {
  const { journey, drifts } = writer.plan;
  const say = writer.say.bind(writer);
  const title = say('Map of the returns: agreed steps strong, what leaves them dashed', 'Karte der Retouren: vereinbarte Schritte kräftig, Abweichungen gestrichelt');
  return [
    { kind: 'heading', level: 2, anchor: 'journey', text: say('2. The journey as it is', '2. Der Ablauf, wie er ist') },
    { kind: 'text', line: say(
      `${writer.share(journey.fitting)} compared returns follow the agreed journey from end to end; there are ${journey.variants} different paths. ${journey.leftOut} returns are not compared: refused, without goods, still in time, or of a kind no system speaks for.`,
      `${writer.share(journey.fitting)} verglichene Retouren folgen dem vereinbarten Ablauf von Anfang bis Ende; es gibt ${journey.variants} verschiedene Wege. ${journey.leftOut} Retouren sind nicht verglichen: abgelehnt, ohne Ware, noch im Plan, oder von einer Art, für die kein System spricht.`,
    ) },
    ...(svg === undefined ? [] : [{ kind: 'picture', svg, title } as const]),
    { kind: 'heading', level: 3, anchor: 'drifts', text: say('The three costliest drifts', 'Die drei teuersten Abweichungen') },
    {
      kind: 'list', ordered: true,
      items: drifts.slice(0, driftsShown).map((drift): Line => [
        { strong: writer.code(drift.code) }, ` (${writer.category(drift.category)}): `,
        writer.share(drift.orders), say(' returns, ', ' Retouren, '), writer.amounts(drift.money), say(', since ', ', seit '), writer.day(drift.since), '. ',
        writer.words(causes[causeOfCode[drift.code].cause].because), ' ', say('Orders: ', 'Bestellungen: '), ...writer.orders(drift.orders.examples, drift.orders.n), '.',
      ]),
    },
    {
      kind: 'table',
      title: say('All drifts, costliest first', 'Alle Abweichungen, die teuerste zuerst'),
      columns: [{ title: say('Problem', 'Klärfall') }, { title: say('How it leaves the journey', 'Wie sie den Ablauf verlässt') }, { title: say('Returns', 'Retouren'), numeric: true }, { title: say('Problems', 'Klärfälle'), numeric: true }, { title: say('Money', 'Geld'), numeric: true }, { title: say('Examples', 'Beispiele') }],
      rows: drifts.map((drift) => ({
        anchor: `drift-${drift.code}`,
        cells: [writer.code(drift.code), writer.category(drift.category), writer.share(drift.orders), [{ link: `problems-${drift.code}`, text: String(drift.problems) }], writer.amounts(drift.money), writer.orders(drift.orders.examples, drift.orders.n)],
      })),
    },
    { kind: 'text', line: [say('Query of a row: ', 'Abfrage einer Zeile: '), { code: drifts[0]?.query ?? 'reentry audit EXPORTS --csv -' }] },
    {
      kind: 'table',
      title: say('The same as the sequence of events shows it (no money: it stands above)', 'Dasselbe, wie es die Folge der Ereignisse zeigt (ohne Geld: das steht oben)'),
      columns: [{ title: say('Step', 'Schritt') }, { title: say('Drift', 'Abweichung') }, { title: say('Returns', 'Retouren'), numeric: true }, { title: say('Examples', 'Beispiele') }],
      rows: journey.sequence.slice(0, sequenceShown).map(({ step, category, orders }) => ({ cells: [stepName(step), writer.category(category), writer.share(orders), writer.orders(orders.examples, orders.n)] })),
    },
    {
      kind: 'table',
      title: say('The map as a table: the most frequent ways from step to step', 'Die Karte als Tabelle: die häufigsten Wege von Schritt zu Schritt'),
      columns: [{ title: say('From', 'Von') }, { title: say('To', 'Nach') }, { title: say('Times', 'Male'), numeric: true }, { title: say('Median wait', 'Median'), numeric: true }, { title: 'p90', numeric: true }, { title: say('Agreed', 'Vereinbart') }],
      rows: journey.edges.map((edge) => ({ cells: [stepName(edge.from), stepName(edge.to), String(edge.count), wait(writer, edge.medianSeconds), wait(writer, edge.p90Seconds), edge.agreed ? say('yes', 'ja') : say('no', 'nein')] })),
    },
    ...(journey.groups.length === 0 ? [{ kind: 'text' as const, line: say('No payment method, channel or item drifts more than the rest beyond chance (at least 10 returns each).', 'Keine Zahlart, kein Kanal und kein Artikel weicht über den Zufall hinaus mehr ab als der Rest (je mindestens 10 Retouren).') }] : [{
      kind: 'table' as const,
      title: say('Groups that need someone more often than the rest, beyond chance', 'Gruppen, die öfter jemanden brauchen als der Rest, über den Zufall hinaus'),
      columns: [{ title: say('Group', 'Gruppe') }, { title: say('Returns', 'Retouren'), numeric: true as const }, { title: say('Rest', 'Rest'), numeric: true as const }, { title: say('Times the rest (95 %)', 'Mal der Rest (95 %)'), numeric: true as const }, { title: say('At stake', 'Auf dem Spiel'), numeric: true as const }],
      rows: journey.groups.map((group) => ({ cells: [`${group.by}: ${group.value}`, writer.share(group.breaks), writer.share({ ...group.rest, few: false }), `${writer.number(group.lift)} (${writer.number(group.low)}–${writer.number(group.high)})`, writer.money(group.minor, writer.plan.scope.currency)] })),
    }]),
    writer.comment('journey'),
  ];
} // prettier-ignore

function wait(writer: PlanWriter, seconds: number | undefined): string {
  if (seconds === undefined) return '–';
  const hours = seconds / 3600;
  if (hours < 1) return `${writer.number(seconds / 60)} min`;
  return hours < 48 ? `${writer.number(hours)} h` : `${writer.number(hours / 24)} ${writer.say('d', 'T')}`;
}
