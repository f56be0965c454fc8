/**
 * I8, asked of the API itself: a customer's link shows its order and no other, and what a role may not see of a customer
 * stands in none of its answers. Whatever a seed has led to is in the store by then.
 */
import type { FastifyInstance } from 'fastify';
import { makeTokenSecret } from '../api/access.ts';
import { defaultLimits } from '../api/api-config.ts';
import { createApi } from '../api/create-api.ts';
import { customerAddress, makeCustomerToken } from '../api/customer/customer-link.ts';
import type { EngineCalls } from '../api/engine-calls.ts';
import { openOrder } from '../engine/decide-order.ts';
import type { FoldContext } from '../engine/fold-orders.ts';
import type { Customer } from '../sandbox/woocommerce/shop-state.ts';
import { createToken, createUser } from '../store/accounts.ts';
import { maySeePersonField, permissionNames, permissionsOf, roles, type Role } from '../wire/roles.ts';
import { secretsOf, type Witness } from './check-invariants.ts';
import { simulatedSeal } from './simulated-company.ts';

const dayMs = 86_400_000;

export async function checkVisibility(witness: Witness, context: FoldContext): Promise<void> {
  const { sandbox, store } = witness;
  const app = createApi({
    db: store.db, engine: callsOf(witness, context), clock: sandbox.now,
    config: {
      publicUrl: '', version: 'simulated', seal: simulatedSeal,
      limits: { ...defaultLimits, requestsPerMinute: 1_000_000 },
    },
  }); // prettier-ignore
  try {
    await app.ready();
    await checkLinks(app, witness);
    for (const role of roles) await checkRole(app, witness, role);
  } finally {
    await app.close();
  }
}

/** Nothing but looks: whatever would change something is no part of the check. */
function callsOf({ store }: Witness, context: FoldContext): EngineCalls {
  const never = (): never => {
    throw new Error('a look changes nothing');
  };
  return {
    openOrder: (orderKey) => openOrder(store.db, context, orderKey),
    shop: async () => ({ zone: context.policy.zone, shop: context.policy.shopName }),
    zone: () => context.policy.zone,
    policy: () => context.policy,
    notReady: () => undefined,
    subscribe: () => () => {},
    receive: never, pause: never, resume: never, backfill: never, check: never, connectionChanged: never, policyChanged: never,
    rebuild: never, checkRebuild: never, fileDeclaration: never, decide: never, planContext: never, policyFile: never,
    caseNote: never, sandbox: never,
  }; // prettier-ignore
}

/** Each order has an item of its own, so that what is another's shows. */
async function checkLinks(app: FastifyInstance, { actors, sandbox, accuse }: Witness): Promise<void> {
  for (const actor of actors) {
    const { order, id } = numbersOf(actor.order.placed.order);
    const token = makeCustomerToken(simulatedSeal, `shop/${id}`, sandbox.now() + dayMs);
    const others = actors.filter((other) => other !== actor);
    for (const page of ['', '/request', '/withdraw']) {
      const url = customerAddress('', token).concat(page);
      const { statusCode, body } = await app.inject({ url });
      if (statusCode !== 200 || (page === '' && !body.includes(order))) accuse(`I8 the link of order ${id} does not open it: ${statusCode}`);
      for (const other of others) {
        const alien = numbersOf(other.order.placed.order);
        if (body.includes(other.sku) || body.includes(alien.order)) accuse(`I8 a page of order ${id} tells of order ${alien.id}`);
      }
    }
    for (const other of others) {
      const payload = makeCustomerToken(simulatedSeal, `shop/${other.order.placed.order.id}`, sandbox.now() + dayMs).split('.')[0]!;
      const { body } = await app.inject({ url: customerAddress('', `${payload}.${token.split('.')[1]!}`) });
      if (body.includes(other.sku)) accuse(`I8 the link of order ${id} opens order ${other.order.placed.order.id}`);
    }
  }
} // prettier-ignore

const numbersOf = (order: { readonly id: number; readonly number: string }) => ({ id: order.id, order: order.number }); // prettier-ignore

/** What is known of a customer, by the field of the roles' table. */
const personOf = ({ email, firstName, lastName, billing }: Customer): readonly (readonly [string, string])[] => [
  ['email', email], ['name', firstName], ['name', lastName], ['phone', billing['phone'] ?? ''], ['street', billing['address_1'] ?? ''],
]; // prettier-ignore

async function checkRole(app: FastifyInstance, witness: Witness, role: Role): Promise<void> {
  const { store, actors, accuse, sandbox } = witness;
  const user = await createUser(store.db, { email: `${role}@simulated.test`, name: role, passwordHash: null, roles: [role], team: null });
  if (user === 'email-taken') throw new Error(`there is a ${role} already`);
  const { secret, hash } = makeTokenSecret();
  await createToken(store.db, { hash, userId: user.userId, name: 'look', scopes: permissionNames, expiresAt: null });
  const look = async (path: string, isAllowed: boolean): Promise<string> => {
    const { statusCode, body } = await app.inject({ url: `/api/v1/${path}`, headers: { authorization: `Bearer ${secret}` } });
    if (isAllowed !== (statusCode === 200)) accuse(`I8 ${role} asks for ${path} and gets ${statusCode}`);
    return body;
  };
  const may = permissionsOf([role]);
  const problems = await store.look<{ ref: string }>(`select subject_key || '~' || problem_id as ref from problems order by 1`);
  const answers = [await look('orders', may.has('orders.read')), await look('problems', may.has('problems.read')), await look('commands', may.has('commands.read'))];
  for (const { ref } of problems) answers.push(await look(`problems/${encodeURIComponent(ref)}`, may.has('problems.read')));
  for (const { order } of actors) {
    const path = `orders/${encodeURIComponent(`shop/${order.placed.order.id}`)}`;
    for (const part of ['', '/answer', '/timeline', '/reply']) answers.push(await look(path + part, may.has('orders.read')));
    answers.push(await look(`${path}/records`, may.has('orders.raw')));
    answers.push(await look(`${path}/person`, may.has('persons.read')));
    answers.push(await look(`${path}/commands`, may.has('commands.read')));
    answers.push(await look(`${path}/returns`, may.has('returns.read')));
  }
  for (const secret of secretsOf(sandbox))
    if (answers.some((body) => body.includes(secret))) accuse(`I9 ${role} is shown a secret`);
  for (const { order } of actors) {
    const customer = sandbox.company.woocommerce.shop.customers.get(order.placed.order.customerId);
    if (customer === undefined) throw new Error('an order of nobody');
    for (const [field, value] of personOf(customer)) {
      if (value === '' || maySeePersonField([role], field)) continue;
      // Names are words, too: they count where they are all that stands there.
      const told = field === 'email' ? value : JSON.stringify(value);
      if (answers.some((body) => body.includes(told))) accuse(`I8 ${role} is shown the ${field} of a customer`);
    }
  }
} // prettier-ignore
