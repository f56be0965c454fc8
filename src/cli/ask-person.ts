/** Questions at the terminal. What is secret is not shown while it is typed. */
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

export type Ask = {
  /** Answers with the trimmed text; empty takes `usual`. */
  question(text: string, options?: { readonly isHidden?: boolean; readonly usual?: string }): Promise<string>;
  close(): void;
};

/** Asks at the terminal; undefined where nobody sits at it. */
export function askPerson(): Ask | undefined {
  if (process.stdin.isTTY !== true || process.stderr.isTTY !== true) return undefined;
  let isMuted = false;
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (!isMuted) process.stderr.write(chunk);
      done();
    },
  });
  const lines = createInterface({ input: process.stdin, output, terminal: true });
  return {
    async question(text, { isHidden = false, usual = '' } = {}) {
      process.stderr.write(`${text}${usual === '' ? '' : ` [${usual}]`}: `);
      isMuted = isHidden;
      const typed = (await lines.question('')).trim();
      isMuted = false;
      if (isHidden) process.stderr.write('\n');
      return typed === '' ? usual : typed;
    },
    close: () => lines.close(),
  };
}
