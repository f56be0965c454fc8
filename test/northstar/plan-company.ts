/** Builds the plan of a folder of exports, as the command does. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readPlanInput } from '../../src/cli/read-plan-input.ts';
import { buildPlan } from '../../src/northstar/plan/build-plan.ts';
import { nobody } from '../../src/northstar/plan/people.ts';
import type { People, Plan } from '../../src/northstar/plan/plan.ts';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export const sample = at('../../sample');
export const companyO = at('../fixtures/company-o');
/** Every failure planted in the companies is overdue on this day. */
export const planDay = '2026-12-03T12:00:00Z';

const shared = at('../../../shared/data/');
export const sharedCompany = (name: string): string => shared + name;
/** For the `skip` of a test: false where the company lies beside the repository, else why it is skipped. */
export const sharedCompanySkip = (name: string): string | false =>
  existsSync(shared + name) ? false : `${name} is not beside the repository (../shared/data)`;

export type PlanOptions = {
  readonly asOf?: string;
  readonly policyPath?: string;
  readonly people?: People;
};

export async function planOf(folder: string, options: PlanOptions = {}): Promise<Plan> {
  const { asOf = planDay, policyPath, people = nobody } = options;
  const input = await readPlanInput({
    paths: [folder],
    asOf: () => Date.parse(asOf),
    language: 'en',
    ...(policyPath === undefined ? {} : { policyPath }),
  });
  return buildPlan({ ...input, people });
}
