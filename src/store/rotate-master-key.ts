/**
 * Changing the master key: everything that is sealed with the old one is sealed with the new one instead, batch by
 * batch. Stopped anywhere, the next run goes on; until the end nobody may work on the database. The keys of customers
 * are sealed anew, what is sealed with those stays as it is.
 *
 *   await rotateMasterKey(db, { from: oldKey, to: newKey });
 */
import { setTimeout } from 'node:timers/promises';
import { AppError } from '../wire/errors.ts';
import { statement } from './database.ts';
import type { Database } from './database.ts';
import { addMasterKey, listMasterKeys, openLookupKey, openSeal } from './master-keys.ts';
import { listSealed, replaceSealed, sealedColumns, type SealedColumn } from './sealed-columns.ts';
import { checkOf, createSeal, lookupKeyOf, type Seal } from './seal.ts';

const batchMax = 1000;

/** Places at which a run may die; tests kill it at each of them. */
export const rotationFailpoints = ['begun', 'batch', 'sealed', 'ended'] as const;

export type RotationOptions = {
  readonly from: Buffer;
  readonly to: Buffer;
  readonly batchMax?: number;
  readonly reach?: (place: (typeof rotationFailpoints)[number]) => void;
};

/** How many values were sealed anew by this run; `done` when an earlier run had finished already. */
export type Rotated = { readonly is: 'rotated' | 'done'; readonly values: number };

const countOthers = statement<{ readonly count: number }, []>(
  'count-other-processes',
  'reference',
  `select count(*)::integer as count from pg_stat_activity
   where datname = current_database() and application_name = 'reentry'`,
);

const endStatement = statement<object, [string]>(
  'end-master-key-rotation',
  'reference',
  `update master_keys set
     status = case when key_check = $1 then 'current' else 'retired' end,
     sealed_lookup_key = case when key_check = $1 then sealed_lookup_key end,
     retired_at = case when key_check <> $1 then coalesce(retired_at, clock.at) end
   from (select now() as at) as clock
   where status <> 'retired'`,
);

/**
 * Changes `from` for `to`. Throws AppError `service-running` when another process works on the database (this one must
 * have opened it under another application name), `master-key-wrong` when neither key is the current one.
 */
export async function rotateMasterKey(db: Database, options: RotationOptions): Promise<Rotated> {
  const { from, to, reach } = options;
  const [before, after] = [checkOf(from), checkOf(to)];
  const known = await listMasterKeys(db);
  const current = known.find((one) => one.status === 'current');
  const next = known.find((one) => one.status === 'next');
  if (current?.check === after && next === undefined) return { is: 'done', values: 0 };
  if (current !== undefined && current.check !== before)
    throw new AppError('master-key-wrong', { detail: db.name });
  if (before === after || known.some((one) => one.check === after && one.status === 'retired'))
    throw new AppError('master-key-wrong', { detail: 'the new key is or was a key of this database' });
  if (next !== undefined && next.check !== after)
    throw new AppError('master-key-wrong', { detail: 'another new key was begun with' });
  // Whoever works on with the old key would seal what nobody can open.
  await waitUntilAlone(db);
  // Writes the old key down where none is, after a look whether it is the right one.
  if (current === undefined) await openSeal(db, from);
  const lookupKey = current === undefined ? lookupKeyOf(from) : openLookupKey(from, current.sealedLookupKey!);
  if (next === undefined) await addMasterKey(db, to, 'next', lookupKey);
  reach?.('begun');
  const seals = { old: createSeal(from), fresh: createSeal(to) };
  let values = 0;
  for (const column of sealedColumns) values += await sealAnew(db, column, seals, options);
  reach?.('sealed');
  await db.run(endStatement, [after]);
  reach?.('ended');
  return { is: 'rotated', values };
}

/** A server session outlives its process by a moment; one that is there after two seconds belongs to somebody. */
async function waitUntilAlone(db: Database): Promise<void> {
  for (let left = 20; ((await db.run(countOthers, []))[0]?.count ?? 0) > 0; left -= 1) {
    if (left === 0) throw new AppError('service-running', { detail: db.name });
    await setTimeout(100);
  }
}

async function sealAnew(
  db: Database,
  column: SealedColumn,
  { old, fresh }: { readonly old: Seal; readonly fresh: Seal },
  options: RotationOptions,
): Promise<number> {
  const limit = options.batchMax ?? batchMax;
  let count = 0;
  let after: readonly string[] | undefined;
  for (;;) {
    const rows = await listSealed(db, column, after, limit);
    const changes = rows.flatMap(({ keys, sealed }) => {
      const place = column.placeOf(keys);
      // An earlier run was here.
      if (opens(fresh, place, sealed)) return [];
      return [{ keys, before: sealed, after: fresh.close(place, old.open(place, sealed)) }];
    });
    if (changes.length > 0) {
      await replaceSealed(db, column, changes);
      options.reach?.('batch');
    }
    count += changes.length;
    if (rows.length < limit) return count;
    after = rows.at(-1)!.keys;
  }
}

function opens(seal: Seal, place: string, sealed: Buffer): boolean {
  try {
    seal.open(place, sealed);
    return true;
  } catch {
    return false;
  }
}
