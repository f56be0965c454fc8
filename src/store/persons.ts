/**
 * Person fields, apart from everything else: sealed under one key per customer. Erasure destroys the key; what was
 * sealed with it, also in backups, is unreadable from then on. Sealing itself is the caller's.
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
   on conflict (customer_key, object_key, field) do update set sealed_value = excluded.sealed_value, set_at = now()`,
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
   on conflict (customer_key) do update set sealed_key = null, erased_at = coalesce(person_keys.erased_at, now())`,
);

const deleteFields = statement<object, [string]>(
  'delete-person-fields',
  'customer',
  'delete from person_fields where customer_key = $1',
);

const deleteTerms = statement<object, [string]>(
  'delete-person-terms',
  'list',
  'delete from person_terms where customer_key = $1',
);

/** Erases a customer, also one not known yet: the key is destroyed and stays so, the fields go. Repeatable. */
export async function erasePerson(db: Database, customerKey: string): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.run(destroyKey, [customerKey]);
    await tx.run(deleteFields, [customerKey]);
    await tx.run(deleteTerms, [customerKey]);
  });
}
