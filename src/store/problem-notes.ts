/** Comments and other history of a problem. They are no input of the fold, so nothing is folded anew for them. */
import { statement } from './database.ts';
import type { Runner } from './database.ts';
import { newId } from './ids.ts';
import { canonicalJson } from './json-text.ts';

export type ProblemNote = {
  readonly entryId: string;
  /** `comment assignment snooze decision`. */
  readonly kind: string;
  readonly madeBy: string;
  readonly madeAt: string;
  readonly body: unknown;
};

const insertNote = statement<object, [string, string, string, string, string, string]>(
  'insert-problem-note',
  'order',
  `insert into desk_entries (order_key, entry_id, kind, problem_id, made_by, body)
   values ($1, $2, $3, $4, $5, $6::jsonb)`,
);

/** Appends a note and returns its id. Subjects that are no orders have notes under their own key. */
export async function appendProblemNote(
  db: Runner,
  ref: { readonly subjectKey: string; readonly problemId: string },
  note: Pick<ProblemNote, 'kind' | 'madeBy' | 'body'>,
): Promise<string> {
  const id = newId();
  await db.run(insertNote, [
    ref.subjectKey, id, note.kind, ref.problemId, note.madeBy, canonicalJson(note.body),
  ]); // prettier-ignore
  return id;
}

const listNotes = statement<ProblemNote, [string, string]>(
  'list-problem-notes',
  'order',
  `select entry_id as "entryId", kind, made_by as "madeBy", made_at as "madeAt", body
   from desk_entries where order_key = $1 and problem_id = $2 order by entry_id`,
);

/** All that people did about one problem, oldest first. */
export async function listProblemNotes(
  db: Runner,
  ref: { readonly subjectKey: string; readonly problemId: string },
): Promise<readonly ProblemNote[]> {
  return db.run(listNotes, [ref.subjectKey, ref.problemId]);
}
