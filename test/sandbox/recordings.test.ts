/** The sandbox answers recorded requests as the real servers did, but for the differences listed with their reasons. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  compareShapes,
  replayOdoo,
  replayWooCommerce,
  type Difference,
  type Replay,
} from './replay-recordings.ts';

type Tolerated = Difference & { readonly reason: string };

const tolerated = JSON.parse(
  readFileSync(new URL('tolerated-differences.json', import.meta.url), 'utf8'),
) as Readonly<Record<'woocommerce' | 'odoo', readonly Tolerated[]>>;

const keyOf = ({ recording, difference }: Difference): string => `${recording}: ${difference}`;

function check({ differences }: Replay, listed: readonly Tolerated[]): void {
  const found = differences.map(keyOf);
  const known = listed.map(keyOf);
  assert.deepEqual(found.filter((key) => !known.includes(key)), [], 'differences that nobody has judged'); // prettier-ignore
  assert.deepEqual(known.filter((key) => !found.includes(key)), [], 'listed, but there is no such difference'); // prettier-ignore
  assert.ok(listed.every(({ reason }) => reason.length > 20));
}

test('WooCommerce: recorded requests get the recorded status and shape', async (t) => {
  const replay = await replayWooCommerce();
  t.diagnostic(`${replay.replayed} requests, ${replay.differences.length} differences`);
  assert.ok(replay.replayed > 250);
  check(replay, tolerated.woocommerce);
});

test('Odoo: recorded requests get the recorded result or exception', async (t) => {
  const replay = await replayOdoo();
  t.diagnostic(`${replay.replayed} requests, ${replay.differences.length} differences`);
  assert.ok(replay.replayed > 60);
  check(replay, tolerated.odoo);
});

test('shapes differ by kind and by names, not by values', () => {
  assert.deepEqual(compareShapes({ id: 1 }, { id: 2 }), []);
  assert.deepEqual(compareShapes([{ id: 1 }], { id: 1 }), ['body is object instead of list']);
  assert.deepEqual(compareShapes({ a: 1, b: 1 }, { b: 1, c: 1 }), ['body lacks a', 'body has also c']);
});
