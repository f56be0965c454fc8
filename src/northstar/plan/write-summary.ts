/** Section 1: the verdict in three sentences, and the money. It must stand alone. */
import type { ProblemCode } from '../../kernel/codes.ts';
import { amountsOf } from './amounts.ts';
import { causes, type Cause } from './causes.ts';
import type { Block, Line, Piece } from './plan-block.ts';
import type { MoneyRow, PlanProblem } from './plan.ts';
import type { PlanWriter } from './plan-writer.ts';

const kinds = ['gone', 'stuck', 'books'] as const;

export function writeSummary(writer: PlanWriter): Block[] {
  const { plan } = writer;
  const { inTime, byControl, byOwner } = plan;
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
          sumOf(writer, 'gone'),
          ' ',
          { strong: writer.kind('gone') },
          say(': paid out without goods, or twice.', ': ohne Ware gezahlt, oder doppelt.'),
        ],
        [
          sumOf(writer, 'stuck'),
          ' ',
          { strong: writer.kind('stuck') },
          say(
            ': goods that came back or should have, and cannot be sold; at cost, else at net price.',
            ': Ware, die zurück ist oder sein sollte und nicht verkauft werden kann; zu Einstandskosten, sonst netto.',
          ),
        ],
        [
          sumOf(writer, 'books'),
          ' ',
          { strong: writer.kind('books') },
          say(
            ': a record says something else than what happened, for instance a refund that the shop shows and the payment provider never paid.',
            ': ein Beleg sagt etwas anderes, als geschah, etwa eine Erstattung, die der Shop zeigt und der Zahlungsanbieter nie zahlte.',
          ),
          ...awaited(writer),
        ],
      ],
    },
    {
      kind: 'text',
      line: [
        say(
          'Each amount stands in exactly one of the three, and in one row of each table below; the three are never added up, because books that are wrong are not money lost. An order with several problems stands in several rows, so the orders of the rows may add up to more than all. Steps that are open and still in time are in none of them: ',
          'Jeder Betrag steht in genau einer der drei Summen und in einer Zeile jeder Tabelle; die drei werden nie addiert, denn falsche Bücher sind kein verlorenes Geld. Eine Bestellung mit mehreren Klärfällen steht in mehreren Zeilen; deren Bestellungen können also mehr ergeben als alle zusammen. Schritte, die offen und noch im Plan sind, stehen in keiner davon: ',
        ),
        writer.behind(
          String(inTime),
          say('open and still in time', 'offen und noch im Plan'),
          plan.inTimeOrders,
        ),
        '.',
      ],
    },
    moneyTable(
      writer,
      say(
        'Open amounts by check: what one system reports must be matched by another',
        'Offene Beträge nach Abgleich: was ein System meldet, muss ein anderes bestätigen',
      ),
      byControl,
      {
        title: say('Check', 'Abgleich'),
        nameOf: (key) => nameOf.get(key) ?? key,
        ofRow: ({ control }, key) => control === key,
        meaningOf: (key) => meaning(writer, key),
      },
    ),
    moneyTable(writer, say('The same amounts by owner', 'Dieselben Beträge nach Zuständigen'), byOwner, {
      title: say('Owner', 'Zuständig'),
      nameOf: (key) => writer.owner(key),
      ofRow: ({ owner }, key) => owner === key,
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
        say(', and in which of the 30 days: ', ', und an welchem der 30 Tage: '),
        { link: 'weeks', text: say('week by week', 'Woche für Woche') },
        '.',
      ],
    },
    writer.comment('verdict'),
    scopeLine(writer),
  ];
}

