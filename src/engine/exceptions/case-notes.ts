/** Case notes of single orders, written at the moment they are asked for. */
import { caseNoteOf as writeCaseNote } from '../../kernel/case-note.ts';
import type { Language } from '../../kernel/wording.ts';
import type { Database } from '../../store/database.ts';
import { foldStates, type FoldContext } from '../fold-orders.ts';

/** The note of an order; undefined when nothing is open there, or there is no such order. */
export async function caseNoteOf(
  db: Database,
  context: FoldContext,
  orderKey: string,
  language: Language,
): Promise<string | undefined> {
  const [folded] = await foldStates(db, context, [orderKey]);
  // Version 0: nothing was ever stored under this key.
  if (folded === undefined || folded.input.version === 0) return undefined;
  const { state } = folded;
  const root = state.problems.find((problem) => problem.state === 'open' && problem.waitsFor === undefined);
  const calendars: Readonly<Record<string, typeof context.policy.calendars.ops>> = context.policy.calendars;
  const calendar = calendars[root?.owner ?? ''] ?? context.policy.calendars.support;
  const asOf = new Date(context.now).toISOString();
  return writeCaseNote(state, { language, zone: context.policy.zone, asOf, calendar });
}
