/** Section 2: the journey as it is, as a map and as a table, and how it drifts. */
import { causeOfCode, causes, type Cause } from './causes.ts';
import type { Block, Line } from './plan-block.ts';
import type { Plan } from './plan.ts';
import type { PlanWriter } from './plan-writer.ts';

const driftsShown = 3;
const sequenceShown = 10;
const waysShown = 40;

/** `svg`: the map; undefined leaves it to the table. */
export function writeJourney(
  writer: PlanWriter,
  svg: string | undefined,
  stepName: (step: string) => string,
): Block[] {
  const { journey, drifts } = writer.plan;
  const say = writer.say.bind(writer);
  const { fitting, variants, variantOrders, leftOut } = journey;
  const picture: Block[] =
    svg === undefined
      ? []
      : [
          {
            kind: 'picture',
            svg,
            title: say(
              'Map of the returns: agreed steps strong, what leaves them dashed; times, median wait, money at stake',
              'Karte der Retouren: vereinbarte Schritte kräftig, Abweichungen gestrichelt; Häufigkeit, mittlere Wartezeit, Geld',
            ),
          },
        ];
  return [
    {
      kind: 'heading',
      level: 2,
      anchor: 'journey',
      text: say('2. The journey as it is', '2. Der Ablauf, wie er ist'),
    },
    {
      kind: 'text',
      line: [
        say(
          'Returns that follow the agreed journey from end to end: ',
          'Retouren, die dem vereinbarten Ablauf von Anfang bis Ende folgen: ',
        ),
        writer.share(fitting, say('follow the agreed journey', 'folgen dem vereinbarten Ablauf')),
        say('; different paths: ', '; verschiedene Wege: '),
        writer.behind(
          String(variants),
          say('returns whose paths were compared', 'Retouren, deren Wege verglichen wurden'),
          variantOrders.orders,
          variantOrders,
        ),
        say('. Not compared: ', '. Nicht verglichen: '),
        writer.behind(
          String(leftOut),
          say('not compared with the journey', 'nicht mit dem Ablauf verglichen'),
          journey.leftOutOrders,
          { n: leftOut },
        ),
        say(
          ' (refused, without goods, still in time, or of a kind no system speaks for).',
          ' (abgelehnt, ohne Ware, noch im Plan, oder von einer Art, für die kein System spricht).',
        ),
      ],
    },
    ...picture,
    {
      kind: 'heading',
      level: 3,
      anchor: 'drifts',
      text: say('The three costliest drifts', 'Die drei teuersten Abweichungen'),
    },
    {
      kind: 'list',
      ordered: true,
      items: drifts.slice(0, driftsShown).map((drift) => driftLine(drift, writer)),
    },
    driftTable(writer),
    {
      kind: 'text',
      line: [
        say('Query of a row, with its code put in: ', 'Abfrage einer Zeile, mit ihrem Code eingesetzt: '),
        { code: drifts[0]?.query ?? `reentry audit EXPORTS --as-of ${writer.plan.asOf} --csv -` },
      ],
    },
    {
      kind: 'table',
      title: say(
        'The same as the sequence of events shows it (no money: it stands above)',
        'Dasselbe, wie es die Folge der Ereignisse zeigt (ohne Geld: das steht oben)',
      ),
      columns: [
        { title: say('Step', 'Schritt') },
        { title: say('Drift', 'Abweichung') },
        { title: say('Returns', 'Retouren'), numeric: true },
        { title: say('Examples', 'Beispiele') },
      ],
      rows: journey.sequence.slice(0, sequenceShown).map(({ step, category, orders }) => ({
        cells: [
          stepName(step),
          writer.category(category),
          [writer.share(orders, `${stepName(step)}: ${writer.category(category)}`)],
          writer.orders(orders.orders, orders.n),
        ],
      })),
    },
    wayTable(writer, stepName),
    groupBlock(writer),
    writer.comment('journey'),
  ];
}

function driftLine(drift: Plan['drifts'][number], writer: PlanWriter): Line {
  const { orders, code } = drift;
  const own = writer.plan.problems.filter((problem) => problem.code === code);
  const { because }: Cause = causes[causeOfCode[code].cause];
  return [
    { strong: writer.code(code) },
    ` (${writer.category(drift.category)}): `,
    writer.ofProblems(writer.shareText(orders), writer.code(code), own),
    writer.say(' returns, ', ' Retouren, '),
    writer.ofProblems(writer.amounts(drift.money), writer.code(code), own),
    writer.say(', since ', ', seit '),
    writer.day(drift.since),
    '. ',
    writer.words(because),
    writer.say(' Orders: ', ' Bestellungen: '),
    ...writer.orders(orders.orders, orders.n),
    '.',
  ];
}

