/**
 * The table of errors people may meet at the command line or over HTTP: what is wrong, what to do, the exit code
 * of the process and the status of the answer. Expected refusals of a business rule are returned values instead.
 */
import type { ErrorEntry } from './error-entry.ts';
import { inputErrors } from './errors/input-errors.ts';
import { installationErrors } from './errors/installation-errors.ts';
import { storeErrors } from './errors/store-errors.ts';
import { documentErrors } from './errors/document-errors.ts';
import { accessErrors } from './errors/access-errors.ts';
import { workErrors } from './errors/work-errors.ts';
import { periodErrors } from './errors/period-errors.ts';
import { requestErrors } from './errors/request-errors.ts';

export const errors = {
  ...inputErrors,
  ...installationErrors,
  ...storeErrors,
  ...documentErrors,
  ...accessErrors,
  ...workErrors,
  ...periodErrors,
  ...requestErrors,
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errors;

/** An error of the table above. `detail` names the file, place or value in question; it may have several lines. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly detail: string | undefined;

  constructor(code: ErrorCode, options: { readonly detail?: string; readonly cause?: unknown } = {}) {
    const detail = options.detail === undefined ? '' : `: ${options.detail}`;
    super(`${errors[code].sentence}${detail}`, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.detail = options.detail;
  }

  get entry(): ErrorEntry {
    return errors[this.code];
  }
}
