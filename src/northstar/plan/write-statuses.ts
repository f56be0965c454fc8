/** Section 5: status words and what they really mean here. */
import type { Block, Line } from './plan-block.ts';
import type { StatusRow } from './plan.ts';
import type { PlanWriter } from './plan-writer.ts';

const statusRowsMax = 60;
const contradictionsMax = 7;

export function writeStatuses(writer: PlanWriter): Block[] {
  const { statuses, quality } = writer.plan;
  const say = writer.say.bind(writer);
  const unmapped = quality.find(({ id }) => id === 'unmapped');
  return [
    {
      kind: 'heading',
      level: 2,
      anchor: 'statuses',
      text: say(
        '5. Status words and what they really mean here',
        '5. Statuswörter und was sie hier wirklich bedeuten',
      ),
    },
    ...(statuses.length === 0 ? [noWords(writer)] : wordBlocks(statuses, writer)),
    {
      kind: 'text',
      line:
        unmapped === undefined || unmapped.value === 0
          ? say(
              'Every status word that was met has a meaning.',
              'Jedes vorgefundene Statuswort hat eine Bedeutung.',
            )
          : say(
              `Status words without a meaning yet (${unmapped.value}): ${unmapped.examples.slice(0, 5).join(', ')}.`,
              `Statuswörter noch ohne Bedeutung (${unmapped.value}): ${unmapped.examples.slice(0, 5).join(', ')}.`,
            ),
    },
    writer.comment('statuses'),
  ];
}

const noWords = (writer: PlanWriter): Block => ({
  kind: 'text',
  line: writer.say(
    'The events came without status words of their systems.',
    'Die Ereignisse kamen ohne Statuswörter ihrer Systeme.',
  ),
});

function wordBlocks(statuses: readonly StatusRow[], writer: PlanWriter): Block[] {
  const say = writer.say.bind(writer);
  const contradictions = statuses
    .filter(saysDone)
    .sort((left, right) => right.contradicted.n - left.contradicted.n)
    .slice(0, contradictionsMax);
  return [
    {
      kind: 'text',
      line: say(
        'Contradictions: words that say done, on orders that are not.',
        'Widersprüche: Wörter, die erledigt sagen, an Bestellungen, die es nicht sind.',
      ),
    },
    {
      kind: 'list',
      ordered: false,
      items:
        contradictions.length === 0
          ? [say('none', 'keine')]
          : contradictions.map((row) => contradictionLine(row, writer)),
    },
    {
      kind: 'table',
      title: say('Every status word', 'Alle Statuswörter'),
      columns: [
        { title: 'System' },
        { title: say('Object', 'Objekt') },
        { title: say('Word', 'Wort') },
        { title: say('Objects', 'Objekte'), numeric: true },
        { title: say('Read as', 'Gelesen als') },
        { title: say('Returns with an open problem', 'Retouren mit offenem Klärfall'), numeric: true },
      ],
      rows: statuses.slice(0, statusRowsMax).map((row) => ({
        cells: [
          row.connection,
          row.kind,
          [{ code: /^(status|state)$/.test(row.field) ? row.word : `${row.field}=${row.word}` }],
          [writer.behind(writer.number(row.objects), wordOf(row), row.orders)],
          row.means.length === 0
            ? say('no event', 'kein Ereignis')
            : row.means.map(({ type, objects }) => `${type} (${objects})`).join(', '),
          row.contradicted.of === 0
            ? '–'
            : [
                writer.share(
                  row.contradicted,
                  `${wordOf(row)}: ${say('with an open problem', 'mit offenem Klärfall')}`,
                ),
              ],
        ],
      })),
    },
  ];
}

const wordOf = ({ connection, kind, field, word }: StatusRow): string =>
  `${connection} ${kind} ${field}=${word}`;

function contradictionLine(row: StatusRow, writer: PlanWriter): Line {
  const codes = row.codes.map((code) => `“${writer.code(code)}”`).join('; ');
  return [
    { code: wordOf(row) },
    ': ',
    writer.share(
      row.contradicted,
      `${wordOf(row)}: ${writer.say('with an open problem', 'mit offenem Klärfall')}`,
    ),
    writer.say(' returns have an open problem, mostly ', ' Retouren haben einen offenen Klärfall, meist '),
    codes,
    ': ',
    ...writer.orders(row.contradicted.orders, row.contradicted.n),
    '.',
  ];
}

/** Facts of the sale itself: a word that stands for them claims nothing about a return. */
const saleTypes: ReadonlySet<string> = new Set(['order.placed', 'payment.captured', 'goods.shipped']);

function saysDone({ word, contradicted, means }: StatusRow): boolean {
  if (contradicted.n === 0) return false;
  if (/^(resolved|closed|solved|refunded)$/i.test(word)) return true;
  const isDone = /^(done|complete|completed|succeeded|posted|paid|sent|cancelled|cancel|received)$/i.test(
    word,
  );
  return isDone && means[0] !== undefined && !saleTypes.has(means[0].type);
}