function driftTable(writer: PlanWriter): Block {
  const say = writer.say.bind(writer);
  return {
    kind: 'table',
    title: say('All drifts, costliest first', 'Alle Abweichungen, die teuerste zuerst'),
    columns: [
      { title: say('Problem', 'Klärfall') },
      { title: say('How it leaves the journey', 'Wie sie den Ablauf verlässt') },
      { title: say('Returns', 'Retouren'), numeric: true },
      { title: say('Problems', 'Klärfälle'), numeric: true },
      { title: say('Money', 'Geld'), numeric: true },
      { title: say('Examples', 'Beispiele') },
    ],
    rows: writer.plan.drifts.map(({ code, category, orders, problems, money }) => {
      const own = writer.plan.problems.filter((problem) => problem.code === code);
      return {
        anchors: [`drift-${code}`],
        cells: [
          [writer.code(code), ' ', { code }],
          writer.category(category),
          [writer.ofProblems(writer.shareText(orders), writer.code(code), own)],
          [{ link: `problems-${code}`, text: String(problems) }],
          [writer.ofProblems(writer.amounts(money), writer.code(code), own)],
          writer.orders(orders.orders, orders.n),
        ],
      };
    }),
  };
}

function wayTable(writer: PlanWriter, stepName: (step: string) => string): Block {
  const { journey, scope } = writer.plan;
  const say = writer.say.bind(writer);
  return {
    kind: 'table',
    title: say(
      'The map as a table: the most frequent ways from step to step',
      'Die Karte als Tabelle: die häufigsten Wege von Schritt zu Schritt',
    ),
    columns: [
      { title: say('From', 'Von') },
      { title: say('To', 'Nach') },
      { title: say('Times', 'Male'), numeric: true },
      { title: say('Median wait', 'Median'), numeric: true },
      { title: 'p90', numeric: true },
      { title: say('At stake', 'Auf dem Spiel'), numeric: true },
      { title: say('Agreed', 'Vereinbart') },
    ],
    rows: journey.edges.slice(0, waysShown).map((edge) => ({
      cells: [
        stepName(edge.from),
        stepName(edge.to),
        [
          writer.behind(
            writer.number(edge.count),
            `${stepName(edge.from)} → ${stepName(edge.to)}`,
            edge.orders,
          ),
        ],
        wait(writer, edge.medianSeconds),
        wait(writer, edge.p90Seconds),
        edge.minor === 0 ? '–' : writer.money(edge.minor, scope.currency),
        edge.agreed ? say('yes', 'ja') : say('no', 'nein'),
      ],
    })),
  };
}

function groupBlock(writer: PlanWriter): Block {
  const { journey, scope } = writer.plan;
  const say = writer.say.bind(writer);
  if (journey.groups.length === 0) {
    return {
      kind: 'text',
      line: say(
        'No payment method, channel or item needs someone more often than the rest, beyond chance (at least 10 returns each).',
        'Keine Zahlart, kein Kanal und kein Artikel braucht über den Zufall hinaus öfter jemanden als der Rest (je mindestens 10 Retouren).',
      ),
    };
  }
  const words = {
    tender: say('payment method', 'Zahlart'),
    channel: say('channel', 'Kanal'),
    item: say('item', 'Artikel'),
  };
  return {
    kind: 'table',
    title: say(
      'Groups that need someone more often than the rest, beyond chance',
      'Gruppen, die über den Zufall hinaus öfter jemanden brauchen als der Rest',
    ),
    columns: [
      { title: say('Group', 'Gruppe') },
      { title: say('Returns', 'Retouren'), numeric: true },
      { title: say('Rest', 'Rest'), numeric: true },
      { title: say('Times the rest (95 %)', 'Mal der Rest (95 %)'), numeric: true },
      { title: say('At stake', 'Auf dem Spiel'), numeric: true },
    ],
    rows: journey.groups.map((group) => ({
      cells: [
        `${words[group.by]}: ${group.value}`,
        [
          writer.share(
            group.breaks,
            `${words[group.by]} ${group.value}: ${say('need someone', 'brauchen jemanden')}`,
          ),
        ],
        writer.shareText({ ...group.rest, few: group.rest.of < 30 }),
        `${writer.number(group.lift)} (${writer.number(group.low)}–${writer.number(group.high)})`,
        writer.money(group.minor, scope.currency),
      ],
    })),
  };
}

function wait(writer: PlanWriter, seconds: number | undefined): string {
  if (seconds === undefined) return '–';
  const hours = seconds / 3600;
  if (hours < 1) return `${writer.number(seconds / 60)} min`;
  return hours < 48 ? `${writer.number(hours)} h` : `${writer.number(hours / 24)} ${writer.say('d', 'T')}`;
}
