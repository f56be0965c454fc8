/**
 * Which master key a database is sealed with. The first one that comes is written down; from then on any other is
 * refused, also one that was changed for another.
 */
import { AppError } from '../wire/errors.ts';
import { findConstraintCode } from './constraint-codes.ts';
import { statement } from './database.ts';
import type { Database, Runner } from './database.ts';
import { listSealed, sealedColumns } from './sealed-columns.ts';
import { checkOf, createSeal, lookupKeyOf, type Seal } from './seal.ts';

type MasterKeyRow = {
  readonly check: string;
  readonly status: 'current' | 'next' | 'retired';
  readonly sealedLookupKey: Buffer | null;
};

const listStatement = statement<MasterKeyRow, []>(
  'list-master-keys',
  'reference',
  'select key_check as "check", status, sealed_lookup_key as "sealedLookupKey" from master_keys',
);

export async function listMasterKeys(db: Runner): Promise<readonly MasterKeyRow[]> {
  return db.run(listStatement, []);
}

const insertStatement = statement<object, [string, string, Buffer]>(
  'insert-master-key',
  'reference',
  'insert into master_keys (key_check, status, sealed_lookup_key) values ($1, $2, $3)',
);

/** Writes a key down; a second `current` or `next` one is refused with the constraint code `master-key-not-alone`. */
export async function addMasterKey(
  db: Runner,
  masterKey: Buffer,
  status: 'current' | 'next',
  lookupKey: Buffer,
): Promise<void> {
  const sealed = createSeal(masterKey).close(lookupKeyPlace, lookupKey);
  await db.run(insertStatement, [checkOf(masterKey), status, sealed]);
}

const lookupKeyPlace = 'look-up key';

/** The key of look-ups as it lies sealed under this master key. */
export function openLookupKey(masterKey: Buffer, sealed: Buffer): Buffer {
  return createSeal(masterKey).open(lookupKeyPlace, sealed);
}

/**
 * The seal of a database. Throws AppError `master-key-wrong` when it is sealed with another key, `master-key-rotating`
 * while it is between two. With `isOnlyLooking` nothing is written down.
 */
export async function openSeal(
  db: Database,
  masterKey: Buffer,
  { isOnlyLooking = false }: { readonly isOnlyLooking?: boolean } = {},
): Promise<Seal> {
  const known = await listMasterKeys(db);
  if (known.some((one) => one.status === 'next'))
    throw new AppError('master-key-rotating', { detail: db.name });
  const current = known.find((one) => one.status === 'current');
  if (current === undefined) {
    await checkAgainstSealed(db, masterKey);
    if (!isOnlyLooking) await writeDown(db, masterKey);
    return createSeal(masterKey);
  }
  if (current.check !== checkOf(masterKey)) throw new AppError('master-key-wrong', { detail: db.name });
  return createSeal(masterKey, openLookupKey(masterKey, current.sealedLookupKey!));
}

/** A database from before keys were written down: what is sealed in it must open. */
async function checkAgainstSealed(db: Database, masterKey: Buffer): Promise<void> {
  const seal = createSeal(masterKey);
  for (const column of sealedColumns) {
    const [row] = await listSealed(db, column, undefined, 1);
    if (row === undefined) continue;
    try {
      seal.open(column.placeOf(row.keys), row.sealed);
    } catch (cause) {
      throw new AppError('master-key-wrong', { detail: `${db.name}, ${column.table}`, cause });
    }
  }
}

async function writeDown(db: Database, masterKey: Buffer): Promise<void> {
  try {
    await addMasterKey(db, masterKey, 'current', lookupKeyOf(masterKey));
  } catch (error) {
    // Another process came first: with the same key all is well.
    if (!['master-key-known', 'master-key-not-alone'].includes(findConstraintCode(error) ?? '')) throw error;
    const current = (await listMasterKeys(db)).find((one) => one.status === 'current');
    if (current?.check !== checkOf(masterKey)) throw new AppError('master-key-wrong', { detail: db.name });
  }
}
