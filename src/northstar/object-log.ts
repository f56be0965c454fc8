/**
 * An object-centric event log (OCEL 2.0) in columns. Rows of one event or object lie together, in file order.
 * Attribute values are text whatever their declared type, as the published JSON schema has them, so that every
 * format carries them unchanged.
 */
import type { TimeForm } from './time-text.ts';

export const attributeTypes = ['string', 'time', 'integer', 'float', 'boolean'] as const;
export type AttributeType = (typeof attributeTypes)[number];

/** An event type or object type with its declared attributes. */
export type TypeDeclaration = {
  readonly name: string;
  readonly attributes: readonly { readonly name: string; readonly type: AttributeType }[];
};

export type ObjectLog = {
  readonly eventTypes: readonly TypeDeclaration[];
  readonly objectTypes: readonly TypeDeclaration[];
  /** Events in file order: id, index into `eventTypes`, microseconds in UTC and how that was written. */
  readonly events: {
    readonly ids: readonly string[];
    readonly type: Uint32Array;
    readonly time: Float64Array;
    readonly form: Uint32Array;
  };
  /** Objects in file order, those without events too. */
  readonly objects: { readonly ids: readonly string[]; readonly type: Uint32Array };
  /** Event to object, sorted by event. */
  readonly e2o: Relations;
  /** Object to object, sorted by source. */
  readonly o2o: Relations;
  /** Attributes of events, sorted by event, and of objects, sorted by object: there each value has its time. */
  readonly eventAttributes: Attributes;
  readonly objectAttributes: Attributes;
  /** Texts of qualifiers and attribute names. */
  readonly texts: readonly string[];
  readonly timeForms: readonly TimeForm[];
};

/** `from[i]` is related to the object `to[i]`; `texts[qualifier[i]]` says how. */
export type Relations = {
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  readonly qualifier: Uint32Array;
};

/** `owner[i]` has `texts[name[i]]` = `value[i]`, since `time[i]` (objects only; NaN for events). */
export type Attributes = {
  readonly owner: Uint32Array;
  readonly name: Uint32Array;
  readonly value: readonly string[];
  readonly time: Float64Array;
  readonly form: Uint32Array;
};

const microsPerDay = 86_400_000_000;

/** OCEL gives first values the time 1970-01-01 (some writers shift it by their zone): all later ones are changes. */
export function isInitialTime(micros: number): boolean {
  return Math.abs(micros) <= microsPerDay;
}

/** How often the attributes of objects changed after their first values. */
export function countChanges(log: ObjectLog): number {
  let count = 0;
  for (const time of log.objectAttributes.time) if (!isInitialTime(time)) count++;
  return count;
}

/** Where the rows of each owner begin in rows sorted by owner: `starts[o] … starts[o + 1]`. */
export function rowStarts(owner: Uint32Array, owners: number): Uint32Array {
  const starts = new Uint32Array(owners + 1);
  for (const o of owner) starts[o + 1]!++;
  for (let o = 0; o < owners; o++) starts[o + 1]! += starts[o]!;
  return starts;
}
