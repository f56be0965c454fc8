/** The map of the returns as a picture, in the words of one language; equal plans give equal pictures. */
import type { Language } from '../../kernel/wording.ts';
import { mapLayout } from '../map-layout.ts';
import { edgeKey, mapSvg, type EdgeFigure } from '../map-svg.ts';
import type { Plan } from './plan.ts';
import { stepWords } from './steps.ts';

export async function planMap({ journey, scope }: Plan, language: Language): Promise<string> {
  const name = (step: string): string => stepWords(step)[language];
  const edges = journey.edges.map((edge) => ({ ...edge, from: name(edge.from), to: name(edge.to) }));
  // What is agreed and neither done nor watched would only widen the picture.
  const steps = journey.steps.filter(({ events, watched }) => events > 0 || watched);
  const drawn = new Set(steps.map(({ step }) => step));
  const spine = journey.spine
    .filter(([from, to]) => drawn.has(from) && drawn.has(to))
    .map(([from, to]): [string, string] => [name(from), name(to)]);
  const names = steps.map(({ step }) => name(step));
  const layout = await mapLayout(names, edges, spine);
  const agreed = new Set([
    ...steps.filter((one) => one.agreed).map(({ step }) => name(step)),
    ...spine.map(([from, to]) => edgeKey(from, to)),
    ...edges.filter((edge) => edge.agreed).map(({ from, to }) => edgeKey(from, to)),
  ]);
  const figures = edges.map(({ from, to, count, medianSeconds, minor }): [string, EdgeFigure] => [
    edgeKey(from, to),
    { count, medianSeconds, money: minor === 0 ? undefined : { minor, currency: scope.currency } },
  ]);
  return mapSvg(layout, {
    title: language === 'de' ? 'Ablauf der Retouren' : 'Journey of the returns',
    activities: new Map(steps.map(({ step, events }) => [name(step), events])),
    edges: new Map(figures),
    agreed,
  });
}
