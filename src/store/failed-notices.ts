/** Notices that did not go out, or of which nobody knows whether they did, as long as they matter. */
import { statement } from './database.ts';
import type { Runner } from './database.ts';
import type { NoticeChannel } from './notices.ts';

export type FailedNotice = {
  readonly subjectKey: string;
  readonly noticeId: string;
  readonly kind: string;
  readonly channel: NoticeChannel;
  readonly status: 'dead' | 'unknown';
  /** What the server said last. */
  readonly message: string | null;
  readonly endedAt: string;
};

// One of the same kind that was taken afterwards has told what this one did not; what was erased may not be told any more.
const listStatement = statement<FailedNotice, [string, number]>(
  'list-failed-notices',
  'list',
  `select t.subject_key as "subjectKey", t.notice_id as "noticeId", t.kind, t.channel, t.status,
     t.outcome->>'message' as message, t.ended_at as "endedAt"
   from notices t
   where t.status in ('dead', 'unknown') and t.ended_at > $1::timestamptz and t.sealed_content is not null
     and not exists (select from notices later where later.subject_key = t.subject_key and later.kind = t.kind
       and later.channel = t.channel and later.status = 'accepted' and later.queued_at > t.queued_at)
   order by t.ended_at desc, t.notice_id limit $2`,
);

/** Those that ended after `since`, newest first. */
export async function listFailedNotices(
  db: Runner,
  since: string,
  limit: number,
): Promise<readonly FailedNotice[]> {
  return db.run(listStatement, [since, limit]);
}

const listSubjectsStatement = statement<{ readonly subjectKey: string }, [readonly string[]]>(
  'list-subjects-of-codes',
  'list',
  `select distinct subject_key as "subjectKey" from problems where code = any ($1) and resolved_at is null`,
);

/** Subjects with an open problem of these codes. */
export async function listSubjectsOfCodes(db: Runner, codes: readonly string[]): Promise<readonly string[]> {
  return (await db.run(listSubjectsStatement, [codes])).map((row) => row.subjectKey);
}
