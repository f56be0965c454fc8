/** A request that is answered with an error of the table, and what goes with it. */
import { AppError, type ErrorCode } from '../wire/errors.ts';

export type FieldError = { readonly path: string; readonly message: string };

export class Refused extends AppError {
  readonly fields: readonly FieldError[] | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ErrorCode,
    options: {
      readonly detail?: string;
      readonly fields?: readonly FieldError[];
      readonly retryAfterSeconds?: number;
      readonly cause?: unknown;
    } = {},
  ) {
    const { fields, retryAfterSeconds, ...rest } = options;
    super(code, rest);
    this.fields = fields;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
