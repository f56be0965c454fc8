/**
 * The file format of a backup: a header line, then one compressed stream of frames in sealed chunks.
 *
 *   REENTRY-BACKUP 1
 *   {"madeAt":…,"version":…,"schema":3,"keyCheck":…,"encryption":{…}}     one line of JSON
 *   [length u32][last u8][bytes] …                                        chunks
 *
 * With a passphrase each chunk is AES-256-GCM, under a key of scrypt; its number and whether it is the last are part of
 * what is authenticated, and so is the header, so that no chunk can be changed, moved, dropped or cut off at the end.
 * Without one a chunk carries its SHA-256: that finds damage, not malice.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes, scryptSync } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { AppError } from '../wire/errors.ts';

const magic = 'REENTRY-BACKUP 1\n';
const headerMax = 1 << 16;
const chunkBytes = 1 << 18;
/** Length (u32) and flag before each chunk. */
const headBytes = 5;
const tagBytes = 16;
const hashBytes = 32;
/** About 64 MiB and 0.2 s for each guess of a passphrase. */
const scryptCost = { N: 1 << 16, r: 8, p: 1, maxmem: 1 << 27 } as const;

export type BackupHeader = {
  /** ISO instant at which the database was read. */
  readonly madeAt: string;
  /** Version of Reentry that made it. */
  readonly version: string;
  /** Number of the last migration. */
  readonly schema: number;
  /** Keyed hash that tells whether a master key is the one of this data. */
  readonly keyCheck: string;
  readonly encryption?: { readonly kdf: 'scrypt'; readonly salt: string };
};

/** Bytes of a backup file, from the compressed frames. */
export async function* sealBackup(
  header: Omit<BackupHeader, 'encryption'>,
  compressed: AsyncIterable<Buffer>,
  passphrase: string | undefined,
): AsyncGenerator<Buffer> {
  const salt = randomBytes(16);
  const full: BackupHeader = {
    ...header,
    ...(passphrase !== undefined && { encryption: { kdf: 'scrypt', salt: salt.toString('base64') } }),
  };
  const line = `${JSON.stringify(full)}\n`;
  yield Buffer.from(magic + line);
  const key = passphrase === undefined ? undefined : keyOf(passphrase, salt);
  let number = 0;
  let pending = Buffer.alloc(0);
  for await (const piece of compressed) {
    pending = Buffer.concat([pending, piece]);
    for (; pending.length > chunkBytes; number += 1) {
      yield sealChunk(pending.subarray(0, chunkBytes), { line, number, isLast: false }, key);
      pending = pending.subarray(chunkBytes);
    }
  }
  yield sealChunk(pending, { line, number, isLast: true }, key);
}

/** The header of a backup. Throws AppError `path-not-found`, `backup-damaged`. */
export async function readBackupHeader(path: string): Promise<BackupHeader> {
  return (await readHead(path)).header;
}

/**
 * The compressed frames of a backup file, chunk by chunk, each checked before it is given out. Throws AppError
 * `path-not-found`, `backup-damaged` (with the place), `backup-passphrase-missing`, `backup-passphrase-wrong`.
 */
export async function* openBackup(path: string, passphrase: string | undefined): AsyncGenerator<Buffer> {
  const { header, line } = await readHead(path);
  const { encryption } = header;
  if (encryption !== undefined && passphrase === undefined)
    throw new AppError('backup-passphrase-missing', { detail: path });
  const key = encryption && keyOf(passphrase!, Buffer.from(encryption.salt, 'base64'));
  const file = await openFile(path);
  try {
    let at = Buffer.byteLength(magic + line);
    for (let number = 0, isLast = false; !isLast; number += 1) {
      const head = await readBytes(file, at, headBytes, path);
      const length = head.readUInt32BE(0);
      if (length > chunkBytes + hashBytes || length < tagBytes || head[4]! > 1) throw damaged(path, at);
      isLast = head[4] === 1;
      const sealed = await readBytes(file, at + headBytes, length, path);
      const plain = openChunk(sealed, { line, number, isLast }, key);
      if (plain === undefined) {
        // Under a wrong key already the first chunk does not open; a file damaged there looks the same.
        if (number === 0 && key !== undefined)
          throw new AppError('backup-passphrase-wrong', { detail: path });
        throw damaged(path, at);
      }
      yield plain;
      at += headBytes + length;
    }
    if ((await file.stat()).size !== at) throw damaged(path, at);
  } finally {
    await file.close();
  }
}

/** Where a chunk stands: it opens nowhere else. */
type Place = { readonly line: string; readonly number: number; readonly isLast: boolean };

const bytesOf = ({ line, number, isLast }: Place): Buffer => Buffer.from(`${line}${number} ${isLast}`);

function sealChunk(plain: Buffer, place: Place, key: Buffer | undefined): Buffer {
  const body = key === undefined ? [hashOf(plain, place), plain] : encrypt(plain, place, key);
  const head = Buffer.alloc(headBytes);
  head.writeUInt32BE(body[0]!.length + body[1]!.length, 0);
  head[4] = place.isLast ? 1 : 0;
  return Buffer.concat([head, ...body]);
}

function openChunk(sealed: Buffer, place: Place, key: Buffer | undefined): Buffer | undefined {
  if (key !== undefined) return decrypt(sealed, place, key);
  const plain = sealed.subarray(hashBytes);
  return hashOf(plain, place).equals(sealed.subarray(0, hashBytes)) ? plain : undefined;
}

const hashOf = (plain: Buffer, place: Place): Buffer =>
  createHash('sha256').update(bytesOf(place)).update(plain).digest();

function keyOf(passphrase: string, salt: Buffer): Buffer {
  return scryptSync(passphrase.normalize('NFC'), salt, 32, scryptCost);
}

/** The key serves one file only (its salt is random), so the chunk's number is a nonce that never repeats. */
function nonceOf({ number }: Place): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32BE(number, 8);
  return nonce;
}

function encrypt(plain: Buffer, place: Place, key: Buffer): readonly Buffer[] {
  const cipher = createCipheriv('aes-256-gcm', key, nonceOf(place)).setAAD(bytesOf(place));
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return [cipher.getAuthTag(), body];
}

function decrypt(sealed: Buffer, place: Place, key: Buffer): Buffer | undefined {
  const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(place))
    .setAAD(bytesOf(place))
    .setAuthTag(sealed.subarray(0, tagBytes));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(tagBytes)), decipher.final()]);
  } catch {
    return undefined;
  }
}

async function readHead(path: string): Promise<{ readonly header: BackupHeader; readonly line: string }> {
  const file = await openFile(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headerMax), 0, headerMax, 0);
    const text = buffer.subarray(0, bytesRead).toString('latin1');
    const end = text.indexOf('\n', magic.length) + 1;
    if (!text.startsWith(magic) || end === 0)
      throw new AppError('backup-damaged', { detail: `${path}: not a backup` });
    const line = text.slice(magic.length, end);
    try {
      return { header: JSON.parse(line) as BackupHeader, line };
    } catch (cause) {
      throw new AppError('backup-damaged', { detail: `${path}: header`, cause });
    }
  } finally {
    await file.close();
  }
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (cause) {
    throw new AppError('path-not-found', { detail: path, cause });
  }
}

async function readBytes(file: FileHandle, at: number, length: number, path: string): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at);
  if (bytesRead < length) throw damaged(path, at);
  return buffer;
}

const damaged = (path: string, at: number): AppError =>
  new AppError('backup-damaged', { detail: `${path}, byte ${at}` });
