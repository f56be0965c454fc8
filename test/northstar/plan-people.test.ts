import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'node:test';
import { mergePeople, nobody, parsePeople, readPeople } from '../../src/northstar/plan/people.ts';
import { planDocument } from '../../src/northstar/plan/plan-document.ts';
import { planMap } from '../../src/northstar/plan/plan-map.ts';
import type { Plan } from '../../src/northstar/plan/plan.ts';
import { renderHtml } from '../../src/northstar/plan/render-html.ts';
import { renderMarkdown } from '../../src/northstar/plan/render-markdown.ts';
import type { Language } from '../../src/kernel/wording.ts';
import { companyO, planOf, sample } from './plan-company.ts';

const markdownOf = (plan: Plan, language: Language = 'en'): string =>
  renderMarkdown(planDocument(plan, { language }));
const htmlOf = (plan: Plan, language: Language = 'en'): string =>
  renderHtml(planDocument(plan, { language }), language);

test('a fresh plan shows every unknown owner as a gap, and reads back as nobody', async () => {
  const plan = await planOf(companyO);
  const text = markdownOf(plan);
  assert.match(text, /gap: nobody named/);
  assert.deepEqual(readPeople(text), nobody);
  assert.deepEqual(readPeople(htmlOf(plan)), nobody);
});

test('names and comments typed into the Markdown survive the next plan, in either language', async () => {
  const plan = await planOf(companyO);
  const typed = markdownOf(plan)
    .replace(/(<!-- reentry:name ops\.owner -->)[^<]*/, '$1Maria Lind')
    .replace(/(<!-- reentry:comment matrix -->\n)[^<]*/, '$1Agreed on 3 December:\n- two days, not three\n');
  const people = readPeople(typed);
  assert.deepEqual(people.names, { 'ops.owner': 'Maria Lind' });
  assert.deepEqual(people.comments, { matrix: 'Agreed on 3 December:\n- two days, not three' });
  const next = await planOf(companyO, { people });
  for (const language of ['en', 'de'] as const) {
    for (const text of [markdownOf(next, language), htmlOf(next, language)]) {
      assert.ok(text.includes('Maria Lind'));
      assert.deepEqual(readPeople(text), people);
    }
  }
  const nameless = (one: Plan): string => one.decisions.find(({ id }) => id === 'owners')?.text.en ?? '';
  assert.match(nameless(plan), /ops/);
  assert.doesNotMatch(nameless(next), /ops/, 'the gap is closed');
});

test('any text that people type is read back as it is, from both forms', async () => {
  const plan = await planOf(companyO);
  const words = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }).map((text) => text.trim());
  const typeable = words.filter((text) => text !== '' && !text.startsWith('…') && !/<!--|-->|\r/.test(text));
  fc.assert(
    fc.property(typeable, typeable, (name, comment) => {
      const people = mergePeople({ names: { 'finance.owner': name }, comments: { verdict: comment } });
      const made = { ...plan, people };
      assert.deepEqual(readPeople(htmlOf(made)), people);
      if (!/[<>&]/.test(name + comment)) assert.deepEqual(readPeople(markdownOf(made)), people);
    }),
    { numRuns: 25 },
  );
});

test('a comment on a row that is gone is kept at the end', async () => {
  const people = { names: { 'warehouse-2.owner': 'Jon' }, comments: { 'matrix.gone-row': 'do not forget' } };
  const plan = await planOf(companyO, { people });
  for (const text of [markdownOf(plan), htmlOf(plan)]) assert.deepEqual(readPeople(text), people);
});

test('the later source wins, entry by entry', () => {
  const merged = mergePeople(
    { names: { a: 'old', b: 'kept' }, comments: {} },
    { names: { a: 'new' }, comments: { c: 'text' } },
  );
  assert.deepEqual(merged, { names: { a: 'new', b: 'kept' }, comments: { c: 'text' } });
});

test('a file of names and comments is read, anything else refused', () => {
  assert.deepEqual(parsePeople({ names: { a: 'b' } }), { names: { a: 'b' }, comments: {} });
  for (const wrong of [null, 'text', { names: [] }, { names: { a: 1 } }, { comments: 'x' }])
    assert.equal(parsePeople(wrong), undefined);
});

test('each place to type stands once, so that nothing can contradict itself', async () => {
  const text = markdownOf(await planOf(sample));
  const marks = [...text.matchAll(/<!-- reentry:\w+ \S+ -->/g)].map(([mark]) => mark);
  assert.ok(marks.length > 10);
  assert.equal(new Set(marks).size, marks.length);
});

test('the plan has its ten sections in both languages, and every link leads somewhere', async () => {
  const plan = await planOf(sample);
  for (const language of ['en', 'de'] as const) {
    const html = htmlOf(plan, language);
    const sections = [...html.matchAll(/<h2 id="[^"]+">(\d+)\. /g)].map(([, number]) => Number(number));
    assert.deepEqual(sections, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    const ids = new Set([...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    const links = [...html.matchAll(/href="#([^"]+)"/g)].map(([, link]) => link!);
    assert.ok(links.length > 50);
    assert.deepEqual([...new Set(links.filter((link) => !ids.has(link)))], []);
    assert.doesNotMatch(html, /<script|https?:\/\/(?!www\.w3\.org)/, 'self-contained');
    assert.doesNotMatch(html, /undefined|NaN|\[object/);
  }
});

test('what comes from data cannot break out of the page or the table', async () => {
  const plan = await planOf(companyO);
  const evil = '<img src=x onerror=alert(1)>|**`';
  const problems = plan.problems.map((problem) => ({ ...problem, order: evil, sku: evil }));
  const made = { ...plan, problems };
  assert.doesNotMatch(htmlOf(made), /<img/);
  const rows = markdownOf(made)
    .split('\n')
    .filter((line) => line.includes('onerror') && line.startsWith('|'));
  assert.ok(rows.length > 0);
  // The list of problems has eight columns, that of the orders behind the numbers two.
  for (const row of rows)
    assert.equal(row.replaceAll('\\|', '').split('|').length, row.includes('id="orders-') ? 4 : 10, row);
});

test('the map is drawn in the words of the language, and alike for equal plans', async () => {
  const plan = await planOf(sample);
  const [en, again, de] = [await planMap(plan, 'en'), await planMap(plan, 'en'), await planMap(plan, 'de')];
  assert.equal(en, again);
  assert.match(en, /Refund settled/);
  assert.match(de, /Erstattung ausgezahlt/);
});
