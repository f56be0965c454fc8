/**
 * Personal data of customers: each has one random key, sealed by the master key, and every field is sealed under it.
 * A customer is known by the keyed hash of the e-mail address, so an exact address finds them and nothing else does.
 */
import { randomBytes } from 'node:crypto';
import { statement } from './database.ts';
import type { Runner } from './database.ts';
import { ensurePersonKey, listPersonFields, putPersonFields } from './persons.ts';
import { createSeal, masterKeyBytes, type Seal } from './seal.ts';

/** Fields of one person in one record: `email name phone street postcode city country`. */
export type PersonRecord = {
  /** `connection:kind/id`. */
  readonly objectKey: string;
  readonly fields: Readonly<Record<string, string>>;
};

/** The key of the customer with this e-mail address; letter case and blanks around it make no difference. */
export function customerKeyOf(seal: Seal, email: string): string {
  return seal.hash(email.trim().toLowerCase());
}

/** Seals and stores what a record says about a customer; false: they were erased, and nothing may be stored. */
export async function storePerson(
  db: Runner,
  seal: Seal,
  email: string,
  { objectKey, fields }: PersonRecord,
): Promise<boolean> {
  const customerKey = customerKeyOf(seal, email);
  const fresh = seal.close(customerKey, randomBytes(masterKeyBytes));
  const key = await ensurePersonKey(db, customerKey, fresh);
  if (key === undefined) return false;
  const own = createSeal(seal.open(customerKey, key));
  const rows = Object.entries(fields).map(([field, value]) => ({
    objectKey,
    field,
    sealed: own.close(`${objectKey}#${field}`, Buffer.from(value)),
  }));
  await putPersonFields(db, customerKey, rows);
  return true;
}

/** Keys of the records that belong to the customer with this address. */
export async function listRecordsOfPerson(db: Runner, seal: Seal, email: string): Promise<readonly string[]> {
  const fields = await listPersonFields(db, customerKeyOf(seal, email));
  return [...new Set(fields.map((field) => field.objectKey))];
}

const listByRecords = statement<
  {
    readonly customerKey: string;
    readonly objectKey: string;
    readonly field: string;
    readonly sealed: Buffer;
    readonly key: Buffer;
  },
  [readonly string[]]
>(
  'list-person-fields-by-record',
  'list',
  `select f.customer_key as "customerKey", f.object_key as "objectKey", f.field, f.sealed_value as sealed,
     k.sealed_key as key
   from person_fields f join person_keys k on k.customer_key = f.customer_key and k.sealed_key is not null
   where f.object_key = any ($1) order by f.object_key, f.field`,
);

/** What these records say about people, in clear. `isWanted` picks fields before they are opened. */
export async function readPersons(
  db: Runner,
  seal: Seal,
  objectKeys: readonly string[],
  isWanted: (field: string) => boolean,
): Promise<{
  readonly fields: readonly { readonly objectKey: string; readonly field: string; readonly value: string }[];
  /** How many were not wanted. */
  readonly others: number;
}> {
  const rows = await db.run(listByRecords, [objectKeys]);
  const wanted = rows.filter((row) => isWanted(row.field));
  const fields = wanted.map(({ customerKey, objectKey, field, sealed, key }) => {
    const own = createSeal(seal.open(customerKey, key));
    return { objectKey, field, value: own.open(`${objectKey}#${field}`, sealed).toString('utf8') };
  });
  return { fields, others: rows.length - wanted.length };
}
