/** Sections 3 and 4: the event inventory and the reconciliation matrix. */
import { feedSources, type Feed } from '../../kernel/feeds.ts';
import type { Block, Line, Piece } from './plan-block.ts';
import type { MatrixRow, MatrixSide, MissingEvent, Proposal } from './plan.ts';
import type { PlanWriter } from './plan-writer.ts';

export function writeEvents(writer: PlanWriter, stepName: (step: string) => string): Block[] {
  const { events, missingEvents } = writer.plan;
  const say = writer.say.bind(writer);
  return [
    {
      kind: 'heading',
      level: 2,
      anchor: 'events',
      text: say('3. Event inventory', '3. Verzeichnis der Ereignisse'),
    },
    {
      kind: 'text',
      line: say(
        'Which event comes from which system, in how many of the returns in which it could have, and how long after the step before it.',
        'Welches Ereignis aus welchem System kommt, in wie vielen der Retouren, in denen es möglich war, und wie lange nach dem Schritt davor.',
      ),
    },
    {
      kind: 'table',
      title: say('Events by system', 'Ereignisse nach System'),
      columns: [
        { title: say('Event', 'Ereignis') },
        { title: 'System' },
        { title: say('Events', 'Ereignisse'), numeric: true },
        { title: say('Returns with it', 'Retouren damit'), numeric: true },
        { title: say('How late', 'Wie spät') },
        { title: say('After', 'Nach') },
      ],
      rows: events.map((row) => {
        const about = `${stepName(row.step)} (${row.connection})`;
        return {
          cells: [
            stepName(row.step),
            row.connection,
            [
              writer.behind(writer.number(row.events), about, row.returns.orders, {
                ...row.returns,
                query: row.query,
              }),
            ],
            [writer.share(row.returns, about, row.query)],
            writer.lag(row.lag, about),
            row.after === undefined ? '–' : stepName(row.after),
          ],
        };
      }),
    },
    {
      kind: 'heading',
      level: 3,
      anchor: 'events-missing',
      text: say('Missing: nobody reports these', 'Fehlend: das meldet niemand'),
    },
    missingEvents.length === 0
      ? { kind: 'text', line: say('None.', 'Keine.') }
      : {
          kind: 'list',
          ordered: false,
          items: missingEvents.map((one) => missingLine(one, writer, stepName)),
        },
    writer.comment('events'),
  ];
}

function missingLine(
  { step, feed, controls }: MissingEvent,
  writer: PlanWriter,
  stepName: (step: string) => string,
): Line {
  const silent = controls.flatMap((control, index): Piece[] => [
    ...(index === 0 ? [] : [', ']),
    writer.control(control),
  ]);
  return [
    { strong: stepName(step) },
    writer.say(': would come from ', ': käme aus: '),
    feedText([feed], writer),
    ...(silent.length === 0 ? [] : [writer.say('. Silent without it: ', '. Ohne sie stumm: '), ...silent]),
    '.',
  ];
}

const feedText = (feeds: readonly Feed[], writer: PlanWriter): string =>
  feeds.map((feed) => feedSources[feed][writer.language]).join('; ');

const whys: Readonly<Record<Proposal['why'], readonly [string, string]>> = {
  'kept-few': ['too few cases to propose', 'zu wenige Fälle für einen Vorschlag'],
  'kept-slow': ['kept: the work is slower', 'bleibt: die Arbeit ist langsamer'],
  'kept-open': ['kept: more than one in ten is never matched', 'bleibt: mehr als jeder zehnte Fall bleibt offen'],
  'kept-law': ['set by law', 'gesetzlich'],
  'kept-none': ['no term', 'keine Frist'],
  'kept-fits': ['kept: it fits', 'bleibt: passt'],
  'shortened': ['nine of ten keep this', 'neun von zehn halten das'],
}; // prettier-ignore

export function writeMatrix(writer: PlanWriter): Block[] {
  const { matrix } = writer.plan;
  const say = writer.say.bind(writer);
  const shown = matrix.filter((row) => row.watched !== 'no');
  const silent = matrix.filter((row) => row.watched === 'no');
  const accepted = shown.find(({ proposal }) => proposal.why === 'shortened') ?? shown[0];
  const thin = shown
    .filter(({ watched }) => watched === 'thin')
    .map(({ control }) => writer.control(control));
  return [
    {
      kind: 'heading',
      level: 2,
      anchor: 'matrix',
      text: say('4. Reconciliation matrix', '4. Abgleichmatrix'),
    },
    {
      kind: 'text',
      line: say(
        'Each row: the left event in one system must be matched by the right event in another, by the key, within the term. The row is kept by its owner. Accepting a row writes it into the policy file with a date; from that date on Reentry enforces it, and nothing before the date changes.',
        'Jede Zeile: Das linke Ereignis in einem System muss durch das rechte in einem anderen bestätigt werden, über den Schlüssel, in der Frist. Die Zeile gehört ihrem Zuständigen. Annehmen schreibt sie mit Datum in die Richtliniendatei; ab dann setzt Reentry sie durch, davor ändert sich nichts.',
      ),
    },
    duties(shown, writer),
    figures(shown, writer),
    {
      kind: 'text',
      line: [
        say(
          'Thin, because one side speaks in 20 to 80 % of the cases only: ',
          'Dünn, weil eine Seite nur in 20 bis 80 % der Fälle spricht: ',
        ),
        thin.length === 0 ? say('no row', 'keine Zeile') : thin.join('; '),
        say(
          '. Query of a row, with its check put in: ',
          '. Abfrage einer Zeile, mit ihrem Abgleich eingesetzt: ',
        ),
        { code: shown[0]?.query ?? '' },
      ],
    },
    {
      kind: 'text',
      line: [
        say('Accept a row: ', 'Eine Zeile annehmen: '),
        {
          code: `reentry plan apply ${applied(accepted)} --policy policy.json --from ${nextMonth(writer.plan.asOf)}`,
        },
      ],
    },
    {
      kind: 'heading',
      level: 3,
      anchor: 'not-watched',
      text: say('Not watched, and what would feed it', 'Nicht überwacht, und was es speisen würde'),
    },
    {
      kind: 'list',
      ordered: false,
      items: silent.map((row): Line => [
        { strong: writer.control(row.control) },
        ' ',
        { code: row.control },
        ': ',
        row.missing.length === 0
          ? say(
              'nothing of this kind happened in these returns',
              'nichts dieser Art geschah bei diesen Retouren',
            )
          : feedText(row.missing, writer),
        '.',
      ]),
    },
    ...rowComments(shown, writer),
    writer.comment('matrix'),
  ];
}

