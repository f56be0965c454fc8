/**
 * How long the matcher takes on labelled shops, and how good it is beside three plain ways.
 *
 *     node bench/match.ts [CUSTOMERS …]
 */
import { matchItems } from '../src/kernel/match-items.ts';
import { generateCredits } from '../test/match/generate-credits.ts';
import {
  firstMatch,
  gradeMatches,
  latestEarlierSale,
  munkresMatches,
  readOutcomes,
  type Applied,
} from '../test/match/grade-matches.ts';

const sizes = process.argv.slice(2).map(Number);
if (sizes.some((size) => !Number.isSafeInteger(size) || size < 1)) {
  console.error('usage: node bench/match.ts [CUSTOMERS …]');
  process.exit(2);
}

for (const customers of sizes.length > 0 ? sizes : [1000, 3000]) {
  const shop = generateCredits(1, customers);
  console.log(`${customers} customers: ${shop.sales.length} sales, ${shop.credits.length} credits`);
  const started = performance.now();
  const result = matchItems({ measure: 'units', items: shop.credits, candidates: shop.sales });
  const elapsed = performance.now() - started;
  const { applied, listed } = readOutcomes(result);
  show('matcher', elapsed, gradeMatches(shop, applied, listed, result));
  const others: readonly (readonly [string, (of: typeof shop) => Applied])[] = [
    ['latest earlier sale', latestEarlierSale],
    ['first match', firstMatch],
    ['munkres-js', munkresMatches],
  ];
  for (const [name, run] of others) {
    const from = performance.now();
    const claims = run(shop);
    show(name, performance.now() - from, gradeMatches(shop, claims));
  }
}

function show(name: string, elapsedMs: number, grade: ReturnType<typeof gradeMatches>): void {
  const { precision, recallOfUnique, applied } = grade;
  console.log(
    `  ${name.padEnd(20)} ${String(Math.round(elapsedMs)).padStart(7)} ms  ${applied} applied, ` +
      `precision ${precision.toFixed(4)}, recall of unique ${recallOfUnique.toFixed(4)}`,
  );
}
