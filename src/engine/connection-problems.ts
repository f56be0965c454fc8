/**
 * Problems of a connection rather than of an order: its webhooks are off, a census misses too much. One open problem per
 * connection and code, however often it is seen; it is resolved when the same look finds nothing any more.
 */
import { problemCodes, type ProblemCode } from '../kernel/codes.ts';
import type { Database } from '../store/database.ts';
import { readClock } from '../store/leases.ts';
import { listSubjectProblems } from '../store/list-problems.ts';
import { writeProblems, type SubjectProblem } from '../store/problems.ts';

const controlOf = {
  'webhook-disabled': 'webhook-alive', 'census-alarm': 'source-fresh', 'source-stale': 'source-fresh',
  'source-rewound': 'source-fresh', 'clock-skew': 'source-fresh', 'unreadable-object': 'source-fresh',
} as const satisfies Partial<Record<ProblemCode, string>>; // prettier-ignore
export type ConnectionProblemCode = keyof typeof controlOf;

/**
 * Opens, keeps or resolves the problem of one code. `note` is one sentence with what to do; undefined: all is well.
 * `since` is an ISO instant of the database's clock; an open problem keeps the one it was opened with.
 */
export async function setConnectionProblem(
  db: Database,
  connection: string,
  code: ConnectionProblemCode,
  found: { readonly note: string; readonly since: string } | undefined,
): Promise<void> {
  const subjectKey = `connection/${connection}`;
  await db.transaction(async (tx) => {
    const open = (await listSubjectProblems(tx, [subjectKey])).filter((each) => each.resolvedAt === null);
    const before = open.find((each) => each.code === code);
    if (before === undefined && found === undefined) return;
    const others = open
      .filter((each) => each.code !== code)
      .map((each): SubjectProblem => ({
        subjectKey, id: each.problemId, code: each.code, control: each.control, severity: each.severity,
        since: each.openedAt, ...(each.owner !== null && { owner: each.owner }), ...(each.cause !== null && { cause: each.cause }),
        body: each.body,
      })); // prettier-ignore
    const own = found === undefined ? [] : [problemOf(subjectKey, code, { ...found, since: before?.openedAt ?? found.since })]; // prettier-ignore
    await writeProblems(tx, [subjectKey], [...others, ...own]);
  });
}

/** Says that a source went back in time; `found` is the sentence that tells by what it shows. */
export async function noteRewound(db: Database, connection: string, found: string): Promise<void> {
  await setConnectionProblem(db, connection, 'source-rewound', {
    note: `${found} Most often it was restored from a backup, or its clock was set back: ask who did it. What is read now counts.`,
    since: await readClock(db),
  });
}

function problemOf(
  subjectKey: string,
  code: ConnectionProblemCode,
  { note, since }: { readonly note: string; readonly since: string },
): SubjectProblem {
  const control = controlOf[code];
  const { owner, severity } = problemCodes[code];
  const at = new Date(since).toISOString();
  const id = `${subjectKey}/${code}`;
  const body = {
    id, code, control, owner, severity, state: 'open', since: at, due: at, overdueAt: at, evidence: [], note,
  } as const; // prettier-ignore
  return { subjectKey, id, code, control, severity, since: at, owner, cause: `${code} ${subjectKey}`, body };
}
