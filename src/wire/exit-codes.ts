/** Exit codes of every command. */
export const exitCodes = {
  fine: 0,
  failed: 1,
  usage: 2,
  differencesFound: 3,
  notFound: 4,
  refused: 5,
  unreachable: 69,
  tryLater: 75,
  configuration: 78,
  interrupted: 130,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
