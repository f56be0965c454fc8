/** What is said of every fixture story, in both languages, and its case note. */
import { answerOf } from '../../src/kernel/answer.ts';
import { caseNoteOf } from '../../src/kernel/case-note.ts';
import { languages } from '../../src/kernel/wording.ts';
import { booksFixtures } from './books-fixtures.ts';
import { clean, refunded, type CodeFixture } from './code-fixture.ts';
import { checkGolden } from './golden-file.ts';
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
  const half = coverageOf(['shopRefunds', 'gateway']);
  yield ['shop and gateway only', spoken(clean().judge('2026-11-05', { coverage: half }), '2026-11-05')];
  const incomplete = story('1').delivered();
  incomplete.refunded('r1', [['SHOE', 1, 5990]]);
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
}

checkGolden('golden-answers.txt', [...spokenStories()]);
