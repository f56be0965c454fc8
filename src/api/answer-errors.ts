/** Every error leaves as a problem document (RFC 9457) with a code of the one table. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors, isResponseSerializationError } from 'fastify-type-provider-zod';
import { isDatabaseAway, isDatabaseFull } from '../store/constraint-codes.ts';
import { AppError, errors, type ErrorCode } from '../wire/errors.ts';
import type { ErrorEntry } from '../wire/error-entry.ts';
import type { ProblemDocument } from '../wire/api-values.ts';
import { Refused, type FieldError, type ToldRefusal } from './refused.ts';

/** Errors of the HTTP server itself, by its code. */
const serverErrors: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'content-type-unknown',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'request-invalid',
  FST_ERR_CTP_INVALID_JSON_BODY: 'request-invalid',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'request-invalid',
  FST_ERR_HANDLER_TIMEOUT: 'timeout',
};

type Told = {
  readonly code: ErrorCode;
  readonly detail?: string;
  readonly fields?: readonly FieldError[];
  readonly retryAfterSeconds?: number;
  readonly refusal?: ToldRefusal;
};

/** Where an error is explained: the entry in the reference page. */
export const errorAddress = (code: ErrorCode): string => `/api/docs#error-${code}`;

/** Makes all errors of the app problem documents, also those of unknown addresses. */
export function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request, reply) => sendError(error, request, reply));
  app.setNotFoundHandler((request, reply) => sendError(new Refused('route-not-found'), request, reply));
}

function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const told = tell(error);
  const { status } = errors[told.code];
  if (status >= 500) request.log.error({ err: error, code: told.code }, 'request failed');
  if (told.retryAfterSeconds !== undefined) reply.header('retry-after', told.retryAfterSeconds);
  if (status === 401) reply.header('www-authenticate', 'Bearer realm="reentry"');
  return reply
    .code(status)
    .header('content-type', 'application/problem+json')
    .header('cache-control', 'no-store')
    .serializer((body: unknown) => JSON.stringify(body))
    .send(problemDocument(told, request.id));
}

/** The problem document of an error. */
export function problemDocument(told: Told, requestId: string): ProblemDocument {
  const entry: ErrorEntry = errors[told.code];
  return {
    type: errorAddress(told.code),
    title: entry.sentence,
    status: entry.status,
    code: told.code,
    ...(told.detail !== undefined && { detail: told.detail }),
    todo: entry.todo,
    exit: entry.exit,
    requestId,
    ...(told.fields !== undefined && { errors: told.fields }),
    ...(told.refusal !== undefined && { refusal: told.refusal }),
  };
}

function tell(error: unknown): Told {
  if (error instanceof Refused) {
    return {
      code: error.code,
      ...(error.detail !== undefined && { detail: error.detail }),
      ...(error.fields !== undefined && { fields: error.fields }),
      ...(error.retryAfterSeconds !== undefined && { retryAfterSeconds: error.retryAfterSeconds }),
      ...(error.refusal !== undefined && { refusal: error.refusal }),
    };
  }
  if (error instanceof AppError)
    return { code: error.code, ...(error.detail !== undefined && { detail: error.detail }) };
  if (isResponseSerializationError(error)) return { code: 'internal' };
  if (hasZodFastifySchemaValidationErrors(error)) {
    return { code: 'request-invalid', fields: error.validation.map(fieldError) };
  }
  if (error instanceof RangeError && error.message.startsWith('cursor ')) return { code: 'cursor-invalid' };
  // A value that passed the schema and is none for the database: a forged cursor, U+0000 in a text.
  if (isDataException(error)) return { code: 'request-invalid' };
  if (isDatabaseFull(error)) return { code: 'store-disk-full', retryAfterSeconds: 30 };
  if (isDatabaseAway(error)) return { code: 'unavailable', retryAfterSeconds: 2 };
  const code = error instanceof Error && 'code' in error ? serverErrors[String(error.code)] : undefined;
  if (code !== undefined) return { code, ...(code === 'timeout' && { retryAfterSeconds: 5 }) };
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
  // What the server refuses before any of our code (a malformed address, an odd header).
  return { code: status >= 400 && status < 500 ? 'request-invalid' : 'internal' };
}

const isDataException = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^22[0-9A-Z]{3}$/.test(String(error.code));

function fieldError(issue: { readonly instancePath: string; readonly message?: string }): FieldError {
  return {
    path: issue.instancePath.replace(/^\//, '').replaceAll('/', '.'),
    message: issue.message ?? 'does not fit',
  };
}
