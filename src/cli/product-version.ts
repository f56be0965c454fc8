import { readFileSync } from 'node:fs';

/** Version of Reentry, as its package says. */
export function productVersion(): string {
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version;
}
