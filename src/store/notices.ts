/**
 * The outbox: what people are told, each notice at most once by our hand.
 *
 *   waiting → sending → accepted          the server took it
 *             sending → waiting           it surely did not; tried again later
 *             sending → unknown           nobody knows: never sent again
 *             sending → dead              it never will
 *
 * That an attempt begins is recorded before anything goes out; one whose process died is unknown.
 */
import { defineClaim } from './claim.ts';
import { statement } from './database.ts';
import type { Database, Runner } from './database.ts';
import { appendDeskEntryIn } from './desk-log.ts';
import { newId } from './ids.ts';
import { canonicalJson } from './json-text.ts';
import { stampSql } from './leases.ts';
import { pageLimit, readCursor, toPage } from './page.ts';
import type { Page } from './page.ts';
import type { Seal } from './seal.ts';

export const noticeChannels = ['email', 'chat', 'ticket'] as const;
export type NoticeChannel = (typeof noticeChannels)[number];
export const noticeStatuses = ['waiting', 'sending', 'accepted', 'unknown', 'dead', 'withdrawn'] as const;
export type NoticeStatus = (typeof noticeStatuses)[number];
export type Told = 'approved' | 'refunded' | 'rejected' | 'other';

export type NoticeContent = {
  /** Addresses; of `chat` the one address of the webhook, of `ticket` the name of the connection. */
  readonly to: readonly string[];
  readonly subject: string;
  /** Plain text, lines ended by `\n`. */
  readonly text: string;
  /** How a chat wants it: `slack` (default) or `teams`. */
  readonly format?: 'slack' | 'teams';
  /** Of `ticket`: the problem (`subject~id`) it tells of and the order on whose case it is written. */
  readonly about?: { readonly orderKey: string; readonly problem: string };
  /** For answers to a mail, where they should not come back to the sender. */
  readonly replyTo?: string;
};

export type NewNotice = {
  /** Whom or what it is about: an order key, `team/…`, `user/…`. */
  readonly subjectKey: string;
  /** Queued twice with one key, it is one notice: `digest/2026-11-24`, `withdrawal/<id>`. */
  readonly onceKey: string;
  readonly kind: string;
  readonly channel: NoticeChannel;
  readonly content: NoticeContent;
  /** Of the customer it goes to: their erasure takes the content away. */
  readonly customerKey?: string;
  /** Recorded as the fact `customer.told` of the order once the server has accepted it. */
  readonly told?: Told;
  /** Not before this instant (notice hours). */
  readonly notBefore?: string;
  /** Who has it sent, as the audit trail names them; nobody for what is sent by itself. */
  readonly madeBy?: string;
};

const insertNotice = statement<
  { readonly noticeId: string },
  [string, string, string, string, string, Buffer, string | null, string | null, string | null, string | null]
>(
  'insert-notice',
  'order',
  `insert into notices (subject_key, notice_id, once_key, kind, channel, sealed_content, customer_key, told, not_before_at,
     made_by)
   values ($1, $2, $3, $4, $5, $6, $7, $8, coalesce($9::timestamptz, now()), $10)
   on conflict (subject_key, once_key) do nothing returning notice_id as "noticeId"`,
);

/** Queues a notice, in the transaction of whatever it tells of; undefined when its key is queued already. */
export async function queueNotice(db: Runner, seal: Seal, notice: NewNotice): Promise<string | undefined> {
  const id = newId();
  const content = seal.close(placeOf(notice.subjectKey, id), Buffer.from(canonicalJson(notice.content)));
  const rows = await db.run(insertNotice, [
    notice.subjectKey, id, notice.onceKey, notice.kind, notice.channel, content, notice.customerKey ?? null,
    notice.told ?? null, notice.notBefore ?? null, notice.madeBy ?? null,
  ]); // prettier-ignore
  return rows[0]?.noticeId;
}

const placeOf = (subjectKey: string, noticeId: string): string => `notice/${subjectKey}/${noticeId}`;

