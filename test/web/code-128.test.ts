/** Code 128 is a table and a sum: what every symbol must be, and one label worked out by hand. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { code128 } from '../../web/pages/desk/code-128.ts';

const printable = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).join('');

test('every symbol has three bars and three gaps on eleven modules, bars on an even number of them, none twice', () => {
  const widths = code128(printable)!;
  assert.equal(widths.length, (printable.length + 2) * 6 + 7);
  const seen = new Set<string>();
  for (let at = 0; at < printable.length * 6; at += 6) {
    const symbol = widths.slice(at, at + 6);
    assert.equal(symbol.reduce((sum, width) => sum + width, 0), 11);
    assert.equal((symbol[0]! + symbol[2]! + symbol[4]!) % 2, 0);
    assert.ok(!seen.has(symbol.join('')), symbol.join(''));
    seen.add(symbol.join(''));
  }
}); // prettier-ignore

test('start, letters, check and stop stand in their order', () => {
  // "A1": 104 + 33 × 1 + 17 × 2 = 171, of which 103 leave 68.
  assert.equal(code128('A1')!.join(''), ['211214', '111323', '123221', '141221', '2331112'].join(''));
});

test('a text that the set has no symbol for gets no bars', () => {
  assert.equal(code128('Größe'), undefined);
  assert.equal(code128(''), undefined);
});
