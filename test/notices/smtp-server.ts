/**
 * A small SMTP server on this machine that takes mails, and fails where it is told to:
 *
 *   const smtp = await startSmtpServer();
 *   smtp.misbehave('drop-after-data');
 *   … smtp.mails
 */
import { createServer, type Socket } from 'node:net';

export type ReceivedMail = {
  readonly from: string;
  readonly to: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  /** Decoded text. */
  readonly text: string;
};

/** `refuse-recipient` 550 · `busy` 451 before the message · `drop-before-data` · `drop-after-data`: taken, never answered. */
export type Misbehaviour = 'refuse-recipient' | 'busy' | 'drop-before-data' | 'drop-after-data' | 'bad-login';

export type SmtpServer = {
  readonly url: string;
  readonly port: number;
  readonly mails: readonly ReceivedMail[];
  /** For the next connection only. */
  misbehave(how: Misbehaviour): void;
  close(): Promise<void>;
};

export async function startSmtpServer(): Promise<SmtpServer> {
  const mails: ReceivedMail[] = [];
  const queue: Misbehaviour[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    converse(socket, queue.shift(), (mail) => mails.push(mail));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { readonly port: number };
  return {
    url: `smtp://127.0.0.1:${port}`,
    port,
    mails,
    misbehave: (how) => void queue.push(how),
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function converse(socket: Socket, how: Misbehaviour | undefined, take: (mail: ReceivedMail) => void): void {
  let rest = '';
  let body: string[] | undefined;
  let from = '';
  let to: string[] = [];
  const say = (line: string): void => void socket.write(`${line}\r\n`);
  const onLine = (line: string): void => {
    if (body !== undefined) {
      if (line !== '.') return void body.push(line.replace(/^\.\./, '.'));
      take({ from, to, ...parse(body) });
      body = undefined;
      if (how === 'drop-after-data') socket.destroy();
      else say('250 2.0.0 Ok: queued');
      return;
    }
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === 'EHLO') say(how === 'bad-login' ? '250-test\r\n250 AUTH PLAIN' : '250 test');
    else if (verb === 'AUTH') say('535 5.7.8 no');
    else if (verb === 'MAIL') {
      from = /<(.*?)>/.exec(line)?.[1] ?? '';
      say(how === 'busy' ? '451 4.3.2 come back later' : '250 ok');
    } else if (verb === 'RCPT') {
      const address = /<(.*?)>/.exec(line)?.[1] ?? '';
      if (how === 'refuse-recipient') return say(`550 5.1.1 <${address}> unknown`);
      to = [...to, address];
      say('250 ok');
    } else if (verb === 'DATA') {
      if (how === 'drop-before-data') return void socket.destroy();
      body = [];
      say('354 go on');
    } else if (verb === 'QUIT') {
      say('221 bye');
      socket.end();
    } else say('250 ok');
  };
  say('220 test ESMTP');
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\r\n');
    rest = lines.pop()!;
    lines.forEach(onLine);
  });
}

function parse(lines: readonly string[]): Pick<ReceivedMail, 'headers' | 'text'> {
  const end = lines.indexOf('');
  const headers: Record<string, string> = {};
  let name = '';
  for (const line of lines.slice(0, end)) {
    if (/^[ \t]/.test(line)) headers[name] += line.replace(/^[ \t]+/, ' ');
    else {
      name = line.slice(0, line.indexOf(':')).toLowerCase();
      headers[name] = line.slice(line.indexOf(':') + 1).trim();
    }
  }
  headers['subject'] = decodeWords(headers['subject'] ?? '');
  const raw = lines.slice(end + 1).join('\n');
  const encoding = headers['content-transfer-encoding'] ?? '7bit';
  const bytes =
    encoding === 'base64'
      ? Buffer.from(raw, 'base64')
      : encoding === 'quoted-printable'
        ? unquote(raw.replaceAll(/=\n/g, ''))
        : Buffer.from(raw);
  return { headers, text: bytes.toString('utf8') };
}

const unquote = (text: string): Buffer =>
  Buffer.concat(
    text
      .split(/(=[0-9A-F]{2})/)
      .map((part) => (/^=[0-9A-F]{2}$/.test(part) ? Buffer.from(part.slice(1), 'hex') : Buffer.from(part))),
  );

/** RFC 2047. */
const decodeWords = (text: string): string =>
  text
    .replaceAll(/\?=\s+=\?/g, '?==?')
    .replaceAll(/=\?utf-8\?([BQ])\?(.*?)\?=/gi, (_, kind: string, word: string) =>
      kind.toUpperCase() === 'B'
        ? Buffer.from(word, 'base64').toString('utf8')
        : unquote(word.replaceAll('_', ' ')).toString('utf8'),
    );
