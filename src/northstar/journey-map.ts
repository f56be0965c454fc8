import { byText } from '../kernel/by-text.ts';
import type { Money } from '../kernel/money.ts';
import { edgeMoney } from './case-money.ts';
import { directlyFollows, edgesByCount } from './directly-follows.ts';
import type { EventLog } from './event-log.ts';
import { allowedPairs } from './allowed-pairs.ts';
import { journeySteps } from './journey-model.ts';
import { spineEdges } from './journey-order.ts';
import { mapLayout, type MapLayout } from './map-layout.ts';
import { edgeKey, kindOf, leastWithWords, mapSvg, type MapFigures } from './map-svg.ts';
import { edgeLines } from './map-words.ts';
import { meanPlaces } from './step-places.ts';
import { performanceGraph } from './performance-graph.ts';
import type { Model } from './open-model.ts';
import { netLabels } from './petri-net.ts';

/** A picture of more edges helps nobody, and `dot` takes minutes for thousands. */
const drawnEdges = 250;

export type JourneyMap = {
  readonly layout: MapLayout;
  /** Rarest edges that the picture leaves out; the table has them all. */
  readonly omittedEdges: number;
  readonly svg: string;
  /** The same in rows, for those who do not see the picture: from, to, count, median wait in seconds, agreed. */
  readonly table: readonly {
    readonly from: string;
    readonly to: string;
    readonly count: number;
    readonly medianSeconds: number | undefined;
    /** Money of the cases that walk the edge, where the log carries any. */
    readonly money: Money | undefined;
    readonly agreed: boolean | undefined;
  }[];
};

/** The map of a log over its agreed journey, if there is one. Node positions depend on what exists, not on filters. */
export async function journeyMap(
  log: EventLog,
  title: string,
  model?: Model,
  money?: { readonly ofCase: Float64Array; readonly currency: string },
): Promise<JourneyMap> {
  const graph = directlyFollows(log);
  const waits = performanceGraph(log);
  const names = log.activities;
  const journey = model?.journey;
  const places = meanPlaces(log);
  const spine = journey === undefined ? [] : spineEdges(journey, places);
  const steps = journey === undefined ? [] : journeySteps(journey.body).map(({ activity }) => activity);
  const allowed = model === undefined ? [] : (allowedPairs(model.net) ?? spine);
  const agreed = new Set([
    ...(model === undefined ? [] : netLabels(model.net)),
    ...[...allowed, ...spine].map(([from, to]) => edgeKey(from, to)),
  ]);
  const sums = money === undefined ? undefined : edgeMoney(log, graph, money.ofCase);
  const edges = edgesByCount(names, graph.pairs, graph.counts).map((edge) => {
    const [a, b] = [graph.pairs.from[edge]!, graph.pairs.to[edge]!];
    const wait = waits.pairs.find(a, b);
    return {
      from: names[a]!,
      to: names[b]!,
      count: graph.counts[edge]!,
      medianSeconds: wait < 0 ? undefined : waits.spreads[wait]!.median,
      money: sums === undefined ? undefined : { minor: sums[edge]!, currency: money!.currency },
    };
  });
  const least = leastWithWords(edges.map(({ count }) => count));
  const drawn = edges.slice(0, drawnEdges).map((edge) => ({
    ...edge,
    lines:
      edge.count < least ? undefined : edgeLines(edge, kindOf(edgeKey(edge.from, edge.to), agreed), 'en'),
  }));
  const shown = new Set(drawn.flatMap(({ from, to }) => [from, to]));
  const alone = names.length <= drawnEdges;
  const activities = [
    ...new Set([...steps, ...earliestFirst(places, names).filter((name) => alone || shown.has(name))]),
  ];
  const layout = await mapLayout(activities, drawn, spine, edgeLines(undefined, 'agreed', 'en'));
  const figures: MapFigures = {
    title:
      edges.length > drawnEdges
        ? `${title} (the ${drawnEdges} most frequent of ${edges.length} edges)`
        : title,
    activities: new Map(names.map((name, a) => [name, graph.activityCounts[a]!])),
    edges: new Map(edges.map((edge) => [edgeKey(edge.from, edge.to), edge])),
    agreed,
  };
  const table = edges.map((edge) => ({
    ...edge,
    agreed: model === undefined ? undefined : agreed.has(edgeKey(edge.from, edge.to)),
  }));
  return { layout, omittedEdges: edges.length - drawn.length, svg: mapSvg(layout, figures), table };
}

/** Activities by their mean place in a case: what comes early stands high. */
function earliestFirst(places: ReadonlyMap<string, number>, names: readonly string[]): string[] {
  const rows = names.map((name) => ({ name, place: places.get(name) ?? Infinity }));
  return rows
    .sort((a, b) => (a.place === b.place ? 0 : a.place - b.place) || byText(a.name, b.name))
    .map(({ name }) => name);
}
