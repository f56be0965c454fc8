/** True for an error of Node's own API with one of these codes (`EACCES`, `ENOSPC`). */
export function hasErrno(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
