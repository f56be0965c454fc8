/** Links that work once. The secret stands behind `#`, which browsers send to nobody. */
import { createLoginLink, listUsers } from '../store/accounts.ts';
import { makeSecret } from './access.ts';
import type { ApiContext } from './api-config.ts';

export type MadeLink = { readonly link: string; readonly expiresAt: string };
type LinkContext = Pick<ApiContext, 'db' | 'clock' | 'limits'> & {
  readonly config: { readonly publicUrl: string };
};

/** A link that sets the password of a user. */
export async function makeUserLink(
  api: LinkContext,
  purpose: 'invitation' | 'password',
  userId: string,
): Promise<MadeLink> {
  return makeLink(api, { purpose, userId });
}

/** The link of the first start, which makes the first admin; undefined when there are users. */
export async function makeFirstLink(api: LinkContext): Promise<MadeLink | undefined> {
  if ((await listUsers(api.db)).length > 0) return undefined;
  return makeLink(api, { purpose: 'setup' });
}

async function makeLink(
  api: LinkContext,
  link: { readonly purpose: string; readonly userId?: string },
): Promise<MadeLink> {
  const { secret, hash } = makeSecret();
  const lifeMs = api.limits.linkLifeMs;
  await createLoginLink(api.db, { ...link, hash, lifeMs });
  const expiresAt = new Date(api.clock() + lifeMs).toISOString();
  const kind = link.purpose === 'setup' ? 'first' : 'password';
  return { link: `${api.config.publicUrl}/console/welcome/${kind}#${secret}`, expiresAt };
}
