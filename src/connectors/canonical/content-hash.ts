/**
 * A hash of what a line says, the same whatever the order of its fields: 64 bits as two decimal numbers. At ten million
 * lines the chance of any two meeting is 3 in a million.
 *
 * Fields are hashed on their own and added, so nothing is sorted or written out as text first. The two lanes are module
 * variables, not objects: hashing is most of what a line costs.
 */
export function contentHash(value: unknown): string {
  left = 0x9e3779b9;
  right = 0x243f6a88;
  addValue(value);
  return `${left >>> 0}-${right >>> 0}`;
}

let left = 0;
let right = 0;

function addValue(value: unknown): void {
  if (typeof value === 'string') addText(value, 1);
  else if (typeof value !== 'object' || value === null) addText(String(value), 2);
  else if (Array.isArray(value)) {
    addText('', 3);
    for (const item of value as unknown[]) addValue(item);
  } else addFields(value as Readonly<Record<string, unknown>>);
}

function addFields(value: Readonly<Record<string, unknown>>): void {
  const [outerLeft, outerRight] = [left, right];
  let sumLeft = 0;
  let sumRight = 0;
  for (const name in value) {
    left = 0x9e3779b9;
    right = 0x243f6a88;
    addText(name, 4);
    addValue(value[name]);
    sumLeft = (sumLeft + left) | 0;
    sumRight = (sumRight + right) | 0;
  }
  left = finish(outerLeft ^ sumLeft);
  right = finish(outerRight ^ sumRight);
}

/** The kind keeps 1 and "1" apart, the length keeps ("ab", "c") and ("a", "bc") apart. */
function addText(text: string, kind: number): void {
  let [one, two] = [left ^ kind, right ^ kind];
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    one = Math.imul(one ^ code, 2654435761);
    two = Math.imul(two ^ code, 1597334677);
  }
  left = finish(one ^ text.length);
  right = finish(two ^ text.length);
}

function finish(lane: number): number {
  const mixed = Math.imul(lane ^ (lane >>> 16), 0x7feb352d);
  return Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b) ^ (mixed >>> 13);
}
