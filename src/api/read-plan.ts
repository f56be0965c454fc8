/** The 30-day plan and the journey map from the service's own records, with the functions that read files. */
import { gzipSync } from 'node:zlib';
import { splitRef } from '../audit/find-others.ts';
import { ReportBuilder, type ReportPart } from '../audit/report-builder.ts';
import { foldReturns, type PlanContext } from '../engine/fold-returns.ts';
import { notPolicy } from '../engine/load-policy.ts';
import type { OrderState, Problem } from '../kernel/order-state.ts';
import type { Language } from '../kernel/wording.ts';
import { edgeKey, mapSvg } from '../northstar/map-svg.ts';
import { buildPlan } from '../northstar/plan/build-plan.ts';
import { edgeReturns, type EdgeReturns } from '../northstar/plan/edge-returns.ts';
import { nobody, parsePeople } from '../northstar/plan/people.ts';
import { layPlanMap } from '../northstar/plan/plan-map.ts';
import { planFormat, type People, type Plan } from '../northstar/plan/plan.ts';
import { statusFieldPattern, statusWordMax } from '../northstar/plan/status-words.ts';
import { stepWords } from '../northstar/plan/steps.ts';
import { listPolicyValues } from '../store/connections.ts';
import type { Database } from '../store/database.ts';
import {
  keepReport, listObjectProblems, listStatusWords, readCounts, readPosition, type ObjectProblemRow,
} from '../store/plan-inputs.ts'; // prettier-ignore
import type { z } from 'zod';
import type { journeySchema } from '../wire/api-plan.ts';
import type { ReportOther } from '../wire/audit-report.ts';

/** Plain data: it is made in a thread and kept as JSON. */
export type ServicePlan = {
  readonly plan: Plan;
  /** Returns by the way they went (`edgeKey`), those of which the journey speaks. */
  readonly ways: readonly (readonly [string, EdgeReturns['orders']])[];
};

/** A plan, and the position of the store before it was read. */
export type MadePlan = { readonly position: string; readonly found: ServicePlan };

/** Name of the plan among the kept reports; another shape of it needs another name. */
export const keptName = `plan ${planFormat} with orders`;
/** So many of the returns of a drift are named beside the map; the plan lists more. */
const driftExamples = 5;

/** Names and comments that people typed are kept beside the policy. */
export const peopleName = 'plan-people';

export async function readPeopleOf(db: Database): Promise<People> {
  const stored = (await listPolicyValues(db)).findLast(({ name }) => name === peopleName);
  return parsePeople(stored?.value) ?? nobody;
}

/** Builds the plan as of `now`. Folds every return: seconds for tens of thousands, so the service does it in a thread. */
export async function readPlan(db: Database, context: PlanContext): Promise<ServicePlan> {
  const { policy, now, coverage } = context;
  const builder = new ReportBuilder({ policy, asOf: new Date(now).toISOString(), language: 'en' });
  const stored = await listPolicyValues(db);
  const isSet = context.hasPolicyFile || stored.some(({ name }) => !notPolicy.has(name));
  const counts = await readCounts(db);
  builder.addPart(partOf(counts.others));
  const states: OrderState[] = [];
  for await (const state of foldReturns(db, context)) {
    builder.add(state);
    if (state.hasReturn) states.push(state);
  }
  const connections = [...context.connections].sort((left, right) => (left.name < right.name ? -1 : 1));
  const head = builder.head({
    policy: isSet ? { file: 'the settings' } : {},
    laterFacts: 0,
    incomplete: [],
    imports: [...Map.groupBy(counts.kinds, ({ connection }) => connection)].map(([connection, kinds]) => {
      const count = kinds.reduce((sum, one) => sum + one.count, 0);
      return {
        file: connection,
        kind: `${connections.find(({ name }) => name === connection)?.connector ?? ''} ${kinds.map(({ kind }) => kind).join(', ')}`.trim(),
        format: 'store',
        in: count,
        kept: count,
        setAside: [],
      };
    }),
    others: (await listObjectProblems(db)).map(toOther),
    coverage,
    facts: counts.facts,
  });
  const plan = buildPlan({
    states,
    head,
    policy,
    connections,
    statusWords: await listStatusWords(db, statusFieldPattern, statusWordMax),
    people: await readPeopleOf(db),
  });
  const spokenFor = new Set(head.coverage.filter(({ on }) => on).map((row) => row.class));
  const ofJourney = states.filter(({ positions }) => spokenFor.has(positions.home?.channel ?? 'shop'));
  return { plan, ways: [...edgeReturns(ofJourney)] };
}

