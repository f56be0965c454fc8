/**
 * When files were read from their systems: from `manifest.json` in the folder or from `--read-at`. Needed only to
 * order two snapshots of one object.
 *
 *   { "readAt": "2026-12-03T06:00:00Z", "files": { "woocommerce/orders-2.json": "2026-12-03T07:00:00Z" } }
 */

export type ReadTimes = { of(file: string): number | undefined };

/** `byFile` holds epoch milliseconds by file name or folder; the longest that fits counts. */
export function readTimes(byFile: ReadonlyMap<string, number>, always: number | undefined): ReadTimes {
  return {
    of(file) {
      let best: string | undefined;
      for (const name of byFile.keys()) {
        const fits = file === name || file.startsWith(`${name}/`);
        if (fits && (best === undefined || name.length > best.length)) best = name;
      }
      return best === undefined ? always : byFile.get(best);
    },
  };
}

/** Reads a parsed manifest; undefined when it is none, a text when it is one that cannot be used. */
export function parseManifest(value: unknown): ReadTimes | string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const { readAt, files } = value as { readonly readAt?: unknown; readonly files?: unknown };
  if (readAt === undefined && files === undefined) return undefined;
  const always = readAt === undefined ? undefined : timeOf(readAt);
  if (readAt !== undefined && always === undefined) return `readAt: ${String(readAt)} is not a time`;
  const byFile = new Map<string, number>();
  if (files !== undefined) {
    if (typeof files !== 'object' || files === null)
      return 'files: expected an object of file names and times';
    for (const [name, entry] of Object.entries(files)) {
      const text: unknown =
        typeof entry === 'object' && entry !== null ? (entry as { readAt?: unknown }).readAt : entry;
      const time = timeOf(text);
      if (time === undefined) return `files["${name}"]: ${String(text)} is not a time`;
      byFile.set(name, time);
    }
  }
  return readTimes(byFile, always);
}

/** An instant with its zone, in epoch milliseconds. */
export function timeOf(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined;
  try {
    return Temporal.Instant.from(value).epochMilliseconds;
  } catch {
    return undefined;
  }
}
