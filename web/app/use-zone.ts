/** The zone in which times are shown: the shop's, or by a switch the reader's own. */
import { useMe } from '../api/session.ts';
import { usePreferences } from './preferences.ts';

export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

export function useZone(): string {
  const { zone } = useMe();
  return usePreferences().zone === 'own' ? ownZone() : zone;
}
