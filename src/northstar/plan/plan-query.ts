/** Queries that people can run: each number of the plan as a command on the same exports. */
import type { ControlId } from '../../kernel/controls.ts';
import type { ProblemCode } from '../../kernel/codes.ts';

const rows = '.orders[] as $o | $o.problems[]';
const open = '.state=="open"';

/** Order numbers with an open problem of some codes that stands for itself. `EXPORTS` is the audited folder. */
export function queryOfCodes(codes: readonly ProblemCode[], asOf: string): string {
  return `${audit(asOf)} | jq -r '${rows} | select(${open} and .waitsFor==null and ${isOneOf('code', codes)}) | $o.order'`;
}

/** Order numbers with an open problem of a control. */
export function queryOfControl(control: ControlId, asOf: string): string {
  return `${audit(asOf)} | jq -r '${rows} | select(${open} and ${isOneOf('control', [control])}) | $o.order'`;
}

/** Keys of the orders of which a connection reports a step. */
export function queryOfStep(types: readonly string[], connection: string, asOf: string): string {
  const by = `any(.attributes[]; .name=="connection" and .value=="${connection}")`;
  return `reentry export ocel --from EXPORTS --as-of ${asOf} | jq -r '.events[] | select(${isOneOf('type', types)} and ${by}) | .relationships[] | select(.qualifier=="order") | .objectId' | sort -u`;
}

/** Prints 0 once no problem of these codes began after `since`. */
export function acceptanceQuery(codes: readonly ProblemCode[], since: string): string {
  return `reentry audit EXPORTS --json | jq '[${rows} | select(${open} and .since>"${since}" and ${isOneOf('code', codes)})] | length'`;
}

const audit = (asOf: string): string => `reentry audit EXPORTS --as-of ${asOf} --json`;

const isOneOf = (field: string, values: readonly string[]): string =>
  values.length === 1
    ? `.${field}=="${values[0]!}"`
    : `(.${field} | IN(${values.map((value) => `"${value}"`).join(',')}))`;
