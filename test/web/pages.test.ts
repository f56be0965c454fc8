/** Every page, as it must be for everybody: without barriers, in both themes, on a small screen, in any language. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { listOrders } from '../../src/store/list-orders.ts';
import { listProblems } from '../../src/store/list-problems.ts';
import { useConsole } from './console-world.ts';

const world = useConsole();
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let paths: Promise<readonly string[]> | undefined;

/** Every page of the console, with an order and a problem of the company where one is needed. */
const allPaths = (): Promise<readonly string[]> => (paths ??= findPaths());

async function findPaths(): Promise<readonly string[]> {
  const [order] = (await listOrders(world.db, { verdict: 'breaks', isReturn: true })).rows;
  const [problem] = (await listProblems(world.db)).rows;
  assert.ok(order !== undefined && problem !== undefined, 'the company has an open problem');
  const id = encodeURIComponent(`${problem.subjectKey}~${problem.problemId}`);
  return [
    '/overview', '/orders', '/orders?q=nothing-is-called-this', `/orders/${order.orderKey}`,
    `/orders/${order.orderKey}?view=list`, `/orders/${order.orderKey}?view=ledger`, `/orders/${order.orderKey}?view=raw`,
    '/problems', '/problems?tab=groups', '/problems?tab=opening', `/problems?problem=${id}`, '/no-such-page',
  ]; // prettier-ignore
}

/** Everything that was asked for is here, and React has shown it. */
async function settled(page: Page): Promise<void> {
  await page.locator('h1, [data-kind]').first().waitFor();
  await page.waitForLoadState('networkidle').catch(() => {});
}

async function visit(page: Page, path: string): Promise<void> {
  await page.goto(`${world.address}/console${path}`, { waitUntil: 'domcontentloaded' });
  await page.locator('h1, [data-kind]').first().waitFor();
  // The stream of hints stays open, so the network is never idle; what a page asks for is here after a moment.
  await page.waitForTimeout(400);
}

type Violation = {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
};

async function violationsOf(page: Page): Promise<readonly string[]> {
  await page.evaluate(axeSource);
  const found = await page.evaluate<readonly Violation[]>(
    `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then((result) => result.violations)`,
  );
  return found.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary ?? ''}`),
  );
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing on any page, ${colorScheme}`, async () => {
    const page = await world.open('admin', '/overview', { colorScheme });
    const wrong: string[] = [];
    for (const path of await allPaths()) {
      await visit(page, path);
      wrong.push(...(await violationsOf(page)).map((violation) => `${path}: ${violation}`));
    }
    const login = await world.open('nobody', '/login', { colorScheme });
    await settled(login);
    wrong.push(...(await violationsOf(login)).map((violation) => `login: ${violation}`));
    assert.deepEqual(wrong, []);
  });
}

test('no page scrolls sideways at 320 px', async () => {
  const page = await world.open('admin', '/overview', { viewport: { width: 320, height: 640 } });
  const wide: string[] = [];
  for (const path of await allPaths()) {
    await visit(page, path);
    const width = await page.evaluate<number>('document.documentElement.scrollWidth');
    const main = await page.evaluate<number>('document.querySelector("main").scrollWidth');
    if (width > 320 || main > 320) wide.push(`${path}: ${width}, ${main}`);
  }
  assert.deepEqual(wide, []);
});

test('every text comes from the catalogue or is data, and none is cut', async () => {
  const page = await world.open('admin', '/overview');
  await page.evaluate(`localStorage.setItem('reentry.preferences', '{"language":"pseudo"}')`);
  const wrong: string[] = [];
  for (const path of await allPaths()) {
    await visit(page, path);
    wrong.push(
      ...(await page.evaluate<readonly string[]>(findForeignTexts)).map((text) => `${path}: ${text}`),
    );
  }
  assert.deepEqual(wrong, []);
});

/** Texts without the brackets of the pseudo-language that are not marked as data; buttons and headings that are cut. */
const findForeignTexts = `(() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const text = node.textContent.trim();
    const element = node.parentElement;
    if (!/\\p{L}{2}/u.test(text.replace(/⟦[^⟧]*⟧/gu, ''))) continue;
    if (element.closest('[translate=no], script, style, noscript, time') !== null) continue;
    found.push(text.slice(0, 80));
  }
  for (const element of document.querySelectorAll('button, h1, h2, h3, dt, label')) {
    const style = getComputedStyle(element);
    if (style.overflow === 'hidden' && element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 1) found.push('cut: ' + element.textContent.slice(0, 60));
  }
  return found;
})()`;

test('the keyboard alone finds, opens, walks and leaves', async () => {
  const page = await world.open('support', '/overview');
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('o');
  await page.getByRole('heading', { level: 1, name: 'Orders' }).waitFor();
  await page.getByRole('row').nth(2).waitFor();
  // From the search box on, the list is the next but few stops.
  await page.keyboard.press('/');
  for (let stop = 0; stop < 6; stop += 1) {
    await page.keyboard.press('Tab');
    if (await page.evaluate<boolean>('document.activeElement.matches("tr")')) break;
  }
  assert.ok(await page.evaluate<boolean>('document.activeElement.matches("tr")'), 'a row has the focus');
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('k');
  assert.equal(await page.evaluate('document.activeElement.dataset.index'), '1');
  await page.keyboard.press('Enter');
  await page.getByRole('region', { name: 'Answer' }).waitFor();
  const first = page.url();
  await page.keyboard.press(']');
  await page.waitForURL((url) => url.href !== first);
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.keyboard.press('Control+k');
  await page.getByRole('textbox', { name: 'Command palette' }).waitFor();
  await page.keyboard.type('prob');
  await page.getByRole('option', { name: 'Problems' }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Problems' }).waitFor();
});

test('a viewer sees no way to write, and the policy for content lets no inline script run', async () => {
  const { rows } = await listProblems(world.db);
  const id = encodeURIComponent(`${rows[0]!.subjectKey}~${rows[0]!.problemId}`);
  const page = await world.open('viewer', `/problems?problem=${id}`);
  await page.getByRole('heading', { level: 2 }).first().waitFor();
  assert.equal(await page.getByRole('button', { name: 'Accept the difference' }).count(), 0);
  await page.evaluate(
    `{ const script = document.createElement('script'); script.textContent = 'window.ran = true'; document.body.append(script); }`,
  );
  assert.equal(await page.evaluate('window.ran === true'), false);
  const answer = await fetch(`${world.address}/console/orders`);
  const policy = answer.headers.get('content-security-policy') ?? '';
  assert.doesNotMatch(policy, /unsafe/);
  assert.match(policy, /script-src 'self';/);
});
