/** `problem.assigned` in words: what was acted on, and what was done. Codes without words stay as they are. */
import type { Words } from '../../words/words.ts';

export function actText(action: string, { audit }: Words): string | undefined {
  const at = action.indexOf('.');
  const thing = audit.things[action.slice(0, at)];
  const act = audit.acts[action.slice(at + 1)];
  return thing === undefined || act === undefined ? undefined : audit.act(thing, act);
}
