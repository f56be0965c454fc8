/** The picture of a map: the agreed journey runs straight down, words keep apart, filters move nothing. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { journeyMap } from '../../src/northstar/journey-map.ts';
import { spineEdges, spineOver } from '../../src/northstar/journey-order.ts';
import { readJourney } from '../../src/northstar/journey-model.ts';
import type { MapLayout } from '../../src/northstar/map-layout.ts';
import { edgeKey, mapSvg } from '../../src/northstar/map-svg.ts';
import { linesSize } from '../../src/northstar/map-words.ts';
import { openLog } from '../../src/northstar/open-log.ts';
import { layPlanMap } from '../../src/northstar/plan/plan-map.ts';
import type { Plan } from '../../src/northstar/plan/plan.ts';
import { companyO, planOf, sample } from './plan-company.ts';

type Box = { readonly what: string; readonly x: number; readonly y: number; readonly width: number; readonly height: number }; // prettier-ignore

/** Labels that lie over each other or over a step. */
function overlaps(layout: MapLayout, lines: ReadonlyMap<string, readonly string[]>): string[] {
  const labels = layout.edges.flatMap(({ from, to, label: [x, y] }): Box[] => {
    const words = lines.get(edgeKey(from, to));
    return words === undefined ? [] : [{ what: `${from} → ${to}`, x, y, ...linesSize(words) }];
  });
  const boxes = [...labels, ...layout.nodes.map(({ id, ...box }): Box => ({ what: id, ...box }))];
  return labels.flatMap((one, i) =>
    boxes.flatMap((other, j) => {
      if (j <= i) return [];
      const apart =
        Math.abs(one.x - other.x) >= (one.width + other.width) / 2 - 1 ||
        Math.abs(one.y - other.y) >= (one.height + other.height) / 2 - 1;
      return apart ? [] : [`${one.what} over ${other.what}`];
    }),
  );
}

/** Words behind which the line of another edge runs. */
function struckThrough(layout: MapLayout, lines: ReadonlyMap<string, readonly string[]>): string[] {
  return layout.edges.flatMap((edge) => {
    const words = lines.get(edgeKey(edge.from, edge.to));
    if (words === undefined) return [];
    const { width, height } = linesSize(words);
    const [x, y] = edge.label;
    const runsBehind = ({ points }: MapLayout['edges'][number]): boolean =>
      curvePoints(points).some(([px, py]) => Math.abs(px - x) < width / 2 - 6 && Math.abs(py - y) < height / 2 - 3);
    const others = layout.edges.filter((other) => other !== edge && runsBehind(other));
    return others.map((other) => `${edge.from} → ${edge.to} by ${other.from} → ${other.to}`);
  });
} // prettier-ignore

