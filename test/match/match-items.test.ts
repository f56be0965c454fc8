import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { MatchCandidate, MatchItem, MatchOutcome } from '../../src/kernel/match-item.ts';
import { matchItems, type MatchInput } from '../../src/kernel/match-items.ts';

const day = 86_400_000;

function sale(id: string, more: Partial<MatchCandidate> = {}): MatchCandidate {
  return {
    id,
    document: `inv-${id}`,
    customer: 'c1',
    sku: 'A',
    quantity: 6,
    unitPrice: 250,
    at: 100 * day,
    ...more,
  };
}

function credit(id: string, more: Partial<MatchItem> = {}): MatchItem {
  return {
    id,
    document: `cr-${id}`,
    customer: 'c1',
    sku: 'A',
    quantity: 6,
    unitPrice: 250,
    at: 105 * day,
    ...more,
  };
}

/** The records begin long before: nothing hides there. */
const old = sale('old', { customer: 'c9', sku: 'Z', at: 0 });

function match(input: Omit<MatchInput, 'measure'>, measure: MatchInput['measure'] = 'units') {
  const result = matchItems({ measure, ...input, candidates: [old, ...input.candidates] });
  const byItem = new Map(result.outcomes.map((outcome) => [outcome.item, outcome]));
  return { result, of: (item: string): MatchOutcome => byItem.get(item)! };
}

test('applies the only sale that fits and says why', () => {
  const { of } = match({ items: [credit('r')], candidates: [sale('s')] });
  assert.equal(of('r').status, 'matched');
  assert.equal(of('r').why, 'only-candidate');
  assert.deepEqual(of('r').claims, [{ candidate: 's', quantity: 6 }]);
  const kinds = of('r').evidence.map(({ kind }) => kind);
  for (const kind of ['customer', 'item', 'price', 'quantity', 'time'] as const)
    assert.ok(kinds.includes(kind), kind);
  const sum = of('r').evidence.reduce((total, { weight }) => total + weight, 0);
  assert.equal(of('r').score, sum);
});

test('lists two sales that fit alike and applies neither', () => {
  const { of } = match({ items: [credit('r')], candidates: [sale('s'), sale('t', { at: 101 * day })] });
  assert.equal(of('r').status, 'ambiguous');
  assert.equal(of('r').why, 'several');
  assert.deepEqual(
    of('r')
      .candidates.map(({ claims }) => claims[0]?.candidate)
      .sort(),
    ['s', 't'],
  );
});

test('calls an orphan what nobody sold to this customer before', () => {
  const other = sale('s', { customer: 'c2' });
  const later = sale('t', { at: 106 * day });
  const { of } = match({ items: [credit('r')], candidates: [other, later] });
  assert.deepEqual([of('r').status, of('r').why, of('r').candidates.length], ['orphan', 'no-candidate', 0]);
});

test('does not apply another price by itself', () => {
  const { of } = match({ items: [credit('r')], candidates: [sale('s', { unitPrice: 240 })] });
  assert.deepEqual([of('r').status, of('r').why], ['ambiguous', 'price-differs']);
});

test('takes several credits from one sale while units last (N:1)', () => {
  const items = [credit('r1', { quantity: 2 }), credit('r2', { quantity: 3, at: 120 * day })];
  const { of } = match({ items, candidates: [sale('s')] });
  assert.deepEqual([of('r1').status, of('r2').status], ['matched', 'matched']);
});

test('gives contested units to nobody', () => {
  const items = [credit('r1', { quantity: 4 }), credit('r2', { quantity: 5, at: 106 * day })];
  const { of } = match({ items, candidates: [sale('s')] });
  assert.deepEqual([of('r1').status, of('r2').status], ['ambiguous', 'ambiguous']);
  assert.deepEqual([of('r1').why, of('r2').why], ['contested', 'contested']);
});

test('takes one credit from two sales where only both together have the units (1:N)', () => {
  const { of } = match({
    items: [credit('r', { quantity: 12 })],
    candidates: [sale('s'), sale('t', { at: 101 * day })],
  });
  assert.equal(of('r').status, 'matched');
  assert.deepEqual(of('r').claims, [{ candidate: 's', quantity: 6 }, { candidate: 't', quantity: 6 }]); // prettier-ignore
});

