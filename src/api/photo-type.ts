/** What kind of photo some bytes are, by how they begin; what a sender claims proves nothing. */
import type { PhotoType } from '../wire/photo-limits.ts';

/** Undefined: no photo of a kind that is taken. */
export function photoTypeOf(bytes: Buffer): PhotoType | undefined {
  if (bytes.length < 12) return undefined;
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'image/jpeg';
  if (bytes.subarray(0, 8).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])))
    return 'image/png';
  const isRiff = bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP';
  return isRiff ? 'image/webp' : undefined;
}
