/** Local accounts: users, sessions, API tokens, links that work once. Only hashes of secrets come here. */
import { findConstraintCode } from './constraint-codes.ts';
import { statement } from './database.ts';
import type { Database, Runner } from './database.ts';
import { newId } from './ids.ts';

export type User = {
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  readonly passwordHash: string | null;
  readonly roles: readonly string[];
  readonly team: string | null;
  readonly language: string;
  readonly failedCount: number;
  readonly lockedUntilAt: string | null;
  readonly createdAt: string;
  readonly deactivatedAt: string | null;
};

const userSql = `u.user_id as "userId", u.email, u.name, u.password_hash as "passwordHash", u.roles, u.team, u.language,
  u.failed_count as "failedCount", u.locked_until_at as "lockedUntilAt", u.created_at as "createdAt",
  u.deactivated_at as "deactivatedAt"`;

const insertUser = statement<
  User,
  [string, string, string, string | null, readonly string[], string | null, string]
>(
  'insert-user',
  'reference',
  `insert into users as u (user_id, email, name, password_hash, roles, team, language)
   values ($1, lower($2), $3, $4, $5, $6, $7) returning ${userSql}`,
);

/** A new user, or `email-taken`. */
export async function createUser(
  db: Runner,
  user: Pick<User, 'email' | 'name' | 'passwordHash' | 'roles' | 'team'> & { readonly language?: string },
): Promise<User | 'email-taken'> {
  try {
    const { email, name, passwordHash, roles, team, language = 'en' } = user;
    return (await db.run(insertUser, [newId(), email.trim(), name, passwordHash, roles, team, language]))[0]!;
  } catch (error) {
    if (findConstraintCode(error) === 'email-taken') return 'email-taken';
    throw error;
  }
}

const findByEmail = statement<User, [string]>(
  'find-user-by-email',
  'reference',
  `select ${userSql} from users u where u.email = lower($1)`,
);

export async function findUserByEmail(db: Runner, email: string): Promise<User | undefined> {
  return (await db.run(findByEmail, [email.trim()]))[0];
}

const listUsersStatement = statement<User, []>(
  'list-users',
  'reference',
  `select ${userSql} from users u order by u.email`,
);

export async function listUsers(db: Runner): Promise<readonly User[]> {
  return db.run(listUsersStatement, []);
}

const updateUserStatement = statement<
  User,
  [string, string, string | null, readonly string[], string | null, string]
>(
  'update-user',
  'reference',
  `update users u set name = $2, password_hash = $3, roles = $4, team = $5, language = $6
   where u.user_id = $1 returning ${userSql}`,
);

/** Changes a user; undefined when there is none with this id. */
export async function updateUser(
  db: Runner,
  user: Pick<User, 'userId' | 'name' | 'passwordHash' | 'roles' | 'team' | 'language'>,
): Promise<User | undefined> {
  const { userId, name, passwordHash, roles, team, language } = user;
  return (await db.run(updateUserStatement, [userId, name, passwordHash, roles, team, language]))[0];
}

const countLogin = statement<{ readonly failedCount: number }, [string, boolean, number, number]>(
  'count-login',
  'reference',
  `update users set failed_count = case when $2 then 0 else failed_count + 1 end,
     locked_until_at = case when not $2 and failed_count + 1 >= $3 then clock.until_at end
   from (select now() + $4 * interval '1 millisecond' as until_at) as clock where user_id = $1 returning failed_count as "failedCount"`,
);

/** Counts a login: a good one sets the count back, the `triesMax`-th bad one in a row locks the account for a while. */
export async function recordLogin(
  db: Runner,
  userId: string,
  isGood: boolean,
  limits: { readonly triesMax: number; readonly lockMs: number },
): Promise<void> {
  await db.run(countLogin, [userId, isGood, limits.triesMax, limits.lockMs]);
}

const deactivateUserStatement = statement<object, [string]>(
  'deactivate-user',
  'reference',
  'update users set deactivated_at = least(deactivated_at, now()) where user_id = $1',
);
const revokeUserSessions = statement<object, [string]>(
  'revoke-user-sessions',
  'reference',
  'update sessions set revoked_at = now() where user_id = $1 and revoked_at is null',
);
const revokeUserTokens = statement<object, [string]>(
  'revoke-user-tokens',
  'reference',
  'update tokens set revoked_at = now() where user_id = $1 and revoked_at is null',
);

/** Locks a user out: no session or token of theirs works from now on. What they own is handed over elsewhere. */
export async function deactivateUser(db: Database, userId: string): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.run(deactivateUserStatement, [userId]);
    await tx.run(revokeUserSessions, [userId]);
    await tx.run(revokeUserTokens, [userId]);
  });
}

const insertSession = statement<object, [Buffer, string, number, string]>(
  'insert-session',
  'reference',
  `insert into sessions (session_hash, user_id, expires_at, client)
   values ($1, $2, now() + $3 * interval '1 millisecond', $4)`,
);

/** Starts a session; `hash` is of the secret in the cookie, `client` a short name of the browser. */
export async function createSession(
  db: Runner,
  session: {
    readonly hash: Buffer;
    readonly userId: string;
    readonly lifeMs: number;
    readonly client: string;
  },
): Promise<void> {
  await db.run(insertSession, [session.hash, session.userId, session.lifeMs, session.client]);
}

