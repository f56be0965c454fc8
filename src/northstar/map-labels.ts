/**
 * Moves the words of an edge off all lines. Graphviz keeps room for the words of an edge between two steps, but
 * lets lines run behind those of a step that follows itself.
 */
import type { MapLayout, Point } from './map-layout.ts';

type Edge = MapLayout['edges'][number];
type Size = { readonly width: number; readonly height: number };
type Box = { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };

const stepPoints = 6;
/** Words stay this near to where they were, and to the line that they speak of. */
const farthestPoints = 90;
const offLinePoints = 26;
const samplesPerCurve = 24;

/** Places to try, the nearest first; the same order everywhere. */
const offsets: readonly Point[] = (() => {
  const list: [number, number][] = [];
  for (let x = -farthestPoints; x <= farthestPoints; x += stepPoints)
    for (let y = -farthestPoints; y <= farthestPoints; y += stepPoints)
      if (Math.hypot(x, y) <= farthestPoints) list.push([x, y]);
  return list.sort(
    (left, right) => Math.hypot(...left) - Math.hypot(...right) || left[1] - right[1] || left[0] - right[0],
  );
})();

/** The edges with their words where no other line, words or step are, as far as there is such a place nearby. */
export function clearLabels(
  { width, height, nodes, edges }: MapLayout,
  sizeOf: (edge: Edge) => Size | undefined,
): readonly Edge[] {
  const curves = edges.map(({ points, tip }) => [...samples(points), tip]);
  const sizes = edges.map(sizeOf);
  const boxes = edges.map(({ label }, i) => (sizes[i] === undefined ? undefined : boxAt(label, sizes[i])));
  const steps = nodes.map(({ x, y, width: w, height: h }) => boxAt([x, y], { width: w, height: h }));
  const picture: Box = { left: 0, right: width, top: 0, bottom: height };
  const conflicts = (box: Box, own: number): number => {
    let count = 0;
    for (const [i, curve] of curves.entries()) if (curve.some((point) => isInside(point, box))) count += i === own ? 0.5 : 1; // prettier-ignore
    for (const [i, other] of boxes.entries()) if (i !== own && other !== undefined && overlap(box, other)) count += 4; // prettier-ignore
    for (const step of steps) if (overlap(box, step)) count += 4;
    return count;
  };
  return edges.map((edge, i) => {
    const size = sizes[i];
    if (size === undefined) return edge;
    let [best, least] = [edge.label, conflicts(boxes[i]!, i)];
    for (const [dx, dy] of offsets) {
      if (least === 0) break;
      const place: Point = [edge.label[0] + dx, edge.label[1] + dy];
      const box = boxAt(place, size);
      if (!contains(picture, box) || distance(curves[i]!, box) > offLinePoints) continue;
      const count = conflicts(box, i);
      if (count < least) [best, least] = [place, count];
    }
    boxes[i] = boxAt(best, size);
    return { ...edge, label: best };
  });
}

const boxAt = ([x, y]: Point, { width, height }: Size): Box => ({
  left: x - width / 2,
  right: x + width / 2,
  top: y - height / 2,
  bottom: y + height / 2,
});

const isInside = ([x, y]: Point, box: Box): boolean =>
  x > box.left && x < box.right && y > box.top && y < box.bottom;

const overlap = (one: Box, other: Box): boolean =>
  one.left < other.right && one.right > other.left && one.top < other.bottom && one.bottom > other.top;

const contains = (outer: Box, inner: Box): boolean =>
  inner.left >= outer.left &&
  inner.right <= outer.right &&
  inner.top >= outer.top &&
  inner.bottom <= outer.bottom;

/** From a curve to the nearest side of a box; 0 where it runs through. */
function distance(curve: readonly Point[], { left, right, top, bottom }: Box): number {
  return Math.min(
    ...curve.map(([x, y]) => Math.hypot(Math.max(left - x, 0, x - right), Math.max(top - y, 0, y - bottom))),
  );
}

/** Points along the Bézier curves of an edge. */
function samples(points: readonly Point[]): Point[] {
  const list: Point[] = [];
  for (let i = 0; i + 3 < points.length; i += 3) {
    const [a, b, c, d] = points.slice(i, i + 4) as [Point, Point, Point, Point];
    for (let k = 0; k <= samplesPerCurve; k++) {
      const t = k / samplesPerCurve;
      const u = 1 - t;
      const at = (axis: 0 | 1): number =>
        u * u * u * a[axis] + 3 * u * u * t * b[axis] + 3 * u * t * t * c[axis] + t * t * t * d[axis];
      list.push([at(0), at(1)]);
    }
  }
  return list;
}
