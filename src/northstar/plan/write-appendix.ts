/** Sections 8 to 10: risks and data quality, the baseline of day 30, case notes and the list of problems. */
import type { Block, Line } from './plan-block.ts';
import type { Measure, PlanProblem } from './plan.ts';
import { orderAnchor, type PlanWriter } from './plan-writer.ts';

const problemsShownMax = 500;

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
      rows: quality.map(({ text, value, of, examples }) => ({
        cells: [
          writer.words(text),
          of === undefined
            ? writer.number(value)
            : say(
                `${writer.number(value)} of ${writer.number(of)}`,
                `${writer.number(value)} von ${writer.number(of)}`,
              ),
          examples.join('; '),
        ],
      })),
    },
    writer.comment('risks'),
  ];
}

export function writeBaseline(writer: PlanWriter): Block[] {
  const say = writer.say.bind(writer);
  const on = writer.day(writer.plan.asOf);
  const today = ({ value, of, unit, currency }: Measure): string => {
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
        cells: [writer.words(one.text), today(one), writer.words(one.target)],
      })),
    },
    writer.comment('baseline'),
  ];
}

export function writeAppendix(writer: PlanWriter): Block[] {
  const { plan } = writer;
  const say = writer.say.bind(writer);
  const shown = plan.problems.slice(0, problemsShownMax);
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
        `${all} problems, each once; those that hang on another one are not in it${rest ? `; the first ${shown.length} here, all in the JSON` : ''}`,
        `${all} Klärfälle, jeder einmal; was an einem anderen hängt, steht nicht darin${rest ? `; hier die ersten ${shown.length}, alle im JSON` : ''}`,
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
    order,
    writer.code(code),
    writer.control(control),
    writer.owner(owner),
    item,
    atStake,
    writer.day(since),
    writer.day(due),
  ];
}
