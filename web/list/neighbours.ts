/** Which list somebody came from, so that `[` and `]` lead to the one before and after. Lasts as long as the page. */
const lists = new Map<string, readonly string[]>();

export function rememberNeighbours(kind: 'order' | 'problem', keys: readonly string[]): void {
  lists.set(kind, keys);
}

export function neighboursOf(
  kind: 'order' | 'problem',
  key: string,
): {
  readonly previous: string | undefined;
  readonly next: string | undefined;
  readonly position: number;
  readonly count: number;
} {
  const keys = lists.get(kind) ?? [];
  const index = keys.indexOf(key);
  return index < 0
    ? { previous: undefined, next: undefined, position: 0, count: 0 }
    : { previous: keys[index - 1], next: keys[index + 1], position: index + 1, count: keys.length };
}
