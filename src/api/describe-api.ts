/** The OpenAPI document, made from the schemas by which requests are checked. */
import swagger from '@fastify/swagger';
import type { FastifyInstance, RouteOptions } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { problemDocumentSchema } from '../wire/api-values.ts';
import { permissions, roles, type Role } from '../wire/roles.ts';
import type { Access } from './access.ts';
import { cookieName } from './access.ts';
import type { ApiConfig } from './api-config.ts';

const tags = [
  { name: 'access', description: 'Logins, users, API tokens' },
  { name: 'orders', description: 'Orders, their answers, timelines and records' },
  { name: 'returns', description: 'The returns desk: returns, refund previews, steps, scans, photos' },
  { name: 'problems', description: 'Problems as work with an owner; the opening balance' },
  { name: 'commands', description: 'Corrections in source systems: approved by people, sent at most once' },
  {
    name: 'finance',
    description: 'Accounts over all orders, money that does not match, closing of months, margin',
  },
  { name: 'exports', description: 'Lists as files, for spreadsheets' },
  { name: 'teams', description: 'Who owns what: teams, rota, routing, what is normal here' },
  { name: 'notices', description: 'What people and customers are told' },
  { name: 'connections', description: 'Connected systems and what they deliver' },
  { name: 'policy', description: 'Terms, owners and calendars by date' },
  { name: 'audit', description: 'Who did what' },
  { name: 'events', description: 'What changed, live' },
  { name: 'system', description: 'Reentry itself' },
  { name: 'webhooks', description: 'What systems send' },
];

const about = `Everything the console does goes through these addresses.

Send an API token as \`Authorization: Bearer …\`, or log in and send the session cookie; writes with a cookie need the
header \`x-csrf-token\`. Writes take an \`Idempotency-Key\`: the same request with the same key is done once and answered
as often as it is sent. Lists come in pages; give \`next\` back as \`cursor\`. Errors are problem documents (RFC 9457)
with a \`code\`. Instants are UTC, money is in minor units of its currency.`;

/** Which roles may use a route; undefined: it is not a matter of roles. */
export function rolesOf(access: Access): readonly Role[] | undefined {
  if (access === 'public' || access === 'signed') return undefined;
  if (access === 'login') return roles;
  return permissions[access === 'metrics' ? 'metrics.read' : access].roles;
}

export function describeApi(app: FastifyInstance, config: ApiConfig): void {
  void app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Reentry',
        description: about,
        version: config.version,
        license: { name: 'Apache-2.0' },
      },
      servers: [{ url: config.publicUrl }],
      tags,
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer' },
          session: { type: 'apiKey', in: 'cookie', name: cookieName(config.publicUrl) },
        },
      },
    },
    transform: (given) => {
      const { schema } = given;
      const access = (given.route as RouteOptions).config?.access ?? 'login';
      const allowed = rolesOf(access);
      const response = { ...(schema?.response as object | undefined), default: errorResponse };
      const described = jsonSchemaTransform({ ...given, schema: { ...schema, response } });
      const extra = {
        'x-access': access,
        ...(allowed === undefined ? {} : { 'x-roles': allowed }),
        security: allowed === undefined ? [] : [{ token: [] }, { session: [] }],
      };
      return { ...described, schema: { ...described.schema, ...extra } };
    },
    transformObject: jsonSchemaTransformObject,
  });
}

const errorResponse = {
  description: 'What went wrong, with a code of the table of errors',
  content: { 'application/problem+json': { schema: problemDocumentSchema } },
};
