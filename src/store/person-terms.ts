/**
 * Finding people without a label by name or postcode: keyed hashes of the normalized words, so that neither a dump
 * nor somebody without the master key can read them.
 */
import { statement } from './database.ts';
import type { Runner } from './database.ts';
import { readObjects } from './read-objects.ts';
import type { Seal } from './seal.ts';

export type PersonWord = 'name' | 'postcode';

/** Letter case, accents, and blanks make no difference: `  Müller-Lüdenscheidt ` and `muller-ludenscheidt` are one. */
export function normalizeWord(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}+/gu, '').toLowerCase().replaceAll('ß', 'ss').replaceAll(/[\s,.]+/g, ' ').trim(); // prettier-ignore
}

/** What a name is found by: the whole, and its last word, which labels carry when little else. */
function wordsOf(word: PersonWord, text: string): readonly string[] {
  const whole = normalizeWord(text);
  if (whole === '') return [];
  if (word === 'postcode') return [whole.replaceAll(' ', '')];
  return [...new Set([whole, whole.split(' ').at(-1)!])].filter((one) => one.length > 1);
}

const hashOf = (seal: Seal, word: PersonWord, text: string): Buffer =>
  Buffer.from(seal.hash(`person-term\n${word}\n${text}`), 'base64url').subarray(0, 16);

const insertTerms = statement<object, [readonly Buffer[], string, string]>(
  'insert-person-terms',
  'batch',
  `insert into person_terms (term_hash, customer_key, object_key)
   select hash, $2, $3 from unnest($1::bytea[]) as n (hash) on conflict do nothing`,
);

/** Makes a customer findable by what a record says of them. */
export async function storePersonTerms(
  db: Runner,
  seal: Seal,
  customerKey: string,
  objectKey: string,
  fields: Readonly<Partial<Record<PersonWord, string>>>,
): Promise<void> {
  const hashes = (['name', 'postcode'] as const).flatMap((word) =>
    wordsOf(word, fields[word] ?? '').map((text) => hashOf(seal, word, text)),
  );
  if (hashes.length > 0) await db.run(insertTerms, [hashes, customerKey, objectKey]);
}

const findTerms = statement<{ readonly objectKey: string }, [Buffer, number]>(
  'find-person-terms',
  'term',
  `select t.object_key as "objectKey" from person_terms t
   where t.term_hash = $1 order by t.object_key desc limit $2`,
);

const foundMax = 200;

/** Keys of the orders of people with this name or postcode, newest records first. */
export async function findOrdersByPerson(
  db: Runner,
  seal: Seal,
  word: PersonWord,
  text: string,
): Promise<readonly string[]> {
  const normalized = word === 'postcode' ? normalizeWord(text).replaceAll(' ', '') : normalizeWord(text);
  if (normalized === '') return [];
  const records = await db.run(findTerms, [hashOf(seal, word, normalized), foundMax]);
  const objects = await readObjects(db, [...new Set(records.map((row) => row.objectKey))]);
  return [...new Set(objects.flatMap((object) => object.orderKeys))];
}

const deleteLeft = statement<object, []>(
  'delete-person-terms-of-erased',
  'list',
  `delete from person_terms t
   where t.customer_key in (select customer_key from person_keys where erased_at is not null)`,
);

/** Words of customers who were erased just while a record of theirs was stored. */
export async function deleteLeftTerms(db: Runner): Promise<void> {
  await db.run(deleteLeft, []);
}
