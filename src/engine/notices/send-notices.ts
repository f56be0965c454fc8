/**
 * Sends what waits in the outbox. Each notice is tried until its server takes it or refuses it for good; what nobody
 * knows is left unknown and shown to people.
 */
import type { Database } from '../../store/database.ts';
import {
  beginNotice, claimNotices, openNotice, settleNotice, type NoticeChannel, type NoticeContent, type NoticeSettlement,
} from '../../store/notices.ts'; // prettier-ignore
import type { Seal } from '../../store/seal.ts';
import type { ChatChannel } from './chat-channel.ts';
import type { MailChannel } from './mail-channel.ts';
import type { SendResult } from './send-result.ts';

/** Ways out that are configured; what has none waits, and is shown as waiting. */
export type NoticeChannels = {
  readonly email?: MailChannel;
  readonly chat?: ChatChannel;
  readonly ticket?: TicketChannel;
};

export type TicketChannel = {
  /** Writes on the case of the order in the connection that `to` names, once per problem. */
  send(ticket: TicketNotice, signal?: AbortSignal): Promise<SendResult>;
};
export type TicketNotice = {
  readonly connection: string;
  readonly orderKey: string;
  /** `subject~id`. */
  readonly problem: string;
  readonly subject: string;
  readonly text: string;
};

export type SendOptions = {
  readonly holder: string;
  readonly seal: Seal;
  readonly channels: NoticeChannels;
  readonly signal?: AbortSignal;
  readonly batchMax?: number;
};

const batchMaxDefault = 20;
/** Longer than any channel takes. */
const leaseMs = 180_000;
const attemptsMax = 10;
const retryMs = 60_000;
const retryMsMax = 6 * 3_600_000;
const allChannels: readonly NoticeChannel[] = ['email', 'chat', 'ticket'];

/** Sends one batch; returns how many notices were worked on. */
export async function sendNotices(db: Database, options: SendOptions): Promise<number> {
  const { holder, seal, channels, signal } = options;
  const without = allChannels.filter((name) => channels[name] === undefined);
  const claimed = await claimNotices(db, { holder, limit: options.batchMax ?? batchMaxDefault, leaseMs, without });
  for (const notice of claimed) {
    const hold = { subjectKey: notice.subjectKey, noticeId: notice.noticeId, holder };
    // Its process died while sending: nobody knows.
    if (notice.status === 'sending') {
      await settleNotice(db, hold, { status: 'unknown', outcome: { message: 'the sender stopped while sending' } });
      continue;
    }
    const content = openNotice(seal, notice);
    if (content === undefined) {
      await settleNotice(db, hold, { status: 'dead', outcome: { message: 'its content was erased' } });
      continue;
    }
    if (!(await beginNotice(db, hold, leaseMs))) continue;
    const result = await send(channels, notice.channel, notice.noticeId, content, signal);
    await settleNotice(db, hold, settlementOf(result, notice.attemptCount + 1));
  }
  return claimed.length;
} // prettier-ignore

async function send(
  channels: NoticeChannels,
  channel: NoticeChannel,
  id: string,
  content: NoticeContent,
  signal: AbortSignal | undefined,
): Promise<SendResult> {
  const { to, subject, text, format = 'slack', replyTo, about } = content;
  try {
    switch (channel) {
      case 'email':
        return await channels.email!.send({ id, to, subject, text, ...(replyTo !== undefined && { replyTo }) }, signal); // prettier-ignore
      case 'chat':
        return await channels.chat!.send({ url: to[0] ?? '', format, subject, text }, signal);
      case 'ticket':
        if (about === undefined)
          return { is: 'refused', final: true, message: 'it is about no problem of an order' };
        return await channels.ticket!.send({ connection: to[0] ?? '', ...about, subject, text }, signal);
    }
  } catch (error) {
    // A mistake of ours after the attempt began: whether something went out is not known.
    return { is: 'unknown', message: error instanceof Error ? error.message.slice(0, 300) : 'failed' };
  }
}

function settlementOf(result: SendResult, attempts: number): NoticeSettlement {
  switch (result.is) {
    case 'accepted':
      return { status: 'accepted', outcome: { answer: result.answer } };
    case 'unknown':
      return { status: 'unknown', outcome: { message: result.message } };
    case 'refused': {
      const outcome = { message: result.message, attempts };
      if (result.final || attempts >= attemptsMax) return { status: 'dead', outcome };
      const delayMs = result.retryAfterMs ?? Math.min(retryMsMax, retryMs * 2 ** (attempts - 1));
      return { status: 'waiting', outcome, delayMs };
    }
  }
}