export type Notice = {
  readonly subjectKey: string;
  readonly noticeId: string;
  readonly onceKey: string;
  readonly kind: string;
  readonly channel: NoticeChannel;
  readonly told: Told | null;
  readonly status: NoticeStatus;
  readonly attemptCount: number;
  readonly notBeforeAt: string;
  readonly sentAt: string | null;
  readonly outcome: unknown;
  readonly queuedAt: string;
  readonly endedAt: string | null;
};
type SealedNotice = Notice & { readonly sealed: Buffer | null };

const columns = `t.subject_key as "subjectKey", t.notice_id as "noticeId", t.once_key as "onceKey", t.kind, t.channel,
  t.told, t.status, t.attempt_count as "attemptCount", t.not_before_at as "notBeforeAt", t.sent_at as "sentAt",
  t.outcome, t.queued_at as "queuedAt", t.ended_at as "endedAt"`;

/** Leases notices to be sent, and those whose sender died while sending. */
export const claimNotices = defineClaim<SealedNotice>({
  name: 'claim-notices',
  table: 'notices',
  key: ['subject_key', 'notice_id'],
  reach: 'order',
  ready: `t.status in ('waiting', 'sending') and t.not_before_at <= now() and t.channel <> all ($2::text[])`,
  order: 't.not_before_at',
  returning: `${columns}, t.sealed_content as sealed`,
});

/** What a sealed notice says; undefined when it was erased. */
export function openNotice(seal: Seal, notice: SealedNotice): NoticeContent | undefined {
  if (notice.sealed === null) return undefined;
  const text = seal.open(placeOf(notice.subjectKey, notice.noticeId), notice.sealed).toString('utf8');
  return JSON.parse(text) as NoticeContent;
}

export type NoticeHold = {
  readonly subjectKey: string;
  readonly noticeId: string;
  readonly holder: string;
};

const beginStatement = statement<{ readonly attempt: number }, [string, string, string, number]>(
  'begin-notice',
  'order',
  `update notices set status = 'sending', sent_at = now(), attempt_count = attempt_count + 1,
     lease_ends_at = now() + $4 * interval '1 millisecond'
   where subject_key = $1 and notice_id = $2 and leased_by = $3 and lease_ends_at > now() and status = 'waiting'
   returning attempt_count as attempt`,
);

/**
 * Records, before anything goes out, that it will, and holds the notice for `leaseMs`, which must be longer than the
 * attempt can take. False: somebody else has it, or had it.
 */
export async function beginNotice(db: Runner, hold: NoticeHold, leaseMs: number): Promise<boolean> {
  return (await db.run(beginStatement, [hold.subjectKey, hold.noticeId, hold.holder, leaseMs])).length === 1;
}

const settleStatement = statement<
  { readonly told: Told | null; readonly madeBy: string | null },
  [string, string, string, string, string, number]
>(
  'settle-notice',
  'order',
  `update notices
   set status = $4, outcome = $5::jsonb, leased_by = null, lease_ends_at = null,
     not_before_at = case when $4 = 'waiting' then clock.next_at else not_before_at end,
     ended_at = case when $4 <> 'waiting' then clock.at end
   from (select now() as at, now() + $6 * interval '1 millisecond' as next_at) as clock
   where subject_key = $1 and notice_id = $2 and leased_by = $3 and status in ('waiting', 'sending')
   returning told, made_by as "madeBy"`,
);

export type NoticeSettlement = {
  readonly status: 'accepted' | 'unknown' | 'dead' | 'waiting';
  readonly outcome: unknown;
  /** Until it is tried again. */
  readonly delayMs?: number;
};

/**
 * Ends an attempt with what came out. Where the server accepted what a customer is told, the order gets the fact in
 * the same transaction. False when the hold was lost.
 */