/** Who acts in a session; `ownerId`: who logged it in, where somebody else or they themselves act by PIN. */
export type SessionUser = User & { readonly ownerId: string | null };

const useSessionStatement = statement<SessionUser, [Buffer]>(
  'use-session',
  'reference',
  `update sessions s set seen_at = now()
   from users u
   where s.session_hash = $1 and s.revoked_at is null and s.expires_at > now()
     and u.user_id = coalesce(s.acting_user_id, s.user_id) and u.deactivated_at is null
   returning ${userSql}, case when s.acting_user_id is not null then s.user_id end as "ownerId"`,
);

/** The user who acts in a session that is valid now. */
export async function useSession(db: Runner, hash: Buffer): Promise<SessionUser | undefined> {
  return (await db.run(useSessionStatement, [hash]))[0];
}

const revokeSessionStatement = statement<object, [Buffer]>(
  'revoke-session',
  'reference',
  'update sessions set revoked_at = now() where session_hash = $1 and revoked_at is null',
);

export async function revokeSession(db: Runner, hash: Buffer): Promise<void> {
  await db.run(revokeSessionStatement, [hash]);
}

/** Ends all sessions of a user: after a changed password. */
export async function revokeSessions(db: Runner, userId: string): Promise<void> {
  await db.run(revokeUserSessions, [userId]);
}

export type Token = {
  readonly tokenId: string;
  readonly userId: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly createdAt: string;
  readonly usedAt: string | null;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
};

const tokenSql = `t.token_id as "tokenId", t.user_id as "userId", t.name, t.scopes, t.created_at as "createdAt",
  t.used_at as "usedAt", t.expires_at as "expiresAt", t.revoked_at as "revokedAt"`;

const insertToken = statement<Token, [Buffer, string, string, string, readonly string[], string | null]>(
  'insert-token',
  'reference',
  `insert into tokens as t (token_hash, token_id, user_id, name, scopes, expires_at)
   values ($1, $2, $3, $4, $5, $6::timestamptz) returning ${tokenSql}`,
);

export async function createToken(
  db: Runner,
  token: Pick<Token, 'userId' | 'name' | 'scopes' | 'expiresAt'> & { readonly hash: Buffer },
): Promise<Token> {
  const { hash, userId, name, scopes, expiresAt } = token;
  return (await db.run(insertToken, [hash, newId(), userId, name, scopes, expiresAt]))[0]!;
}

const useTokenStatement = statement<
  User & { readonly scopes: readonly string[]; readonly tokenId: string },
  [Buffer]
>(
  'use-token',
  'reference',
  `update tokens t set used_at = now()
   from users u
   where t.token_hash = $1 and t.revoked_at is null and (t.expires_at is null or t.expires_at > now())
     and u.user_id = t.user_id and u.deactivated_at is null
   returning ${userSql}, t.scopes, t.token_id as "tokenId"`,
);

/** The user and scopes of a token that is valid now. */
export async function useToken(
  db: Runner,
  hash: Buffer,
): Promise<(User & { readonly scopes: readonly string[]; readonly tokenId: string }) | undefined> {
  return (await db.run(useTokenStatement, [hash]))[0];
}

const listTokensStatement = statement<Token, [string]>(
  'list-tokens',
  'reference',
  `select ${tokenSql} from tokens t where t.user_id = $1 order by t.created_at`,
);

export async function listTokens(db: Runner, userId: string): Promise<readonly Token[]> {
  return db.run(listTokensStatement, [userId]);
}

const revokeTokenStatement = statement<object, [string]>(
  'revoke-token',
  'reference',
  'update tokens set revoked_at = now() where token_id = $1 and revoked_at is null returning token_id',
);

/** False when there is no such token or it was revoked before. */
export async function revokeToken(db: Runner, tokenId: string): Promise<boolean> {
  return (await db.run(revokeTokenStatement, [tokenId])).length === 1;
}

const insertLink = statement<object, [Buffer, string, string | null, number]>(
  'insert-login-link',
  'reference',
  `insert into login_links (link_hash, purpose, user_id, expires_at)
   values ($1, $2, $3, now() + $4 * interval '1 millisecond')`,
);

/** A link for one use: `setup` (no user yet), `invitation`, `password`. */
export async function createLoginLink(
  db: Runner,
  link: {
    readonly hash: Buffer;
    readonly purpose: string;
    readonly userId?: string;
    readonly lifeMs: number;
  },
): Promise<void> {
  await db.run(insertLink, [link.hash, link.purpose, link.userId ?? null, link.lifeMs]);
}

const useLinkStatement = statement<{ readonly purpose: string; readonly userId: string | null }, [Buffer]>(
  'use-login-link',
  'reference',
  `update login_links set used_at = now()
   where link_hash = $1 and used_at is null and expires_at > now()
   returning purpose, user_id as "userId"`,
);

/** Uses a link up; undefined when it is unknown, used or too old. */
export async function useLoginLink(
  db: Runner,
  hash: Buffer,
): Promise<{ readonly purpose: string; readonly userId: string | null } | undefined> {
  return (await db.run(useLinkStatement, [hash]))[0];
}
