/** One row of the table of errors. */
import type { ExitCode } from './exit-codes.ts';

export type ErrorEntry = {
  /** What is wrong, without a full stop at the end. */
  readonly sentence: string;
  /** What to do about it. */
  readonly todo: string;
  readonly exit: ExitCode;
  /** HTTP status where it reaches a client. */
  readonly status: number;
};
