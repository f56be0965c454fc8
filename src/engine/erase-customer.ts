/** Erasing a customer: everything that says who they are goes for good; orders, money and facts stay. */
import type { Database } from '../store/database.ts';
import { eraseDeclarations, listDeclarationsOf } from '../store/declarations.ts';
import { eraseNotices } from '../store/notices.ts';
import { erasePerson } from '../store/persons.ts';
import type { Seal } from '../store/seal.ts';

export type Erased = {
  readonly fields: number;
  readonly notices: number;
  readonly declarations: number;
  /** Withdrawals that nobody has filed yet: their words go as soon as they are. */
  readonly waiting: number;
};

/** Repeatable, and good for somebody not known yet: nothing about them is stored from then on. */
export async function eraseCustomer(db: Database, seal: Seal, customerKey: string): Promise<Erased> {
  const fields = await erasePerson(db, customerKey);
  const notices = await eraseNotices(db, customerKey);
  const declarations = await eraseDeclarations(db, seal, customerKey);
  const waiting = (await listDeclarationsOf(db, seal, customerKey)).length;
  return { fields, notices, declarations, waiting };
}