test('settles by elimination what another credit leaves over', () => {
  // r1 came before t was sold, so it must be s; r2 fits both, and comes too late to be r1 entered twice.
  const items = [credit('r1', { at: 101 * day }), credit('r2', { at: 105 * day })];
  const { of } = match({ items, candidates: [sale('s'), sale('t', { at: 103 * day })] });
  assert.deepEqual(of('r1').claims, [{ candidate: 's', quantity: 6 }]);
  assert.deepEqual(of('r2').claims, [{ candidate: 't', quantity: 6 }]);
  assert.equal(of('r2').why, 'by-elimination');
});

test('does not take a part of one sale where two whole lines of others make up the same odd number', () => {
  const candidates = [sale('s', { quantity: 48 }), sale('t', { quantity: 5, at: 101 * day }), sale('u', { quantity: 4, at: 102 * day })]; // prettier-ignore
  const { of } = match({ items: [credit('r', { quantity: 9 })], candidates });
  assert.equal(of('r').status, 'ambiguous');
  const ways = of('r').candidates.map(({ claims }) => claims.map(({ candidate }) => candidate).join('+'));
  assert.ok(ways.includes('s') && ways.includes('t+u'), ways.join(' '));
  // Without the small ones the part is all there is.
  assert.equal(match({ items: [credit('r', { quantity: 9 })], candidates: [candidates[0]!] }).of('r').status, 'matched'); // prettier-ignore
});

test('soon after the records begin a frequent buyer may have bought before them', () => {
  const often = Array.from({ length: 12 }, (_, i) => sale(`b${i}`, { sku: `B${i % 3}`, at: (92 + i) * day }));
  const rare = [sale('s', { at: 98 * day })];
  const soon = (sales: MatchCandidate[]): MatchOutcome => {
    const result = matchItems({ measure: 'units', items: [credit('r', { at: 112 * day })], candidates: [...sales, ...rare], recordsFrom: 92 * day }); // prettier-ignore
    return result.outcomes[0]!;
  };
  const records = (outcome: MatchOutcome): number =>
    [...outcome.evidence, ...(outcome.candidates[0]?.evidence ?? [])].find(({ kind }) => kind === 'records')!.weight; // prettier-ignore
  assert.ok(records(soon(often)) < records(soon([])));
  assert.equal(soon(often).status, 'ambiguous');
});

test('leaves a line to people where all others of its note undo what was sold before the records', () => {
  const note = (sku: string): MatchItem =>
    credit(`r${sku}`, { sku, document: 'note', quantity: 1, at: 138 * day });
  const candidates = [sale('s', { sku: 'A', at: 98 * day })];
  const alone = match({ items: [note('A')], candidates });
  assert.equal(alone.of('rA').status, 'matched');
  const { of } = match({ items: [note('A'), note('B'), note('C')], candidates });
  assert.equal(of('rA').status, 'ambiguous');
  const siblings = of('rA').candidates[0]!.evidence.find(({ kind }) => kind === 'siblings');
  assert.match(siblings!.text, /2 other lines of the document fit no sale in the records/);
});

test('lets the other lines of a credit note point at one of two equal sales', () => {
  const note = { document: 'note' };
  const skus = ['A', 'B', 'C', 'D', 'E', 'F'];
  const items = skus.map((sku) => credit(`r${sku}`, { ...note, sku }));
  const one = skus.map((sku) => sale(`s${sku}`, { document: 'one', sku }));
  const two = sale('t', { document: 'two', at: 101 * day });
  const { of } = match({ items, candidates: [...one, two] });
  assert.deepEqual(of('rA').claims, [{ candidate: 'sA', quantity: 6 }]);
  assert.ok(of('rA').evidence.some(({ kind, weight }) => kind === 'siblings' && weight > 0));
});

test('leaves an equal credit on a second note to a person', () => {
  const items = [credit('r1', { quantity: 1 }), credit('r2', { quantity: 1, at: 106 * day })];
  const { of } = match({ items, candidates: [sale('s')] });
  assert.equal(of('r1').status, 'matched');
  assert.equal(of('r2').status, 'ambiguous');
  assert.ok(of('r2').candidates[0]?.evidence.some(({ kind }) => kind === 'double'));
});

