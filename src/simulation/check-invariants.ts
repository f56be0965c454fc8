/** What must never happen (DESIGN: I1 to I10), looked for after every step, and what must have happened at the end. */
import { checkRebuild } from '../engine/rebuild.ts';
import type { FoldContext } from '../engine/fold-orders.ts';
import { dispatchLeaseMs, type DispatchFailpoint } from '../engine/dispatch-commands.ts';
import type { ProblemCode } from '../kernel/codes.ts';
import type { SteppedReturn } from '../sandbox/life/step-return.ts';
import type { Random } from '../sandbox/random.ts';
import type { SandboxCompany } from '../sandbox/start-sandbox.ts';
import type { Command } from '../store/commands.ts';
import { paidBack, readEffects, refundedInShop, restored, tokenOf } from './effects.ts';
import type { RequestWatch } from './simulated-network.ts';
import type { SimulatedStore } from './simulated-store.ts';

/** One order of the play, and what people did about it. */
export type Actor = {
  readonly order: SteppedReturn;
  readonly sku: string;
  readonly kind: 'restock' | 'owed' | 'scrap' | 'recorded';
  /** It stood open before the watch began. */
  readonly isOld: boolean;
  stockBefore: number;
  staffRestored: number;
  /** Staff paid back by hand, and wrote that down in the shop. */
  staffPaid: number;
  staffRecorded: number;
  isGraded: boolean;
  /** Staff pay in the very moment in which a payment of ours is on its way. */
  payNow?: () => Promise<void>;
};

export type Witness = {
  readonly sandbox: SandboxCompany;
  readonly store: SimulatedStore;
  readonly actors: Actor[];
  readonly colleagues: (() => Promise<void>)[];
  accuse(what: string): void;
  violation(): string | undefined;
  /** An error that a loop met: expected while things fail, a mistake of ours where the code says so. */
  failed(error: unknown): void;
  died(process: string): void;
  reached(process: string, point: DispatchFailpoint, command: Command): void;
  /** Between two steps of ours somebody else may do the same. */
  interfere(process: string, point: 'probed' | 'claimed', command?: Command): Promise<void>;
  /** A request of dispatch leaves: a write must have the lease, and what the reads before it showed must not be done again. */
  asked(process: string, request: Parameters<RequestWatch>[0]): Promise<void>;
  stockOf(sku: string): number;
  /** Something was written that must be looked at after this step. */
  lookNow(): void;
  /** Was that asked for since the last look? */
  mustLook(): boolean;
  isQuiet(): Promise<boolean>;
};

/** A command that a process has begun to send. */
type Begun = { readonly who: string; readonly orderKey: string; readonly kind: string; readonly at: number };

