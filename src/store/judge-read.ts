/**
 * Which of two snapshots of one object is the newer one. Pure; the same for every order of arrival.
 *
 * - Where both carry a source version (declared strictly growing), the larger one.
 * - Otherwise the later start of the read, by the database's clock.
 * - Both equal with different content: it cannot be known; the larger content hash, so that everyone decides alike,
 *   and the caller is told.
 */
import type { ReadStamp } from './leases.ts';

export type ReadHead = {
  /** SHA-256 of the content, hex. */
  readonly hash: string;
  readonly sourceVersion: number | null;
  readonly startedAt: ReadStamp;
  readonly endedAt: ReadStamp;
};

/**
 * `newer`: becomes the newest · `same`: equal content, read later · `seen`: equal content, nothing new at all ·
 * `older`: kept as an observation only · `rewound`: read later, yet its version is smaller: read again, then store it
 * with `acceptRewound` · `tied`: cannot be ordered against the newest one, decided by hash.
 */
export type ReadVerdict = 'newer' | 'same' | 'seen' | 'older' | 'rewound' | 'tied';

export type ReadJudgement = {
  readonly verdict: ReadVerdict;
  /** It takes the place of the newest one. */
  readonly wins: boolean;
  /** Both reads were under way at the same time and differ: a third one must decide. */
  readonly needsRead: boolean;
};

export function judgeRead(current: ReadHead, incoming: ReadHead, acceptRewound = false): ReadJudgement {
  const differs = incoming.hash !== current.hash;
  const overlaps = incoming.startedAt < current.endedAt && current.startedAt < incoming.endedAt;
  const needsRead = differs && overlaps;
  const byVersion = compareVersions(current.sourceVersion, incoming.sourceVersion);
  const isLater = incoming.startedAt > current.startedAt;

  if (byVersion < 0 && isLater) {
    return acceptRewound
      ? { verdict: 'newer', wins: true, needsRead: false }
      : { verdict: 'rewound', wins: false, needsRead: true };
  }
  if (!differs) {
    return byVersion > 0 || (byVersion === 0 && isLater)
      ? { verdict: 'same', wins: true, needsRead: false }
      : { verdict: 'seen', wins: false, needsRead: false };
  }
  if (byVersion !== 0)
    return { verdict: byVersion > 0 ? 'newer' : 'older', wins: byVersion > 0, needsRead: false };
  if (incoming.startedAt !== current.startedAt)
    return { verdict: isLater ? 'newer' : 'older', wins: isLater, needsRead };
  return { verdict: 'tied', wins: incoming.hash > current.hash, needsRead: true };
}

/** Above 0 when the incoming version is larger, 0 when versions say nothing. */
function compareVersions(current: number | null, incoming: number | null): number {
  return current === null || incoming === null ? 0 : Math.sign(incoming - current);
}
