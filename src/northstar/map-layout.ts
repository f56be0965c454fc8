/**
 * Where the nodes of a journey map stand: computed once by Graphviz `dot` over everything observed and everything
 * agreed, with the agreed journey as the spine. Filters fade edges, they never move nodes.
 */
import { Graphviz } from '@hpcc-js/wasm-graphviz';
import { clearLabels } from './map-labels.ts';
import { linesSize, nameLines } from './map-words.ts';

export type MapEdge = {
  readonly from: string;
  readonly to: string;
  readonly count: number;
  /** What is written on it; none: it gets no room for words. */
  readonly lines?: readonly string[] | undefined;
};

export type MapLayout = {
  readonly width: number;
  readonly height: number;
  /** Centre and size in points, from the top left corner. */
  readonly nodes: readonly {
    readonly id: string;
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  }[];
  /**
   * Points of each edge's curve: a start and then three per Bézier segment; the arrow points to `tip`, the words
   * stand around `label`.
   */
  readonly edges: readonly {
    readonly from: string;
    readonly to: string;
    readonly points: readonly Point[];
    readonly tip: Point;
    readonly label: Point;
  }[];
};

export type Point = readonly [number, number];

type DotObject = {
  readonly _gvid: number;
  readonly name: string;
  readonly pos: string;
  readonly width: string;
  readonly height: string;
};
type DotEdge = { readonly tail: number; readonly head: number; readonly pos: string; readonly lp?: string };
type DotResult = {
  readonly bb: string;
  readonly objects?: readonly DotObject[];
  readonly edges?: readonly DotEdge[];
};

const pointsPerInch = 72;
const [nodeHeightInches, lineHeightInches] = [0.6, 0.18];
let graphviz: Promise<Graphviz> | undefined;

