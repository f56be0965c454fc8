/** PINs of people at a shared tablet, as hashes; and who acts in the tablet's session. */
import { statement } from './database.ts';
import type { Runner } from './database.ts';

export type PinPerson = { readonly userId: string; readonly name: string };

const listStatement = statement<PinPerson, []>(
  'list-pin-persons',
  'reference',
  `select u.user_id as "userId", u.name from pins p join users u on u.user_id = p.user_id
   where u.deactivated_at is null order by u.name, u.user_id`,
);

/** Who has a PIN and may log in. */
export async function listPinPersons(db: Runner): Promise<readonly PinPerson[]> {
  return db.run(listStatement, []);
}

const findStatement = statement<{ readonly setAt: string }, [string]>(
  'find-pin',
  'reference',
  'select set_at as "setAt" from pins where user_id = $1',
);

/** When somebody set their PIN; undefined without one. */
export async function findPin(db: Runner, userId: string): Promise<string | undefined> {
  return (await db.run(findStatement, [userId]))[0]?.setAt;
}

const setStatement = statement<object, [string, string]>(
  'set-pin',
  'reference',
  `insert into pins (user_id, pin_hash) values ($1, $2)
   on conflict (user_id) do update set pin_hash = excluded.pin_hash, try_count = 0, locked_until_at = null, set_at = excluded.set_at`,
);

export async function setPin(db: Runner, userId: string, pinHash: string): Promise<void> {
  await db.run(setStatement, [userId, pinHash]);
}

const removeStatement = statement<object, [string]>(
  'remove-pin',
  'reference',
  'delete from pins where user_id = $1 returning user_id',
);

/** False when there was none. */
export async function removePin(db: Runner, userId: string): Promise<boolean> {
  return (await db.run(removeStatement, [userId])).length === 1;
}

const takeTryStatement = statement<
  { readonly pinHash: string; readonly isLast: boolean },
  [string, number, number]
>(
  'take-pin-try',
  'reference',
  `update pins p set try_count = try_count + 1,
     locked_until_at = case when try_count + 1 >= $2 then clock.until_at end
   from (select now() as at, now() + $3 * interval '1 millisecond' as until_at) as clock
   where user_id = $1 and (locked_until_at is null or locked_until_at <= clock.at)
   returning pin_hash as "pinHash", try_count >= $2 as "isLast"`,
);

/** Takes one of the tries there are, before the PIN is looked at; undefined where there is no PIN or it is locked. */
export async function takePinTry(
  db: Runner,
  userId: string,
  limits: { readonly triesMax: number; readonly lockMs: number },
): Promise<{ readonly pinHash: string; readonly isLast: boolean } | undefined> {
  return (await db.run(takeTryStatement, [userId, limits.triesMax, limits.lockMs]))[0];
}

const giveTriesBackStatement = statement<object, [string]>(
  'give-pin-tries-back',
  'reference',
  'update pins set try_count = 0, locked_until_at = null where user_id = $1',
);
const actInSessionStatement = statement<object, [Buffer, string]>(
  'act-in-session',
  'reference',
  'update sessions set acting_user_id = $2 where session_hash = $1 and revoked_at is null',
);

/** The PIN was right: its owner acts in the session from now on. */
export async function actInSession(db: Runner, sessionHash: Buffer, userId: string): Promise<void> {
  await db.run(giveTriesBackStatement, [userId]);
  await db.run(actInSessionStatement, [sessionHash, userId]);
}
