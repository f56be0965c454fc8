/** Lists of the REST API: filters, order and pages, with core's quirks of dates. */
import { instantOfWallTime, wallTime } from '../wall-time.ts';
import { invalidParameter } from './rest-error.ts';

/** What a list needs to know of an object. */
export type Listed = { readonly id: number; readonly createdAt: number; readonly modifiedAt: number };

export type Page<T> = { readonly items: readonly T[]; readonly total: number; readonly pages: number };

function wholeNumber(query: URLSearchParams, name: string, fallback: number, high: number): number {
  const text = query.get(name);
  if (text === null) return fallback;
  const value = Number(text);
  if (!Number.isInteger(value)) {
    throw invalidParameter(name, 'rest_invalid_type', `${name} is not of type integer.`, { param: name });
  }
  if (value >= 1 && value <= high) return value;
  throw invalidParameter(
    name,
    'rest_out_of_bounds',
    high === Number.POSITIVE_INFINITY
      ? `${name} must be greater than or equal to 1`
      : `${name} must be between 1 (inclusive) and ${high} (inclusive)`,
  );
}

/** `a,b`, `name[]=a&name[]=b` and `name[0]=a` all name a list. */
export function readList(query: URLSearchParams, name: string): readonly string[] {
  return [...query.entries()]
    .filter(([key]) => key === name || key.startsWith(`${name}[`))
    .flatMap(([, value]) => value.split(','))
    .map((value) => value.trim())
    .filter((value) => value !== '');
}

const dateText = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.\d+)?(Z|[+-]\d{2}:?\d{2})?$/i;

/**
 * The instant a date filter means, whole seconds. A text with a zone is first turned into the site's wall time; with
 * `dates_are_gmt` that wall time is then taken as UTC, so a `Z` together with the flag is off by the zone (661).
 */
function readInstant(query: URLSearchParams, name: string, zone: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const match = dateText.exec(text);
  const [, plain = '', suffix] = match ?? [];
  const instant = suffix === undefined ? Number.NaN : Date.parse(`${plain}${suffix.toUpperCase()}`);
  const wall = suffix === undefined ? plain : Number.isNaN(instant) ? '' : wallTime(instant, zone);
  const result = instantOfWallTime(wall, readGmt(query) ? 'UTC' : zone);
  if (Number.isNaN(result)) throw invalidParameter(name, 'rest_invalid_date', 'Invalid date.');
  return result;
}

const readGmt = (query: URLSearchParams): boolean => ['true', '1'].includes(query.get('dates_are_gmt') ?? '');

const second = (instantMs: number): number => Math.floor(instantMs / 1000) * 1000;

/** All four date filters are exclusive and know whole seconds only (636, 638). */
export function keepByDate<T extends Listed>(items: readonly T[], query: URLSearchParams, zone: string): T[] {
  const after = readInstant(query, 'after', zone);
  const before = readInstant(query, 'before', zone);
  const modifiedAfter = readInstant(query, 'modified_after', zone);
  const modifiedBefore = readInstant(query, 'modified_before', zone);
  return items.filter(
    (item) =>
      (after === undefined || second(item.createdAt) > after) &&
      (before === undefined || second(item.createdAt) < before) &&
      (modifiedAfter === undefined || second(item.modifiedAt) > modifiedAfter) &&
      (modifiedBefore === undefined || second(item.modifiedAt) < modifiedBefore),
  );
}

function compare(orderby: string): (left: Listed, right: Listed) => number {
  switch (orderby) {
    case 'id':
      return (left, right) => left.id - right.id;
    case 'modified':
      return (left, right) => second(left.modifiedAt) - second(right.modifiedAt) || left.id - right.id;
    default:
      return (left, right) => second(left.createdAt) - second(right.createdAt) || left.id - right.id;
  }
}

/** Orders and cuts one page; beyond the last page it is empty with a total of 0 (604). */
export function pageOf<T extends Listed>(items: readonly T[], query: URLSearchParams): Page<T> {
  const perPage = wholeNumber(query, 'per_page', 10, 100);
  const page = wholeNumber(query, 'page', 1, Number.POSITIVE_INFINITY);
  const include = readList(query, 'include').map(Number);
  const exclude = readList(query, 'exclude').map(Number);
  const kept = items.filter(
    (item) => (include.length === 0 || include.includes(item.id)) && !exclude.includes(item.id),
  );
  const direction = query.get('order') === 'asc' ? 1 : -1;
  const by = compare(query.get('orderby') ?? 'date');
  kept.sort((left, right) => direction * by(left, right));
  const offset = query.has('offset') ? Number(query.get('offset')) : (page - 1) * perPage;
  const cut = kept.slice(offset, offset + perPage);
  const beyond = cut.length === 0 && page > 1;
  return {
    items: cut,
    total: beyond ? 0 : kept.length,
    pages: beyond ? 0 : Math.ceil(kept.length / perPage),
  };
}

/** `X-WP-Total` and the `Link` header, whose addresses repeat what core filled in (601, 602). */
export function pageHeaders(
  page: Page<unknown>,
  query: URLSearchParams,
  url: string,
  filledIn: Readonly<Record<string, string>>,
): Record<string, string> {
  const number = Number(query.get('page') ?? 1);
  const address = (to: number): string => {
    const next = new URLSearchParams(query);
    for (const [name, value] of Object.entries(filledIn)) if (!next.has(name)) next.set(name, value);
    next.set('page', String(to));
    return `<${url}?${next.toString()}>`;
  };
  const rel = [
    ...(number > 1 ? [`${address(number - 1)}; rel="prev"`] : []),
    ...(number < page.pages ? [`${address(number + 1)}; rel="next"`] : []),
  ];
  return {
    'X-WP-Total': String(page.total),
    'X-WP-TotalPages': String(page.pages),
    Allow: 'GET, POST',
    ...(rel.length === 0 ? {} : { Link: rel.join(', ') }),
  };
}
