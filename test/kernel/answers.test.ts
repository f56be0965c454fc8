/** What is said of every fixture story, in both languages, and its case note. */
import { answerOf } from '../../src/kernel/answer.ts';
import { caseNoteOf } from '../../src/kernel/case-note.ts';
import { languages } from '../../src/kernel/wording.ts';
import { booksFixtures } from './books-fixtures.ts';
import { clean, refunded, returned, type CodeFixture } from './code-fixture.ts';
import { checkGolden } from './golden-file.ts';
import type { Gap } from '../../src/kernel/gap.ts';
import { goodsFixtures } from './goods-fixtures.ts';
import { moneyFixtures } from './money-fixtures.ts';
import type { OrderState } from '../../src/kernel/order-state.ts';
import { coverageOf, shopPolicy, story, zone } from './story.ts';

/** Answers and case notes of one state. */
function spoken(state: OrderState, asOf: string): string {
  const rows: string[] = [];
  for (const language of languages) {
    for (const { text, evidence } of answerOf(state, { language, zone, asOf }))
      rows.push(`  ${text} [${evidence.length}]`);
    const calendar = shopPolicy.calendars.support;
    const note = caseNoteOf(state, { language, zone, asOf: `${asOf}T08:00:00.000Z`, calendar });
    if (note !== undefined) rows.push(...note.split('\n').map((line) => `  > ${line}`));
  }
  return rows.join('\n');
}

const unread = (...ids: readonly number[]): readonly Gap[] =>
  ids.map((id) => ({ is: 'unread', object: `erp:stock.picking/${id}` }));
const gapStories: Readonly<Record<string, readonly Gap[]>> = {
  'the past and two connections': [{ is: 'refused', connection: 'stripe' }, { is: 'past' }, { is: 'paused', connection: 'shop' }],
  'two of each': [
    { is: 'refused', connection: 'stripe' }, { is: 'refused', connection: 'erp' }, { is: 'paused', connection: 'shop' }, { is: 'paused', connection: 'desk' },
  ],
  'a record and a file': [...unread(7), { is: 'file', reason: 'orders.csv: row 3 is cut' }, ...unread(7)],
  'three records': unread(7, 8, 9),
  'four records': unread(7, 8, 9, 10),
}; // prettier-ignore

function* spokenStories(): Generator<[title: string, text: string]> {
  const fixtures = { ...moneyFixtures, ...goodsFixtures, ...booksFixtures };
  for (const [code, fixture] of Object.entries(fixtures) as [string, CodeFixture][]) {
    const options = {
      policy: fixture.policy ?? shopPolicy, ...(fixture.coverage !== undefined && { coverage: fixture.coverage }),
    }; // prettier-ignore
    yield [code, spoken(fixture.fires().judge('2026-12-15', options), '2026-12-15')];
    if (fixture.expect.due !== undefined)
      yield [`${code}, in time`, spoken(fixture.fires().judge('2026-11-05', options), '2026-11-05')];
  }
  yield ['never returned', spoken(story('1').delivered().judge('2026-11-05'), '2026-11-05')];
  yield ['closed, the year after', spoken(clean().judge('2027-01-05'), '2027-01-05')];
  yield [
    'closed, all watched',
    spoken(clean().judge('2026-11-05', { coverage: coverageOf([]) }), '2026-11-05'),
  ];
  yield [
    'two on hold, one written off',
    spoken(refunded().moved('SHOE', 1, 'customer', 'hold').judge('2026-11-05'), '2026-11-05'),
  ];
  const withdrawn = story('1').delivered().fact('withdrawal.declared', 'shop', { sku: 'SHOE', quantity: 1 }, '2026-11-02T09:00');
  yield ['withdrawn, withheld', spoken(withdrawn.judge('2027-06-01'), '2027-06-01')];
  const held = story('1').delivered('SHOE', 2, 5990).approved('2026-11-02T09:00').moved('SHOE', 2, 'customer', 'hold', '2026-11-03T09:00').refunded('r1', [['SHOE', 2, 11_980]]);
  yield ['two on hold, refunded', spoken(held.judge('2026-11-20'), '2026-11-20')];
  const scrapped = story('1').line('SHOE', 3, 5990).line('HAT', 1, 100).placed().paid().shipped('SHOE', 3).shipped('HAT', 1).approved('2026-11-02T09:00')
    .moved('SHOE', 3, 'customer', 'input', '2026-11-03T09:00').moved('SHOE', 1, 'input', 'scrap').moved('SHOE', 1, 'input', 'saleable').moved('SHOE', 1, 'input', 'hold').moved('HAT', 1, 'customer', 'scrap');
  yield ['in stock, on hold and written off', spoken(scrapped.judge('2026-11-03T16:00'), '2026-11-03')];
  yield ['open for a day', spoken(returned().restocked('SHOE', 1).disputed('opened', 11_980, '2026-11-05T09:00').refunded('r1', [['SHOE', 1, 5990]], '2026-11-05T10:00').judge('2026-11-06T12:00'), '2026-11-06')];
  const twice = story('1').delivered('SHOE', 2, 5990).approved('2026-11-02T09:00').received('SHOE', 2, '2026-11-03T09:00').restocked('SHOE', 2)
    .recorded('r1', [['SHOE', 1, 5990]], '2026-11-04T09:00').recorded('r2', [['SHOE', 1, 5990]], '2026-11-04T10:00');
  yield ['the same twice', spoken(twice.judge('2026-11-20'), '2026-11-20')];
  yield ['refunded by hand, all excluded', spoken(returned().amountOnly('r1', 0).amountOnly('r2', 700).fact('refund.deleted', 'shop', { refund: 'r2' }).judge('2026-11-20'), '2026-11-20')];
  for (const [title, gaps] of Object.entries(gapStories))
    yield [`incomplete: ${title}`, spoken({ ...clean().judge('2026-11-20'), verdict: 'incomplete', gaps }, '2026-11-20')];
  yield ['never returned, the past not read', spoken({ ...story('1').delivered().judge('2026-11-05'), verdict: 'incomplete', gaps: [{ is: 'past' }] }, '2026-11-05')];
  const half = coverageOf(['shopRefunds', 'gateway']);
  yield ['shop and gateway only', spoken(clean().judge('2026-11-05', { coverage: half }), '2026-11-05')];
  yield [
    'shop refund alone',
    spoken(
      story('1')
        .delivered()
        .recorded('r1', [['SHOE', 1, 5990]], '2026-11-01T09:00', { payment: 'manual' })
        .judge('2026-11-05'),
      '2026-11-05',
    ),
  ];
} // prettier-ignore

checkGolden('golden-answers.txt', [...spokenStories()]);
