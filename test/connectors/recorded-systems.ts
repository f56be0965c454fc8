/** The recorded systems: how their exchanges are named and answered, and what their bodies must come to. */
import assert from 'node:assert/strict';
import { findConnector } from '../../src/connectors/registry.ts';
import type { ConnectorPure, Reading } from '../../src/connectors/contract.ts';
import type { HttpClient, HttpResponse } from '../../src/connectors/http-client.ts';
import type { LiveConnection } from '../../src/connectors/live-contract.ts';
import { openOdoo } from '../../src/connectors/odoo/odoo-rpc.ts';
import { OdooRefusal } from '../../src/connectors/odoo/odoo-transport.ts';
import { hintedObjects, readRtAnswer } from '../../src/connectors/rt/rt-answer.ts';
import { SourceUnreachable } from '../../src/connectors/source-unreachable.ts';
import { readTrytonAnswer } from '../../src/connectors/tryton/tryton-answer.ts';
import { readWoo } from '../../src/connectors/woocommerce/woo-request.ts';
import type { Fact, FactOf, FactType } from '../../src/kernel/fact.ts';
import { type Json, type Recording, isJson, settingsOf } from './recorded-objects.ts';
import type { SystemUnderTest } from './replay-recordings.ts';

function connectorOf(name: string): ConnectorPure {
  const connector = findConnector(name);
  assert.ok(connector !== undefined);
  return connector;
}

const bodyOf = ({ request }: Recording): Json => (isJson(request['body']) ? request['body'] : {});
const textIn = (value: unknown): string => (typeof value === 'string' ? value : '');

export function factsOf<T extends FactType>(reading: Reading, type: T): FactOf<T>[] {
  return reading.facts.filter(
    (fact): fact is Fact & FactOf<T> => fact.type === type,
  ) as unknown as FactOf<T>[];
}

/** A client that gives these answers, one after the other. */
function answering(connector: ConnectorPure, answers: readonly (Recording | unknown)[]): LiveConnection {
  const rest = [...answers];
  const http: Pick<HttpClient, 'request' | 'redact'> = {
    request: async () => {
      const next = rest.shift() as Json;
      const body = next['body'];
      const given = isJson(next['headers']) ? Object.entries(next['headers']) : [];
      return {
        status: next['status'], json: typeof body === 'string' ? undefined : body,
        headers: Object.fromEntries(given.map(([name, value]) => [name.toLowerCase(), value])),
      } as unknown as HttpResponse; // prettier-ignore
    },
    redact: (text) => text,
  };
  return {
    baseUrl: 'https://127.0.0.1',
    secrets: {},
    settings: settingsOf(connector),
    http,
  } as unknown as LiveConnection;
}

const signal = new AbortController().signal;

function failureWords(error: unknown): string {
  if (error instanceof SourceUnreachable) return `unreachable ${error.code}`;
  if (error instanceof OdooRefusal) return `refused ${error.because}`;
  throw error;
}

/** Decimal text of a shop as minor units of dollars or euros. */
const cents = (value: unknown): number => Math.round(Number(value) * 100);

const wooConnector = connectorOf('woocommerce');
export const recordedWoo: Omit<SystemUnderTest, 'table'> = {
  system: 'woocommerce',
  connector: wooConnector,
  // The recorded shop sells in dollars; a refund does not name its currency.
  settings: { currency: 'USD' },
  partial: false,
  hintOf: () => '',
  async answerOf({ request, response, whole }) {
    // What the shop itself sent (a webhook's ping), and notes about several exchanges.
    if ('signature_ok' in whole)
      return isJson(request['body']) ? `delivery of ${Object.keys(request['body']).join(' ')}` : 'ping';
    if (response === undefined) return 'notes';
    try {
      const { body } = await readWoo(answering(wooConnector, [response]), 'orders', {}, signal);
      return Array.isArray(body) ? `list of ${body.length}` : 'answer';
    } catch (error) {
      const code = isJson(response['body']) ? textIn(response['body']['code']) : '';
      return `${failureWords(error)} ${code}`.trim();
    }
  },
  check({ kind, body }, reading) {
    const raw = body as Json;
    if (kind === 'order') {
      const [placed] = factsOf(reading, 'order.placed');
      assert.equal(placed?.total, cents(raw['total']));
      assert.equal(placed.currency, raw['currency']);
      assert.equal(placed.number, raw['number']);
      const gross = [...placed.lines, placed.shipping, placed.fees].reduce(
        (sum, line) => sum + line.gross,
        0,
      );
      assert.ok(Math.abs(gross - placed.total) <= placed.lines.length + 1, `lines sum to ${gross}`);
      assert.deepEqual(
        placed.lines.map(({ quantity }) => quantity),
        (raw['line_items'] as Json[]).map((line) => line['quantity']),
      );
      const isPaid = raw['date_paid'] !== null && cents(raw['total']) > 0;
      assert.deepEqual(
        factsOf(reading, 'payment.captured').map(({ money }) => money.minor),
        isPaid ? [cents(raw['total'])] : [],
      );
      assert.equal(factsOf(reading, 'order.cancelled').length, raw['status'] === 'cancelled' ? 1 : 0);
      assert.equal(factsOf(reading, 'order.deleted').length, raw['status'] === 'trash' ? 1 : 0);
    } else if (kind === 'refund') {
      const moved = cents(raw['amount']);
      const recorded = factsOf(reading, 'refund.recorded');
      assert.equal(recorded.length, moved > 0 ? 1 : 0);
      for (const refund of recorded) {
        assert.equal(refund.money.minor, moved);
        assert.equal(refund.payment, raw['refunded_payment'] === true ? 'gateway' : 'manual');
        assert.deepEqual(
          refund.lines.map(({ quantity, gross }) => [quantity, gross]),
          (raw['line_items'] as Json[]).map((line) => [
            Math.abs(Number(line['quantity'])), Math.abs(cents(Number(line['total']) + Number(line['total_tax']))),
          ]),
        ); // prettier-ignore
      }
    } else if (kind === 'order_note')
      assert.equal(factsOf(reading, 'customer.told').length, raw['customer_note'] === true ? 1 : 0);
    else if (kind !== 'fulfillment') assert.deepEqual(reading.facts, []);
  },
};