/** Makes the plan and keeps it in the store, with the position it was made from. */
export async function makePlanOf(db: Database, context: PlanContext): Promise<MadePlan> {
  const position = await readPosition(db);
  const found = await readPlan(db, context);
  const body = gzipSync(JSON.stringify(found), { level: 1 });
  await keepReport(db, keptName, { position, madeAt: found.plan.asOf, body });
  return { position, found };
}

/** Orders without anything of a return: they count, and nothing else. */
function partOf(others: readonly { readonly verdict: string; readonly orders: number }[]): ReportPart {
  const verdicts = { breaks: 0, incomplete: 0, pending: 0, closed: 0 };
  for (const { verdict, orders } of others) verdicts[verdict as keyof typeof verdicts] = orders;
  return {
    orders: others.reduce((sum, one) => sum + one.orders, 0),
    withReturn: 0, verdicts, problems: { open: 0, waiting: 0, pending: 0 }, groups: [], stake: [], silent: [],
  }; // prettier-ignore
}

/** A stored problem of a record, as the audit would tell it. */
function toOther({ objectKey, body }: ObjectProblemRow): ReportOther {
  const { note, ...problem } = body as Problem & ReportOther & { readonly note: string };
  const { code, control, owner, severity, since, amount, sku, units, candidates, field, value } = problem;
  return {
    code, control, owner, severity, state: 'open', subject: splitRef(objectKey), text: note, since,
    ...(amount !== undefined && { amount }), ...(sku !== undefined && { sku }), ...(units !== undefined && { units }),
    ...(candidates !== undefined && candidates.length > 0 && { candidates }),
    ...(field !== undefined && { field }), ...(value !== undefined && { value }),
  }; // prettier-ignore
}

/** The map with positions, and the returns behind each of its ways. */
export async function journeyOf(
  { plan, ways }: ServicePlan,
  language: Language,
): Promise<Omit<z.output<typeof journeySchema>, 'isRenewing'>> {
  const { journey, scope } = plan;
  const { layout, figures, idOf, spine, lines } = await layPlanMap(plan, language);
  const stepOf = new Map(journey.steps.map((step) => [step.step, step]));
  const edgeOf = new Map(journey.edges.map((edge) => [edgeKey(edge.from, edge.to), edge]));
  const orders = new Map(ways);
  return {
    asOf: plan.asOf,
    width: layout.width,
    height: layout.height,
    currency: scope.currency,
    returns: scope.returns,
    steps: layout.nodes.map(({ id: title, x, y, width, height }) => {
      const { step, events, returns, agreed, watched } = stepOf.get(idOf.get(title)!)!;
      return { id: step, name: title, x, y, width, height, events, returns, agreed, watched };
    }),
    edges: layout.edges.map(({ from, to, points, tip, label }) => {
      const [a, b] = [idOf.get(from)!, idOf.get(to)!];
      const edge = edgeOf.get(edgeKey(a, b));
      const key = edgeKey(from, to);
      return {
        from: a, to: b, points, tip, label, words: lines.get(key) ?? [], count: edge?.count ?? 0,
        medianSeconds: edge?.medianSeconds ?? null, p90Seconds: edge?.p90Seconds ?? null, minor: edge?.minor ?? 0,
        agreed: edge?.agreed ?? true, spine: spine.has(key), orders: orders.get(edgeKey(a, b)) ?? [],
      }; // prettier-ignore
    }),
    drifts: journey.sequence.map(({ category, step, orders: share }) => ({
      category, step, name: stepWords(step)[language], returns: share.n, examples: share.orders.slice(0, driftExamples),
    })), // prettier-ignore
    svg: mapSvg(layout, figures),
  };
}
