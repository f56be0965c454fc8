/** Schemas of logins, users and API tokens. */
import { z } from 'zod';
import { instantSchema, languageSchema, permissionSchema, reasonSchema, roleSchema } from './api-values.ts';

export const emailSchema = z.email().max(254);
/** Long enough to resist guessing; nothing is asked of its letters (NIST SP 800-63B). */
export const passwordSchema = z.string().min(12).max(256);
const nameSchema = z.string().trim().min(1).max(100);
const teamSchema = z.string().trim().min(1).max(50);

export const userSchema = z
  .object({
    userId: z.uuid(),
    email: z.string(),
    name: z.string(),
    roles: z.array(z.string()).readonly(),
    team: z.string().nullable(),
    language: z.string(),
    lockedUntilAt: instantSchema.nullable(),
    createdAt: instantSchema,
    deactivatedAt: instantSchema.nullable(),
  })
  .meta({ id: 'User' });

export const meSchema = z
  .object({
    user: userSchema,
    permissions: z.array(permissionSchema).readonly(),
    via: z.enum(['session', 'token']),
    isTablet: z
      .boolean()
      .describe('Somebody acts by PIN on a tablet that several share: the work of the desk only'),
    csrf: z.string().nullable().describe('To be sent as `x-csrf-token` with every write; null with a token'),
    zone: z.string().describe('IANA zone of the shop: what times are shown in'),
    sandbox: z
      .string()
      .nullable()
      .describe('Name of the made-up company that is watched; null: it is a real one'),
  })
  .meta({ id: 'Me' });

export const loginSchema = z.strictObject({
  email: z.string().max(254),
  password: z.string().max(256),
  code: z.string().max(40).exactOptional().describe('Of the authenticator app, or one recovery code'),
});

/** How somebody who is not logged in may come in. */
export const loginMethodsSchema = z.object({
  isFirstRun: z.boolean().describe('Nobody has an account: only the link printed at start leads in'),
  password: z.boolean(),
  oidc: z
    .object({ label: z.string(), url: z.string().describe('Where the browser goes to log in there') })
    .nullable(),
});

/** Digits, as one types them on a tablet in gloves; guessing is stopped by the lock, not by their number. */
const pinSchema = z.string().regex(/^\d{4,8}$/, '4 to 8 digits');
export const setPinSchema = z.strictObject({
  pin: pinSchema,
  password: z.string().max(256).default('').describe('The own password, where the account has one'),
});
export const pinStateSchema = z.object({ setAt: instantSchema.nullable() });
export const pinPersonsSchema = z.object({
  rows: z.array(z.object({ userId: z.uuid(), name: z.string() })).readonly(),
});
export const changePersonSchema = z.strictObject({ userId: z.uuid(), pin: pinSchema });

export const secondFactorStateSchema = z.object({
  isOn: z.boolean(),
  recoveryCodesLeft: z.int(),
});

export const newSecondFactorSchema = z.object({
  secret: z.string().describe('For typing into an authenticator app; shown only now'),
  uri: z.string().describe('The same as `otpauth://…`, for a QR code'),
});

export const confirmSecondFactorSchema = z.strictObject({ code: z.string().max(40) });
export const recoveryCodesSchema = z.object({
  recoveryCodes: z.array(z.string()).readonly().describe('Each works once; shown only now'),
});
export const endSecondFactorSchema = z.strictObject({ password: z.string().max(256) });

/** Uses a one-time link up. `email` and `name` only with the link of the first start. */
export const useLinkSchema = z.strictObject({
  token: z.string().min(20).max(200),
  password: passwordSchema,
  email: emailSchema.exactOptional(),
  name: nameSchema.exactOptional(),
});

export const changePasswordSchema = z.strictObject({
  current: z.string().max(256),
  password: passwordSchema,
});

export const newUserSchema = z.strictObject({
  email: emailSchema,
  name: nameSchema,
  roles: z.array(roleSchema).min(1).max(5),
  team: teamSchema.nullable().default(null),
  language: languageSchema.default('en'),
});

export const changeUserSchema = z.strictObject({
  name: nameSchema.exactOptional(),
  roles: z.array(roleSchema).min(1).max(5).exactOptional(),
  team: teamSchema.nullable().exactOptional(),
  language: languageSchema.exactOptional(),
  reason: reasonSchema.exactOptional(),
});

export const deactivateUserSchema = z.strictObject({
  reason: reasonSchema,
  handOverTo: z
    .uuid()
    .nullable()
    .default(null)
    .describe('Who gets their open problems; null: back to the teams'),
});

export const linkSchema = z.object({
  link: z.string().describe('Works once; shown only now'),
  expiresAt: instantSchema,
});

export const invitedUserSchema = z.object({ user: userSchema, invitation: linkSchema });
export const userListSchema = z.object({ rows: z.array(userSchema).readonly() });

export const tokenSchema = z
  .object({
    tokenId: z.uuid(),
    name: z.string(),
    scopes: z.array(z.string()).readonly(),
    createdAt: instantSchema,
    usedAt: instantSchema.nullable(),
    expiresAt: instantSchema.nullable(),
    revokedAt: instantSchema.nullable(),
  })
  .meta({ id: 'Token' });

export const newTokenSchema = z.strictObject({
  name: nameSchema,
  scopes: z.array(permissionSchema).min(1).describe('What it may do, of what you may do yourself'),
  expiresAt: instantSchema.nullable().default(null),
});

export const madeTokenSchema = z.object({
  token: tokenSchema,
  secret: z.string().describe('Shown only now; for `Authorization: Bearer …`'),
});
export const tokenListSchema = z.object({ rows: z.array(tokenSchema).readonly() });
