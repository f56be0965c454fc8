/** The zone in which times are shown: the shop's, or by a switch the reader's own. */
import { createContext, use, type ReactNode } from 'react';
import { useMe } from '../api/session.ts';
import { usePreferences } from './preferences.ts';

const Zone = createContext<string | undefined>(undefined);

export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Asked once for all that is within: a list shows hundreds of times. */
export function ZoneHolder({ children }: { readonly children: ReactNode }) {
  const { zone } = useMe();
  return <Zone value={usePreferences().zone === 'own' ? ownZone() : zone}>{children}</Zone>;
}

export function useZone(): string {
  const zone = use(Zone);
  if (zone === undefined) throw new Error('no zone around this component');
  return zone;
}
