/** What comes from outside and is shown again: markup, members with special names, endless nesting; and the headers. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { after, before, test, type TestContext } from 'node:test';
import { makeCustomerToken } from '../../src/api/customer/customer-link.ts';
import { parseXml, XmlError } from '../../src/files/parse-xml.ts';
import { runProgram } from '../../src/cli/program.ts';
import { wooOrder } from '../audit/woo-order.ts';
import { openApiWorld, shopHeaders, worldNow, type ApiWorld } from '../api/api-world.ts';
import { useTestDatabases } from '../store/test-database.ts';

const databases = useTestDatabases();
let world: ApiWorld;
const markup = '<script>alert(1)</script><img src=x onerror=alert(2)>"\'';

before(async () => {
  world = await openApiWorld(databases, { now: () => worldNow, policy: { shopName: markup } });
  const line = { ...(wooOrder(1)['line_items'] as Record<string, unknown>[])[0], name: markup, sku: markup };
  await world.addOrder(1, { line_items: [line], billing: { first_name: markup, last_name: markup, email: 'a@example.com' } }); // prettier-ignore
});
after(() => world.close());

function makeFolder(t: TestContext, files: Readonly<Record<string, string | Buffer>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'reentry-content-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

test('markup in the name of a product, of a shop or in what a customer types is text on their pages', async () => {
  const base = `/my-return/o/${makeCustomerToken(world.seal, 'shop/1', worldNow + 86_400_000)}`;
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const typed = new URLSearchParams({ name: markup, order: markup, email: 'a@example.com', what: 'whole', units: markup }).toString(); // prettier-ignore
  const pages = [
    await world.app.inject({ url: base }),
    await world.app.inject({ url: `${base}/return` }),
    await world.app.inject({ method: 'POST', url: '/my-return/withdraw', headers: form, payload: typed }),
    await world.app.inject({ method: 'POST', url: '/my-return/link', headers: form, payload: new URLSearchParams({ order: markup, email: markup }).toString() }),
  ]; // prettier-ignore
  assert.ok(
    pages.filter(({ body }) => body.includes('&lt;script&gt;')).length >= 3,
    'it is shown as it was written',
  );
  // Neither as an element, nor out of the attribute that it stands in.
  for (const { body } of pages)
    assert.doesNotMatch(body, /<script|<img|onerror=alert\(2\)>|alert\(2\)&gt;"/i);
});

test('nothing in the console writes markup but the map, which is escaped where it is drawn', () => {
  const root = join(import.meta.dirname, '../../web');
  const writers = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .filter((name) => /dangerouslySetInnerHTML|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(/.test(readFileSync(join(root, name), 'utf8'))); // prettier-ignore
  assert.deepEqual(writers, ['pages/plan/plan-blocks.tsx']);
});

test('every answer forbids frames, foreign scripts, guessing of types and caching', async () => {
  const base = `/my-return/o/${makeCustomerToken(world.seal, 'shop/1', worldNow + 86_400_000)}`;
  for (const url of [
    '/api/v1/orders',
    '/api/openapi.json',
    '/api/docs',
    '/nothing',
    '/hooks/shop',
    '/my-return',
    base,
    '/console/',
  ]) {
    // prettier-ignore
    const { headers } = await world.app.inject({ url });
    const policy = String(headers['content-security-policy']);
    for (const part of [
      "default-src 'none'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "form-action 'self'",
      "script-src 'self'",
    ])
      // prettier-ignore
      assert.ok(policy.includes(part), `${url}: ${part} in ${policy}`);
    assert.doesNotMatch(policy, /unsafe|\*|https?:/, url);
    assert.equal(headers['x-content-type-options'], 'nosniff', url);
    assert.match(String(headers['x-frame-options']), /SAMEORIGIN|DENY/, url);
    assert.equal(headers['referrer-policy'], 'no-referrer', url);
    assert.equal(headers['cache-control'], 'no-store', url);
    assert.equal(headers['x-powered-by'], undefined, url);
  }
  const secure = await openApiWorld(databases, { hasUsers: false, config: { publicUrl: 'https://reentry.test' } }); // prettier-ignore
  const { headers } = await secure.app.inject({ url: '/api/docs' });
  assert.match(String(headers['strict-transport-security']), /max-age=31536000/);
  await secure.close();
});

test('members called __proto__ or constructor change no object but their own', async (t) => {
  const poison = '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"id":77,"status":"completed"}'; // prettier-ignore
  const isClean = (): boolean =>
    ({} as { polluted?: unknown }).polluted === undefined && ([] as { polluted?: unknown }).polluted === undefined; // prettier-ignore
  const headers = { authorization: `Bearer ${world.tokens.admin}`, 'content-type': 'application/json' };
  for (const [method, url] of [
    ['POST', '/api/v1/users'],
    ['PUT', '/api/v1/connections/shop'],
    ['POST', '/api/v1/orders/search'],
    ['POST', '/api/v1/session'],
  ] as const)
    // prettier-ignore
    assert.equal((await world.app.inject({ method, url, headers, payload: poison })).statusCode, 400, url);
  const hook = await world.app.inject({ method: 'POST', url: '/hooks/shop', headers: shopHeaders(poison), payload: poison }); // prettier-ignore
  assert.equal(hook.statusCode, 200);
  const record = JSON.parse(
    JSON.stringify(wooOrder(77)).replace('{', '{"__proto__":{"polluted":true},'),
  ) as object;
  await world.addRecord('shop', 'order', '77', record);
  const folder = makeFolder(t, { 'orders.json': `[${JSON.stringify(wooOrder(78)).replace('{', '{"__proto__":{"polluted":true},')}]` }); // prettier-ignore
  await runProgram(['audit', folder, '--as-of', '2026-12-20', '--html', join(folder, 'r.html')]).catch(
    () => 1,
  );
  assert.ok(isClean());
  assert.equal((await world.ask('viewer', 'GET', '/api/v1/orders')).statusCode, 200);
});

test('JSON that is nested without end is refused or set aside, and the service lives on', async (t) => {
  for (const depth of [1_000, 100_000]) {
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '}'],
    ] as const) {
      const deep = `${open.repeat(depth)}1${close.repeat(depth)}`;
      const headers = { authorization: `Bearer ${world.tokens.admin}`, 'content-type': 'application/json' };
      const asked = await world.app.inject({
        method: 'POST',
        url: '/api/v1/orders/search',
        headers,
        payload: deep,
      });
      assert.equal(asked.statusCode, 400, `${depth} ${open}`);
      const body = `{"id":5,"meta":${deep}}`;
      const hook = await world.app.inject({ method: 'POST', url: '/hooks/shop', headers: shopHeaders(body), payload: body }); // prettier-ignore
      assert.ok(hook.statusCode < 500, `${hook.statusCode} ${hook.body}`);
      const folder = makeFolder(t, { 'orders.json': `[${JSON.stringify(wooOrder(79)).replace('"meta_data":[]', `"meta_data":${deep}`)}]` }); // prettier-ignore
      const exit = await runProgram(['audit', folder, '--as-of', '2026-12-20', '--html', join(folder, 'r.html')]); // prettier-ignore
      assert.ok([0, 1, 3].includes(exit), String(exit));
    }
  }
  assert.equal((await world.ask('viewer', 'GET', '/api/v1/orders')).statusCode, 200);
});

test('a bank statement that declares entities is refused before it can grow', async () => {
  const lol = Array.from({ length: 9 }, (_, index) => `<!ENTITY l${index + 1} "${`&l${index};`.repeat(10)}">`).join(''); // prettier-ignore
  const head = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol"><!ENTITY f SYSTEM "file:///etc/passwd">${lol}]>`;
  for (const entity of ['&l9;', '&f;', '&l0;']) {
    let said = '';
    const read = async (): Promise<void> => {
      const pieces = (async function* () {
        yield Buffer.from(`${head}<Document><Stmt><NtryRef>${entity}</NtryRef></Stmt></Document>`);
      })();
      for await (const events of parseXml(pieces)) said += JSON.stringify(events);
    };
    await assert.rejects(read, XmlError, entity);
    assert.doesNotMatch(said, /lol|root:/);
  }
});

test('an export that unpacks to a hundred times its size is read by its lines, not held as a whole', async (t) => {
  const folder = makeFolder(t, { 'orders.ndjson.gz': gzipSync(`${' '.repeat(1000)}\n`.repeat(20_000)) });
  const packed = readFileSync(join(folder, 'orders.ndjson.gz')).length;
  assert.ok(packed < 200_000, `${packed} bytes hold 20 MB`);
  const exit = await runProgram(['audit', folder, '--as-of', '2026-12-20', '--html', join(folder, 'r.html')]);
  assert.equal(exit, 1, 'nothing in it is understood, and that is said');
});
