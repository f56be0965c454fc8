import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BodyCache } from '../../src/store/body-cache.ts';
import { hashText } from '../../src/store/json-text.ts';

const bodyOf = (text: string, size = text.length): { hash: Buffer; body: unknown; size: number } => ({
  hash: hashText(text),
  body: { text },
  size,
});

test('what was not asked for longest goes first, by characters in all', () => {
  const cache = new BodyCache(10);
  cache.keep('a', bodyOf('a', 4));
  cache.keep('b', bodyOf('b', 4));
  assert.deepEqual(cache.find('a')?.body, { text: 'a' });
  cache.keep('c', bodyOf('c', 4));
  assert.equal(cache.find('b'), undefined);
  assert.deepEqual(cache.find('a')?.body, { text: 'a' });
  assert.deepEqual(cache.find('c')?.body, { text: 'c' });
});

test('a newer body takes the place of the older one, also in what is counted', () => {
  const cache = new BodyCache(10);
  cache.keep('a', bodyOf('old', 9));
  cache.keep('a', bodyOf('new', 5));
  cache.keep('b', bodyOf('b', 5));
  assert.deepEqual(cache.find('a')?.body, { text: 'new' });
  assert.deepEqual(cache.find('b')?.body, { text: 'b' });
  cache.forget('a');
  cache.forget('a');
  assert.equal(cache.find('a'), undefined);
  cache.keep('c', bodyOf('c', 5));
  assert.ok(cache.find('b') !== undefined && cache.find('c') !== undefined);
});

test('one that is larger than all may be is not kept, and pushes nothing wrong', () => {
  const cache = new BodyCache(10);
  cache.keep('large', bodyOf('large', 11));
  assert.equal(cache.find('large'), undefined);
  cache.keep('small', bodyOf('small', 10));
  assert.ok(cache.find('small') !== undefined);
});
