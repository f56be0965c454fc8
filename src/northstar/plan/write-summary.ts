/** Section 1: the verdict in three sentences, and the money. It must stand alone. */
import { causes, type Cause } from './causes.ts';
import type { Block, Line } from './plan-block.ts';
import type { MoneyRow } from './plan.ts';
import type { PlanWriter } from './plan-writer.ts';

const kinds = ['gone', 'stuck', 'books'] as const;

export function writeSummary(writer: PlanWriter): Block[] {
  const { plan } = writer;
  const { money, inTime, byControl, byOwner } = plan;
  const say = writer.say.bind(writer);
  const nameOf = new Map(plan.matrix.map(({ control }) => [control as string, writer.control(control)]));
  return [
    {
      kind: 'heading',
      level: 2,
      anchor: 'verdict',
      text: say('1. Verdict and money', '1. Urteil und Geld'),
    },
    { kind: 'text', lead: true, line: verdict(writer) },
    {
      kind: 'list',
      ordered: false,
      items: [
        [
          { strong: `${writer.sum(money, 'gone')} ${say('gone', 'verloren')}` },
          say(': paid out without goods, or twice.', ': ohne Ware gezahlt, oder doppelt.'),
        ],
        [
          { strong: `${writer.sum(money, 'stuck')} ${say('stuck', 'steckt fest')}` },
          say(
            ': goods that came back or should have, and cannot be sold; at cost, else at net price.',
            ': Ware, die zurück ist oder sein sollte und nicht verkauft werden kann; zu Einstandskosten, sonst netto.',
          ),
        ],
        [
          { strong: `${writer.sum(money, 'books')} ${say('books wrong', 'Bücher falsch')}` },
          say(
            ': a record says something else than what happened, for instance a refund that the shop shows and the payment provider never paid.',
            ': ein Beleg sagt etwas anderes, als geschah, etwa eine Erstattung, die der Shop zeigt und der Zahlungsanbieter nie zahlte.',
          ),
        ],
      ],
    },
    {
      kind: 'text',
      line: say(
        `Each euro stands in exactly one of the three, and in one row of each table below; the three are never added up, because books that are wrong are not money lost. Open and still in time, and in none of them: ${inTime}.`,
        `Jeder Euro steht in genau einer der drei Summen und in einer Zeile jeder Tabelle; die drei werden nie addiert, denn falsche Bücher sind kein verlorenes Geld. Offen, noch im Plan und in keiner davon: ${inTime}.`,
      ),
    },
    moneyTable(
      writer,
      say(
        'Open loss by check: what one system reports must be matched by another',
        'Offener Verlust nach Abgleich: was ein System meldet, muss ein anderes bestätigen',
      ),
      byControl,
      {
        title: say('Check', 'Abgleich'),
        nameOf: (key) => nameOf.get(key) ?? key,
        meaningOf: (key) => meaning(writer, key),
      },
    ),
    moneyTable(writer, say('The same loss by owner', 'Derselbe Verlust nach Zuständigen'), byOwner, {
      title: say('Owner', 'Zuständig'),
      nameOf: (key) => writer.owner(key),
    }),
    {
      kind: 'text',
      line: [
        say('As a list: ', 'Als Liste: '),
        {
          link: 'problems',
          text: say('every problem with its order', 'jeder Klärfall mit seiner Bestellung'),
        },
        say('. As a query: ', '. Als Abfrage: '),
        { code: `reentry audit EXPORTS --as-of ${plan.asOf} --csv -` },
        say('. What to do: ', '. Was zu tun ist: '),
        { link: 'actions', text: say('actions', 'Maßnahmen') },
        ', ',
        { link: 'decisions', text: say('decisions', 'Entscheidungen') },
        '.',
      ],
    },
    writer.comment('verdict'),
    scopeLine(writer),
  ];
}

/** Three sentences for a reader who knows nothing else. */
function verdict(writer: PlanWriter): string {
  const { plan } = writer;
  const { scope, needsSomeone, money, drifts, byOwner, actions } = plan;
  const say = writer.say.bind(writer);
  const on = writer.day(plan.asOf);
  const { returns, orders } = scope;
  if (returns === 0) {
    return say(
      `Among ${orders} orders there is no return, refund or cancellation, so there is nothing to plan.`,
      `Unter ${orders} Bestellungen ist keine Retoure, Erstattung oder Stornierung; es gibt nichts zu planen.`,
    );
  }
  const share = writer.percent(needsSomeone.n, returns);
  const first = say(
    `On ${on}, ${needsSomeone.n} of the ${returns} orders with a return, refund or cancellation (${share}; ${orders} orders were read) need a person, because a step that one system shows as done is missing, late or different in another.`,
    `Am ${on} brauchen ${needsSomeone.n} der ${returns} Bestellungen mit Retoure, Erstattung oder Stornierung (${share}; gelesen: ${orders} Bestellungen) einen Menschen, weil ein Schritt, den ein System als erledigt zeigt, in einem anderen fehlt, zu spät kommt oder anders lautet.`,
  );
  const [worst] = drifts;
  const [owner] = byOwner;
  const [action] = actions;
  if (worst === undefined || owner === undefined || action === undefined || money.length === 0) {
    const rest = say(
      'No money is at stake. What to do is to keep watching, week by week, as section 7 says.',
      'Es steht kein Geld auf dem Spiel. Zu tun bleibt, weiter zu beobachten, Woche für Woche, wie Abschnitt 7 es sagt.',
    );
    return needsSomeone.n === 0 ? `${noneNeeded(writer, on)} ${rest}` : `${first} ${rest}`;
  }
  const { action: change }: Cause = causes[action.cause];
  const third = say(
    `The costliest kind is “${writer.code(worst.code)}” (${counted(worst.orders.n, 'order', 'orders')}, ${writer.amounts(worst.money)}), ${writer.owner(owner.key)} holds most of the open amount (${owner.problems} of ${counted(plan.problems.length, 'problem', 'problems')}), and the change that reaches furthest is: ${lowerFirst(change.en)}`,
    `Am teuersten ist „${writer.code(worst.code)}“ (${counted(worst.orders.n, 'Bestellung', 'Bestellungen')}, ${writer.amounts(worst.money)}), der größte offene Betrag liegt bei ${writer.owner(owner.key)} (${owner.problems} von ${counted(plan.problems.length, 'Klärfall', 'Klärfällen')}), und am weitesten reicht diese Änderung: ${change.de}`,
  );
  return `${first} ${threeSums(writer)} ${third}`;
}

