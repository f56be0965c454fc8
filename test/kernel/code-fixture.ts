/** The shape of a fixture: a story that fires one code, and the closest ordinary one that does not. */
import type { ProblemCode } from '../../src/kernel/codes.ts';
import type { Coverage } from '../../src/kernel/feeds.ts';
import type { Policy } from '../../src/kernel/policy.ts';
import { story, type Story } from './story.ts';

export type Expected = {
  readonly owner: string;
  readonly sku?: string;
  readonly units?: number;
  readonly minor?: number;
  /** Day or instant on which it is due. Left out: broken at once. */
  readonly due?: string;
  /** The code it hangs on. */
  readonly waitsFor?: ProblemCode;
};

export type CodeFixture = {
  readonly fires: () => Story;
  readonly expect: Expected;
  readonly nearMiss: () => Story;
  readonly policy?: Policy;
  readonly coverage?: Coverage;
};

export type CodeFixtures = Partial<Record<ProblemCode, CodeFixture>>;

/** Two shoes bought, paid and shipped; one comes back under an approved return, received and put away. */
export const returned = (): Story =>
  story('1001')
    .delivered('SHOE', 2, 5990)
    .approved('2026-11-02T09:00')
    .received('SHOE', 1, '2026-11-03T09:00');

/** The same, refunded, settled and restocked: only the books and the ticket are missing. */
export const refunded = (): Story =>
  returned()
    .refunded('r1', [['SHOE', 1, 5990]])
    .restocked('SHOE', 1);

/** A return that is closed in all systems. */
export const clean = (): Story => refunded().closed(5990);
