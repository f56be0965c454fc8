/** Odoo over `/json/2`, as 19 documents it: named arguments, an API key, and errors with a status of their own. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { HttpRequest } from '../../src/connectors/http-client.ts';
import type { ConnectorCommand, LiveConnection } from '../../src/connectors/live-contract.ts';
import { odooLive as live } from '../../src/connectors/odoo/odoo-live.ts';
import { openOdoo } from '../../src/connectors/odoo/odoo-rpc.ts';
import { OdooRefusal } from '../../src/connectors/odoo/odoo-transport.ts';
import { type SandboxCompany, startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { connect, never, settingsOf, sweepAll } from './live-connections.ts';
import { runThroughCrashes } from './through-crashes.ts';

void describe('Odoo over /json/2', () => {
  let sandbox: SandboxCompany;
  const opened: LiveConnection[] = [];
  const open = (fields: Readonly<Record<string, string>>, password?: string): LiveConnection => {
    const { baseUrl, login, password: key } = sandbox.odoo;
    const settings = settingsOf('erp', 'erp', { fields: { database: 'company', ...fields } });
    const connection = connect(settings, baseUrl, { user: login, password: password ?? key });
    opened.push(connection);
    return connection;
  };
  const json2 = { api: 'json2' };
  /** A connection that notes what it asks for, and to which some paths are answered with `status`. */
  const watched = (
    connection: LiveConnection,
    refuse: { readonly path: string; readonly status: number; readonly json?: unknown } | undefined,
    asked: string[],
  ): LiveConnection => ({
    ...connection,
    http: {
      ...connection.http,
      async request(request: HttpRequest) {
        const path = new URL(request.url).pathname;
        asked.push(path);
        if (refuse === undefined || !path.startsWith(refuse.path)) return connection.http.request(request);
        return { status: refuse.status, headers: {}, text: '', json: refuse.json };
      },
    },
  });

  before(async () => {
    sandbox = await startSandbox({ seed: 'json2', now: '2026-06-01T08:00:00Z', ordersPerDay: 6, requestNow: Date.now });
    await sandbox.advance({ days: 14 });
  }); // prettier-ignore
  after(async () => {
    opened.forEach((each) => each.http.close());
    await sandbox.close();
  });

  void it('reads the same as over /jsonrpc', async () => {
    const asked: string[] = [];
    const [one, other] = [new Map<string, Map<string, unknown>>(), new Map<string, Map<string, unknown>>()];
    await sweepAll(live, open({}), one, new Map());
    await sweepAll(live, watched(open(json2), undefined, asked), other, new Map());
    assert.ok((one.get('stock.move')?.size ?? 0) > 20);
    assert.deepEqual(other, one);
    assert.deepEqual(asked.filter((path) => !path.startsWith('/json/2/')), []); // prettier-ignore
    const census: string[] = [];
    for await (const page of live.census(open(json2), 'sale.order', never))
      census.push(...page.map((ref) => ref.id));
    assert.deepEqual(census.length, one.get('sale.order')?.size);
  });

  void it('goes over to it where the server has no /jsonrpc any more', async () => {
    const asked: string[] = [];
    const without = watched(open({}), { path: '/jsonrpc', status: 404 }, asked);
    const page = await live.sweep(without, 'stock.location', undefined, never);
    assert.ok(page.objects.length > 0);
    assert.deepEqual([asked[0], asked[1]], ['/jsonrpc', '/json/2/res.users/search']);
    const health = await live.check(without, never);
    assert.deepEqual(health.filter((line) => line.state === 'failed'), []); // prettier-ignore
  });

  void it('puts units away once, through any number of crashes', async () => {
    const { database } = sandbox.company.odoo;
    const [move] = database.search('stock.move', [
      ['state', '=', 'done'], ['location_dest_id.usage', '=', 'customer'], ['returned_move_ids', '=', false],
    ]); // prettier-ignore
    assert.ok(move !== undefined);
    const line = database.link('stock.move', move.id, 'sale_line_id');
    const sku = database.text(
      'product.product',
      database.link('stock.move', move.id, 'product_id'),
      'default_code',
    );
    const sale = String(database.link('sale.order.line', line, 'order_id'));
    const wanted: ConnectorCommand = {
      key: 'test/json2', kind: 'restore-stock', orderKey: 'shop/1', problem: 'p', control: 'inspected-restored', mode: 'auto',
      refs: { 'sale.order': sale }, sku, units: 1,
    }; // prettier-ignore
    assert.ok((await runThroughCrashes(live, open(json2), wanted)) >= 4);
    const returns = database.search('stock.move', [['origin_returned_move_id', '=', move.id], ['state', '=', 'done']]); // prettier-ignore
    assert.equal(returns.length, 1);
  });

  void it('tells a wrong key, a missing model and a right that is missing apart', async () => {
    const code = async (connection: LiveConnection, kind: string): Promise<string> => {
      const found = await live.fetch(connection, { kind, id: '1' }, never);
      return found.is === 'unreachable' ? found.code : found.is;
    };
    assert.equal(await code(open(json2, 'another-key'), 'sale.order'), 'unauthorized');
    assert.equal(await code(open(json2), 'no.model'), 'route-missing');
    const json = {
      name: 'odoo.exceptions.AccessError',
      message: 'Sie haben keine Berechtigung',
      arguments: [],
      context: {},
      debug: '',
    };
    const closed = watched(open(json2), { path: '/json/2/sale.order', status: 403, json }, []);
    assert.equal(await code(closed, 'sale.order'), 'forbidden');
  });

  void it('knows a missing model in every language', async () => {
    const error = {
      code: 200,
      message: 'Odoo Server Error',
      data: { name: 'odoo.exceptions.UserError', message: 'Objekt no.model existiert nicht' },
    };
    const refuse = { path: '/none', status: 200, json: { jsonrpc: '2.0', id: 1, error } };
    const rpc = await openOdoo(watched(open({}), refuse, []), never);
    refuse.path = '/jsonrpc';
    const refusal = await rpc.read('no.model', 'search', [[]]).catch((thrown: unknown) => thrown);
    assert.ok(refusal instanceof OdooRefusal);
    assert.equal(refusal.because, 'unknown-model');
  });
});
