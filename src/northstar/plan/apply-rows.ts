/**
 * Accepting rows of the matrix: writes dated control values into a policy file, as data. From the date on the kernel
 * enforces them; what holds before the date stays exactly as it is. Pure: parsed JSON in, JSON out.
 */
import { parseTerm } from '../../kernel/calendar.ts';
import { controlIds, type ControlId } from '../../kernel/controls.ts';
import type { ControlPolicy } from '../../kernel/policy.ts';
import { readDate } from '../../kernel/policy-schema.ts';
import type { Plan } from './plan.ts';

const modes: readonly ControlPolicy['mode'][] = ['watch', 'suggest', 'approve', 'auto'];

/** What one row sets; what it leaves out keeps its value. */
export type AcceptedRow = {
  readonly control: ControlId;
  readonly due?: string;
  readonly owner?: string;
  readonly mode?: ControlPolicy['mode'];
};

/** Says what is wrong with a row, in one sentence. */
export type RowError = { readonly error: string };

/**
 * Reads a row from the command line: `back-restored`, or `back-restored:due=2bd,owner=maria,mode=suggest`. What it
 * leaves out comes from what `plan` proposes, where one is given.
 */
export function parseRow(text: string, plan?: Plan): AcceptedRow | RowError {
  const [name = '', ...rest] = text.split(':');
  const control = controlIds.find((id) => id === name);
  if (control === undefined) return { error: `"${name}" is no check; there are: ${controlIds.join(', ')}` };
  let row: AcceptedRow = { control, ...proposed(control, plan) };
  for (const setting of rest.length === 0 ? [] : rest.join(':').split(',')) {
    const set = parseSetting(setting);
    if ('error' in set) return set;
    row = { ...row, ...set };
  }
  if (row.due !== undefined || row.owner !== undefined || row.mode !== undefined) return row;
  return {
    error: `"${name}" sets nothing: write ${name}:due=3bd,owner=ops,mode=suggest, or give --plan with the plan that proposes it`,
  };
}

function proposed(control: ControlId, plan: Plan | undefined): Omit<AcceptedRow, 'control'> {
  const proposal = plan?.matrix.find((row) => row.control === control)?.proposal;
  if (proposal === undefined) return {};
  const { due, owner, mode } = proposal;
  return { ...(due !== undefined && { due }), owner, mode };
}

function parseSetting(setting: string): Omit<AcceptedRow, 'control'> | RowError {
  const [key = '', value = ''] = setting.split('=').map((part) => part.trim());
  if (key === 'due') {
    if (parseTerm(value) !== undefined) return { due: value };
    return { error: `"${value}" is no term; write 3bd (business days), 14cd (calendar days) or 1h (hours)` };
  }
  if (key === 'owner' && value !== '') return { owner: value };
  const mode = modes.find((one) => one === value);
  if (key === 'mode' && mode !== undefined) return { mode };
  return { error: `"${setting}" is not understood; write due=3bd, owner=ops or mode=${modes.join('|')}` };
}

type Json = Readonly<Record<string, unknown>>;
type DatedEntry = { readonly from?: string; readonly value: Json };

/**
 * The policy file with the rows accepted from the day `from` (`YYYY-MM-DD`); throws RangeError for another text.
 * `policy` must be valid. `later` names entries of these controls that were there before and hold from their own
 * date on.
 */
export function applyRows(
  policy: Json,
  rows: readonly AcceptedRow[],
  from: string,
): {
  readonly policy: Json;
  readonly later: readonly { readonly control: ControlId; readonly from: string }[];
} {
  if (readDate(from) === undefined) throw new RangeError(`no day: ${from}`);
  const controls: Record<string, unknown> = { ...(policy['controls'] as Json | undefined) };
  const later: { control: ControlId; from: string }[] = [];
  for (const { control, ...set } of rows) {
    const entries = datedOf(controls[control]);
    const holds = entries.findLast((entry) => (entry.from ?? '') <= from)!;
    const before = entries.filter((entry) => (entry.from ?? '') < from);
    const after = entries.filter((entry) => (entry.from ?? '') > from);
    controls[control] = [...before, { from, value: { ...holds.value, ...set } }, ...after];
    for (const entry of after) later.push({ control, from: entry.from! });
  }
  return { policy: { ...policy, controls }, later };
}

/**
 * The entries of a control, oldest first. The first holds from ever, whatever day it names; so it must name none, or
 * an entry with an earlier day would come before it and hold from ever in its place.
 */
function datedOf(value: unknown): DatedEntry[] {
  if (!Array.isArray(value)) return [{ value: (value ?? {}) as Json }];
  const sorted = [...(value as DatedEntry[])].sort((left, right) =>
    (left.from ?? '') < (right.from ?? '') ? -1 : 1,
  );
  return sorted.map((entry, index) => (index === 0 ? { value: entry.value } : entry));
}
