/**
 * Person fields, apart from everything else: sealed under one key per customer. Erasure destroys the key; what was
 * sealed with it is unreadable from then on. A backup from before still holds the key: erasures are made again after it
 * was restored. Sealing itself is the caller's.
 */
import { findConstraintCode } from './constraint-codes.ts';
import { statement } from './database.ts';
import type { Database, Runner } from './database.ts';

const insertKey = statement<object, [string, Buffer]>(
  'insert-person-key',
  'customer',
  `insert into person_keys (customer_key, sealed_key) values ($1, $2) on conflict (customer_key) do nothing`,
);

const findKey = statement<{ readonly key: Buffer | null }, [string]>(
  'find-person-key',
  'customer',
  'select sealed_key as key from person_keys where customer_key = $1',
);

/**
 * The sealed key of a customer; `fresh` is stored when there is none yet. Undefined when the customer was erased: then
 * nothing about them may be stored.
 */
export async function ensurePersonKey(
  db: Runner,
  customerKey: string,
  fresh: Buffer,
): Promise<Buffer | undefined> {
  await db.run(insertKey, [customerKey, fresh]);
  return (await db.run(findKey, [customerKey]))[0]?.key ?? undefined;
}

export type PersonField = { readonly objectKey: string; readonly field: string; readonly sealed: Buffer };

const upsertFields = statement<object, [string, readonly string[], readonly string[], readonly Buffer[]]>(
  'upsert-person-fields',
  'customer',
  `insert into person_fields as f (customer_key, object_key, field, sealed_value)
   select k.customer_key, n.* from unnest($2::text[], $3::text[], $4::bytea[]) as n (object_key, field, sealed_value)
   join person_keys k on k.customer_key = $1 and k.sealed_key is not null
   order by n.object_key, n.field
   on conflict (customer_key, object_key, field) do update set sealed_value = excluded.sealed_value, set_at = excluded.set_at`,
);

/** Stores fields of a customer; of an erased one nothing is stored. */
export async function putPersonFields(
  db: Runner,
  customerKey: string,
  fields: readonly PersonField[],
): Promise<void> {
  try {
    await db.run(upsertFields, [
      customerKey, fields.map((row) => row.objectKey), fields.map((row) => row.field), fields.map((row) => row.sealed),
    ]); // prettier-ignore
  } catch (error) {
    if (findConstraintCode(error) !== 'person-erased-or-unknown') throw error;
  }
}

const listFields = statement<PersonField, [string]>(
  'list-person-fields',
  'customer',
  `select object_key as "objectKey", field, sealed_value as sealed from person_fields
   where customer_key = $1 order by object_key, field`,
);

export async function listPersonFields(db: Runner, customerKey: string): Promise<readonly PersonField[]> {
  return db.run(listFields, [customerKey]);
}

const destroyKey = statement<object, [string]>(
  'destroy-person-key',
  'customer',
  `insert into person_keys (customer_key, sealed_key, erased_at) values ($1, null, now())
   on conflict (customer_key) do update set sealed_key = null, erased_at = coalesce(person_keys.erased_at, excluded.erased_at)`,
);

const deleteFields = statement<{ readonly field: string }, [string]>(
  'delete-person-fields',
  'customer',
  'delete from person_fields where customer_key = $1 returning field',
);

const deleteTerms = statement<object, [string]>(
  'delete-person-terms',
  'list',
  'delete from person_terms where customer_key = $1',
);

/**
 * Erases a customer, also one not known yet: the key is destroyed and stays so, the fields go. Returns how many fields
 * there were. Repeatable.
 */
export async function erasePerson(db: Database, customerKey: string): Promise<number> {
  return db.transaction(async (tx) => {
    await tx.run(destroyKey, [customerKey]);
    await tx.run(deleteTerms, [customerKey]);
    return (await tx.run(deleteFields, [customerKey])).length;
  });
}

export type Erasure = { readonly customerKey: string; readonly erasedAt: string };

const listErasuresStatement = statement<Erasure, []>(
  'list-erasures',
  'list',
  `select customer_key as "customerKey", erased_at as "erasedAt" from person_keys
   where erased_at is not null order by erased_at, customer_key`,
);

/** Whom and when, by keyed hash: what is erased again after a backup from before was restored. */
export async function listErasures(db: Runner): Promise<readonly Erasure[]> {
  return db.run(listErasuresStatement, []);
}

const findErasureStatement = statement<{ readonly erasedAt: string | null }, [string]>(
  'find-erasure',
  'customer',
  'select erased_at as "erasedAt" from person_keys where customer_key = $1',
);

/** When a customer was erased; undefined: never. */
export async function findErasure(db: Runner, customerKey: string): Promise<string | undefined> {
  return (await db.run(findErasureStatement, [customerKey]))[0]?.erasedAt ?? undefined;
}

const forgetKey = statement<object, [string]>(
  'forget-person-key',
  'customer',
  'delete from person_keys where customer_key = $1 and erased_at is null',
);

/** Forgets a customer whose time is over; unlike one who was erased they may come back. */
export async function forgetPerson(db: Database, customerKey: string): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.run(deleteTerms, [customerKey]);
    await tx.run(deleteFields, [customerKey]);
    await tx.run(forgetKey, [customerKey]);
  });
}
