/** The file of canonical facts that the sides of a bench read, made once per size. */
import { once } from 'node:events';
import { createWriteStream, existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { generateCanonical } from './generate-canonical.ts';

export async function factsFile(folder: string, size: number): Promise<string> {
  const path = join(folder, `facts-${size}.ndjson`);
  if (existsSync(path)) return path;
  const out = createWriteStream(`${path}.part`);
  for (const block of generateCanonical(size)) if (!out.write(block)) await once(out, 'drain');
  out.end();
  await once(out, 'close');
  renameSync(`${path}.part`, path);
  return path;
}
