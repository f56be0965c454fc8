/** Section 7: what to do, week by week. */
import { byText } from '../../kernel/by-text.ts';
import { causeOfCode, causes, type Cause } from './causes.ts';
import type { Block, Line, Piece } from './plan-block.ts';
import type { Decision, PlanAction, Test, Week } from './plan.ts';
import type { PlanWriter } from './plan-writer.ts';

const oldestShown = 5;

export function writeWeeks(writer: PlanWriter): Block[] {
  const { weeks, decisions, actions, otherCauses } = writer.plan;
  const say = writer.say.bind(writer);
  const { causes: left, problems, money } = otherCauses;
  return [
    { kind: 'heading', level: 2, anchor: 'weeks', text: say('7. Week by week', '7. Woche für Woche') },
    {
      kind: 'text',
      line: say(
        'A week begins when its entry tests are green and ends when its exit tests are; what is not green today says how far it is.',
        'Eine Woche beginnt, wenn ihre Eingangstests grün sind, und endet mit den Ausgangstests; was heute nicht grün ist, sagt, wie weit es ist.',
      ),
    },
    ...weeks.flatMap((week, index) => weekBlocks(week, index, writer)),
    { kind: 'heading', level: 3, anchor: 'actions', text: say('Actions', 'Maßnahmen') },
    ...actions.flatMap((action, index) => actionBlocks(action, index, writer)),
    ...(left.length === 0
      ? []
      : [
          {
            kind: 'text' as const,
            line: [
              say(
                `Left for later: further causes (${left.length}) with `,
                `Für später: weitere Ursachen (${left.length}) mit `,
              ),
              writer.ofProblems(
                say(
                  `${counted(problems, 'problem', 'problems')}, ${writer.amounts(money)}`,
                  `${counted(problems, 'Klärfall', 'Klärfällen')}, ${writer.amounts(money)}`,
                ),
                say('further causes', 'weitere Ursachen'),
                writer.plan.problems.filter(({ code }) => left.includes(causeOfCode[code].cause)),
              ),
              '.',
            ],
          },
        ]),
    {
      kind: 'heading',
      level: 3,
      anchor: 'decisions',
      text: say('Decisions that only people can take', 'Entscheidungen, die nur Menschen treffen können'),
    },
    { kind: 'list', ordered: true, items: decisions.map((decision) => decisionLine(decision, writer)) },
    ...agenda(writer),
    writer.comment('weeks'),
  ];
}

function weekBlocks(week: Week, index: number, writer: PlanWriter): Block[] {
  const say = writer.say.bind(writer);
  const { days, mode, controls } = week;
  const rows =
    controls.length === 0
      ? say('none yet', 'noch keine')
      : controls.map((control) => writer.control(control)).join('; ');
  return [
    {
      kind: 'heading',
      level: 3,
      anchor: `week-${index + 1}`,
      text: say(`Days ${days}: ${writer.mode(mode)}`, `Tag ${days}: ${writer.mode(mode)}`),
    },
    { kind: 'text', line: writer.words(week.goal) },
    {
      kind: 'list',
      ordered: false,
      items: [
        ...week.entry.map((test): Line => [say('Entry: ', 'Eingang: '), ...testPieces(test, writer)]),
        ...week.exit.map((test): Line => [say('Exit: ', 'Ausgang: '), ...testPieces(test, writer)]),
        [say('Rows: ', 'Zeilen: '), rows],
      ],
    },
  ];
}

function testPieces(test: Test, writer: PlanWriter): Piece[] {
  const { value, of, need, green } = test;
  const say = writer.say.bind(writer);
  const figure = of === undefined ? String(value) : say(`${value} of ${of}`, `${value} von ${of}`);
  const limit =
    test.direction === 'at-most'
      ? say(`at most ${need}`, `höchstens ${need}`)
      : say(`at least ${need}`, `mindestens ${need}`);
  return [
    { strong: green ? say('green', 'grün') : say('not yet', 'noch nicht') },
    `: ${writer.words(test.text)}: `,
    writer.behind(figure, writer.words(test.text), test.orders ?? []),
    ` (${limit})`,
  ];
}