export async function settleNotice(
  db: Database,
  hold: NoticeHold,
  settlement: NoticeSettlement,
): Promise<boolean> {
  const { subjectKey, noticeId, holder } = hold;
  return db.transaction(async (tx) => {
    const [row] = await tx.run(settleStatement, [
      subjectKey, noticeId, holder, settlement.status, canonicalJson(settlement.outcome), settlement.delayMs ?? 0,
    ]); // prettier-ignore
    if (row === undefined) return false;
    if (settlement.status === 'accepted' && row.told !== null) {
      const body = { type: 'customer.told', what: row.told, notice: noticeId };
      await appendDeskEntryIn(tx, {
        orderKey: subjectKey,
        kind: 'decision',
        madeBy: row.madeBy ?? 'system',
        body,
      });
    }
    return true;
  });
}

const withdrawStatement = statement<object, [string, string, string]>(
  'withdraw-notice',
  'order',
  `update notices set status = 'withdrawn', ended_at = now(), outcome = jsonb_build_object('withdrawnBy', $3::text)
   where subject_key = $1 and notice_id = $2 and status = 'waiting' and (lease_ends_at is null or lease_ends_at <= now())
   returning notice_id`,
);

/** Takes a notice back before it goes out; false when it is too late. */
export async function withdrawNotice(
  db: Runner,
  ref: Omit<NoticeHold, 'holder'>,
  by: string,
): Promise<boolean> {
  return (await db.run(withdrawStatement, [ref.subjectKey, ref.noticeId, by])).length === 1;
}

const eraseStatement = statement<{ readonly noticeId: string }, [string]>(
  'erase-notices',
  'list',
  `update notices set sealed_content = null, status = case when status = 'waiting' then 'withdrawn' else status end
   where customer_key = $1 and sealed_content is not null returning notice_id as "noticeId"`,
);

/** Takes away what an erased customer was told; what still waited is not sent. Returns how many there were. */
export async function eraseNotices(db: Runner, customerKey: string): Promise<number> {
  return (await db.run(eraseStatement, [customerKey])).length;
}

const listOfCustomer = statement<SealedNotice, [string]>(
  'list-notices-of-customer',
  'list',
  `select ${columns}, t.sealed_content as sealed from notices t where t.customer_key = $1
   order by t.queued_at, t.notice_id`,
);

/** What a customer was told, oldest first; without content where that was erased. */
export async function listNoticesOf(
  db: Runner,
  seal: Seal,
  customerKey: string,
): Promise<readonly (Notice & { readonly content: NoticeContent | null })[]> {
  return (await db.run(listOfCustomer, [customerKey])).map(({ sealed, ...notice }) => ({
    ...notice,
    content: openNotice(seal, { ...notice, sealed }) ?? null,
  }));
}

export type NoticeFilter = {
  readonly status?: NoticeStatus;
  readonly channel?: NoticeChannel;
  readonly subject?: string;
  readonly cursor?: string;
  readonly limit?: number;
};

const listStatement = statement<
  Notice & { readonly sortAt: string },
  [string | null, string | null, string | null, string, string, string, number]
>(
  'list-notices',
  'list',
  `select ${columns}, ${stampSql('t.queued_at')} as "sortAt" from notices t
   where ($1::text is null or t.status = $1) and ($2::text is null or t.channel = $2)
     and ($3::text is null or t.subject_key = $3)
     and (t.queued_at < $4::timestamptz or (t.queued_at = $4::timestamptz and (t.subject_key, t.notice_id::text) > ($5, $6)))
   order by t.queued_at desc, t.subject_key, t.notice_id limit $7`,
);

/** Notices without their content, newest first. */
export async function listNotices(db: Runner, filter: NoticeFilter = {}): Promise<Page<Notice>> {
  const [at = 'infinity', subject = '', id = ''] = readCursor(filter.cursor, 3) ?? [];
  const limit = pageLimit(filter.limit);
  const rows = await db.run(listStatement, [
    filter.status ?? null, filter.channel ?? null, filter.subject ?? null, String(at), String(subject), String(id),
    limit + 1,
  ]); // prettier-ignore
  return toPage(rows, limit, (row) => [row.sortAt, row.subjectKey, row.noticeId]);
}
