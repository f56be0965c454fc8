/** `reentry plan apply`: writes accepted rows of the matrix into a policy file. */
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { connectors } from '../connectors/registry.ts';
import { parsePolicyFile } from '../kernel/policy-file.ts';
import { applyRows, parseRow, type AcceptedRow } from '../northstar/plan/apply-rows.ts';
import { AppError } from '../wire/errors.ts';
import { say } from './output.ts';
import { parseJson, readPlanFile, readText } from './read-plan-file.ts';

type Options = { readonly policy: string; readonly from: string };
type Json = Readonly<Record<string, unknown>>;

/** Rows as they are typed; what they leave out comes from the plan in the file, where one is given. */
export function readRows(texts: readonly string[], planFile: string | undefined): readonly AcceptedRow[] {
  const plan = planFile === undefined ? undefined : readPlanFile(planFile);
  return texts.map((text): AcceptedRow => {
    const row = parseRow(text, plan);
    if ('error' in row) throw new AppError('usage', { detail: row.error });
    return row;
  });
}

export function acceptRows(rows: readonly AcceptedRow[], { policy: path, from }: Options): void {
  const isNew = !existsSync(path);
  const before = isNew ? {} : parseJson(readText(path));
  checkPolicy(before, path);
  const { policy, later } = applyRows(before as Json, rows, from);
  checkPolicy(policy, path);
  replaceFile(path, `${JSON.stringify(policy, null, 2)}\n`);
  sayAccepted(rows, from, later, policy);
  say(`${isNew ? 'Made' : 'Wrote'} ${path}`);
}

/** What holds from the day on, and what stands beside it. */
export function sayAccepted(
  rows: readonly AcceptedRow[],
  from: string,
  later: readonly { readonly control: string; readonly from: string }[],
  policy: Json,
): void {
  for (const { control, ...set } of rows) {
    const values = Object.entries(set).map(([key, value]) => `${key} ${value}`);
    say(`${control}: ${values.join(', ')}, from ${from}`);
  }
  for (const one of later) say(`${one.control}: the value that holds from ${one.from} on stays`);
  const owners = Object.keys((policy['owners'] ?? {}) as Json);
  if (owners.length > 0 && rows.some(({ owner }) => owner !== undefined))
    say(`Owners by problem code go before the owner of a check; the policy names some: ${owners.join(', ')}`);
}

/** Throws `policy-invalid` with every error listed. */
function checkPolicy(value: unknown, path: string): void {
  const names = connectors.map(({ name }) => name);
  const result = parsePolicyFile(value, names);
  if (result.ok) return;
  const lines = result.errors.map(
    (error) => `\n  ${error.path === '' ? '' : `${error.path}: `}${error.message}`,
  );
  throw new AppError('policy-invalid', { detail: `${path}${lines.join('')}` });
}

/** Never half a policy: a crash leaves the old file or the new one. */
function replaceFile(path: string, text: string): void {
  const unfinished = `${path}.unfinished`;
  try {
    writeFileSync(unfinished, text);
    renameSync(unfinished, path);
  } catch (cause) {
    throw new AppError('output-unwritable', { detail: path, cause });
  }
}
