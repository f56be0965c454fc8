/** Sections 8 to 10: risks and data quality, the baseline of day 30, case notes and the list of problems. */
import { ordersMax } from './amounts.ts';
import type { Block, Line, Piece } from './plan-block.ts';
import type { Measure, PlanProblem } from './plan.ts';
import { examplesShown, orderAnchor, type OrderList, type PlanWriter } from './plan-writer.ts';

export function writeRisks(writer: PlanWriter): Block[] {
  const { risks, quality } = writer.plan;
  const say = writer.say.bind(writer);
  return [
    {
      kind: 'heading',
      level: 2,
      anchor: 'risks',
      text: say('8. Risks, assumptions, data quality', '8. Risiken, Annahmen, Datenqualität'),
    },
    { kind: 'list', ordered: false, items: risks.map((risk) => writer.words(risk)) },
    {
      kind: 'table',
      title: say('Data quality', 'Datenqualität'),
      columns: [
        { title: say('What', 'Was') },
        { title: say('Count', 'Anzahl'), numeric: true },
        { title: say('Examples', 'Beispiele') },
      ],
      rows: quality.map(({ text, value, of, examples, about }) => {
        const [all, most] = [writer.number(value), of === undefined ? '' : writer.number(of)];
        const figure = of === undefined ? all : say(`${all} of ${most}`, `${all} von ${most}`);
        return {
          cells: [
            writer.words(text),
            [about === 'orders' ? writer.behind(figure, writer.words(text), examples, { n: value }) : figure],
            about === 'orders'
              ? writer.orders(examples, value)
              : `${examples.slice(0, examplesShown).join('; ')}${examples.length > examplesShown ? '; …' : ''}`,
          ],
        };
      }),
    },
    writer.comment('risks'),
  ];
}

export function writeBaseline(writer: PlanWriter): Block[] {
  const say = writer.say.bind(writer);
  const on = writer.day(writer.plan.asOf);
  const figure = ({ value, of, unit, currency }: Measure): string => {
    if (value === undefined)
      return say('not reached: too many are open', 'nicht erreicht: zu viele sind offen');
    if (unit === 'money') return writer.money(value, currency!);
    return of === undefined ? writer.number(value) : say(`${value} of ${of}`, `${value} von ${of}`);
  };
  return [
    {
      kind: 'heading',
      level: 2,
      anchor: 'baseline',
      text: say('9. What to measure on day 30', '9. Was am Tag 30 zu messen ist'),
    },
    {
      kind: 'table',
      title: say(
        `Baseline of ${on}; the same plan made on day 30 gives the same rows`,
        `Ausgangswerte vom ${on}; derselbe Plan am Tag 30 ergibt dieselben Zeilen`,
      ),
      columns: [
        { title: say('Measure', 'Messwert') },
        { title: say('Today', 'Heute'), numeric: true },
        { title: say('Day 30', 'Tag 30') },
      ],
      rows: writer.plan.baseline.map((one) => ({
        cells: [
          writer.words(one.text),
          [writer.behind(figure(one), writer.words(one.text), one.orders ?? [])],
          writer.words(one.target),
        ],
      })),
    },
    writer.comment('baseline'),
  ];
}

