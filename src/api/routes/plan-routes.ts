/** The journey map and the 30-day plan: read, compare with an earlier one, type names and comments, accept rows. */
import { controls } from '../../kernel/controls.ts';
import { parsePolicyFile } from '../../kernel/policy-file.ts';
import { controlOn } from '../../kernel/policy.ts';
import type { Language } from '../../kernel/wording.ts';
import { mergeControls } from '../../engine/load-policy.ts';
import { applyRows } from '../../northstar/plan/apply-rows.ts';
import { comparePlans, parsePlan, type PlanChanges } from '../../northstar/plan/compare-plans.ts';
import { mergePeople } from '../../northstar/plan/people.ts';
import { planDocument } from '../../northstar/plan/plan-document.ts';
import { planMap } from '../../northstar/plan/plan-map.ts';
import type { Plan } from '../../northstar/plan/plan.ts';
import { termText } from '../../northstar/plan/read-matrix.ts';
import type { z } from 'zod';
import { listPolicyValues, putPolicyValue } from '../../store/connections.ts';
import {
  acceptedRowsSchema, acceptRowsSchema, comparePlanSchema, journeySchema, peopleSchema, planQuerySchema, planSchema,
} from '../../wire/api-plan.ts'; // prettier-ignore
import { callerOf } from '../access.ts';
import type { ApiApp } from '../api-app.ts';
import type { ApiContext } from '../api-config.ts';
import { audit } from '../audited.ts';
import { journeyOf, peopleName, readPeopleOf, readPlan, type ServicePlan } from '../read-plan.ts';
import { Refused } from '../refused.ts';

const tags = ['plan'];
/** One row for all accepted controls: they carry dates of their own. */
const fromEver = '0001-01-01T00:00:00.000Z';
/** A plan folds every order: whoever asks again within this time of its end gets the same one. */
const freshMs = 60_000;
/** One that is older than that, but not than this, is shown while the next is being made. */
const shownMs = 600_000;

type PlanAnswer = z.output<typeof planSchema>;

export function addPlanRoutes(app: ApiApp, api: ApiContext): void {
  const { db, engine, clock } = api;
  let ready: { readonly at: number; readonly found: ServicePlan } | undefined;
  let running: Promise<ServicePlan> | undefined;
  // A plan that was begun before rows were accepted is not kept.
  let generation = 0;
  const make = async (): Promise<ServicePlan> => {
    const own = generation;
    try {
      const found = await readPlan(db, engine);
      if (own === generation) ready = { at: clock(), found };
      return found;
    } finally {
      if (own === generation) running = undefined;
    }
  };
  const read = async (): Promise<ServicePlan> => {
    const age = ready === undefined ? Infinity : clock() - ready.at;
    // It goes on when whoever asked first gives up waiting: the next one finds it made.
    if (age > freshMs) running ??= make();
    running?.catch(() => undefined);
    const { plan, states } = age <= shownMs ? ready!.found : await running!;
    // What people typed meanwhile shows at once.
    return { plan: { ...plan, people: await readPeopleOf(db) }, states };
  };

  app.get(
    '/journey',
    {
      config: { access: 'plan.read' },
      schema: { tags, summary: 'The journey map with positions, and the returns behind each edge', querystring: planQuerySchema, response: { 200: journeySchema } },
    },
    async (request) => journeyOf(await read(), request.query.language),
  ); // prettier-ignore

  app.get(
    '/plan',
    {
      config: { access: 'plan.read' },
      schema: { tags, summary: 'The 30-day plan as of now', querystring: planQuerySchema, response: { 200: planSchema } },
    },
    async (request) => answerOf((await read()).plan, request.query.language),
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
      const { plan } = await read();
      return answerOf(plan, request.body.language, comparePlans(before, plan));
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
      const values = await listPolicyValues(db);
      const before = mergeControls(engine.policyFile(), values);
      const { policy, later } = applyRows({ controls: before }, rows, from);
      const value = policy['controls'];
      const checked = parsePolicyFile({ controls: value }, []);
      if (!checked.ok) throw new Refused('policy-value-invalid', { fields: checked.errors });
      await putPolicyValue(db, { name: 'controls', scope: '', validFromAt: fromEver, validToAt: null, value, setBy: callerOf(request).actor });
      await audit(api, request, { chain: 'policy', action: 'plan.rows-accepted', before, after: value, why: reason });
      generation += 1;
      ready = undefined;
      running = undefined;
      await engine.policyChanged();
      api.hub.tell({ kind: 'policy', key: 'controls' });
      return { controls: value, later };
    },
  ); // prettier-ignore

  async function answerOf(plan: Plan, language: Language, changes?: PlanChanges): Promise<PlanAnswer> {
    const policy = await engine.policy();
    const map = await planMap(plan, language);
    return {
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
