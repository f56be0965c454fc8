/** A batch that fails is done again one by one, so that what cannot be done holds up nothing but itself. */
import type { Database } from '../store/database.ts';
import { readClock } from '../store/leases.ts';

export type BatchWork<Mark> = {
  /** Does all of them at once. */
  readonly together: () => Promise<void>;
  /** Does one of them. */
  readonly alone: (mark: Mark) => Promise<void>;
  /** Gives those back that failed, to be tried again later. */
  readonly postpone: (marks: readonly Mark[]) => Promise<void>;
};

/**
 * Works on all marks together, and where that fails on each alone. Throws the last failure when everything else is done;
 * a database that does not answer ends it at once.
 */
export async function oneByOneAfterFailure<Mark>(
  db: Database,
  marks: readonly Mark[],
  { together, alone, postpone }: BatchWork<Mark>,
): Promise<void> {
  try {
    await together();
    return;
  } catch (error) {
    if (marks.length === 1 || !(await doesAnswer(db))) {
      await postpone(marks);
      throw error;
    }
  }
  let failed: { readonly error: unknown } | undefined;
  for (const [index, mark] of marks.entries()) {
    try {
      await alone(mark);
    } catch (error) {
      failed = { error };
      const isThere = await doesAnswer(db);
      await postpone(isThere ? [mark] : marks.slice(index));
      if (!isThere) break;
    }
  }
  if (failed !== undefined) throw failed.error;
}

async function doesAnswer(db: Database): Promise<boolean> {
  try {
    await readClock(db);
    return true;
  } catch {
    return false;
  }
}
