import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchItems } from '../../src/kernel/match-items.ts';
import { generateCredits } from './generate-credits.ts';
import {
  firstMatch,
  gradeMatches,
  latestEarlierSale,
  munkresMatches,
  readOutcomes,
} from './grade-matches.ts';

// Five shops of some 2,000 credits each: precise in each of them, and graded together beside the plain ways.
test('on labelled shops the matcher is precise, complete where it can be, and lists the rest', (context) => {
  const grades = { matcher: sums(), latest: sums(), first: sums(), munkres: sums() };
  for (const seed of [1, 2, 3, 4, 5]) {
    const shop = generateCredits(seed, 3000);
    const result = matchItems({ measure: 'units', items: shop.credits, candidates: shop.sales });
    const { applied, listed } = readOutcomes(result);
    const grade = gradeMatches(shop, applied, listed, result);
    assert.equal(grade.doubleClaimed, 0);
    assert.ok(grade.precision >= 0.995, `precision ${grade.precision} with seed ${seed}`);
    add(grades.matcher, grade);
    add(grades.latest, gradeMatches(shop, latestEarlierSale(shop)));
    add(grades.first, gradeMatches(shop, firstMatch(shop)));
    add(grades.munkres, gradeMatches(shop, munkresMatches(shop)));
  }
  for (const [name, sum] of Object.entries(grades)) {
    const [precision, recall, listed] = shares(sum).map((share) => share.toFixed(4));
    context.diagnostic(
      `${name}: ${sum.applied} applied, precision ${precision}, recall of unique ${recall}, true sale found or listed ${listed}`,
    );
  }
  const [precision, recall, listed] = shares(grades.matcher);
  assert.ok(precision! >= 0.995, `precision ${precision}`);
  assert.ok(recall! >= 0.95, `recall ${recall}`);
  assert.ok(listed! >= 0.95, `listed ${listed}`);
  for (const baseline of [grades.latest, grades.first, grades.munkres]) {
    assert.ok(precision! > shares(baseline)[0]!);
  }
});

type Sums = {
  applied: number;
  right: number;
  unique: number;
  uniqueRight: number;
  others: number;
  listed: number;
};

function sums(): Sums {
  return { applied: 0, right: 0, unique: 0, uniqueRight: 0, others: 0, listed: 0 };
}

function add(to: Sums, grade: ReturnType<typeof gradeMatches>): void {
  to.applied += grade.applied;
  to.right += grade.applied * grade.precision;
  to.unique += grade.unique;
  to.uniqueRight += grade.unique * grade.recallOfUnique;
  to.others += grade.others;
  to.listed += grade.others * grade.listed;
}

function shares(sum: Sums): number[] {
  return [sum.right / sum.applied, sum.uniqueRight / sum.unique, sum.listed / sum.others];
}
