/** The API of the product over a database, with one user who may see everything; nothing runs in the background. */
import { defaultPolicy } from '../src/kernel/policy.ts';
import type { FastifyInstance } from 'fastify';
import { randomBytes } from 'node:crypto';
import { makeTokenSecret } from '../src/api/access.ts';
import { defaultLimits } from '../src/api/api-config.ts';
import { createApi } from '../src/api/create-api.ts';
import { findLiveConnector } from '../src/connectors/live-registry.ts';
import type { ConnectedSystems } from '../src/engine/connected-system.ts';
import { loadSystems } from '../src/engine/load-systems.ts';
import { receiveDelivery } from '../src/engine/receive.ts';
import { createToken, createUser } from '../src/store/accounts.ts';
import { changeConnectionSecrets, readConnectionSecrets } from '../src/store/connection-secrets.ts';
import { putConnection } from '../src/store/connections.ts';
import type { Database } from '../src/store/database.ts';
import { createSeal, masterKeyBytes } from '../src/store/seal.ts';
import { permissionNames } from '../src/wire/roles.ts';

/** `hookSecret`: of a shop that is then connected. */
export async function openBenchApi(
  db: Database,
  hookSecret?: string,
): Promise<{ readonly app: FastifyInstance; readonly token: string }> {
  const seal = createSeal(randomBytes(masterKeyBytes));
  if (hookSecret !== undefined) {
    const settings = { baseUrl: 'http://127.0.0.1:9', allowedNetworks: ['127.0.0.0/8'] };
    await putConnection(db, { connection: 'shop', connector: 'woocommerce', system: 'shop', settings });
    await changeConnectionSecrets(db, seal, 'shop', { webhook: hookSecret });
  }
  const systems: ConnectedSystems = await loadSystems(db, {
    findLive: findLiveConnector, zone: 'UTC', currency: 'EUR', random: () => 0.5, seal,
    secretsOf: (name) => readConnectionSecrets(db, seal, name),
  }); // prettier-ignore
  const none = async (): Promise<never> => {
    throw new Error('not part of a bench');
  };
  const app = createApi({
    db,
    engine: {
      receive: (name, delivery) => receiveDelivery(db, systems, name, delivery),
      pause: none, resume: none, backfill: none, check: none, connectionChanged: none, policyChanged: none, rebuild: none,
      checkRebuild: none, openOrder: none, decide: none, caseNote: none, shop: none, fileDeclaration: none, zone: () => 'UTC', sandbox: () => undefined, planContext: () => { throw new Error('not asked'); }, policyFile: () => ({}), policy: () => defaultPolicy(), notReady: () => undefined, subscribe: () => () => {},
    },
    clock: Date.now,
    config: {
      publicUrl: 'http://reentry.test', version: 'bench', seal,
      limits: { ...defaultLimits, requestsPerMinute: 10_000_000, hooksPerMinute: 10_000_000 },
    },
  }); // prettier-ignore
  await app.ready();
  const user = await createUser(db, {
    email: 'bench@example.com',
    name: 'bench',
    passwordHash: null,
    roles: ['admin'],
    team: null,
  });
  if (user === 'email-taken') throw new Error(user);
  const { secret, hash } = makeTokenSecret();
  await createToken(db, {
    hash,
    userId: user.userId,
    name: 'bench',
    scopes: permissionNames,
    expiresAt: null,
  });
  return { app, token: secret };
}