export function createWitness(sandbox: SandboxCompany, store: SimulatedStore, random: Random, count: (what: string) => void): Witness {
  let violation: string | undefined;
  let isDue = false;
  const actors: Actor[] = [];
  const colleagues: (() => Promise<void>)[] = [];
  /** Of each order and of each process: what was begun last. */
  const writing = new Map<string, Begun>();
  const begunBy = new Map<string, Begun>();
  /** What was still missing when a process claimed its commands. */
  const missingAtClaim = new Map<string, ReadonlyMap<string, Missing>>();
  /** What was still missing when a process last read at the gateway. */
  const missingAtRead = new Map<string, ReadonlyMap<string, Missing>>();
  const stockOf = (sku: string): number => restored(sandbox, sku);
  const accuse = (what: string): void => void (violation ??= `${new Date(sandbox.now()).toISOString()} ${what}`);
  const keyOf = (actor: Actor): string => `shop/${actor.order.placed.order.id}`;
  const missing = (): ReadonlyMap<string, Missing> =>
    new Map(actors.map((actor) => [keyOf(actor), {
      stock: actor.isGraded && actor.kind !== 'scrap' ? 1 - (stockOf(actor.sku) - actor.stockBefore) : 0,
      money: actor.order.unitGross(actor.sku) - paidBack(sandbox, actor.order),
    }])); // prettier-ignore
  return {
    sandbox, store, actors, colleagues, accuse, stockOf,
    violation: () => violation,
    lookNow: () => void (isDue = true),
    mustLook() {
      const due = isDue;
      isDue = false;
      return due;
    },
    failed(error) {
      const isOurs = error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError || (error instanceof Error && 'severity' in error);
      if (isOurs) accuse(`an error of ours: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    },
    died(process) {
      begunBy.delete(process);
      for (const [order, { who }] of writing) if (who.startsWith(`${process}/`)) writing.delete(order);
    },
    reached(process, point, command) {
      const { orderKey, kind } = command;
      const who = `${process}/${command.commandId}`;
      const other = writing.get(orderKey);
      if (point !== 'begun') {
        if (other?.who === who) writing.delete(orderKey);
        return;
      }
      const at = sandbox.now();
      // Whose lease has ended is told by its next write, which must not come.
      if (other !== undefined && other.who !== who && at - other.at <= dispatchLeaseMs)
        accuse(`two writers on ${orderKey}: ${other.who} and ${who}`);
      const begun = { who, orderKey, kind, at };
      writing.set(orderKey, begun);
      begunBy.set(process, begun);
      const before = missingAtClaim.get(process)?.get(orderKey);
      if (kind === 'restore-stock' && before !== undefined && before.stock <= 0)
        accuse(`I1 ${orderKey}: stock is restored again that staff had restored before`);
    },
    async asked(process, { service, label, isRead }) {
      if (isRead) {
        if (service === 'stripe') missingAtRead.set(process, missing());
        return;
      }
      const begun = begunBy.get(process);
      if (begun === undefined) return accuse(`${process} writes to ${service} (${label}) though it has begun nothing`);
      const { who, orderKey, kind, at } = begun;
      if (sandbox.now() - at > dispatchLeaseMs) accuse(`${who} writes about ${orderKey} after its lease has ended`);
      if (writing.get(orderKey)?.who !== who) accuse(`${who} writes about ${orderKey}, which another one has taken over`);
      if (kind !== 'refund') return;
      const before = missingAtRead.get(process)?.get(orderKey);
      if (before === undefined || before.money <= 0) accuse(`I1 ${orderKey}: money is paid that had been paid before the last look`);
      const actor = actors.find((one) => keyOf(one) === orderKey);
      // From here on nobody can know: the request is on its way.
      if (random.chance(0.5)) await actor?.payNow?.();
      if (missing().get(orderKey)!.money <= 0) count('staff paid in between');
    },
    async interfere(process, point, command) {
      // Paid by hand after all was read, before the last look at the gateway: that look must see it.
      if (point === 'probed' && command?.kind === 'refund' && random.chance(0.3))
        await actors.find((one) => keyOf(one) === command.orderKey)?.payNow?.();
      if (colleagues.length > 0 && random.chance(0.5))
        await colleagues.splice(random.int(0, colleagues.length - 1), 1)[0]!();
      // Whatever staff did up to here, the look that follows must see.
      if (point === 'claimed') missingAtClaim.set(process, missing());
    },
    async isQuiet() {
      const [row] = await store.look<{ waiting: number }>(`
        select (select count(*) from object_marks) + (select count(*) from order_marks)
          + (select count(*) from deliveries where processed_at is null)
          + (select count(*) from commands where status in ('approved', 'failed') or (status = 'planned' and mode = 'approve')
               or (status in ('sending', 'unknown') and coalesce(outcome->>'isOverdue', 'false') <> 'true')) as waiting`);
      return Number(row?.waiting ?? 0) === 0;
    },
  };
} // prettier-ignore

type Missing = { readonly stock: number; readonly money: number };

const looks = new WeakMap<Witness, number>();

/** Looks at the effects every few steps and at the store now and then; accuses at most once. */
export async function checkAfterStep(witness: Witness): Promise<void> {
  const count = (looks.get(witness) ?? 0) + 1;
  looks.set(witness, count);
  if (count % 4 === 0) checkEffects(witness);
  if (witness.mustLook() || count % 32 === 0) await checkStore(witness);
}

/** I1: by our hand each effect once, and no more money or stock than is owed. */
function checkEffects({ sandbox, actors, accuse, stockOf }: Witness): void {
  for (const [kind, keys] of readEffects(sandbox).byKey)
    for (const [token, times] of keys) if (times > 1) accuse(`I1 ${kind} ${token} was made ${times} times`);
  for (const actor of actors) {
    const { order, sku } = actor;
    const paid = paidBack(sandbox, order);
    // Who pays by hand while a payment of ours is on its way pays twice; one of ours after theirs is seen when it leaves.
    if (actor.staffPaid === 0 && paid > order.unitGross(sku)) accuse(`I1 order ${order.placed.order.id}: ${paid} paid for ${order.unitGross(sku)}`);
    const inShop = refundedInShop(sandbox, order);
    if (actor.staffRecorded === 0 && inShop > order.unitGross(sku)) accuse(`I1 order ${order.placed.order.id}: ${inShop} recorded in the shop of ${order.unitGross(sku)}`);
    const units = stockOf(sku) - actor.stockBefore;
    // Against other hands nothing is promised; by ours alone one unit comes back.
    if (actor.stockBefore > 0 && actor.staffRestored === 0 && units > 1)
      accuse(`I1 order ${order.placed.order.id}: ${units} units restored of 1`);
  } // prettier-ignore
}

/** What the store must never show. Each row is one accusation. */
async function checkStore({ store, actors, accuse, sandbox }: Witness): Promise<void> {
  const old = actors.filter((actor) => actor.isOld).map((actor) => `shop/${actor.order.placed.order.id}`);
  const rows = await store.look<{ what: string }>(
    `select 'I1 two live commands of one item: ' || min(order_key) as what from commands
     where status in ('planned', 'approved', 'sending', 'unknown', 'failed')
     group by order_key, control, item_id having count(*) > 1
     union all
     select 'I1 two commands of one order are on their way: ' || min(order_key) from commands
     where status in ('sending', 'unknown') group by order_key having count(*) > 1
     union all
     select 'I6 confirmed without a fact: ' || c.kind || ' ' || coalesce(c.effect_fact_id, '-') from commands c
     where c.status = 'confirmed'
       and not exists (select from facts f where f.order_key = c.order_key and f.fact_id = c.effect_fact_id)
       and not exists (select from objects o where o.object_key = c.effect_fact_id)
     union all
     select 'I7 a problem without an owner: ' || code from problems where resolved_at is null and owner is null and team is null
     union all
     select 'I10 a command from before the watch: ' || kind from commands where order_key = any ($1)
     union all
     select 'I10 a problem from before the watch: ' || code from problems where subject_key = any ($1)
     union all
     select 'I4 closed with an open problem: ' || s.order_key || ' ' || p.code from order_states s
       join problems p on p.subject_key = s.order_key and p.resolved_at is null
     where s.verdict = 'closed' and p.code not like '%command%' and p.code not like '%outcome%'`,
    [old],
  );
  for (const { what } of rows) accuse(what);
  await checkForgotten({ store, sandbox, accuse });
}

/** What was sent and is given up must not have happened: nobody would know. */
async function checkForgotten({ store, sandbox, accuse }: Pick<Witness, 'store' | 'sandbox' | 'accuse'>): Promise<void> {
  const ended = await store.look<{ key: string; kind: string }>(
    `select effect_key as key, kind from commands
     where status in ('withdrawn', 'dead') and sent_at is not null and outcome->>'decidedBy' is null`,
  );
  if (ended.length === 0) return;
  const made = new Set([...readEffects(sandbox).byKey.values()].flatMap((keys) => [...keys.keys()]));
  for (const { key, kind } of ended) {
    // Where nothing is looked for, every attempt has a key of its own.
    const tokens = [key, ...Array.from({ length: 12 }, (_, count) => `${key}/${count + 1}`)].map(tokenOf);
    if (tokens.some((token) => made.has(token))) accuse(`I1 ${kind} was made and given up: nobody knows of it`);
  }
} // prettier-ignore

export const secretsOf = ({ woocommerce, odoo, stripe, hubspot }: SandboxCompany): readonly string[] =>
  [woocommerce.consumerSecret, odoo.password, stripe.secretKey, hubspot.token]; // prettier-ignore

const tellsOfTwice: readonly ProblemCode[] = [
  'duplicate-payout',
  'refund-over-cap',
  'refunded-not-entitled',
  'refunded-more-than-bought',
];

/** Everything that can close has closed, the rest has an owner; nothing was lost, nothing depends on the order of arrival. */
export async function checkAtEnd(witness: Witness, context: FoldContext): Promise<void> {
  const { store, accuse, actors, sandbox } = witness;
  checkEffects(witness);
  await checkStore(witness);
  const lost = await store.look(`select delivery_id from deliveries where processed_at is null`);
  if (lost.length > 0) accuse(`I2 ${lost.length} acknowledged deliveries were never worked on`);
  const moving = await store.look<{ what: string }>(
    `select kind || ' ' || status || ' ' || coalesce(outcome::text, '') as what from commands
     where status in ('approved', 'failed') or (status in ('sending', 'unknown') and coalesce(outcome->>'isOverdue', 'false') <> 'true')`,
  );
  for (const { what } of moving) accuse(`never came to rest: ${what}`);
  const unowned = await store.look<{ what: string }>(
    `select s.order_key || ' ' || s.verdict as what from order_states s
     where s.verdict <> 'closed' and not (s.order_key = any ($1))
       and not exists (select from problems p where p.subject_key = s.order_key and p.resolved_at is null)`,
    [actors.filter((actor) => actor.isOld).map((actor) => `shop/${actor.order.placed.order.id}`)],
  );
  for (const { what } of unowned) accuse(`neither closed nor owned: ${what}`);
  const unknown = await store.look<{ what: string }>(
    `select c.kind as what from commands c where c.status in ('sending', 'unknown')
       and not exists (select from problems p where p.subject_key = c.order_key and p.problem_id = c.item_id || '-command' and p.resolved_at is null)`,
  );
  for (const { what } of unknown) accuse(`I7 nobody owns an outcome that nobody knows: ${what}`);
  // What nobody could help must be told afterwards.
  const paidTwice = actors.filter(({ order, sku }) => paidBack(sandbox, order) > order.unitGross(sku)).map(({ order }) => `shop/${order.placed.order.id}`);
  for (const orderKey of paidTwice) {
    const told = await store.look(`select from problems where subject_key = $1 and resolved_at is null and severity = 1 and code = any ($2)`, [orderKey, tellsOfTwice]);
    if (told.length === 0) accuse(`${orderKey} was paid twice and nobody is told`);
  }
  for (const secret of secretsOf(sandbox)) {
    const found = await store.look(`select from command_attempts where request::text like '%' || $1 || '%' or response::text like '%' || $1 || '%'`, [secret]);
    if (found.length > 0) accuse('I9 a secret stands in an attempt');
  }
  const differences = await checkRebuild({ ...store.db }, context);
  const [first] = differences;
  if (first !== undefined) accuse(`I3 derived again it differs: ${first.orderKey} ${first.part}`);
} // prettier-ignore
