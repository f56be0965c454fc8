/** Going from page to page as the console's own links do, and knowing when all that a page asks for is shown. */
import type { Page, Request } from 'playwright-core';

const settleMsMax = 15_000;

const open = new WeakMap<Page, Set<Request>>();

/** Requests that the page waits for; the stream of hints stays open and is none. */
function watch(page: Page): ReadonlySet<Request> {
  const known = open.get(page);
  if (known !== undefined) return known;
  const waiting = new Set<Request>();
  open.set(page, waiting);
  page.on('request', (request) => {
    if (!request.url().includes('/events')) waiting.add(request);
  });
  page.on('requestfinished', (request) => waiting.delete(request));
  page.on('requestfailed', (request) => waiting.delete(request));
  return waiting;
}

/**
 * Shows a path below `/console`. `isFresh`: loads the page anew, as after typing the address; else without a load, which
 * takes a tenth of the time.
 */
export async function visit(page: Page, address: string, path: string, isFresh = false): Promise<void> {
  watch(page);
  if (isFresh || !page.url().startsWith(`${address}/console`))
    await page.goto(`${address}/console${path}`, { waitUntil: 'domcontentloaded' });
  else
    await page.evaluate(
      `history.pushState(null, '', ${JSON.stringify(`/console${path}`)}); dispatchEvent(new PopStateEvent('popstate'));`,
    );
  await settle(page);
}

/**
 * In the page, so that a busy machine delays it as much as what the page still has to do: twice after all other work,
 * with two or three frames between. Not `requestIdleCallback`: after emulated media, Chromium calls it only when it times out.
 */
const whenIdle = `(async () => {
  const afterAll = () => scheduler.postTask(() => {}, { priority: 'background' });
  await afterAll();
  await new Promise((done) => setTimeout(done, 40));
  await afterAll();
  return [...document.querySelectorAll('h1, [data-kind]')].some((one) => one.checkVisibility());
})()`;

/** Waits until a page is shown, and twice in a row nothing is asked for and nothing is left to do. */
export async function settle(page: Page): Promise<void> {
  const waiting = watch(page);
  const began = performance.now();
  for (let quiet = 0; quiet < 2;) {
    if (performance.now() - began > settleMsMax)
      throw new Error(
        `${page.url()} still waits for ${[...waiting].map((request) => request.url()).join(', ') || 'a heading'}`,
      );
    const isShown = await page.evaluate<boolean>(whenIdle);
    quiet = isShown && waiting.size === 0 ? quiet + 1 : 0;
  }
}
