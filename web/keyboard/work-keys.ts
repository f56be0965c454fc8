/** What one key does with the problem that is open. */
export const workKeys = {
  take: 'o',
  dismiss: 'd',
  accept: 'a',
  merge: 'm',
  normal: 'n',
  comment: 'c',
  undo: 'u',
} as const;
