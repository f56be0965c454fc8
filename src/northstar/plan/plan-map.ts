/** The map of the returns, in the words of one language; equal plans give equal maps. */
import type { Language } from '../../kernel/wording.ts';
import { spineOver } from '../journey-order.ts';
import { mapLayout, type MapLayout } from '../map-layout.ts';
import { edgeKey, kindOf, mapSvg, type MapFigures } from '../map-svg.ts';
import { edgeLines, type EdgeFigure } from '../map-words.ts';
import type { Plan } from './plan.ts';
import { stepWords } from './steps.ts';

export type PlanMap = {
  /** Over everything agreed and everything seen, so that no filter moves a node. Nodes are named in words. */
  readonly layout: MapLayout;
  readonly figures: MapFigures;
  /** Steps by their names. */
  readonly idOf: ReadonlyMap<string, string>;
  /** Keys (`edgeKey` of the names) of the agreed journey as it is drawn. */
  readonly spine: ReadonlySet<string>;
  /** What stands on each edge. */
  readonly lines: ReadonlyMap<string, readonly string[]>;
};

export async function layPlanMap({ journey, scope }: Plan, language: Language): Promise<PlanMap> {
  const name = (step: string): string => stepWords(step)[language];
  // What is agreed and neither done nor watched would only widen the picture.
  const steps = journey.steps.filter(({ events, watched }) => events > 0 || watched);
  const spine = spineOver(journey.spine, new Set(steps.map(({ step }) => step))).map(
    ([from, to]): [string, string] => [name(from), name(to)],
  );
  const onSpine = new Set(spine.map(([from, to]) => edgeKey(from, to)));
  const edges = journey.edges.map((edge) => ({ ...edge, from: name(edge.from), to: name(edge.to) }));
  const agreed = new Set([
    ...steps.filter((one) => one.agreed).map(({ step }) => name(step)),
    ...onSpine,
    ...edges.filter((edge) => edge.agreed).map(({ from, to }) => edgeKey(from, to)),
  ]);
  const figures = new Map(
    edges.map(({ from, to, count, medianSeconds, minor }): [string, EdgeFigure] => [
      edgeKey(from, to),
      { count, medianSeconds, money: minor === 0 ? undefined : { minor, currency: scope.currency } },
    ]),
  );
  const linesOf = (key: string): string[] => edgeLines(figures.get(key), kindOf(key, agreed), language);
  const lines = new Map([...onSpine, ...figures.keys()].map((key) => [key, linesOf(key)]));
  const layout = await mapLayout(
    steps.map(({ step }) => name(step)),
    edges.map((edge) => ({ ...edge, lines: lines.get(edgeKey(edge.from, edge.to)) })),
    spine,
    edgeLines(undefined, 'agreed', language),
  );
  return {
    layout,
    figures: {
      title: language === 'de' ? 'Ablauf der Retouren' : 'Journey of the returns',
      language,
      activities: new Map(steps.map(({ step, events }) => [name(step), events])),
      edges: figures,
      agreed,
    },
    idOf: new Map(steps.map(({ step }) => [name(step), step])),
    spine: onSpine,
    lines,
  };
}

export async function planMap(plan: Plan, language: Language): Promise<string> {
  const { layout, figures } = await layPlanMap(plan, language);
  return mapSvg(layout, figures);
}