/** Three sentences for a reader who knows nothing else. */
function verdict(writer: PlanWriter): Line {
  const { plan } = writer;
  const { scope, needsSomeone, money, drifts, byOwner, actions, problems } = plan;
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
  const needing = writer.behind(
    String(needsSomeone.n),
    say('orders that need a person', 'Bestellungen, die einen Menschen brauchen'),
    needsSomeone.orders,
    needsSomeone,
  );
  const first: Line = [
    say(`On ${on}, `, `Am ${on} brauchen `),
    needing,
    say(' of the ', ' der '),
    returnsOf(writer),
    say(
      ` orders with a return, refund or cancellation (${share}; ${orders} orders were read) need a person, because a step that one system shows as done is missing, late or different in another.`,
      ` Bestellungen mit Retoure, Erstattung oder Stornierung (${share}; gelesen: ${orders} Bestellungen) einen Menschen, weil ein Schritt, den ein System als erledigt zeigt, in einem anderen fehlt, zu spät kommt oder anders lautet.`,
    ),
  ];
  const [worst] = drifts;
  const [owner] = byOwner;
  const [action] = actions;
  if (worst === undefined || owner === undefined || action === undefined || money.length === 0) {
    const rest = say(
      'No money is at stake. What to do is to keep watching, week by week, as section 7 says.',
      'Es steht kein Geld auf dem Spiel. Zu tun bleibt, weiter zu beobachten, Woche für Woche, wie Abschnitt 7 es sagt.',
    );
    return [...(needsSomeone.n === 0 ? noneNeeded(writer, on) : first), ' ', rest];
  }
  const { action: change }: Cause = causes[action.cause];
  const kind = writer.ofProblems(
    say(counted(worst.orders.n, 'order', 'orders'), counted(worst.orders.n, 'Bestellung', 'Bestellungen')),
    writer.code(worst.code),
    problems.filter(({ code }) => code === worst.code),
  );
  const cost = writer.ofProblems(
    writer.amounts(worst.money),
    writer.code(worst.code),
    problems.filter(({ code }) => code === worst.code),
  );
  const ofOwner = (text: string): Piece =>
    writer.ofProblems(
      text,
      writer.owner(owner.key),
      problems.filter((one) => one.owner === owner.key),
    );
  const named: Piece = { link: `drift-${worst.code}`, text: writer.code(worst.code) };
  const all: Piece = { link: 'problems', text: say(counted(problems.length, 'problem', 'problems'), counted(problems.length, 'Klärfall', 'Klärfällen')) };
  const held: readonly Piece[] = [
    ofOwner(String(owner.problems)),
    say(' of ', ' von '),
    all,
    ...(owner.money.length > 0 ? [': ', ofOwner(writer.amounts(owner.money))] : []),
  ];
  const third: Line =
    writer.language === 'de'
      ? [
          'Die teuerste Art von Klärfall ist „', named, '“ (', kind, ', ', cost, `), am meisten ist bei ${writer.owner(owner.key)} offen (`,
          ...held, `), und am weitesten reicht diese Änderung: ${change.de}`,
        ]
      : [
          'The costliest kind of problem is “', named, '” (', kind, ', ', cost, `), most is open at ${writer.owner(owner.key)} (`,
          ...held, `), and the change that reaches furthest is: ${lowerFirst(change.en)}`,
        ];
  return [...first, ' ', ...threeSums(writer), ' ', ...third];
} // prettier-ignore

const noneNeeded = (writer: PlanWriter, on: string): Piece[] => [
  writer.say(`On ${on}, none of the `, `Am ${on} braucht keine der `),
  returnsOf(writer),
  writer.say(
    ' orders with a return, refund or cancellation needs a person.',
    ' Bestellungen mit Retoure, Erstattung oder Stornierung einen Menschen.',
  ),
];

/** What most rates are of. */
const returnsOf = (writer: PlanWriter): Piece => {
  const { returns, returnOrders } = writer.plan.scope;
  const about = writer.say(
    'orders with a return, refund or cancellation',
    'Bestellungen mit Retoure, Erstattung oder Stornierung',
  );
  return writer.behind(String(returns), about, returnOrders, { n: returns });
};

