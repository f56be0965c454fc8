import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { firstOfLines, LineBlocks, readBlock, type LineBlock } from '../../src/audit/line-blocks.ts';

/** Cuts bytes into pieces of the given sizes and gives the blocks made of them. */
function blocksOf(bytes: Buffer, pieces: readonly number[], blockBytes: number): LineBlock[] {
  const blocks = new LineBlocks(blockBytes);
  const found: (LineBlock | undefined)[] = [];
  let at = 0;
  for (let index = 0; at < bytes.length; index++) {
    const size = pieces[index % pieces.length]!;
    found.push(blocks.push(bytes.subarray(at, at + size)));
    at += size;
  }
  found.push(blocks.end());
  return found.filter((block) => block !== undefined);
}

const textOf = ({ slab, length }: LineBlock): string => slab.toString('utf8', 0, length);

test('blocks hold the lines of a file, whole and in order, however it is cut into pieces', () => {
  const lines = fc.array(fc.nat(60), { minLength: 1, maxLength: 30 });
  const pieces = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(
      lines,
      pieces,
      fc.integer({ min: 8, max: 90 }),
      fc.boolean(),
      (lengths, sizes, room, open) => {
        const text = lengths.map((length, index) => 'abc'[index % 3]!.repeat(length)).join('\n');
        const whole = open ? text : `${text}\n`;
        const blocks = blocksOf(Buffer.from(whole), sizes, room);
        assert.equal(blocks.map(textOf).join(''), whole);
        let [line, offset] = [1, 0];
        for (const [index, block] of blocks.entries()) {
          assert.deepEqual([block.line, block.offset], [line, offset]);
          if (index < blocks.length - 1) assert.ok(textOf(block).endsWith('\n'), 'only the last may lack it');
          line += textOf(block).split('\n').length - 1;
          offset += block.length;
        }
      },
    ),
  );
});

test('a broken line of a later block is named by its line and byte in the file', () => {
  const good = JSON.stringify({ type: 'x', text: 'ä'.repeat(20) });
  const lines = [good, good, good, '{"type": 30 February}', good];
  const bytes = Buffer.concat([
    Buffer.from('\ufeff'),
    Buffer.from(`${lines.join('\n')}\n`),
    Buffer.from([0x7b, 0xe4, 0x7d]),
  ]);
  const reasons: string[] = [];
  let rows = 0;
  for (const block of blocksOf(bytes, [17], 100))
    readBlock(block, 'f.ndjson', {
      row: () => rows++,
      setAside: (reason) => reasons.push(reason),
    });
  assert.equal(rows, 4);
  assert.deepEqual(reasons, [
    'f.ndjson, line 4, column 13: this is not JSON',
    `f.ndjson, line 6: not UTF-8 at byte ${bytes.length - 2}`,
  ]);
});

test('a file has lines where its first is a whole JSON value and another follows', () => {
  assert.deepEqual(firstOfLines(Buffer.from('\ufeff{"a":1}\n{"a":2}')), { a: 1 });
  for (const text of ['{"a":1}', '{"a":1}\n\n', '[\n1,\n2]', '{\n"a":1}\n', 'a\nb\n'])
    assert.equal(firstOfLines(Buffer.from(text)), undefined, JSON.stringify(text));
});
