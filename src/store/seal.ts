/**
 * Sealing: secrets and personal data are encrypted before they reach the database, so that neither a dump nor a
 * backup of it tells them.
 *
 *   const seal = createSeal(masterKey);
 *   const sealed = seal.close('connection/shop', Buffer.from('…'));
 *   seal.open('connection/shop', sealed);
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

/** Bytes of a master key. */
export const masterKeyBytes = 32;
const [nonceBytes, tagBytes] = [12, 16];
/** First byte of everything sealed: how the rest is to be read. */
const format = 1;

export type Seal = {
  /** Encrypts; `place` is where it belongs, and it can be opened only there. */
  close(place: string, plain: Buffer): Buffer;
  /** Decrypts. Throws when the key is another one, or the bytes were changed or moved. */
  open(place: string, sealed: Buffer): Buffer;
  /** Keyed hash of a text, for exact look-ups of what must not stand there in clear. */
  hash(text: string): string;
};

/** A seal from a master key of 32 random bytes; who has that key can open everything. */
export function createSeal(masterKey: Buffer, lookupKey: Buffer = lookupKeyOf(masterKey)): Seal {
  return sealWith(derive(masterKey, 'reentry seal'), lookupKey);
}

/** The key of look-ups that a master key begins with; it stays when the master key is changed for another. */
export function lookupKeyOf(masterKey: Buffer): Buffer {
  return derive(masterKey, 'reentry look-up');
}

/** Names a master key without telling it: in a backup and in the database, to say which key is theirs. */
export function checkOf(masterKey: Buffer): string {
  return createSeal(masterKey).hash('backup key check');
}

function derive(masterKey: Buffer, purpose: string): Buffer {
  if (masterKey.length !== masterKeyBytes) throw new RangeError(`a master key has ${masterKeyBytes} bytes`);
  return Buffer.from(hkdfSync('sha256', masterKey, '', purpose, masterKeyBytes));
}

function sealWith(sealKey: Buffer, hashKey: Buffer): Seal {
  return {
    close(place, plain) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', sealKey, nonce).setAAD(Buffer.from(place));
      const body = Buffer.concat([cipher.update(plain), cipher.final()]);
      return Buffer.concat([Buffer.of(format), nonce, cipher.getAuthTag(), body]);
    },
    open(place, sealed) {
      if (sealed[0] !== format || sealed.length < 1 + nonceBytes + tagBytes)
        throw new RangeError('not sealed by us');
      const nonce = sealed.subarray(1, 1 + nonceBytes);
      const tag = sealed.subarray(1 + nonceBytes, 1 + nonceBytes + tagBytes);
      const decipher = createDecipheriv('aes-256-gcm', sealKey, nonce)
        .setAAD(Buffer.from(place))
        .setAuthTag(tag);
      return Buffer.concat([decipher.update(sealed.subarray(1 + nonceBytes + tagBytes)), decipher.final()]);
    },
    hash: (text) => createHmac('sha256', hashKey).update(text.normalize('NFC')).digest('base64url'),
  };
}
