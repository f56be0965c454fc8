/** HubSpot's search: groups of filters joined by OR, filters within a group by AND; behind by some seconds. */
import type { Json } from '../service.ts';
import { asJson, asList, asText } from '../service.ts';
import type { CrmObject, CrmState, CrmType } from './crm-state.ts';

/** Objects show up in searches only so long after they were made. */
export const searchLagMs = 5000;
const resultLimit = 10_000;

const comparable = (text: string): number | string => {
  const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number(text);
  return text === '' || Number.isNaN(time) ? text.toLowerCase() : time;
};

function passes(state: CrmState, object: CrmObject, filter: Json): boolean {
  const value = state.get(object, asText(filter['propertyName']));
  const wanted = asText(filter['value']);
  const values = asList(filter['values']).map(asText);
  if (filter['operator'] === 'HAS_PROPERTY') return value !== null && value !== '';
  if (filter['operator'] === 'NOT_HAS_PROPERTY') return value === null || value === '';
  if (value === null) return filter['operator'] === 'NEQ' || filter['operator'] === 'NOT_IN';
  const [left, right] = [comparable(value), comparable(wanted)];
  switch (filter['operator']) {
    case 'EQ':
      return left === right;
    case 'NEQ':
      return left !== right;
    case 'GT':
      return left > right;
    case 'GTE':
      return left >= right;
    case 'LT':
      return left < right;
    case 'LTE':
      return left <= right;
    case 'BETWEEN':
      return left >= right && left <= comparable(asText(filter['highValue']));
    case 'IN':
      return values.map((entry) => entry.toLowerCase()).includes(value.toLowerCase());
    case 'NOT_IN':
      return !values.map((entry) => entry.toLowerCase()).includes(value.toLowerCase());
    case 'CONTAINS_TOKEN':
      return value.toLowerCase().includes(wanted.replaceAll('*', '').toLowerCase());
    default:
      return false;
  }
}

function matchesQuery(object: CrmObject, query: string): boolean {
  if (query === '') return true;
  const text = [...object.history.values()].map((changes) => changes.at(-1)?.value ?? '').join(' ');
  return text.toLowerCase().includes(query.toLowerCase());
}

export type Found = {
  readonly total: number;
  readonly objects: readonly CrmObject[];
  readonly next: string | undefined;
};

/** Throws `RangeError` for pages beyond what search can reach. */
export function searchObjects(state: CrmState, type: CrmType, body: Json): Found {
  const groups = asList(body['filterGroups']).map((group) => asList(asJson(group)['filters']).map(asJson));
  const flat = asList(body['filters']).map(asJson);
  const all = flat.length > 0 ? [...groups, flat] : groups;
  const limit = Math.min(Number(body['limit'] ?? 10), 200);
  const after = Number(asText(body['after']) || 0);
  if (after + limit > resultLimit) throw new RangeError(`The maximum number of results is ${resultLimit}`);
  const [sort] = asList(body['sorts']).map((entry) =>
    typeof entry === 'string' ? { propertyName: entry, direction: 'ASCENDING' } : asJson(entry),
  );
  const name = asText(asJson(sort)['propertyName']) || 'createdate';
  const sign = asText(asJson(sort)['direction']) === 'DESCENDING' ? -1 : 1;
  const key = (object: CrmObject): number | string => comparable(state.get(object, name) ?? '');
  const kept = [...state.objects[type].values()].filter(
    (object) =>
      !object.archived &&
      object.createdAt + searchLagMs <= state.now() &&
      matchesQuery(object, asText(body['query'])) &&
      (all.length === 0 || all.some((filters) => filters.every((filter) => passes(state, object, filter)))),
  );
  kept.sort((left, right) => {
    const [a, b] = [key(left), key(right)];
    return (a < b ? -1 : a > b ? 1 : Number(left.id) - Number(right.id)) * sign;
  });
  const next = after + limit < kept.length ? String(after + limit) : undefined;
  return { total: kept.length, objects: kept.slice(after, after + limit), next };
}
