/**
 * Where the nodes of a journey map stand: computed once by Graphviz `dot` over everything observed and everything
 * agreed, with the agreed journey as the spine. Filters fade edges, they never move nodes.
 */
import { Graphviz } from '@hpcc-js/wasm-graphviz';

export type MapEdge = { readonly from: string; readonly to: string; readonly count: number };

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
const nodeHeightInches = 0.6;
/** Maps with more edges get no room for words of their own: it would push the nodes out of sight. */
const labelledEdges = 60;
let graphviz: Promise<Graphviz> | undefined;

/** Lays out activities (those given first tend to the top) and edges; `spine` are the steps from one to the next of the agreed journey. */
export async function mapLayout(
  activities: readonly string[],
  edges: readonly MapEdge[],
  spine: readonly (readonly [string, string])[],
): Promise<MapLayout> {
  const names = [...new Set([...activities, ...spine.flat()])];
  if (names.length === 0) return { width: 0, height: 0, nodes: [], edges: [] };
  const index = new Map(names.map((name, i) => [name, i]));
  const most = Math.max(1, ...edges.map((edge) => edge.count));
  const onSpine = new Set(spine.map(([from, to]) => `${index.get(from)!} ${index.get(to)!}`));
  const all = new Map([...onSpine].map((key) => [key, 0]));
  for (const { from, to, count } of edges) all.set(`${index.get(from)!} ${index.get(to)!}`, count);
  const lines = [
    'digraph {',
    'graph [rankdir=TB nodesep=0.5 ranksep=0.6 splines=spline]',
    `node [shape=box fixedsize=true height=${nodeHeightInches}]`,
  ];
  names.forEach((name, i) => lines.push(`n${i} [label="" width=${nodeWidth(name)}]`));
  for (const [key, count] of all) {
    const [from, to] = key.split(' ');
    const weight = onSpine.has(key) ? 1000 : 1 + Math.round((count / most) * 100);
    const label = all.size <= labelledEdges ? ' label="0000 · 00 h" fontsize=10' : '';
    lines.push(`n${from!} -> n${to!} [weight=${weight}${label}]`);
  }
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
  return {
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
      const tip = parts.find((part) => part.startsWith('e,'));
      const points = parts.filter((part) => !/^[es],/.test(part)).map(point);
      return {
        from: named(objects.get(edge.tail)!.name),
        to: named(objects.get(edge.head)!.name),
        points,
        tip: tip === undefined ? points.at(-1)! : point(tip.slice(2)),
        label: edge.lp === undefined ? points[points.length >> 1]! : point(edge.lp),
      };
    }),
  };
}

function nodeWidth(name: string): number {
  return Math.min(3.2, Math.max(1.4, 0.3 + Math.min(name.length, 34) * 0.085));
}