const noneNeeded = (writer: PlanWriter, on: string): string =>
  writer.say(
    `On ${on}, none of the ${writer.plan.scope.returns} orders with a return, refund or cancellation needs a person.`,
    `Am ${on} braucht keine der ${writer.plan.scope.returns} Bestellungen mit Retoure, Erstattung oder Stornierung einen Menschen.`,
  );

function threeSums(writer: PlanWriter): string {
  const { money } = writer.plan;
  const say = writer.say.bind(writer);
  const words = {
    gone: say(
      'went out without goods coming back, or twice',
      'gingen hinaus, ohne dass Ware zurückkam, oder doppelt',
    ),
    stuck: say(
      'in goods came back, or should have, and cannot be sold',
      'an Ware kam zurück oder sollte es und kann nicht verkauft werden',
    ),
    books: say(
      'stands in records that say something else than what happened',
      'stehen in Belegen, die etwas anderes sagen, als geschah',
    ),
  };
  const parts = kinds
    .filter((kind) => money.some((sums) => sums[kind] !== 0))
    .map((kind) => `${writer.sum(money, kind)} ${words[kind]}`);
  return `${say('Counted apart', 'Getrennt gezählt')}: ${parts.join('; ')}.`;
}

const counted = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;
const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

type MoneyTable = {
  readonly title: string;
  readonly nameOf: (key: string) => string;
  readonly meaningOf?: (key: string) => string;
};

function moneyTable(
  writer: PlanWriter,
  title: string,
  rows: readonly MoneyRow[],
  { title: first, nameOf, meaningOf }: MoneyTable,
): Block {
  const { plan } = writer;
  const say = writer.say.bind(writer);
  const orders = new Set(plan.problems.map(({ orderKey }) => orderKey)).size;
  const meanings = (text: string): string[] => (meaningOf === undefined ? [] : [text]);
  return {
    kind: 'table',
    title,
    columns: [
      { title: first },
      ...meanings(say('What must match what', 'Was womit übereinstimmen muss')).map((text) => ({
        title: text,
      })),
      { title: say('Problems', 'Klärfälle'), numeric: true },
      { title: say('Orders', 'Bestellungen'), numeric: true },
      { title: say('gone', 'verloren'), numeric: true },
      { title: say('stuck', 'steckt fest'), numeric: true },
      { title: say('books wrong', 'Bücher falsch'), numeric: true },
    ],
    rows: [
      ...rows.map(({ key, problems, orders: of, money }) => ({
        cells: [
          nameOf(key),
          ...meanings(meaningOf?.(key) ?? ''),
          String(problems),
          String(of),
          ...kinds.map((kind) => writer.sum(money, kind)),
        ],
      })),
      {
        cells: [
          [{ strong: say('All', 'Alle') }],
          ...meanings(''),
          [{ link: 'problems', text: String(plan.problems.length) }],
          String(orders),
          ...kinds.map((kind): Line => [{ strong: writer.sum(plan.money, kind) }]),
        ],
      },
    ],
  };
}

/** Both sides of a check in words: what must not exceed, or must be matched by, what. */
function meaning(writer: PlanWriter, control: string): string {
  const row = writer.plan.matrix.find((one) => one.control === control);
  if (row === undefined) return '';
  return `${writer.words(row.left.event)} ${row.kind === 'limit' ? '≤' : '→'} ${writer.words(row.right.event)}`;
}

function scopeLine(writer: PlanWriter): Block {
  const { scope } = writer.plan;
  const { from, to, policyFile } = scope;
  const say = writer.say.bind(writer);
  const systems = writer.list(scope.connections.map(({ name, system }) => `${name} (${system})`));
  const facts = writer.number(scope.facts);
  const when = from === undefined || to === undefined ? '' : `, ${between(writer, from, to)}`;
  const policy =
    policyFile === undefined
      ? say('No policy file: cautious defaults hold.', 'Keine Richtliniendatei: vorsichtige Vorgaben gelten.')
      : `${say('Policy', 'Richtlinie')}: ${policyFile}.`;
  return {
    kind: 'text',
    line: say(
      `Read: ${systems}; ${scope.orders} orders, ${scope.returns} with a return, refund or cancellation, ${facts} events${when}. ${policy} “(few)” marks rates on fewer than 30 cases.`,
      `Gelesen: ${systems}; ${scope.orders} Bestellungen, ${scope.returns} mit Retoure, Erstattung oder Stornierung, ${facts} Ereignisse${when}. ${policy} „(wenige)“ kennzeichnet Quoten auf weniger als 30 Fällen.`,
    ),
  };
}

/** When the returns happened: one day, or from one to another. */
function between(writer: PlanWriter, from: string, to: string): string {
  const [first, last] = [writer.day(from), writer.day(to)];
  if (first === last) return writer.say(`those of the returns on ${first}`, `die der Retouren am ${first}`);
  return writer.say(
    `those of the returns between ${first} and ${last}`,
    `die der Retouren zwischen ${first} und ${last}`,
  );
}
