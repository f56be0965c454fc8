/** Ways out for notices, from the environment: secrets come by variable or by file, never by flag. */
import { readFileSync } from 'node:fs';
import { openChatChannel } from '../engine/notices/chat-channel.ts';
import { openMailChannel, parseSmtpUrl } from '../engine/notices/mail-channel.ts';
import type { NoticeChannels } from '../engine/notices/send-notices.ts';
import { AppError } from '../wire/errors.ts';

/**
 * `REENTRY_SMTP_URL` (or `REENTRY_SMTP_URL_FILE`) and `REENTRY_MAIL_FROM` open e-mail; `REENTRY_CHAT_NETWORKS` names
 * private networks where chat webhooks may live. Throws `mail-settings-invalid`.
 */
export function openNoticeChannels(env: Readonly<Record<string, string | undefined>>): NoticeChannels {
  const networks = (env['REENTRY_CHAT_NETWORKS'] ?? '').split(/[\s,]+/).filter((network) => network !== '');
  const chat = openChatChannel({ random: Math.random, allowedNetworks: networks });
  const file = env['REENTRY_SMTP_URL_FILE'];
  const url = env['REENTRY_SMTP_URL'] ?? (file === undefined ? undefined : readSecret(file));
  if (url === undefined || url === '') return { chat };
  const from = env['REENTRY_MAIL_FROM'] ?? '';
  if (!/^[^\r\n]*[^\s@<]@[^\s@>]{1,255}>?$/.test(from))
    throw new AppError('mail-settings-invalid', { detail: 'REENTRY_MAIL_FROM is no sender' });
  try {
    return { chat, email: openMailChannel(parseSmtpUrl(url), from) };
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new AppError('mail-settings-invalid', { detail: `REENTRY_SMTP_URL: ${cause.message}` });
  }
}

function readSecret(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new AppError('mail-settings-invalid', { detail: `REENTRY_SMTP_URL_FILE: ${file}`, cause });
  }
}
