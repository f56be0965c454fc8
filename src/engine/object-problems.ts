/**
 * Problems of objects: one that no order claims, a status word without a meaning, a value that cannot be read. Found
 * where objects are filed, and gone with the reading that finds nothing any more.
 */
import type { Unread } from '../connectors/contract.ts';
import { problemCodes, type ProblemCode } from '../kernel/codes.ts';
import type { Orphan } from '../kernel/file-facts.ts';
import { mattersAlone } from '../kernel/matters-alone.ts';
import type { Money } from '../kernel/money.ts';
import type { Database } from '../store/database.ts';
import {
  hideFreshProblems,
  listSubjectsWithProblems,
  writeProblems,
  type SubjectProblem,
} from '../store/problems.ts';
import type { ConnectedSystems } from './connected-system.ts';
import type { Component, ReadObject } from './read-component.ts';

/** The order of a record may be a moment behind it: so long nobody is told that there is none. */
const orphanGraceMs = 3_600_000;
const shownMax = 20;

/** Writes what is wrong with these objects themselves, and resolves what is wrong no more. */
export async function writeObjectProblems(
  db: Database,
  systems: ConnectedSystems,
  component: Component,
  objectKeys: readonly string[],
): Promise<void> {
  const orphans = new Map(component.filed.orphans.map((orphan) => [orphan.ref, orphan]));
  const found = objectKeys.flatMap((key) => {
    const read = component.objects.get(key);
    if (read === undefined || read.object.goneAt !== null) return [];
    return problemsOf(key, read, orphans.get(key), systems.get(read.object.connection)?.watchFrom);
  });
  const subjects = objectKeys.map((key) => `object/${key}`);
  const before = await listSubjectsWithProblems(db, subjects);
  if (found.length === 0 && before.length === 0) return;
  const touched = [...new Set([...before, ...found.map((problem) => problem.subjectKey)])].sort();
  await db.transaction(async (tx) => {
    await writeProblems(tx, touched, found);
    const fresh = found.filter((problem) => problem.code === 'orphan-object' || problem.code === 'ambiguous-order');
    await hideFreshProblems(tx, fresh, orphanGraceMs);
  });
} // prettier-ignore

function problemsOf(
  key: string,
  { object, reading }: ReadObject,
  orphan: Orphan | undefined,
  watchFrom: string | undefined,
): SubjectProblem[] {
  const isOld = (at: string): boolean => watchFrom !== undefined && at < watchFrom;
  const { connection, kind, id } = object;
  const problems: SubjectProblem[] = [];
  const facts = (orphan?.facts ?? []).filter(mattersAlone);
  const [fact] = facts;
  if (fact !== undefined && !isOld(fact.at)) {
    const code = orphan!.candidates.length > 1 ? 'ambiguous-order' : 'orphan-object';
    const { money } = fact as { readonly money?: Money };
    const units = fact as { readonly sku?: string; readonly quantity?: number };
    const what = [...new Set(facts.map((one) => one.type))].join(', ');
    problems.push(
      toProblem(key, code, 'links-resolved', fact.at, `${code} · ${connection} ${kind}`, {
        note: `${kind} ${id} of ${connection} (${what}) ${code === 'orphan-object' ? 'names no order that is here' : `fits ${orphan!.candidates.length} orders, and nothing decides between them`}.`,
        candidates: orphan!.candidates.slice(0, shownMax),
        ...(money !== undefined && { amount: money }),
        ...(units.sku !== undefined && { sku: units.sku }),
        ...(units.quantity !== undefined && { units: units.quantity }),
      }),
    );
  }
  const since = object.readStartedAt;
  const firstFactAt = reading.facts[0]?.at;
  if (firstFactAt !== undefined && isOld(firstFactAt)) return problems;
  for (const [place, unread] of Map.groupBy(reading.unread, placeOf)) {
    const [one] = unread;
    const code = one!.code === 'unmapped-status' ? 'unmapped-status' : 'unreadable-object';
    problems.push(
      toProblem(key, code, 'status-mapped', since, `${code} · ${connection} ${kind} ${place}`, {
        note: `${kind} ${id} of ${connection}, field ${one!.field}: “${one!.value}”. ${one!.message}`,
        field: one!.field, value: one!.value, count: unread.length,
      }, place),
    );
  }
  return problems;
} // prettier-ignore

/** One problem per field and, for unknown words, per word, in whatever row of a list it stands. */
const placeOf = ({ code, field, value }: Unread): string =>
  `${field.replaceAll(/\[\d+\]/g, '')}${code === 'unmapped-status' ? ` ${value}` : ''}`;

function toProblem(
  key: string,
  code: ProblemCode,
  control: string,
  since: string,
  cause: string,
  body: { readonly amount?: Money; readonly note: string } & Readonly<Record<string, unknown>>,
  part = '',
): SubjectProblem {
  const { owner, severity } = problemCodes[code];
  const at = new Date(since).toISOString();
  const id = part === '' ? code : `${code}/${part}`.replaceAll('~', '-').slice(0, 200);
  return {
    subjectKey: `object/${key}`, id, code, control, severity, since: at, owner, cause,
    ...(body.amount !== undefined && { currency: body.amount.currency, booksMinor: body.amount.minor }),
    body: { id, code, control, owner, severity, state: 'open', since: at, due: at, evidence: [key], ...body },
  };
} // prettier-ignore
