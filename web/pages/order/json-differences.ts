/** What differs between two versions of a record, place by place. */
export type Difference = {
  /** `lines[0].quantity` */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
};

export function jsonDifferences(before: unknown, after: unknown, path = ''): readonly Difference[] {
  if (Object.is(before, after)) return [];
  if (isObject(before) && isObject(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return names.flatMap((name) =>
      jsonDifferences(before[name], after[name], path === '' ? name : `${path}.${name}`),
    );
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const length = Math.max(before.length, after.length);
    return Array.from({ length }, (_, index) => index).flatMap((index) =>
      jsonDifferences(before[index], after[index], `${path}[${index}]`),
    );
  }
  return [{ path, before, after }];
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