/** One of the three sums, leading to its orders. */
function sumOf(writer: PlanWriter, kind: (typeof kinds)[number]): Piece {
  const { money, problems } = writer.plan;
  const own = problems.filter((one) => one.kind === kind && one.minor !== 0);
  return writer.ofProblems(writer.sum(money, kind), writer.kind(kind), own);
}

/** Problems that mean a customer has not got money that some record promises. */
const awaitedCodes: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  'refund-not-at-gateway', 'refund-failed-at-gateway', 'refund-failed-later', 'refund-stuck-pending', 'refund-recorded-never-paid',
  'refund-overdue', 'received-not-refunded',
]); // prettier-ignore

/** What of the wrong books a customer waits for: to be looked at first. */
function awaited(writer: PlanWriter): readonly Piece[] {
  const own = writer.plan.problems.filter(({ kind, code, minor }) => kind === 'books' && minor !== 0 && awaitedCodes.has(code));
  if (own.length === 0) return [];
  const about = writer.say('customers wait for their money', 'Kunden warten auf ihr Geld');
  return [
    writer.say(' Of it, customers still wait for ', ' Davon warten Kunden noch auf '),
    writer.ofProblems(writer.sum(amountsOf(own), 'books'), about, own),
    writer.say(': see to that first.', ': das zuerst.'),
  ];
} // prettier-ignore

function threeSums(writer: PlanWriter): readonly Piece[] {
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
    .flatMap((kind, index): Piece[] => [index === 0 ? '' : '; ', sumOf(writer, kind), ` ${words[kind]}`]);
  return [`${say('Counted apart', 'Getrennt gezählt')}: `, ...parts, '.'];
}

const counted = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;
const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

type MoneyTable = {
  readonly title: string;
  readonly nameOf: (key: string) => string;
  readonly ofRow: (problem: PlanProblem, key: string) => boolean;
  readonly meaningOf?: (key: string) => string;
};

function moneyTable(
  writer: PlanWriter,
  title: string,
  rows: readonly MoneyRow[],
  { title: first, nameOf, ofRow, meaningOf }: MoneyTable,
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
      ...kinds.map((kind) => ({ title: writer.kind(kind), numeric: true as const })),
    ],
    rows: [
      ...rows.map(({ key, problems, orders: of, money }) => {
        const own = plan.problems.filter((problem) => ofRow(problem, key));
        const name = nameOf(key);
        return {
          cells: [
            name,
            ...meanings(meaningOf?.(key) ?? ''),
            [writer.ofProblems(String(problems), name, own)],
            [writer.ofProblems(String(of), name, own)],
            ...kinds.map((kind): Line => {
              const ofKind = own.filter((problem) => problem.kind === kind && problem.minor !== 0);
              return [writer.ofProblems(writer.sum(money, kind), `${name}, ${writer.kind(kind)}`, ofKind)];
            }),
          ],
        };
      }),
      {
        cells: [
          [{ strong: say('All', 'Alle') }],
          ...meanings(''),
          [{ link: 'problems', text: String(plan.problems.length) }],
          [
            writer.ofProblems(
              String(orders),
              say('every open problem', 'jeder offene Klärfall'),
              plan.problems,
            ),
          ],
          ...kinds.map((kind): Line => [sumOf(writer, kind)]),
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
    line: [
      say(
        `Read: ${systems}; ${scope.orders} orders (each with its answer: `,
        `Gelesen: ${systems}; ${scope.orders} Bestellungen (jede mit ihrer Antwort: `,
      ),
      { code: `reentry audit EXPORTS --as-of ${writer.plan.asOf} --json` },
      say(
        `), ${scope.returns} with a return, refund or cancellation, ${facts} events${when}. ${policy} Below, “(few)” marks rates on fewer than 30 cases.`,
        `), ${scope.returns} mit Retoure, Erstattung oder Stornierung, ${facts} Ereignisse${when}. ${policy} Im Folgenden kennzeichnet „(wenige)“ Quoten auf weniger als 30 Fällen.`,
      ),
    ],
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
