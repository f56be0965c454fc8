/** The journey map and the 30-day plan: read, compare with an earlier one, type names and comments, accept rows. */
import { controls } from '../../kernel/controls.ts';
import { controlOn } from '../../kernel/policy.ts';
import type { Language } from '../../kernel/wording.ts';
import { comparePlans, parsePlan, type PlanChanges } from '../../northstar/plan/compare-plans.ts';
import { mergePeople } from '../../northstar/plan/people.ts';
import { planDocument } from '../../northstar/plan/plan-document.ts';
import { planMap } from '../../northstar/plan/plan-map.ts';
import { termText } from '../../northstar/plan/read-matrix.ts';
import type { z } from 'zod';
import { putPolicyValue } from '../../store/connections.ts';
import {
  acceptedRowsSchema, acceptRowsSchema, comparePlanSchema, journeySchema, peopleSchema, planQuerySchema, planSchema,
} from '../../wire/api-plan.ts'; // prettier-ignore
import { acceptPlanRows } from '../accept-plan-rows.ts';
import { callerOf } from '../access.ts';
import type { ApiApp } from '../api-app.ts';
import type { ApiContext } from '../api-config.ts';
import { audit } from '../audited.ts';
import { createPlanKeeper, type PlanAtHand } from '../keep-plan.ts';
import { journeyOf, peopleName, readPeopleOf } from '../read-plan.ts';
import { Refused } from '../refused.ts';

const tags = ['plan'];
const fromEver = '0001-01-01T00:00:00.000Z';

type PlanAnswer = z.output<typeof planSchema>;

export function addPlanRoutes(app: ApiApp, api: ApiContext): void {
  const { db, engine, clock } = api;
  const keeper = createPlanKeeper({ db, context: () => engine.planContext(), clock });

  app.get(
    '/journey',
    {
      config: { access: 'plan.read' },
      schema: { tags, summary: 'The journey map with positions, and the returns behind each edge', querystring: planQuerySchema, response: { 200: journeySchema } },
    },
    async (request) => {
      const found = await keeper.read();
      return { ...(await journeyOf(found, request.query.language)), isRenewing: found.isRenewing };
    },
  ); // prettier-ignore

  app.get(
    '/plan',
    {
      config: { access: 'plan.read' },
      schema: { tags, summary: 'The 30-day plan as of now', querystring: planQuerySchema, response: { 200: planSchema } },
    },
    async (request) => answerOf(await keeper.read(), request.query.language),
  ); // prettier-ignore

  app.post(
    '/plan/compare',
    {
      config: { access: 'plan.read' },
      schema: { tags, summary: 'The plan as of now beside an earlier one: what turned green, what got worse', body: comparePlanSchema, response: { 200: planSchema } },
    },
    async (request) => {
      const before = parsePlan(request.body.since);
      if (before === undefined) throw new Refused('plan-unreadable', { detail: 'since' });
      const found = await keeper.read();
      return answerOf(found, request.body.language, comparePlans(before, found.plan));
    },
  ); // prettier-ignore

  app.put(
    '/plan/people',
    {
      config: { access: 'plan.write' },
      schema: {
        tags, summary: 'Type names and comments into the plan; they survive every new plan', body: peopleSchema,
        response: { 200: peopleSchema },
      },
    },
    async (request) => {
      const before = await readPeopleOf(db);
      const merged = mergePeople(before, request.body);
      const filled = (typed: Readonly<Record<string, string>>): Record<string, string> =>
        Object.fromEntries(Object.entries(typed).filter(([, text]) => text !== ''));
      const value = { names: filled(merged.names), comments: filled(merged.comments) };
      await putPolicyValue(db, { name: peopleName, scope: '', validFromAt: fromEver, validToAt: null, value, setBy: callerOf(request).actor });
      await audit(api, request, { chain: 'policy', action: 'plan.typed', before, after: value });
      return value;
    },
  ); // prettier-ignore

  app.post(
    '/plan/rows',
    {
      config: { access: 'policy.write' },
      schema: {
        tags, summary: 'Accept rows of the matrix: from a day on, Reentry enforces them', body: acceptRowsSchema,
        response: { 200: acceptedRowsSchema },
      },
    },
    async (request) => {
      const { rows, from, reason } = request.body;
      const { actor } = callerOf(request);
      const { controls: value, later } = await acceptPlanRows(db, engine.policyFile(), { rows, from, reason, actor, request: request.id });
      await engine.policyChanged();
      await keeper.forget();
      api.hub.tell({ kind: 'policy', key: 'controls' });
      return { controls: value, later };
    },
  ); // prettier-ignore

  async function answerOf(
    { plan, isRenewing }: PlanAtHand,
    language: Language,
    changes?: PlanChanges,
  ): Promise<PlanAnswer> {
    const policy = await engine.policy();
    const map = await planMap(plan, language);
    return {
      asOf: plan.asOf,
      isRenewing,
      plan: changes === undefined ? plan : { ...plan, changes },
      blocks: planDocument(plan, { language, map, changes }) as PlanAnswer['blocks'],
      rows: plan.matrix.map(({ control, proposal }) => {
        const { due, owner, mode } = controlOn(policy, control, plan.asOf);
        return {
          control,
          title: controls[control].title[language],
          ...(due !== undefined && { due: termText(due) }),
          owner: owner ?? controls[control].owner,
          mode,
          ...(proposal.due !== undefined && { proposedDue: proposal.due }),
          proposedOwner: proposal.owner,
          proposedMode: proposal.mode,
        };
      }),
    };
  }
}
