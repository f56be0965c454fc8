/** Finds other objects of a connection while one of them is read. */

/**
 * Other objects of a connection by id, for a connector's `lookup`. A kind that ends in `.name` is asked by name: some documents point at
 * others only in text. `note.by.order_id` are all notes with that order id, as a list.
 */
export function lookupIn(
  objects: ReadonlyMap<string, ReadonlyMap<string, unknown>>,
): (kind: string, id: string | number) => unknown {
  const byName = new Map<string, ReadonlyMap<string, unknown>>();
  return (kind, id) => {
    const found = objects.get(kind)?.get(String(id));
    const [base = '', field] = kind.split('.by.');
    if (field !== undefined) return listBy(objects.get(base), field, String(id));
    if (found !== undefined || !kind.endsWith('.name')) return found;
    let names = byName.get(kind);
    if (names === undefined) byName.set(kind, (names = namesOf(objects.get(kind.slice(0, -'.name'.length)))));
    return names.get(String(id));
  };
}

function listBy(byId: ReadonlyMap<string, unknown> | undefined, field: string, value: string): unknown[] {
  return [...(byId?.values() ?? [])].filter(
    (body) => String((body as Record<string, unknown> | null)?.[field]) === value,
  );
}

function namesOf(byId: ReadonlyMap<string, unknown> | undefined): ReadonlyMap<string, unknown> {
  const names = new Map<string, unknown>();
  for (const body of byId?.values() ?? []) {
    const name = (body as { readonly name?: unknown } | null)?.name;
    if (typeof name === 'string') names.set(name, body);
  }
  return names;
}