function curvePoints(points: MapLayout['edges'][number]['points']): [number, number][] {
  const list: [number, number][] = [];
  for (let i = 0; i + 3 < points.length; i += 3)
    for (let t = 0; t <= 1; t += 0.02) {
      const weights = [(1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t ** 2, t ** 3];
      const at = (axis: 0 | 1): number => weights.reduce((sum, w, k) => sum + w * points[i + k]![axis], 0);
      list.push([at(0), at(1)]);
    }
  return list;
}

/** Words as the picture shows them, by edge. */
function wordsIn(svg: string): ReadonlyMap<string, readonly string[]> {
  const texts = [
    ...svg.matchAll(/<text font-size="10" text-anchor="middle"[^>]*aria-hidden="true">(.*?)<\/text>/g),
  ];
  const titles = [...svg.matchAll(/<title>(.*?) → (.*?): (.*?)<\/title>/g)];
  const shown = new Set(texts.map(([, text = '']) => [...text.matchAll(/>([^<]*)<\/tspan>/g)].map((row) => row[1]).join(' · '))); // prettier-ignore
  return new Map(
    titles
      .filter(([, , , words]) => shown.has(words!))
      .map(([, from, to, words]) => [edgeKey(from!, to!), [words!.split(' · ').slice(0, 2).join(' · '), ...words!.split(' · ').slice(2)]]),
  ); // prettier-ignore
}

for (const [name, folder] of [
  ['the recorded company', companyO],
  ['the sample', sample],
] as const)
  test(`the map of ${name}: agreed steps in one line, words that keep apart, in both languages`, async () => {
    const plan = await planOf(folder);
    for (const language of ['en', 'de'] as const) {
      const { layout, lines, spine, figures } = await layPlanMap(plan, language);
      assert.deepEqual(overlaps(layout, lines), []);
      assert.deepEqual(struckThrough(layout, lines), []);
      const at = new Map(layout.nodes.map((node) => [node.id, node]));
      const steps = new Set([...spine].flatMap((key) => key.split('\n')));
      const columns = new Set([...steps].map((step) => Math.round(at.get(step)!.x / 10)));
      assert.ok(columns.size <= 2, `${columns.size} columns`);
      for (const key of spine) {
        const [from, to] = key.split('\n');
        assert.ok(at.get(from!)!.y < at.get(to!)!.y, `${from} above ${to}`);
      }
      const outside = [...lines].filter(([key]) => !figures.agreed.has(key));
      assert.ok(outside.length > 0);
      for (const [, words] of outside)
        assert.match(words.at(-1)!, language === 'en' ? /not agreed$/ : /nicht vereinbart$/);
      // The legend speaks of money only where an edge shows some.
      const [waits, money] =
        language === 'en' ? ['median wait', ', and the money open'] : ['mittlere Wartezeit', 'offene Geld'];
      const poor = {
        ...figures,
        edges: new Map([...figures.edges].map(([key, edge]) => [key, { ...edge, money: undefined }])),
      };
      assert.ok(mapSvg(layout, figures).includes(waits) && mapSvg(layout, figures).includes(money));
      assert.ok(mapSvg(layout, poor).includes(waits) && !mapSvg(layout, poor).includes(money));
    }
  });

test('fewer returns on the ways move no step: positions hang on what there is, not on how often', async () => {
  const plan = await planOf(companyO);
  const { layout } = await layPlanMap(plan, 'en');
  const again = await layPlanMap(plan, 'en');
  assert.deepEqual(again.layout, layout);
  const withoutMoney: Plan = {
    ...plan,
    journey: { ...plan.journey, edges: plan.journey.edges.map((edge) => ({ ...edge, minor: 0 })) },
  };
  const order = ({ nodes }: MapLayout): string[] => [...nodes].sort((a, b) => a.y - b.y).map(({ id }) => id);
  assert.deepEqual(order((await layPlanMap(withoutMoney, 'en')).layout), order(layout));
});

const receipt = fileURLToPath(new URL('../../../shared/data/event-logs/csv/receipt.csv', import.meta.url));
test(
  'a crowded log: only the most frequent ways carry words, and these keep apart',
  {
    skip: existsSync(receipt) ? false : 'the log is not beside the repository',
  },
  async () => {
    const opened = await openLog(receipt, {});
    assert.equal(opened.kind, 'cases');
    if (opened.kind !== 'cases') return;
    const { layout, svg } = await journeyMap(opened.log, 'receipt');
    const words = wordsIn(svg);
    assert.ok(words.size > 40 && words.size <= 61, `${words.size} edges with words`);
    assert.deepEqual(overlaps(layout, words), []);
    assert.deepEqual(struckThrough(layout, words), []);
  },
);

const helpdesk = fileURLToPath(
  new URL('../../../shared/data/event-logs/xes/helpdesk.xes.gz', import.meta.url),
);
test(
  'steps that follow themselves among many ways: no line runs behind the words of another',
  { skip: existsSync(helpdesk) ? false : 'the log is not beside the repository' },
  async () => {
    const opened = await openLog(helpdesk, {});
    assert.equal(opened.kind, 'cases');
    if (opened.kind !== 'cases') return;
    const { layout, svg } = await journeyMap(opened.log, 'helpdesk');
    const words = wordsIn(svg);
    const loops = layout.edges.filter(({ from, to }) => from === to && words.has(edgeKey(from, to)));
    assert.ok(loops.length >= 5, `${loops.length} steps that follow themselves`);
    assert.deepEqual(struckThrough(layout, words), []);
    assert.deepEqual(overlaps(layout, words), []);
  },
);

test('the spine: any order stands as it mostly comes, and steps nobody watches are passed over', () => {
  const journey = readJourney(
    [
      'journey x',
      '',
      'a',
      'choice',
      '  b',
      '  c',
      'any order',
      '  steps',
      '    d',
      '    e',
      '  f',
      'g',
      '',
    ].join('\n'),
  );
  assert.deepEqual(spineEdges(journey).map((edge) => edge.join('')), ['ab', 'ac', 'bd', 'cd', 'de', 'ef', 'fg']); // prettier-ignore
  const places = new Map([['d', 3], ['e', 9], ['f', 4]]); // prettier-ignore
  const spine = spineEdges(journey, places);
  assert.deepEqual(
    spine.map((edge) => edge.join('')),
    ['ab', 'ac', 'bd', 'cd', 'df', 'fe', 'eg'],
  );
  assert.deepEqual(
    spineOver(spine, new Set(['a', 'b', 'd', 'e', 'g'])).map((edge) => edge.join('')),
    ['ab', 'bd', 'de', 'eg'],
  );
});

test('the text of a map is safe in a page', () => {
  const svg = mapSvg(
    { width: 10, height: 10, nodes: [{ id: '<b>"x"&', x: 1, y: 1, width: 9, height: 9 }], edges: [] },
    { title: '</title><script>', activities: new Map([['<b>"x"&', 12_345]]), edges: new Map(), agreed: new Set() },
  );
  assert.doesNotMatch(svg, /<script|<b>/);
  assert.match(svg, /12,345/);
}); // prettier-ignore
