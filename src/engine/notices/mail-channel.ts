/**
 * E-mail by SMTP. Accepted means that the server took the message. Where the connection is lost after the message
 * began to flow and before the server answered, nobody knows, and nothing is sent again.
 *
 *   const mail = openMailChannel(parseSmtpUrl('smtp://user:secret@mail.example:587'), 'Returns <returns@shop.example>');
 *   const result = await mail.send({ id, to: ['ops@shop.example'], subject, text });
 */
import MailComposer from 'nodemailer/lib/mail-composer';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { Readable } from 'node:stream';
import type { SendResult } from './send-result.ts';

export type SmtpSettings = {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte; else STARTTLS is demanded unless `plain`. */
  readonly secure: boolean;
  /** Without encryption: only to this machine, or where `?tls=none` says so. */
  readonly plain: boolean;
  readonly auth?: { readonly user: string; readonly pass: string };
};

/**
 * Reads `smtp://user:password@host:587` (STARTTLS is demanded) or `smtps://…:465`. `?tls=none` allows a connection in
 * the clear; to this machine it is allowed anyway. Throws RangeError with a sentence for anything else.
 */
export function parseSmtpUrl(text: string): SmtpSettings {
  if (!URL.canParse(text)) throw new RangeError('write it as smtp://user:password@host:587');
  const url = new URL(text);
  if (url.protocol !== 'smtp:' && url.protocol !== 'smtps:')
    throw new RangeError('it begins with smtp:// or smtps://');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (host === '') throw new RangeError('it names no host');
  const tls = url.searchParams.get('tls');
  if (tls !== null && tls !== 'none') throw new RangeError('tls may only be none');
  const secure = url.protocol === 'smtps:';
  const isHere = host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
  return {
    host,
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    secure,
    plain: !secure && (tls === 'none' || isHere),
    ...(url.username !== '' && {
      auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) },
    }),
  };
}

export type Mail = {
  /** Becomes the Message-ID: a server or reader that gets one mail twice can tell. */
  readonly id: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly replyTo?: string;
};

export type MailChannel = { send(mail: Mail, signal?: AbortSignal): Promise<SendResult> };

export type MailOptions = {
  /** From connecting to the last answer. Default 60 s. */
  readonly timeoutMs?: number;
};

const timeoutMsDefault = 60_000;

/** Opens the channel; `from` is the sender of every mail. Nothing is connected until something is sent. */
export function openMailChannel(smtp: SmtpSettings, from: string, options: MailOptions = {}): MailChannel {
  const timeoutMs = options.timeoutMs ?? timeoutMsDefault;
  return {
    async send(mail, signal) {
      const composed = compose(mail, from);
      const bytes = await composed.build();
      const envelope = composed.getEnvelope();
      if (envelope.from === false || envelope.to.length === 0)
        return { is: 'refused', final: true, message: 'no usable address' };
      return deliver(smtp, { from: envelope.from, to: envelope.to }, bytes, timeoutMs, signal);
    },
  };
}

function compose(
  { id, to, subject, text, replyTo }: Mail,
  from: string,
): ReturnType<MailComposer['compile']> {
  const domain = /@([\w.-]+)/.exec(from)?.[1] ?? 'reentry.invalid';
  const composer = new MailComposer({
    from, to: [...to], subject, text,
    ...(replyTo !== undefined && { replyTo }),
    messageId: `<${id}@${domain}>`,
    // Out-of-office replies and other machines must not answer (RFC 3834).
    headers: { 'Auto-Submitted': 'auto-generated' },
    disableFileAccess: true, disableUrlAccess: true,
  }); // prettier-ignore
  return composer.compile();
}

type Failure = Error & { readonly responseCode?: number; readonly response?: string; readonly code?: string };

/** One connection, one message. The flag that the message began to flow decides between "not sent" and "unknown". */
async function deliver(
  smtp: SmtpSettings,
  envelope: { readonly from: string; readonly to: string[] },
  bytes: Buffer,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<SendResult> {
  const connection = new SMTPConnection({
    host: smtp.host, port: smtp.port, secure: smtp.secure, requireTLS: !smtp.secure && !smtp.plain,
    name: hostname(), connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs,
  }); // prettier-ignore
  let hasBegun = false;
  // Read only once the server has said 354: from then on part of the message may be there.
  const message = new Readable({
    read() {
      hasBegun = true;
      this.push(bytes);
      this.push(null);
    },
  });
  try {
    return await new Promise<SendResult>((resolve) => {
      const fail = (error: Failure): void => resolve(judge(error, hasBegun));
      const timer = setTimeout(() => fail(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
      timer.unref();
      signal?.addEventListener('abort', () => fail(new Error('stopped')), { once: true });
      connection.on('error', fail);
      connection.once('end', () => fail(new Error('the server closed the connection')));
      const send = (): void =>
        connection.send(envelope, message, (error, info) => {
          clearTimeout(timer);
          if (error) fail(error as Failure);
          else resolve({ is: 'accepted', answer: String(info?.response ?? '').slice(0, 200) });
        });
      connection.connect((error) => {
        if (error) return fail(error as Failure);
        if (smtp.auth === undefined) return send();
        connection.login({ user: smtp.auth.user, pass: smtp.auth.pass }, (refused) =>
          refused ? fail(refused as Failure) : send(),
        );
      });
    });
  } finally {
    connection.on('error', () => {});
    connection.close();
  }
}

/** 5xx is final, 4xx will pass; without an answer it depends on whether the message had begun to flow. */
function judge(error: Failure, hasBegun: boolean): SendResult {
  const message = clean(error.response ?? error.message);
  const status = error.responseCode ?? 0;
  if (status >= 400) return { is: 'refused', final: status >= 500 && error.code !== 'EAUTH', message };
  if (hasBegun) return { is: 'unknown', message };
  return { is: 'refused', final: false, message };
}

/** Addresses are personal data, and an answer of a server is logged and shown. */
const clean = (text: string): string =>
  text.replaceAll(/[^\s<>@]{1,64}@[^\s<>]{1,255}/g, '<address>').slice(0, 300);
