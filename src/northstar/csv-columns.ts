/**
 * Which columns of a CSV file say case, activity and time. Names decide first, in the order below; where a name
 * says nothing, a sample of rows does. What stays open is asked for by name, never guessed.
 */
import { ImportError } from './balance-sheet.ts';
import { TimeReader } from './time-text.ts';

export type ColumnRoles = {
  readonly case: number;
  readonly activity: number;
  readonly time: number | undefined;
};

/** Column names given by a person; each must exist. */
export type ColumnNames = {
  readonly case?: string | undefined;
  readonly activity?: string | undefined;
  readonly time?: string | undefined;
};

const caseNames = [
  'case:concept:name', 'case id', 'caseid', 'case', 'case number', 'case key', 'trace id', 'traceid', 'trace',
  'process instance', 'process id', 'return id', 'rma', 'return', 'order id', 'order number', 'order', 'ticket id',
  'ticket', 'incident id', 'object id', 'vorgang', 'fall', 'fallid', 'bestellung',
]; // prettier-ignore
const activityNames = [
  'concept:name', 'ocel:activity', 'activity', 'activity name', 'activityname', 'event name', 'event type', 'event', 'task', 'task name',
  'step', 'action', 'operation', 'status', 'state', 'type', 'aktivitat', 'aktivität', 'ereignis', 'schritt',
]; // prettier-ignore
const timeNames = [
  'time:timestamp', 'ocel:timestamp', 'timestamp', 'complete timestamp', 'completetime', 'complete time', 'end timestamp', 'end time',
  'event time', 'eventtime', 'time', 'datetime', 'date time', 'date', 'occurred at', 'created at', 'at',
  'start timestamp', 'start time', 'zeitstempel', 'zeitpunkt', 'zeit', 'datum',
]; // prettier-ignore

/** Finds the three columns. `sample` holds the first rows as text. Throws ImportError where no choice is sane. */
export function findColumns(
  header: readonly string[],
  sample: readonly (readonly string[])[],
  given: ColumnNames,
): ColumnRoles {
  const taken = new Set<number>();
  const chosen = (name: string | undefined, role: string): number | undefined => {
    if (name === undefined) return undefined;
    const index = header.indexOf(name);
    if (index < 0) {
      throw new ImportError(
        'csv-column-missing',
        `there is no column "${name}" for the ${role}; the file has: ${listed(header)}`,
      );
    }
    taken.add(index);
    return index;
  };
  const byName = (names: readonly string[]): number | undefined => {
    const plain = header.map(plainName);
    for (const name of names) {
      const index = plain.findIndex((text, i) => !taken.has(i) && text === name);
      if (index >= 0) {
        taken.add(index);
        return index;
      }
    }
    return undefined;
  };
  const fixed = {
    case: chosen(given.case, 'case'),
    activity: chosen(given.activity, 'activity'),
    time: chosen(given.time, 'time'),
  };
  const roles = {
    case: fixed.case ?? byName(caseNames),
    activity: fixed.activity ?? byName(activityNames),
    time: fixed.time ?? byName(timeNames),
  };
  roles.time ??= byContent(header, sample, taken, looksLikeTimes);
  roles.case ??= byContent(header, sample, taken, looksLikeCases);
  roles.activity ??= byContent(header, sample, taken, looksLikeActivities);
  if (roles.case === undefined || roles.activity === undefined) {
    const lacks = roles.case === undefined ? 'the case' : 'the activity';
    throw new ImportError(
      'csv-columns-unclear',
      `cannot tell which column is ${lacks}; name it; the file has: ${listed(header)}`,
    );
  }
  return { case: roles.case, activity: roles.activity, time: roles.time };
}

function plainName(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[_\-\s.]+/g, ' ')
    .trim();
}

function listed(header: readonly string[]): string {
  return header
    .map((name) => `"${name}"`)
    .join(', ')
    .slice(0, 400);
}

type Judge = (values: readonly string[], distinct: number) => boolean;

/** The first free column that a judge accepts. */
function byContent(
  header: readonly string[],
  sample: readonly (readonly string[])[],
  taken: Set<number>,
  judge: Judge,
): number | undefined {
  if (sample.length < 2) return undefined;
  for (let i = 0; i < header.length; i++) {
    if (taken.has(i)) continue;
    const values = sample.map((row) => row[i] ?? '');
    if (values.every((value) => value !== '') && judge(values, new Set(values).size)) {
      taken.add(i);
      return i;
    }
  }
  return undefined;
}

const looksLikeTimes: Judge = (values) => {
  const reader = new TimeReader();
  return values.every((value) => /[-/.:]/.test(value) && !Number.isNaN(reader.readText(value)));
};

/** Ids repeat, but are many and carry no blanks. */
const looksLikeCases: Judge = (values, distinct) =>
  distinct > 1 && distinct < values.length && values.every((value) => /\d/.test(value) && !/\s/.test(value));

/** Few distinct texts with letters. */
const looksLikeActivities: Judge = (values, distinct) =>
  distinct > 1 && distinct * 2 <= values.length && values.every((value) => /\p{L}{2}/u.test(value));
