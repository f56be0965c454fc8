/** Problems in the store, read and worked on beside a running service. */
import { actOnProblem, readProblem, toProblemRows } from '../api/problem-access.ts';
import { loadTeams } from '../engine/exceptions/load-teams.ts';
import type { ProblemAction } from '../engine/exceptions/problem-action.ts';
import { moneyText } from '../kernel/wording.ts';
import { findUserByEmail } from '../store/accounts.ts';
import type { Database } from '../store/database.ts';
import { listProblems, type StoredProblem } from '../store/list-problems.ts';
import { problemRowSchema, type ProblemRow } from '../wire/api-problems.ts';
import { reasonSchema } from '../wire/api-values.ts';
import { AppError } from '../wire/errors.ts';
import { openDataFolder } from './data-folder.ts';
import { openStore } from './open-store.ts';
import { Output, say } from './output.ts';
import type { AssignOptions, ListOptions, ResolveOptions } from './problems-command.ts';

const actor = 'command-line';
const pageMax = 200;

async function withStore(data: string, work: (db: Database) => Promise<void>): Promise<void> {
  const { db, close } = await openStore(openDataFolder(data), 'beside');
  try {
    await work(db);
  } finally {
    await close();
  }
}

function write(text: string): void {
  const output = Output.stdout();
  output.write(text);
  output.close();
}

export async function list({ data, json, view, limit, ...filter }: ListOptions): Promise<void> {
  if (limit === 0) throw new AppError('usage', { detail: '--limit starts at 1' });
  await withStore(data, async (db) => {
    const rows: ProblemRow[] = [];
    let cursor: string | undefined;
    do {
      const page = await listProblems(db, {
        view, ...(filter.team !== undefined && { team: filter.team }), ...(filter.code !== undefined && { code: filter.code }),
        ...(filter.severity !== undefined && { severity: filter.severity }), limit: Math.min(pageMax, limit - rows.length),
        ...(cursor !== undefined && { cursor }),
      }); // prettier-ignore
      rows.push(...(await shown(db, page.rows)));
      cursor = page.next;
    } while (cursor !== undefined && rows.length < limit);
    write(json === true ? `${JSON.stringify({ rows, isAll: cursor === undefined }, null, 2)}\n` : rows.map(lineOf).join(''));
    if (rows.length === 0) say('No problem fits.');
    else if (cursor !== undefined) say(`Only the first ${rows.length}; --limit shows more.`);
  }); // prettier-ignore
}

/** As the API shows them, without what is only stored. */
const shown = async (db: Database, problems: readonly StoredProblem[]): Promise<readonly ProblemRow[]> =>
  (await toProblemRows(db, problems)).map((row) => problemRowSchema.parse(row));

function lineOf(row: ProblemRow): string {
  const minor = row.stake.gone + row.stake.stuck + row.stake.books;
  const money = row.currency === null ? '' : moneyText({ minor, currency: row.currency }, 'en');
  const due = row.deadlineAt ?? row.dueAt;
  const parts = [
    row.id, `severity ${row.severity}`, row.number ?? row.subject, row.title.en, money, row.owner ?? 'nobody’s',
    due === null ? '' : `due ${due.slice(0, 10)}`,
  ]; // prettier-ignore
  return `${parts.filter((part) => part !== '').join('  ')}\n`;
}

export async function assign(ref: string, options: AssignOptions): Promise<void> {
  const { team, user, deadline, reason } = options;
  if (team === undefined && user === undefined && deadline === undefined)
    throw new AppError('usage', { detail: 'name --team, --user or --deadline' });
  const deadlineAt = deadline === undefined || deadline === '-' ? null : instantOf(deadline);
  await withStore(options.data, async (db) => {
    if (team !== undefined && team !== '-') await demandTeam(db, team);
    await actOn(db, ref, options.json === true, {
      do: 'assign',
      ...(team !== undefined && { team: team === '-' ? null : team }),
      ...(user !== undefined && { userId: user === '-' ? null : await userIdOf(db, user) }),
      ...(deadline !== undefined && { deadlineAt }),
      ...(reason !== undefined && { reason: readReason(reason) }),
    });
  });
}

export async function resolve(ref: string, options: ResolveOptions): Promise<void> {
  const { units, amountMinor } = options;
  const reason = readReason(options.reason);
  await withStore(options.data, (db) =>
    actOn(db, ref, options.json === true, {
      do: 'resolve', reason, ...(units !== undefined && { units }), ...(amountMinor !== undefined && { amountMinor }),
    }),
  ); // prettier-ignore
}

async function demandTeam(db: Database, team: string): Promise<void> {
  const teams = await loadTeams(db);
  if (!teams.has(team))
    throw new AppError('usage', {
      detail: `there is no team “${team}”, only ${[...teams.keys()].join(', ')}`,
    });
}

async function userIdOf(db: Database, email: string): Promise<string> {
  const user = await findUserByEmail(db, email);
  if (user === undefined || user.deactivatedAt !== null)
    throw new AppError('user-not-found', { detail: email });
  return user.userId;
}

function instantOf(text: string): string {
  const isInstant = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/.test(text);
  if (!isInstant || Number.isNaN(Date.parse(text))) throw new AppError('time-invalid', { detail: text });
  return new Date(text).toISOString();
}

function readReason(text: string): string {
  const read = reasonSchema.safeParse(text);
  if (!read.success)
    throw new AppError('usage', {
      detail: `--reason: ${read.error.issues.map((issue) => issue.message).join(', ')}`,
    });
  return read.data;
}

/** As the API acts: judged, changed together with its note and decision, and written to the trail. */
async function actOn(db: Database, ref: string, isJson: boolean, action: ProblemAction): Promise<void> {
  const acted = await actOnProblem(db, await readProblem(db, ref), action, {
    actor, now: new Date().toISOString(),
  }); // prettier-ignore
  const [row] = await shown(db, [await readProblem(db, ref)]);
  if (isJson) write(`${JSON.stringify(row, null, 2)}\n`);
  else say(acted.isChanged ? `Done: ${lineOf(row!).trimEnd()}` : `Nothing to do: ${acted.why}.`);
  if (acted.isChanged && action.do === 'resolve')
    say('The order is judged anew as soon as the service runs.');
}
