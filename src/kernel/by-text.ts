/** Text order that is the same on every machine (`localeCompare` is not), for `sort`. */
export function byText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
