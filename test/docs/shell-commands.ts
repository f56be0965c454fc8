/** Commands that the documentation tells people to type: the lines of its shell blocks, in order. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../..');

export type DocCommand = { readonly file: string; readonly line: number; readonly command: string };

/** Everything people read: the pages at the top and the guides, concepts and reference. */
export function listPages(): string[] {
  const below = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md')); // prettier-ignore
  return ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...below.map((name) => `docs/${name}`)].sort();
}

type Block = { readonly language: string; readonly line: number; readonly lines: readonly string[] };

export function listBlocks(file: string): Block[] {
  const blocks: { language: string; line: number; lines: string[] }[] = [];
  let open: (typeof blocks)[number] | undefined;
  for (const [index, text] of readFileSync(join(root, file), 'utf8').split('\n').entries()) {
    const fence = /^\s*```(.*)$/.exec(text);
    if (fence === null) open?.lines.push(text);
    else if (open === undefined) open = { language: fence[1]!.trim(), line: index + 1, lines: [] };
    else {
      blocks.push(open);
      open = undefined;
    }
  }
  return blocks;
}

/** Does a line begin as something to be typed at a shell? */
export const isTyped = (line: string): boolean =>
  /^(?:[A-Z_]+=\S+ )*(?:npx|npm|node|reentry|git|curl|docker|systemctl|sudo|psql|promtool|nginx|pg_basebackup)\s/.test(line); // prettier-ignore

/** Lines of `sh` blocks, continued ones joined, without what is said about them. */
export function listCommands(file: string): DocCommand[] {
  return listBlocks(file)
    .filter((block) => block.language === 'sh')
    .flatMap(({ line: first, lines }) => {
      const found: DocCommand[] = [];
      let pending = '';
      for (const [index, line] of lines.entries()) {
        pending += line.replace(/\s+# .*$/, '').replace(/^#.*$/, '');
        if (pending.endsWith('\\')) {
          pending = `${pending.slice(0, -1)} `;
          continue;
        }
        if (pending.trim() !== '') found.push({ file, line: first + 1 + index, command: pending.trim() });
        pending = '';
      }
      return found;
    });
}

/** Commands that `commands.check.ts` does not run, and where something else shows that they work. */
export const notRun: readonly (readonly [command: RegExp, reason: string])[] = [
  [/^npm ci/, 'installs everything anew: .ci/run begins with it, and test/docs/first-answer.check.ts measures it'],
  [/^reentry (?:connect add (?:woocommerce|odoo|hubspot)|pull woocommerce)\b/, 'asks questions and needs a system to connect: test/cli/connect-pull.test.ts does it with the sandbox'],
  [/^reentry audit exports --html/, 'audits what the line before it pulled; the same line with a folder of exports is run from the first audit'],
  [/^reentry doctor$/, 'says what is wrong with this machine too: test/cli/doctor.test.ts'],
  [/^reentry replay order LH-10275$/, 'needs an order in the service: test/engine/replay.test.ts'],
  [/^reentry remove /, 'removes the embedded PostgreSQL: test/cli/remove.test.ts'],
]; // prettier-ignore