test('treats two equal lines of one invoice as one pool', () => {
  const lines = [sale('s1', { document: 'inv' }), sale('s2', { document: 'inv' })];
  const { of } = match({ items: [credit('r1'), credit('r2', { document: 'cr-r1' })], candidates: lines });
  assert.deepEqual([of('r1').claims[0]?.candidate, of('r2').claims[0]?.candidate].sort(), ['s1', 's2']);
});

const refund = (id: string, quantity: number, more: Partial<MatchCandidate> = {}): MatchCandidate => ({
  id, document: id, customer: 'c1', currency: 'EUR', quantity, at: 100 * day, references: [`LH-${id}`], ...more,
}); // prettier-ignore
const line = (id: string, quantity: number, text: string, more: Partial<MatchItem> = {}): MatchItem => ({
  id, quantity, currency: 'EUR', at: 103 * day, text, ...more,
}); // prettier-ignore

test('finds the refund that a bank line names', () => {
  const candidates = [refund('10251', 12_000), refund('10252', 12_000)];
  const { of } = match(
    { items: [line('b', 12_000, 'Erstattung Bestellung LH 10252 vom 9.11.')], candidates },
    'money',
  );
  assert.deepEqual(of('b').claims, [{ candidate: '10252', quantity: 12_000 }]);
});

test('does not trust a reference that names two refunds, unless the amount agrees with one', () => {
  const candidates = [
    refund('a', 5_000, { references: ['10457'] }),
    refund('b', 7_000, { references: ['10457'] }),
  ];
  const open = match({ items: [line('x', 4_000, 'zu 10457')], candidates }, 'money');
  assert.equal(open.of('x').status, 'ambiguous');
  const clear = match({ items: [line('x', 7_000, 'zu 10457')], candidates }, 'money');
  assert.deepEqual(clear.of('x').claims, [{ candidate: 'b', quantity: 7_000 }]);
});

test('does not apply an equal amount alone', () => {
  const { of } = match({ items: [line('b', 5_990, '')], candidates: [refund('1', 5_990)] }, 'money');
  assert.equal(of('b').status, 'ambiguous');
});

test('splits one bank line over refunds that add up to it, and joins lines that make up one refund', () => {
  const two = [refund('1', 7_000), refund('2', 5_000), refund('3', 4_400)];
  const one = match({ items: [line('b', 12_000, '', { customer: 'c1' })], candidates: two }, 'money');
  assert.deepEqual(
    one
      .of('b')
      .claims.map(({ candidate }) => candidate)
      .sort(),
    ['1', '2'],
  );

  const parts = [line('p', 7_000, '', { customer: 'c1' }), line('q', 5_000, '', { customer: 'c1' })];
  const many = match({ items: parts, candidates: [refund('1', 12_000)] }, 'money');
  assert.deepEqual(many.of('p').claims, [{ candidate: '1', quantity: 7_000 }]);
  assert.deepEqual(many.of('q').claims, [{ candidate: '1', quantity: 5_000 }]);
});

test('never mixes currencies', () => {
  const items = [line('b', 12_000, 'LH-1', { currency: 'USD' })];
  assert.equal(match({ items, candidates: [refund('1', 12_000)] }, 'money').of('b').status, 'orphan');
});

test('follows people: a match, a rejection, an orphan; they hold units against everything else', () => {
  const candidates = [sale('s'), sale('t', { at: 101 * day })];
  const decided = match({
    items: [credit('r1'), credit('r2', { at: 106 * day, document: 'cr-r1' })],
    candidates,
    decisions: [{ kind: 'match', item: 'r1', claims: [{ candidate: 's', quantity: 6 }], by: 'mia' }],
  });
  assert.deepEqual([decided.of('r1').why, decided.of('r1').by], ['decided', 'mia']);
  assert.deepEqual(decided.of('r2').claims, [{ candidate: 't', quantity: 6 }]);

  const rejected = match({
    items: [credit('r1')],
    candidates,
    decisions: [{ kind: 'reject', item: 'r1', candidate: 's', by: 'mia' }],
  });
  assert.deepEqual(rejected.of('r1').claims, [{ candidate: 't', quantity: 6 }]);

  const orphan = match({
    items: [credit('r1')],
    candidates,
    decisions: [{ kind: 'orphan', item: 'r1', by: 'mia' }],
  });
  assert.deepEqual([orphan.of('r1').status, orphan.of('r1').why], ['orphan', 'decided']);
});