/** Lays out activities (those given first tend to the top) and edges; `spine` are the steps from one to the next of the agreed journey. */
export async function mapLayout(
  activities: readonly string[],
  edges: readonly MapEdge[],
  spine: readonly (readonly [string, string])[],
  /** What is written on a step of the spine that nobody walked. */
  unwalked: readonly string[] = [],
): Promise<MapLayout> {
  const names = [...new Set([...activities, ...spine.flat()])];
  if (names.length === 0) return { width: 0, height: 0, nodes: [], edges: [] };
  const index = new Map(names.map((name, i) => [name, i]));
  const most = Math.max(1, ...edges.map((edge) => edge.count));
  const onSpine = new Set(spine.map(([from, to]) => `${index.get(from)!} ${index.get(to)!}`));
  const all = new Map<string, Pick<MapEdge, 'count' | 'lines'>>();
  for (const [from, to] of spine)
    all.set(`${index.get(from)!} ${index.get(to)!}`, { count: 0, lines: unwalked });
  for (const edge of edges) all.set(`${index.get(edge.from)!} ${index.get(edge.to)!}`, edge);
  const lines = [
    'digraph {',
    'graph [rankdir=TB nodesep=0.4 ranksep=0.45 splines=spline]',
    'node [shape=box fixedsize=true label=""]',
  ];
  // One group is drawn in one straight line; of steps that stand for each other the first is in it.
  const straight = new Set(straightLine(spine));
  names.forEach((name, i) => {
    const rows = nameLines(name);
    const height = nodeHeightInches + (rows.length - 1) * lineHeightInches;
    const group = straight.has(name) ? ' group=spine' : '';
    lines.push(`n${i} [width=${nodeWidth(rows)} height=${height.toFixed(2)}${group}]`);
  });
  // What runs against the spine is laid out the other way round, so that it bends no spine.
  const place = spinePlaces(spine);
  const isBack = (from: string, to: string): boolean => (place.get(to) ?? Infinity) < (place.get(from) ?? -1);
  for (const [key, { count, lines: words = [] }] of all) {
    const [from, to] = key.split(' ');
    const back = isBack(names[Number(from)]!, names[Number(to)]!);
    // With a spine, what leaves it gives way; without one the most frequent ways run straight.
    const share = Math.round((count / most) * (spine.length > 0 ? 10 : 100));
    const { width, height } = linesSize(words);
    const label = words.length === 0 ? '' : ` label=<<table border="0" cellborder="0" cellspacing="0" cellpadding="0" fixedsize="true" width="${width}" height="${height}"><tr><td></td></tr></table>>`;
    const [tail, head] = back ? [to, from] : [from, to];
    lines.push(`n${tail!} -> n${head!} [weight=${onSpine.has(key) ? 1000 : 1 + share}${back ? ' dir=back' : ''}${label}]`);
  } // prettier-ignore
  lines.push('}');
  graphviz ??= Graphviz.load();
  const result = JSON.parse((await graphviz).dot(lines.join('\n'), 'json')) as DotResult;
  const [, , width = 0, height = 0] = result.bb.split(',').map(Number);
  const flip = ([x, y]: Point): Point => [x, height - y];
  const point = (text: string): Point => {
    const [x = 0, y = 0] = text.split(',').map(Number);
    return flip([x, y]);
  };
  const named = (id: string): string => names[Number(id.slice(1))]!;
  const objects = new Map((result.objects ?? []).map((object) => [object._gvid, object]));
  const layout: MapLayout = {
    width,
    height,
    nodes: [...objects.values()].map((object) => {
      const [x, y] = point(object.pos);
      return {
        id: named(object.name),
        x,
        y,
        width: Number(object.width) * pointsPerInch,
        height: Number(object.height) * pointsPerInch,
      };
    }),
    edges: (result.edges ?? []).map((edge) => {
      const parts = edge.pos.split(/\s+/);
      const start = parts.find((part) => part.startsWith('s,'));
      const tip = start ?? parts.find((part) => part.startsWith('e,'));
      const points = parts.filter((part) => !/^[es],/.test(part)).map(point);
      const [tail, head] = [edge.tail, edge.head].map((id) => named(objects.get(id)!.name));
      if (start !== undefined) points.reverse();
      return {
        ...(start === undefined ? { from: tail!, to: head! } : { from: head!, to: tail! }),
        points,
        tip: tip === undefined ? points.at(-1)! : point(tip.slice(2)),
        label: edge.lp === undefined ? points[points.length >> 1]! : point(edge.lp),
      };
    }),
  };
  const sizeOf = ({ from, to }: MapLayout['edges'][number]): ReturnType<typeof linesSize> | undefined => {
    const { lines: words = [] } = all.get(`${index.get(from)!} ${index.get(to)!}`) ?? {};
    return words.length === 0 ? undefined : linesSize(words);
  };
  return { ...layout, edges: clearLabels(layout, sizeOf) };
}

/** How far down the spine each of its steps stands. */
function spinePlaces(spine: readonly (readonly [string, string])[]): Map<string, number> {
  const place = new Map<string, number>();
  for (const [from, to] of spine) {
    if (!place.has(from)) place.set(from, 0);
    place.set(to, Math.max(place.get(to) ?? 0, place.get(from)! + 1));
  }
  return place;
}

/** The longest way down the spine by its first branches. */
function straightLine(spine: readonly (readonly [string, string])[]): string[] {
  const next = new Map<string, string>();
  for (const [from, to] of spine) if (!next.has(from)) next.set(from, to);
  const targets = new Set(spine.map(([, to]) => to));
  const line: string[] = [];
  let at = spine.find(([from]) => !targets.has(from))?.[0] ?? spine[0]?.[0];
  while (at !== undefined && !line.includes(at)) {
    line.push(at);
    at = next.get(at);
  }
  return line;
}

function nodeWidth(rows: readonly string[]): string {
  return Math.max(1.4, 0.3 + Math.max(...rows.map((row) => row.length)) * 0.088).toFixed(2);
}
