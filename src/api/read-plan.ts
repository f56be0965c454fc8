/** The 30-day plan and the journey map from the service's own records, with the functions that read files. */
import { findOrphans, findUnread } from '../audit/find-others.ts';
import { ReportBuilder } from '../audit/report-builder.ts';
import type { OrderState } from '../kernel/order-state.ts';
import type { Language } from '../kernel/wording.ts';
import { mapLayout } from '../northstar/map-layout.ts';
import { edgeKey } from '../northstar/map-svg.ts';
import { buildPlan } from '../northstar/plan/build-plan.ts';
import { edgeReturns } from '../northstar/plan/edge-returns.ts';
import { nobody, parsePeople } from '../northstar/plan/people.ts';
import { planMap } from '../northstar/plan/plan-map.ts';
import type { People, Plan } from '../northstar/plan/plan.ts';
import { StatusWords } from '../northstar/plan/status-words.ts';
import { stepWords } from '../northstar/plan/steps.ts';
import { listPolicyValues } from '../store/connections.ts';
import type { Database } from '../store/database.ts';
import type { z } from 'zod';
import type { journeySchema } from '../wire/api-plan.ts';
import { notPolicy } from '../engine/load-policy.ts';
import type { EngineCalls } from './engine-calls.ts';

export type ServicePlan = {
  readonly plan: Plan;
  /** Returns of which the journey speaks. */
  readonly states: readonly OrderState[];
};

/** Names and comments that people typed are kept beside the policy. */
export const peopleName = 'plan-people';

export async function readPeopleOf(db: Database): Promise<People> {
  const stored = (await listPolicyValues(db)).findLast(({ name }) => name === peopleName);
  return parsePeople(stored?.value) ?? nobody;
}

/** Builds the plan as of now. Takes seconds: every order is folded. */
export async function readPlan(
  db: Database,
  engine: Pick<EngineCalls, 'foldEverything' | 'policyFile'>,
): Promise<ServicePlan> {
  const states: OrderState[] = [];
  const all: OrderState[] = [];
  const words = new StatusWords();
  const counts = new Map<string, { connection: string; kinds: Set<string>; count: number }>();
  const found = await engine.foldEverything({
    state: (state) => void (all.push(state), state.hasReturn && states.push(state)),
    object: ({ connection, kind, id, body }) => {
      words.add(connection, kind, id, body);
      const entry = counts.get(connection) ?? { connection, kinds: new Set<string>(), count: 0 };
      entry.kinds.add(kind);
      entry.count += 1;
      counts.set(connection, entry);
    },
  });
  const { policy, now, coverage, factCount, connections } = found;
  const stored = await listPolicyValues(db);
  const isSet =
    Object.keys(engine.policyFile()).length > 0 || stored.some(({ name }) => !notPolicy.has(name));
  const builder = new ReportBuilder({ policy, asOf: new Date(now).toISOString(), language: 'en' });
  for (const state of all) builder.add(state);
  const head = builder.head({
    policy: isSet ? { file: 'the settings' } : {},
    laterFacts: 0,
    incomplete: [],
    imports: [...counts.values()].map(({ connection, kinds, count }) => ({
      file: connection,
      kind: `${connections.find(({ name }) => name === connection)?.connector ?? ''} ${[...kinds].sort().join(', ')}`.trim(),
      format: 'store',
      in: count,
      kept: count,
      setAside: [],
    })),
    others: [...findOrphans(found.orphans, policy), ...findUnread(found.unread, policy)],
    coverage,
    facts: factCount,
  });
  const people = await readPeopleOf(db);
  const plan = buildPlan({
    states,
    head,
    policy,
    connections: [...connections].sort((left, right) => (left.name < right.name ? -1 : 1)),
    statusWords: words.list(),
    people,
  });
  const spokenFor = new Set(head.coverage.filter(({ on }) => on).map((row) => row.class));
  const ofJourney = states.filter(({ positions }) => spokenFor.has(positions.home?.channel ?? 'shop'));
  ofJourney.sort((left, right) => (left.orderKey < right.orderKey ? -1 : 1));
  return { plan, states: ofJourney };
}

/** The map with positions: laid out over everything agreed and everything seen, so that no filter moves a node. */
export async function journeyOf(
  { plan, states }: ServicePlan,
  language: Language,
): Promise<z.output<typeof journeySchema>> {
  const { journey, scope } = plan;
  const shown = journey.steps.filter(({ events, watched }) => events > 0 || watched);
  const ids = new Set(shown.map(({ step }) => step));
  const spine = journey.spine.filter(([from, to]) => ids.has(from) && ids.has(to));
  // Nodes are as wide as their names, so the layout goes by names.
  const name = (step: string): string => stepWords(step)[language];
  const idOf = new Map(shown.map(({ step }) => [name(step), step]));
  const layout = await mapLayout(
    shown.map(({ step }) => name(step)),
    journey.edges.map((edge) => ({ ...edge, from: name(edge.from), to: name(edge.to) })),
    spine.map(([from, to]): [string, string] => [name(from), name(to)]),
  );
  const stepOf = new Map(shown.map((step) => [step.step, step]));
  const edgeOf = new Map(journey.edges.map((edge) => [edgeKey(edge.from, edge.to), edge]));
  const onSpine = new Set(spine.map(([from, to]) => edgeKey(from, to)));
  const orders = edgeReturns(states);
  return {
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
      const key = edgeKey(a, b);
      const edge = edgeOf.get(key);
      return {
        from: a, to: b, points, tip, label, count: edge?.count ?? 0, medianSeconds: edge?.medianSeconds ?? null,
        p90Seconds: edge?.p90Seconds ?? null, minor: edge?.minor ?? 0, agreed: edge?.agreed ?? true,
        spine: onSpine.has(key), orders: orders.get(key) ?? [],
      }; // prettier-ignore
    }),
    drifts: journey.sequence.map(({ category, step, orders: share }) => ({
      category, step, name: name(step), returns: share.n, examples: share.examples,
    })), // prettier-ignore
    svg: await planMap(plan, language),
  };
}