function actionBlocks(action: PlanAction, index: number, writer: PlanWriter): Block[] {
  const say = writer.say.bind(writer);
  const cause: Cause = causes[action.cause];
  const { problems, waiting, orders, codes } = action;
  const own = writer.plan.problems.filter(({ code }) => codes.includes(code));
  const hanging =
    waiting === 0 ? '' : say(`, ${waiting} more hang on others`, `, ${waiting} weitere hängen an anderen`);
  return [
    {
      kind: 'heading',
      level: 3,
      anchor: `action-${action.cause}`,
      text: `${index + 1}. ${writer.words(cause.action)}`,
    },
    {
      kind: 'list',
      ordered: false,
      items: [
        writer.words(cause.because),
        ...action.connectors.map((name): Line => [
          say('Setting: ', 'Einstellung: '),
          writer.words(cause.settings![name]!),
        ]),
        [
          say('Now: ', 'Heute: '),
          writer.share(orders, writer.words(cause.action)),
          say(' returns, ', ' Retouren, '),
          writer.ofProblems(
            say(counted(problems, 'problem', 'problems'), counted(problems, 'Klärfall', 'Klärfälle')),
            writer.words(cause.action),
            own,
          ),
          `${hanging}, `,
          writer.ofProblems(writer.amounts(action.money), writer.words(cause.action), own),
          say('; per month ', '; je Monat '),
          writer.amounts(action.perMonth),
          say('. Orders: ', '. Bestellungen: '),
          ...writer.orders(orders.orders, orders.n),
          '.',
        ],
        [
          say('Effort: ', 'Aufwand: '),
          { strong: action.effort },
          say('. Decides: ', '. Entscheidet: '),
          writer.owner(action.decides),
          ', ',
          writer.nameShown(`${action.decides}.owner`),
          '.',
        ],
        [say('Green when this prints 0: ', 'Grün, wenn dies 0 ausgibt: '), { code: action.query }],
      ],
    },
  ];
}

function decisionLine(decision: Decision, writer: PlanWriter): Line {
  const { orders, money } = decision;
  const figures: Piece[] =
    orders === undefined
      ? []
      : [
          ' (',
          writer.share(orders, writer.words(decision.text)),
          ...(money === undefined
            ? []
            : [
                ', ',
                writer.behind(writer.amounts(money), writer.words(decision.text), orders.orders, orders),
              ]),
          ': ',
          ...writer.orders(orders.orders, orders.n),
          ')',
        ];
  return [
    writer.words(decision.text),
    ' ',
    { strong: writer.owner(decision.decides) },
    ': ',
    writer.name(`decision.${decision.id}`, writer.say('who, by when?', 'wer, bis wann?')),
    ...figures,
  ];
}

function agenda(writer: PlanWriter): Block[] {
  const { plan } = writer;
  const say = writer.say.bind(writer);
  const byAge = [...plan.problems].sort(
    (left, right) => byText(left.since, right.since) || byText(left.id, right.id),
  );
  const oldest = [...new Set(byAge.map(({ order }) => order))].slice(0, oldestShown);
  const orphans = plan.quality.find(({ id }) => id === 'orphans')?.value ?? 0;
  const silent = plan.matrix.filter(({ watched }) => watched === 'no').length;
  const open = plan.decisions.length;
  return [
    {
      kind: 'heading',
      level: 3,
      anchor: 'agenda',
      text: say('Weekly meeting, 30 minutes', 'Wöchentliche Besprechung, 30 Minuten'),
    },
    {
      kind: 'list',
      ordered: true,
      items: [
        [
          say(
            '5 min: the three sums against last week. Today: ',
            '5 Min.: die drei Summen gegen letzte Woche. Heute: ',
          ),
          writer.ofProblems(
            writer.amounts(plan.money),
            say('every open problem', 'jeder offene Klärfall'),
            plan.problems,
          ),
          '.',
        ],
        [
          say(
            '10 min: the oldest, each with a name and a day: ',
            '10 Min.: die ältesten, je mit Namen und Tag: ',
          ),
          ...writer.orders(oldest),
          '.',
        ],
        [
          say(
            '5 min: which action turned green, which got worse: ',
            '5 Min.: was grün wurde, was schlechter: ',
          ),
          { code: 'reentry plan --from EXPORTS --since LAST.json' },
          '.',
        ],
        [say(`5 min: decisions due (${open} open).`, `5 Min.: fällige Entscheidungen (${open} offen).`)],
        [
          say(
            `5 min: records without an order (${orphans}), rows that are not watched (${silent}).`,
            `5 Min.: Belege ohne Bestellung (${orphans}), Zeilen ohne Überwachung (${silent}).`,
          ),
        ],
      ],
    },
  ];
}

const counted = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;