/** `model.stock.move.read` is about `stock.move`. */
const trytonModel = (recording: Recording): string =>
  /^model\.(.+)\.\w+$/.exec(textIn(bodyOf(recording)['method']))?.[1] ?? '';

export const recordedTryton: Omit<SystemUnderTest, 'table'> = {
  system: 'tryton',
  connector: connectorOf('tryton'),
  partial: true,
  hintOf: trytonModel,
  answerOf({ response }) {
    const answer = readTrytonAnswer(Number(response?.['status']), response?.['body']);
    return answer.outcome === 'refused' ? `refused ${answer.because}` : answer.outcome;
  },
  check({ kind, body }, reading, recording) {
    assert.equal(kind, trytonModel(recording));
    const raw = body as Json;
    for (const fact of reading.facts) {
      if (fact.type === 'stock.moved' || fact.type === 'goods.shipped') {
        assert.equal(raw['state'], 'done');
        assert.equal(fact.quantity, raw['quantity']);
      }
      if (fact.type === 'credit_note.posted')
        assert.equal(fact.money.minor, Math.abs(decimalCents(raw['total_amount'])));
      if (fact.type === 'order.placed') assert.equal(fact.total, decimalCents(raw['total_amount']));
    }
  },
};

const decimalCents = (value: unknown): number => cents(isJson(value) ? value['decimal'] : value);

/** `execute_kw(db, uid, password, model, …)`, or the session's `call_kw`. */
function odooModel(recording: Recording): string {
  const params = bodyOf(recording)['params'];
  if (!isJson(params)) return '';
  const { args, model } = params;
  return textIn(model) || textIn(Array.isArray(args) ? args[3] : undefined);
}

const odooConnector = connectorOf('odoo');
const loggedIn = { status: 200, body: { jsonrpc: '2.0', id: 1, result: 2 } };

export const recordedOdoo: Omit<SystemUnderTest, 'table'> = {
  system: 'odoo',
  connector: odooConnector,
  settings: { currency: 'USD' },
  partial: true,
  hintOf: odooModel,
  // 013 asks for quantities alone.
  isStored: ({ kind, body }) => kind !== 'product.product' || 'default_code' in (body as Json),
  async answerOf(recording) {
    const { response } = recording;
    const isLogin = JSON.stringify(bodyOf(recording)).includes('"authenticate"');
    try {
      const rpc = await openOdoo(
        answering(odooConnector, isLogin ? [response] : [loggedIn, response]),
        signal,
      );
      if (isLogin) return `user ${rpc.userId}`;
      const result = await rpc.read('res.users', 'read', [[2]]);
      return Array.isArray(result)
        ? `list of ${result.length}`
        : isJson(result)
          ? 'answer'
          : `answer ${String(result)}`;
    } catch (error) {
      return failureWords(error);
    }
  },
  check({ kind, body }, reading, recording) {
    assert.equal(kind, odooModel(recording));
    const raw = body as Json;
    for (const fact of reading.facts) {
      if (fact.type === 'stock.moved' || fact.type === 'goods.shipped') {
        assert.equal(raw['state'], 'done');
        assert.equal(fact.quantity, raw['quantity']);
      }
      if (fact.type === 'order.placed') assert.equal(fact.total, cents(raw['amount_total']));
      if (fact.type === 'return.waiting') assert.notEqual(raw['state'], 'done');
    }
  },
};

export const recordedRt: Omit<SystemUnderTest, 'table'> = {
  system: 'rt',
  connector: connectorOf('rt'),
  partial: true,
  hintOf: () => '',
  answerOf({ request, response }) {
    if (response === undefined)
      return `webhook ${hintedObjects(request['body'])
        .map(({ kind, id }) => `${kind}/${id}`)
        .join(' ')}`;
    const answer = readRtAnswer(Number(response['status']), response['body']);
    if (answer.outcome === 'page') return `page of ${answer.items.length}`;
    if (answer.outcome === 'created') return `created ${answer.kind}/${answer.id}`;
    return answer.outcome === 'changed' ? `changed, ${answer.refused.length} refused` : answer.outcome;
  },
  check({ kind, id, body }, reading) {
    const raw = body as Json;
    assert.equal(raw['type'] ?? 'ticket', kind);
    if (kind !== 'ticket') return;
    const [opened] = factsOf(reading, 'case.opened');
    const status = raw['Status'];
    assert.equal(opened?.case, status === 'deleted' ? undefined : id);
    assert.equal(
      factsOf(reading, 'case.resolved').length,
      status === 'resolved' || status === 'rejected' ? 1 : 0,
    );
  },
};
