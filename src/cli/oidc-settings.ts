import { readFileSync } from 'node:fs';
import type { OidcSettings } from '../api/api-config.ts';
import { AppError } from '../wire/errors.ts';
import { roles, type Role } from '../wire/roles.ts';

/**
 * Login by an identity provider, from the environment: `REENTRY_OIDC_ISSUER`, `…_CLIENT_ID`, `…_CLIENT_SECRET` or
 * `…_CLIENT_SECRET_FILE`, `…_LABEL`, `…_ROLES_CLAIM` (`groups`), `…_ROLES` (`shop-admins=admin,warehouse=ops`). Undefined without
 * an issuer. Throws AppError `oidc-settings-invalid`.
 */
export function readOidcSettings(env: NodeJS.ProcessEnv): OidcSettings | undefined {
  const issuer = env['REENTRY_OIDC_ISSUER'];
  if (issuer === undefined || issuer === '') return undefined;
  const clientId = env['REENTRY_OIDC_CLIENT_ID'];
  if (!URL.canParse(issuer)) throw new AppError('oidc-settings-invalid', { detail: 'REENTRY_OIDC_ISSUER' });
  if (clientId === undefined)
    throw new AppError('oidc-settings-invalid', { detail: 'REENTRY_OIDC_CLIENT_ID' });
  const file = env['REENTRY_OIDC_CLIENT_SECRET_FILE'];
  const clientSecret = file === undefined ? env['REENTRY_OIDC_CLIENT_SECRET'] : readSecret(file);
  return {
    issuer,
    clientId,
    ...(clientSecret !== undefined && { clientSecret }),
    label: env['REENTRY_OIDC_LABEL'] ?? new URL(issuer).hostname,
    rolesClaim: env['REENTRY_OIDC_ROLES_CLAIM'] ?? 'groups',
    roles: readRoles(env['REENTRY_OIDC_ROLES'] ?? ''),
  };
}

function readSecret(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new AppError('oidc-settings-invalid', {
      detail: `REENTRY_OIDC_CLIENT_SECRET_FILE: ${file}`,
      cause,
    });
  }
}

function readRoles(text: string): Readonly<Record<string, Role>> {
  const pairs = text.split(',').map((part) => part.trim()).filter((part) => part !== ''); // prettier-ignore
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.lastIndexOf('=');
      const role = pair.slice(at + 1).trim();
      if (at < 1 || !(roles as readonly string[]).includes(role))
        throw new AppError('oidc-settings-invalid', { detail: `REENTRY_OIDC_ROLES: ${pair}` });
      return [pair.slice(0, at).trim(), role as Role];
    }),
  );
}
