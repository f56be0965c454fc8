/** Logging without secrets and personal data: addresses without their query, no bodies, no credentials. */
import { pino, stdSerializers, type DestinationStream, type Logger, type LoggerOptions } from 'pino';
import { redacted } from '../connectors/redact.ts';

/** Wherever such a member stands, one or two levels deep. */
const secretMembers = ['password', 'secret', 'secrets', 'token', 'authorization', 'cookie', 'email', 'csrf'];
const secretPaths = [
  ...secretMembers.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
  '*["set-cookie"]', '*.*["set-cookie"]', '*["x-csrf-token"]', '*.*["x-csrf-token"]',
  '*["stripe-signature"]', '*.*["stripe-signature"]',
]; // prettier-ignore

type LoggedRequest = {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly ip?: string;
};

const options: LoggerOptions = {
  redact: { paths: secretPaths, censor: redacted },
  formatters: { level: (level) => ({ level }) },
  timestamp: () => `,"time":"${new Date().toISOString()}"`,
  serializers: {
    err: stdSerializers.err,
    // A query may name a customer; the address before it names orders, which is what a log is for.
    req: (request: LoggedRequest) => ({
      id: request.id,
      method: request.method,
      // The link of a customer is a key to their order.
      path: request.url.split('?', 1)[0]!.replace(/^(\/my-return\/o\/)[^/]+/, '$1…'),
      from: request.ip,
    }),
    res: (reply: { readonly statusCode: number }) => ({ status: reply.statusCode }),
  },
};

/** The logger of the service: JSON lines, by default to standard error. */
export function createLogger(level: string, to?: DestinationStream): Logger {
  return to === undefined
    ? pino({ ...options, level }, pino.destination(2))
    : pino({ ...options, level }, to);
}