export function writeAppendix(writer: PlanWriter): Block[] {
  const { plan } = writer;
  const say = writer.say.bind(writer);
  const shown = writer.problemsShown;
  const rest = plan.problems.length > shown.length;
  const seen = new Set<string>();
  const all = plan.problems.length;
  return [
    {
      kind: 'heading',
      level: 2,
      anchor: 'notes',
      text: say(
        '10. Case notes of the worst open loops',
        '10. Fallnotizen der schlimmsten offenen Schleifen',
      ),
    },
    ...plan.notes.flatMap((note): Block[] => {
      const comment = writer.comment(`order.${note.orderKey}`);
      const quote = { kind: 'quote', text: writer.words(note.text) } as const;
      return comment.value === undefined ? [quote] : [quote, comment];
    }),
    {
      kind: 'heading',
      level: 3,
      anchor: 'problems',
      text: say(
        'List of problems: what the three sums are made of',
        'Liste der Klärfälle: woraus die drei Summen bestehen',
      ),
    },
    {
      kind: 'table',
      title: say(
        `${all} problems, each once; those that hang on another one are not in it${rest ? `; ${shown.length} of them here, the costliest of each kind, all in the JSON` : ''}`,
        `${all} Klärfälle, jeder einmal; was an einem anderen hängt, steht nicht darin${rest ? `; hier ${shown.length} davon, die teuersten jeder Art, alle im JSON` : ''}`,
      ),
      columns: [
        { title: say('Order', 'Bestellung') },
        { title: say('Problem', 'Klärfall') },
        { title: say('Check', 'Abgleich') },
        { title: say('Owner', 'Zuständig') },
        { title: say('Item', 'Artikel') },
        { title: say('At stake', 'Auf dem Spiel'), numeric: true },
        { title: say('Since', 'Seit') },
        { title: say('Due', 'Fällig') },
      ],
      rows: shown.map((problem) => ({
        anchors: anchorsOf(problem, seen),
        cells: problemCells(problem, writer),
      })),
    },
  ];
}

/** The orders behind the numbers, each list once. Written last: it holds what the rest of the document leads to. */
export function writeOrderLists(writer: PlanWriter): Block[] {
  const lists = writer.orderLists();
  if (lists.length === 0) return [];
  const say = writer.say.bind(writer);
  return [
    {
      kind: 'heading',
      level: 3,
      anchor: 'orders',
      text: say('The orders behind the numbers', 'Die Bestellungen hinter den Zahlen'),
    },
    {
      kind: 'table',
      title: say(
        `Each number above leads to its row here; ${ordersMax} orders of each at most`,
        `Jede Zahl oben führt zu ihrer Zeile hier; von jeder höchstens ${ordersMax} Bestellungen`,
      ),
      columns: [{ title: say('Number', 'Zahl') }, { title: say('Orders', 'Bestellungen') }],
      rows: lists.map((list) => ({
        anchors: [list.anchor],
        cells: [list.about.join('; '), listed(list, writer)],
      })),
    },
  ];
}

function listed({ n, entries, query }: OrderList, writer: PlanWriter): Line {
  const isAll = entries.length < ordersMax && entries.length >= n;
  const count = isAll
    ? writer.number(entries.length)
    : writer.say(
        `the first ${entries.length}${n > entries.length ? ` of ${writer.number(n)}` : ''}`,
        `die ersten ${entries.length}${n > entries.length ? ` von ${writer.number(n)}` : ''}`,
      );
  return [
    `${count}: `,
    ...entries.flatMap(({ order, amount }, index): Piece[] => [
      index === 0 ? '' : ', ',
      writer.order(order),
      amount === undefined ? '' : ` (${amount})`,
    ]),
    ...(isAll || query === undefined ? [] : [writer.say('; all: ', '; alle: '), { code: query }]),
  ];
}

/** The first row of an order and of a code is where links to them lead. */
function anchorsOf({ order, code }: PlanProblem, seen: Set<string>): string[] {
  const anchors = [`problems-${code}`, orderAnchor(order)].filter((anchor) => !seen.has(anchor));
  for (const anchor of anchors) seen.add(anchor);
  return anchors;
}

function problemCells(problem: PlanProblem, writer: PlanWriter): Line[] {
  const { order, code, control, owner, sku, units, minor, currency, kind, since, due } = problem;
  const item = sku === undefined ? '' : units === undefined ? sku : `${units} × ${sku}`;
  const atStake = writer.amounts([{ currency, gone: 0, stuck: 0, books: 0, [kind]: minor }]);
  return [
    [{ order }],
    writer.code(code),
    writer.control(control),
    writer.owner(owner),
    item,
    atStake,
    writer.day(since),
    writer.day(due),
  ];
}
