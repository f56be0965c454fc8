/** A request that is answered with an error of the table, and what goes with it. */
import { refusalText, type Refusal } from '../kernel/refusal.ts';
import { AppError, type ErrorCode } from '../wire/errors.ts';

export type FieldError = { readonly path: string; readonly message: string };

/** A refusal of the return workflow as it goes over the wire. */
export type ToldRefusal = Pick<Refusal, 'reason' | 'about'> & {
  readonly text: { readonly en: string; readonly de: string };
};

export function toldRefusal(refusal: Pick<Refusal, 'reason' | 'about'>): ToldRefusal {
  const { reason, about } = refusal;
  return { reason, about, text: { en: refusalText(refusal, 'en'), de: refusalText(refusal, 'de') } };
}

export class Refused extends AppError {
  readonly fields: readonly FieldError[] | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly refusal: ToldRefusal | undefined;

  constructor(
    code: ErrorCode,
    options: {
      readonly detail?: string;
      readonly fields?: readonly FieldError[];
      readonly retryAfterSeconds?: number;
      readonly cause?: unknown;
      readonly refusal?: ToldRefusal;
    } = {},
  ) {
    const { fields, retryAfterSeconds, refusal, ...rest } = options;
    super(code, rest);
    this.fields = fields;
    this.retryAfterSeconds = retryAfterSeconds;
    this.refusal = refusal;
  }
}
