/** Passwords are kept as argon2id, with what they were made by, so that the cost can be raised later. */
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify(argon2);

/** OWASP's second choice: 19 MiB and two passes, about 40 ms; `p` is 1 because logins come in parallel anyway. */
const cost = { memory: 19_456, passes: 2, parallelism: 1 } as const;
const [saltBytes, tagBytes] = [16, 32];

const encode = (bytes: Buffer): string => bytes.toString('base64').replace(/={1,2}$/, '');

/** The PHC text of a password: `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltBytes);
  const tag = await derive('argon2id', {
    message: password.normalize('NFKC'), nonce: salt, tagLength: tagBytes, ...cost,
  }); // prettier-ignore
  return `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${encode(salt)}$${encode(tag)}`;
}

const pattern = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/;

/** Whether a password fits. Costs the same when there is none to compare with, so that the time tells nothing. */
export async function isPassword(password: string, stored: string | null): Promise<boolean> {
  const match = pattern.exec(stored ?? (await decoy()));
  if (match === null) return false;
  const [, memory, passes, parallelism, salt, tag] = match;
  const expected = Buffer.from(tag!, 'base64');
  const given = await derive('argon2id', {
    message: password.normalize('NFKC'), nonce: Buffer.from(salt!, 'base64'), tagLength: expected.length,
    memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism),
  }); // prettier-ignore
  return timingSafeEqual(given, expected) && stored !== null;
}

let decoyHash: Promise<string> | undefined;
const decoy = (): Promise<string> => (decoyHash ??= hashPassword(randomBytes(16).toString('hex')));
