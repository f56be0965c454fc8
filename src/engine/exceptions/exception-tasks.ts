/** Everything that happens to problems over time, as loops of the engine. */
import type { Database } from '../../store/database.ts';
import type { Seal } from '../../store/seal.ts';
import type { EngineTask, TaskRoom } from '../engine.ts';
import { openCaseChannel } from '../notices/case-channel.ts';
import { sendNotices, type NoticeChannels } from '../notices/send-notices.ts';
import { expireReturns } from '../expire-returns.ts';
import { watchNotices } from '../notices/watch-notices.ts';
import { runBulkJobs } from './bulk.ts';
import { caseNoteOf } from './case-notes.ts';
import { escalateProblems } from './escalate-problems.ts';
import { findStorms } from './find-storms.ts';
import { noticesBeganAt } from './notices-begin.ts';
import { placeAnswers } from './place-answers.ts';
import { routeProblems } from './route-problems.ts';
import { tellTeams } from './tell-teams.ts';
import { watchClocks, watchFreshness } from './watch-sources.ts';

export type ExceptionOptions = {
  readonly db: Database;
  readonly seal: Seal;
  readonly channels: NoticeChannels;
  /** Address of the console, for links, without a slash at the end. */
  readonly publicUrl: string;
  /** Told which problems changed, `subject~id`. */
  readonly onProblem?: (ref: string) => void;
};

const secondMs = 1000;
const minuteMs = 60_000;
/** Until the engine has been watching for a day nothing is unusual. */
const stormsAfterMs = 24 * 3_600_000;

export function exceptionTasks(options: ExceptionOptions, room: TaskRoom): readonly EngineTask[] {
  const { db, seal, publicUrl, onProblem } = options;
  const { holder, signal, context } = room;
  const channels = { ...options.channels, ticket: openCaseChannel(db, () => context().systems) };
  const now = (): number => context().now;
  const onDone = (ref: string): void => onProblem?.(ref);
  return [
    { where: 'notices', everyMs: 2 * secondMs, step: () => sendNotices(db, { holder, signal, seal, channels }) },
    { where: 'routing', everyMs: 2 * secondMs, step: () => routeProblems(db, context().policy, now()) },
    { where: 'bulk', everyMs: secondMs, step: () => runBulkJobs(db, { holder, now, onDone }) },
    { where: 'escalation', everyMs: 30 * secondMs, step: () => escalateProblems(db, now(), onDone) },
    { where: 'answers', everyMs: 5 * secondMs, step: () => placeAnswers(db, { holder, signal, context: context(), publicUrl }) },
    {
      where: 'telling', everyMs: minuteMs,
      step: async () => {
        const caseNote = (orderKey: string, language: 'en' | 'de'): Promise<string | undefined> => caseNoteOf(db, context(), orderKey, language);
        await tellTeams(db, { seal, publicUrl, context: context(), caseNote });
        return 0;
      },
    },
    {
      where: 'storms', everyMs: minuteMs,
      step: async () => {
        const beganAt = await noticesBeganAt(db, context().systems, now());
        if (beganAt !== undefined && now() > Date.parse(beganAt) + stormsAfterMs) await findStorms(db);
        return 0;
      },
    },
    // Without a way to tell customers nothing of theirs ends by itself.
    { where: 'expiry', everyMs: 10 * minuteMs, step: () => (channels.email === undefined ? Promise.resolve(0) : expireReturns(db, context(), seal)) },
    {
      where: 'untold', everyMs: minuteMs,
      step: async () => {
        await watchNotices(db);
        return 0;
      },
    },
    { where: 'freshness', everyMs: minuteMs, step: () => watchFreshness(db, context().systems) },
    { where: 'clocks', everyMs: 60 * minuteMs, step: () => watchClocks(db, context().systems, signal) },
  ];
} // prettier-ignore