function duties(rows: readonly MatrixRow[], writer: PlanWriter): Block {
  const say = writer.say.bind(writer);
  const nobody = say('nobody reports it', 'meldet niemand');
  const side = ({ event, reportedBy }: MatrixSide): string =>
    reportedBy === undefined
      ? writer.words(event)
      : `${writer.words(event)} [${reportedBy.length === 0 ? nobody : reportedBy.join(', ')}]`;
  return {
    kind: 'table',
    title: say('What must match what', 'Was mit was übereinstimmen muss'),
    columns: [
      { title: say('Check', 'Abgleich') },
      { title: say('Event [system]', 'Ereignis [System]') },
      { title: say('must be matched by', 'muss bestätigt werden durch') },
      { title: say('Key', 'Schlüssel') },
      { title: say('Within', 'Frist') },
      { title: say('Tolerance', 'Toleranz') },
      { title: say('Owner', 'Zuständig') },
      { title: say('Escalates to', 'Eskalation an') },
    ],
    rows: rows.map((row) => ({
      anchors: [`matrix-${row.control}`],
      cells: [
        [writer.control(row.control), ' ', { code: row.control }],
        side(row.left),
        side(row.right),
        writer.words(row.key),
        writer.term(row.due),
        writer.words(row.tolerance),
        writer.owner(row.owner),
        [writer.nameShown(`${row.owner}.escalation`)],
      ],
    })),
  };
}

function figures(rows: readonly MatrixRow[], writer: PlanWriter): Block {
  const say = writer.say.bind(writer);
  return {
    kind: 'table',
    title: say(
      "How well it does today, and the term that today's work supports",
      'Wie gut es heute läuft, und welche Frist die heutige Arbeit trägt',
    ),
    columns: [
      { title: say('Check', 'Abgleich') },
      { title: say('Held', 'Gehalten'), numeric: true },
      { title: say('Time to match', 'Zeit bis zur Bestätigung') },
      { title: say('Breaches', 'Verletzt'), numeric: true },
      { title: say('Hanging', 'Hängt an'), numeric: true },
      { title: say('In time', 'Im Plan'), numeric: true },
      { title: say('Money', 'Geld'), numeric: true },
      { title: say('Examples', 'Beispiele') },
      { title: say('Proposed', 'Vorschlag') },
    ],
    rows: rows.map((row) => {
      const name = writer.control(row.control);
      const { breaches, waiting, pending } = row.orders;
      const own = writer.plan.problems.filter(({ control }) => control === row.control);
      const broken = (text: string): Piece =>
        own.length > 0
          ? writer.ofProblems(text, name, own)
          : row.kind === 'watch'
            ? text
            : writer.behind(text, name, breaches, { n: row.breaches });
      return {
        cells: [
          name,
          [writer.share(row.rate, `${name}: ${say('held', 'gehalten')}`)],
          writer.lag(row.lag, name),
          [broken(String(row.breaches))],
          [
            writer.behind(
              String(row.waiting),
              `${name}: ${say('hanging on another problem', 'hängt an einem anderen Klärfall')}`,
              waiting,
            ),
          ],
          [writer.behind(String(row.pending), `${name}: ${say('in time', 'im Plan')}`, pending)],
          [broken(writer.amounts(row.money))],
          writer.orders(row.examples, row.breaches),
          proposalLine(row.proposal, writer),
        ],
      };
    }),
  };
}

function proposalLine({ due, why, mode }: Proposal, writer: PlanWriter): Line {
  const reason = writer.say(...whys[why]);
  const term = due === undefined ? reason : `${writer.term(due)} (${reason})`;
  return why === 'shortened' ? [{ strong: term }, `; ${writer.mode(mode)}`] : `${term}; ${writer.mode(mode)}`;
}

/** A row as `reentry plan apply` takes it. */
function applied(row: MatrixRow | undefined): string {
  if (row === undefined) return 'CHECK:due=3bd';
  const { due, owner, mode } = row.proposal;
  return `${row.control}:${due === undefined ? '' : `due=${due},`}owner=${owner},mode=${mode}`;
}

/** First day of the month after an instant. */
function nextMonth(instant: string): string {
  return Temporal.PlainDate.from(instant.slice(0, 10)).with({ day: 1 }).add({ months: 1 }).toString();
}

/** Comments about single rows stay with their rows; there is room for new ones below the tables. */
function rowComments(rows: readonly MatrixRow[], writer: PlanWriter): Block[] {
  return rows.flatMap(({ control }): Block[] => {
    const comment = writer.comment(`matrix.${control}`);
    return comment.value === undefined ? [] : [{ kind: 'text', line: [{ code: control }] }, comment];
  });
}
