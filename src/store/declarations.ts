/** Withdrawals declared without a link, until their order is found. */
import { statement } from './database.ts';
import type { Runner } from './database.ts';
import { canonicalJson } from './json-text.ts';
import { customerKeyOf } from './person-fields.ts';
import type { Seal } from './seal.ts';

export type DeclarationContent = {
  readonly name: string;
  readonly email: string;
  /** Order number as typed. */
  readonly order: string;
  /** What is withdrawn, where it is not the whole order. */
  readonly part: string;
  readonly language: 'en' | 'de';
};

export type Declaration = {
  readonly id: string;
  readonly declaredAt: string;
  readonly orderKey: string | null;
  readonly outcome: 'filed' | 'open' | null;
  readonly content: DeclarationContent;
};

const placeOf = (id: string): string => `declaration/${id}`;

const insertDeclaration = statement<object, [string, Buffer, string, string]>(
  'insert-declaration',
  'order',
  `insert into declarations (declaration_id, sealed_content, declared_at, customer_key) values ($1, $2, $3, $4)
   on conflict (declaration_id) do nothing`,
);

/** Stores a declaration; the same id again is the same one. */
export async function storeDeclaration(
  db: Runner,
  seal: Seal,
  { id, declaredAt, content }: Pick<Declaration, 'id' | 'declaredAt' | 'content'>,
): Promise<void> {
  await db.run(insertDeclaration, [
    id,
    seal.close(placeOf(id), Buffer.from(canonicalJson(content))),
    declaredAt,
    customerKeyOf(seal, content.email),
  ]);
}

type Row = Omit<Declaration, 'content'> & { readonly sealed: Buffer };

const columns = `declaration_id as id, sealed_content as sealed, declared_at as "declaredAt", order_key as "orderKey", outcome`;

const listWaiting = statement<Row, [number]>(
  'list-waiting-declarations',
  'list',
  `select ${columns} from declarations where processed_at is null order by declared_at, declaration_id limit $1`,
);

const listOpen = statement<Row, [number]>(
  'list-open-declarations',
  'list',
  `select ${columns} from declarations where outcome = 'open' order by declared_at, declaration_id limit $1`,
);

const findDeclarationStatement = statement<Row, [string]>(
  'find-declaration',
  'order',
  `select ${columns} from declarations where declaration_id = $1 and sealed_content is not null`,
);

const toDeclaration = (seal: Seal, { sealed, ...row }: Row): Declaration => ({
  ...row,
  content: JSON.parse(seal.open(placeOf(row.id), sealed).toString('utf8')) as DeclarationContent,
});

/** Those nobody has looked at yet, or (`open`) whose order somebody must find; oldest first. */
export async function listDeclarations(
  db: Runner,
  seal: Seal,
  which: 'waiting' | 'open',
  limit: number,
): Promise<readonly Declaration[]> {
  const rows = await db.run(which === 'open' ? listOpen : listWaiting, [limit]);
  return rows.map((row) => toDeclaration(seal, row));
}

/** Undefined also when what it said was erased. */
export async function findDeclaration(db: Runner, seal: Seal, id: string): Promise<Declaration | undefined> {
  const [row] = await db.run(findDeclarationStatement, [id]);
  return row === undefined ? undefined : toDeclaration(seal, row);
}

const settle = statement<object, [string, string | null, string]>(
  'settle-declaration',
  'order',
  `update declarations set order_key = $2, outcome = $3, processed_at = now()
   where declaration_id = $1 and outcome is distinct from 'filed'`,
);

/** Says what became of it; what is filed stays so. */
export async function settleDeclaration(
  db: Runner,
  id: string,
  orderKey: string | null,
  outcome: 'filed' | 'open',
): Promise<void> {
  await db.run(settle, [id, orderKey, outcome]);
}

const listUnnamed = statement<Row, []>(
  'list-unnamed-declarations',
  'list',
  `select ${columns} from declarations where customer_key is null and sealed_content is not null`,
);

const nameStatement = statement<object, [string, string]>(
  'name-declaration',
  'order',
  'update declarations set customer_key = $2 where declaration_id = $1',
);

/** Those from before it was written down whose they are. */
async function nameDeclarations(db: Runner, seal: Seal): Promise<void> {
  for (const row of await db.run(listUnnamed, []))
    await db.run(nameStatement, [row.id, customerKeyOf(seal, toDeclaration(seal, row).content.email)]);
}

const listOfCustomer = statement<Row, [string]>(
  'list-declarations-of-customer',
  'list',
  `select ${columns} from declarations where customer_key = $1 and sealed_content is not null
   order by declared_at, declaration_id`,
);

export async function listDeclarationsOf(
  db: Runner,
  seal: Seal,
  customerKey: string,
): Promise<readonly Declaration[]> {
  await nameDeclarations(db, seal);
  return (await db.run(listOfCustomer, [customerKey])).map((row) => toDeclaration(seal, row));
}

const eraseStatement = statement<{ readonly id: string }, [string]>(
  'erase-declarations',
  'list',
  `update declarations set sealed_content = null
   where customer_key = $1 and outcome = 'filed' and sealed_content is not null
   returning declaration_id as id`,
);

/** Takes away what the filed declarations of a customer said; returns how many. One that waits for its order stays until it is filed. */
export async function eraseDeclarations(db: Runner, seal: Seal, customerKey: string): Promise<number> {
  await nameDeclarations(db, seal);
  return (await db.run(eraseStatement, [customerKey])).length;
}

const eraseOfErased = statement<{ readonly id: string }, []>(
  'erase-declarations-of-erased',
  'list',
  `update declarations d set sealed_content = null
   where d.customer_key in (select customer_key from person_keys where erased_at is not null) and d.outcome = 'filed' and d.sealed_content is not null
   returning d.declaration_id as id`,
);

/** Of customers who were erased while a declaration of theirs was still waiting. */
export async function eraseLeftDeclarations(db: Runner): Promise<number> {
  return (await db.run(eraseOfErased, [])).length;
}