test('refuses a decision that claims a unit twice, and says so', () => {
  const claims = [{ candidate: 's', quantity: 6 }];
  const { result, of } = match({
    items: [credit('r1'), credit('r2')],
    candidates: [sale('s')],
    decisions: [
      { kind: 'match', item: 'r2', claims, by: 'bob' },
      { kind: 'match', item: 'r1', claims, by: 'mia' },
      { kind: 'match', item: 'nobody', claims, by: 'mia' },
    ],
  });
  assert.equal(of('r1').by, 'mia');
  assert.equal(of('r2').status, 'ambiguous');
  assert.deepEqual(
    result.refused.map(({ reason }) => reason),
    ['there is no item nobody', 's has 0 left, the decision claims 6'],
  );
});

test('says when the ways to combine are too many instead of guessing', () => {
  const items = Array.from({ length: 12 }, (_, at) =>
    credit(`r${at}`, { quantity: 5, at: (105 + at) * day }),
  );
  const candidates = Array.from({ length: 10 }, (_, at) => sale(`s${at}`, { at: (100 + at / 10) * day }));
  const { result } = match({ items, candidates, policy: { stepsMax: 50 } });
  assert.ok(result.outcomes.every(({ status }) => status === 'ambiguous'));
  assert.ok(result.outcomes.some(({ why }) => why === 'too-many-combinations'));
});

test('rejects repeated ids and quantities that are none', () => {
  assert.throws(() => match({ items: [credit('r'), credit('r')], candidates: [] }), /given twice/);
  assert.throws(
    () => match({ items: [credit('r', { quantity: 0 })], candidates: [] }),
    /positive whole number/,
  );
});

const anyCandidate = fc.record({
  document: fc.constantFrom('i1', 'i2', 'i3', 'i4'),
  customer: fc.constantFrom('c1', 'c2', undefined),
  sku: fc.constantFrom('A', 'B'),
  quantity: fc.integer({ min: 1, max: 6 }),
  unitPrice: fc.constantFrom(250, 300),
  at: fc.integer({ min: 90, max: 110 }).map((days) => days * day),
});
const present = <T extends { customer: string | undefined }>({ customer, ...row }: T) =>
  customer === undefined ? row : { ...row, customer };

test('the result depends on what is given, not on its order, and no unit is claimed twice', () => {
  fc.assert(
    fc.property(
      fc.array(anyCandidate, { maxLength: 10 }),
      fc.array(anyCandidate, { maxLength: 10 }),
      fc.infiniteStream(fc.nat()),
      (sold, credited, keys) => {
        const candidates = [old, ...sold.map((row, at) => ({ id: `s${at}`, ...present(row) }))];
        const items = credited.map((row, at) => ({ id: `r${at}`, ...present(row) }));
        const shuffle = <T>(rows: readonly T[]): T[] =>
          rows
            .map((row) => [keys.next().value!, row] as const)
            .sort(([left], [right]) => left - right)
            .map(([, row]) => row);
        const result = matchItems({ measure: 'units', items, candidates });
        const again = matchItems({
          measure: 'units',
          items: shuffle(items),
          candidates: shuffle(candidates),
        });
        assert.deepEqual(again, result);

        const used = new Map<string, number>();
        for (const outcome of result.outcomes) {
          const wanted = items.find(({ id }) => id === outcome.item)!.quantity;
          const claimed = outcome.claims.reduce((sum, claim) => sum + claim.quantity, 0);
          assert.equal(claimed, outcome.status === 'matched' ? wanted : 0);
          for (const { candidate, quantity } of outcome.claims) {
            used.set(candidate, (used.get(candidate) ?? 0) + quantity);
          }
        }
        for (const { id, quantity } of candidates) assert.ok((used.get(id) ?? 0) <= quantity, id);
      },
    ),
    { numRuns: 300 },
  );
});
