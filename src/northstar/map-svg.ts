import { formatDecimal, type Money } from '../kernel/money.ts';
import type { MapLayout, Point } from './map-layout.ts';
import { escapeXml } from './xml-scan.ts';

export type MapFigures = {
  readonly title: string;
  /** Events per activity. */
  readonly activities: ReadonlyMap<string, number>;
  /** Keyed by `edgeKey`. */
  readonly edges: ReadonlyMap<string, EdgeFigure>;
  /** Steps and edges of the agreed journey. */
  readonly agreed: ReadonlySet<string>;
};

/** Occurrences, median wait in seconds and money of the cases on an edge. */
export type EdgeFigure = {
  readonly count: number;
  readonly medianSeconds: number | undefined;
  readonly money: Money | undefined;
};

export function edgeKey(from: string, to: string): string {
  return `${from}\n${to}`;
}

const margin = 24;
/** On a crowded map only the most frequent edges carry their words; the others keep them in their title. */
const wordsLimit = 60;

/**
 * Draws a map as a self-contained SVG. Edges outside the agreed journey are dashed as well as coloured and say so
 * in their title; the agreed journey is drawn strong, also where nobody walked it.
 */
export function mapSvg(layout: MapLayout, figures: MapFigures): string {
  const most = Math.max(1, ...[...figures.edges.values()].map((edge) => edge.count));
  const hasModel = figures.agreed.size > 0;
  const counts = [...figures.edges.values()].map((edge) => edge.count).sort((a, b) => b - a);
  const leastWithWords = counts[wordsLimit] ?? 0;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${-margin} ${-margin} ${round(layout.width + 2 * margin)} ${round(layout.height + 2 * margin)}" font-family="system-ui, sans-serif" role="img">`,
    `<title>${escapeXml(figures.title)}</title>`,
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L8 4L0 8z" fill="context-stroke"/></marker></defs>',
  ];
  for (const { from, to, points, tip, label } of layout.edges) {
    const figure = figures.edges.get(edgeKey(from, to));
    const agreed = figures.agreed.has(edgeKey(from, to));
    const width = 1 + 4 * Math.sqrt((figure?.count ?? 0) / most);
    const colour = !hasModel || agreed ? '#1f3a5f' : '#b3541e';
    const dash =
      figure === undefined ? ' stroke-dasharray="2 4"' : hasModel && !agreed ? ' stroke-dasharray="7 4"' : '';
    const words = `${from} → ${to}: ${figure === undefined ? 'agreed, never seen' : edgeWords(figure)}${hasModel && !agreed ? '; not in the agreed journey' : ''}`;
    parts.push(
      `<g><title>${escapeXml(words)}</title><path d="${curve(points, tip)}" fill="none" stroke="${colour}" stroke-width="${round(width)}"${dash} marker-end="url(#tip)"/>`,
    );
    if (figure !== undefined && figure.count > leastWithWords) {
      const [x, y] = label;
      parts.push(
        `<text x="${round(x)}" y="${round(y + 3)}" font-size="10" text-anchor="middle" fill="${colour}" stroke="#fff" stroke-width="3" paint-order="stroke">${escapeXml(edgeWords(figure))}</text>`,
      );
    }
    parts.push('</g>');
  }
  for (const { id, x, y, width, height } of layout.nodes) {
    const count = figures.activities.get(id) ?? 0;
    const agreed = !hasModel || figures.agreed.has(id);
    parts.push(
      `<g><title>${escapeXml(`${id}: ${count} events${agreed ? '' : '; not in the agreed journey'}`)}</title>` +
        `<rect x="${round(x - width / 2)}" y="${round(y - height / 2)}" width="${round(width)}" height="${round(height)}" rx="6" fill="${agreed ? '#eef3f9' : '#fdf1e8'}" stroke="${agreed ? '#1f3a5f' : '#b3541e'}"${agreed ? '' : ' stroke-dasharray="5 3"'}/>` +
        `<text x="${round(x)}" y="${round(y - 2)}" font-size="12" text-anchor="middle" fill="#111">${escapeXml(shortened(id))}</text>` +
        `<text x="${round(x)}" y="${round(y + 13)}" font-size="10" text-anchor="middle" fill="#444">${count}</text></g>`,
    );
  }
  parts.push('</svg>\n');
  return parts.join('\n');
}

function edgeWords({ count, medianSeconds, money }: EdgeFigure): string {
  const wait = medianSeconds === undefined ? '' : ` · ${durationText(medianSeconds)}`;
  return `${count}${wait}${money === undefined ? '' : ` · ${formatDecimal(money)} ${money.currency}`}`;
}

/** A duration as people say it: `40 s`, `12 min`, `3.5 h`, `6 d`. */
export function durationText(seconds: number): string {
  const size = Math.abs(seconds);
  const [value, unit] = size < 90 ? [seconds, 's'] : size < 5400 ? [seconds / 60, 'min'] : size < 172_800 ? [seconds / 3600, 'h'] : [seconds / 86_400, 'd']; // prettier-ignore
  return `${Number(value.toPrecision(2))} ${unit}`;
}

function shortened(name: string): string {
  return name.length <= 34 ? name : `${name.slice(0, 33)}…`;
}

function curve(points: readonly Point[], tip: Point): string {
  const text = (point: Point): string => `${round(point[0])} ${round(point[1])}`;
  const [first, ...rest] = points;
  return `M${text(first ?? tip)}C${rest.map(text).join(' ')}L${text(tip)}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
