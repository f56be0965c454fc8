import type { Language } from '../kernel/wording.ts';
import type { MapLayout, Point } from './map-layout.ts';
import {
  edgeFontSize, edgeLineHeight, edgeLines, grouped, mapWords, nameLines, type EdgeFigure, type EdgeKind,
} from './map-words.ts'; // prettier-ignore
import { escapeXml } from './xml-scan.ts';

export type MapFigures = {
  readonly title: string;
  readonly language?: Language;
  /** Events per activity. */
  readonly activities: ReadonlyMap<string, number>;
  /** Keyed by `edgeKey`. */
  readonly edges: ReadonlyMap<string, EdgeFigure>;
  /** Steps and edges of the agreed journey. */
  readonly agreed: ReadonlySet<string>;
};

export function edgeKey(from: string, to: string): string {
  return `${from}\n${to}`;
}

/** On a crowded map only the most frequent edges carry their words; the others keep them in their title. */
const wordsLimit = 60;

/** The least count with which an edge of these carries its words. */
export function leastWithWords(counts: readonly number[]): number {
  return (counts.toSorted((a, b) => b - a)[wordsLimit] ?? 0) + 1;
}

const margin = 24;
const legendHeight = 44;
const legendWidthMin = 560;
const [ink, accent] = ['#1f3a5f', '#b3541e'];

/**
 * Draws a map as a self-contained SVG. Edges outside the agreed journey are dashed as well as coloured and say so in
 * words; the agreed journey is drawn strong, also where nobody walked it. A legend says what stands where.
 */
export function mapSvg(layout: MapLayout, figures: MapFigures): string {
  const { language = 'en' } = figures;
  const words = mapWords(language);
  const most = Math.max(1, ...[...figures.edges.values()].map((edge) => edge.count));
  const hasModel = figures.agreed.size > 0;
  const least = leastWithWords([...figures.edges.values()].map((edge) => edge.count));
  const width = Math.max(layout.width, legendWidthMin);
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${-margin} ${-margin} ${round(width + 2 * margin)} ${round(layout.height + 2 * margin + legendHeight)}" font-family="system-ui, sans-serif" role="img">`,
    `<title>${escapeXml(figures.title)}</title>`,
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L8 4L0 8z" fill="context-stroke"/></marker></defs>',
  ];
  const texts: string[] = [];
  for (const { from, to, points, tip, label } of layout.edges) {
    const figure = figures.edges.get(edgeKey(from, to));
    const kind = kindOf(edgeKey(from, to), figures.agreed);
    const lines = edgeLines(figure, kind, language);
    const colour = kind === 'outside' ? accent : ink;
    const thick = round(1 + 4 * Math.sqrt((figure?.count ?? 0) / most));
    parts.push(
      `<g><title>${escapeXml(`${from} → ${to}: ${lines.join(' · ')}`)}</title><path d="${curve(points, tip)}" fill="none" stroke="${colour}" stroke-width="${thick}"${dashes(figure, kind)} marker-end="url(#tip)"/></g>`,
    );
    // Above all lines, so that none is struck through.
    if (figure === undefined || figure.count >= least) texts.push(textAt(label, lines, edgeFontSize, edgeLineHeight, colour)); // prettier-ignore
  }
  parts.push(...texts);
  for (const { id, x, y, width: w, height: h } of layout.nodes) {
    const count = grouped(figures.activities.get(id) ?? 0, language);
    const outside = hasModel && !figures.agreed.has(id);
    const rows = nameLines(id);
    const top = y - ((rows.length - 1) * 14) / 2 - 5;
    parts.push(
      `<g><title>${escapeXml(`${id}: ${words.events(count)}${outside ? `; ${words.outside}` : ''}`)}</title>` +
        `<rect x="${round(x - w / 2)}" y="${round(y - h / 2)}" width="${round(w)}" height="${round(h)}" rx="6" fill="${outside ? '#fdf1e8' : '#eef3f9'}" stroke="${outside ? accent : ink}"${outside ? ' stroke-dasharray="5 3"' : ''}/>` +
        rows.map((row, i) => `<text x="${round(x)}" y="${round(top + i * 14 + 3)}" font-size="12" text-anchor="middle" fill="#111">${escapeXml(row)}</text>`).join('') +
        `<text x="${round(x)}" y="${round(top + rows.length * 14 + 3)}" font-size="10" text-anchor="middle" fill="#444">${count}${outside ? ` · ${words.outside}` : ''}</text></g>`,
    ); // prettier-ignore
  }
  const hasMoney = [...figures.edges.values()].some(({ money }) => money !== undefined);
  parts.push(legend(layout.height + 16, { hasModel, hasMoney }, language), '</svg>\n');
  return parts.join('\n');
}

export function kindOf(key: string, agreed: ReadonlySet<string>): EdgeKind {
  return agreed.size === 0 ? 'unknown' : agreed.has(key) ? 'agreed' : 'outside';
}

function dashes(figure: EdgeFigure | undefined, kind: EdgeKind): string {
  if (figure === undefined) return ' stroke-dasharray="2 4"';
  return kind === 'outside' ? ' stroke-dasharray="7 4"' : '';
}

/** Lines of text around a point, readable above any line. */
function textAt(
  [x, y]: Point,
  lines: readonly string[],
  size: number,
  height: number,
  colour: string,
): string {
  const top = y - ((lines.length - 1) * height) / 2 + size * 0.35;
  const rows = lines.map(
    (line, i) => `<tspan x="${round(x)}" y="${round(top + i * height)}">${escapeXml(line)}</tspan>`,
  );
  return `<text font-size="${size}" text-anchor="middle" fill="${colour}" stroke="#fff" stroke-width="3" paint-order="stroke" aria-hidden="true">${rows.join('')}</text>`;
}

/** Says of each kind of figure and line that the map has what it means. */
function legend(
  y: number,
  { hasModel, hasMoney }: { readonly hasModel: boolean; readonly hasMoney: boolean },
  language: Language,
): string {
  const { legend: says } = mapWords(language);
  const text = (x: number, at: number, line: string): string => `<text x="${x}" y="${round(at)}" font-size="10" fill="#444">${escapeXml(line)}</text>`; // prettier-ignore
  const line = (x: number, colour: string, dash: string): string => `<path d="M${x} ${round(y + 20)}h30" stroke="${colour}" stroke-width="2"${dash} fill="none"/>`; // prettier-ignore
  const kinds: readonly (readonly [string, string, string])[] = [
    [says.agreed, ink, ''],
    [says.outside, accent, ' stroke-dasharray="7 4"'],
    [says.never, ink, ' stroke-dasharray="2 4"'],
  ];
  let x = 0;
  const samples = kinds.map(([name, colour, dash]) => {
    const drawn = line(x, colour, dash) + text(x + 36, y + 23, name);
    x += 36 + name.length * 6 + 20;
    return drawn;
  });
  return `<g>${text(0, y + 4, `${says.figures}${hasMoney ? says.money : ''}`)}${hasModel ? samples.join('') : ''}</g>`;
}

function curve(points: readonly Point[], tip: Point): string {
  const text = (point: Point): string => `${round(point[0])} ${round(point[1])}`;
  const [first, ...rest] = points;
  return `M${text(first ?? tip)}C${rest.map(text).join(' ')}L${text(tip)}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
