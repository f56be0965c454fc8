import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { auditVariant, variants } from './company-variants.ts';
import { describeComparison } from './truth.ts';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const odoo = {
  folder: at('../fixtures/company-o'),
  policy: at('../fixtures/company-o/policy.json'),
  truth: at('../fixtures/company-o/truth.json'),
};
const tryton = {
  folder: at('../../sample'),
  policy: at('../../sample/policy.json'),
  truth: at('../fixtures/company-a/truth.json'),
};
/** The larger company takes longer: only what its ERP could read otherwise than the other's. */
const forTryton = new Set([
  'yen',
  'days later, over a change of the clocks',
  'numbers without letters that are ids of other orders',
]);

for (const [name, variant] of Object.entries(variants)) {
  test(`told in ${name}, a company has the same problems`, async () => {
    const companies = forTryton.has(name) ? [odoo, tryton] : [odoo];
    for (const company of companies) {
      const comparison = await auditVariant(company, variant);
      assert.ok(comparison.expected > 10);
      assert.ok(comparison.recall === 1 && comparison.precision === 1, describeComparison(comparison));
    }
  });
}
