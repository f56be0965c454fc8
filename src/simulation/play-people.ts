/**
 * The people of the company: customers who send things back, staff who count, book, refund by hand and sometimes do the
 * very step that Reentry is about to make, finance that approves and posts, and whoever must decide what nobody knows.
 */
import type { RawDelivery } from '../connectors/live-contract.ts';
import { factId, type Disposition, type Fact } from '../kernel/fact.ts';
import { stepReturn, type SteppedReturn } from '../sandbox/life/step-return.ts';
import type { Random } from '../sandbox/random.ts';
import type { SandboxCompany } from '../sandbox/start-sandbox.ts';
import { approveCommand, decideCommand, listCommandsByStatus } from '../store/commands.ts';
import type { Database } from '../store/database.ts';
import { appendDeskEntry } from '../store/desk-log.ts';
import type { Actor, Witness } from './check-invariants.ts';
import { paidBack, readEffects, tokenOf } from './effects.ts';
import type { Scheduler, SimulatedProcess } from './scheduler.ts';
import { createTeller } from './tell-webhooks.ts';

export type PeopleParts = {
  readonly sandbox: SandboxCompany;
  readonly scheduler: Scheduler;
  readonly process: SimulatedProcess;
  readonly db: Database;
  readonly random: Random;
  readonly witness: Witness;
  readonly isFaulty: () => boolean;
  readonly count: (fault: string) => void;
  readonly deliver: (connection: string, delivery: RawDelivery) => Promise<void>;
};

export type People = {
  /** Has everybody done what they had to, and is nothing on its way? */
  isAtRest(): Promise<boolean>;
};

const minuteMs = 60_000;
/** One item per order, so that stock tells whose it is. */
const skus = ['LOCK-90', 'HELM-U1', 'LIGHT-F'] as const;

export async function playPeople(parts: PeopleParts): Promise<People> {
  const { sandbox, scheduler, process, db, random, witness, isFaulty } = parts;
  const { company, catalog } = sandbox;
  let running = 0;
  let decisions = 0;

  const fiber = (play: () => Promise<void>): void => {
    running += 1;
    const go = async (): Promise<void> => {
      try {
        await play();
      } catch (error) {
        witness.failed(error);
      } finally {
        running -= 1;
      }
    };
    void go();
  };
  const later = (maxMinutes: number): Promise<void> => scheduler.pause(process, random.int(1, maxMinutes * minuteMs)); // prettier-ignore
  const act = (work: () => void | Promise<void>): Promise<void> => scheduler.run(process, async () => work());

  const grade = async (order: SteppedReturn, sku: string, quantity: number, disposition: Disposition): Promise<void> => {
    decisions += 1;
    const at = new Date(sandbox.now()).toISOString();
    const head = { at, system: 'desk', connection: 'desk', object: `decision/grade-${decisions}`, sku, quantity } as const;
    const facts: Fact[] = [
      { ...head, id: factId('desk', head.object, 'goods.received'), type: 'goods.received' },
      { ...head, id: factId('desk', head.object, 'goods.inspected'), type: 'goods.inspected', disposition },
    ];
    await appendDeskEntry(db, { orderKey: `shop/${order.placed.order.id}`, kind: 'decision', madeBy: 'user/ops', body: { step: 'inspect', facts } });
  }; // prettier-ignore

  const tell = createTeller({
    sandbox,
    random,
    isFaulty,
    count: parts.count,
    fiber,
    later,
    deliver: parts.deliver,
  });

  for (const [index, sku] of skus.entries()) {
    const isOld = index === 0;
    const kind = isOld ? 'restock' : random.pick(['restock', 'restock', 'owed', 'scrap', 'recorded'] as const);
    const order = stepReturn(company, catalog, random, { [sku]: 2 }, { [sku]: 1 });
    const actor: Actor = { order, sku, kind, isOld, stockBefore: 0, staffRestored: 0, staffPaid: 0, staffRecorded: 0, isGraded: false };
    witness.actors.push(actor);
    actor.payNow = async () => {
      if (actor.staffPaid > 0 || paidBack(sandbox, order) > 0) return;
      await payByHand(actor);
    };
    if (isOld) {
      order.approve();
      order.announce('inspection');
      order.receive();
      await order.refund();
      order.resolve();
      // From here on the watch begins.
      await company.clock.advance(3 * 24 * 60 * minuteMs);
      continue;
    }
    fiber(async () => {
      await later(6);
      await act(() => order.approve());
      await act(() => order.announce(kind === 'owed' ? 'stock' : 'inspection'));
      await act(() => order.receive());
      actor.stockBefore = witness.stockOf(sku);
      tell(order);
      if (kind === 'owed') return;
      await later(6);
      // Now and then nobody pays by hand, and it is left to Reentry.
      if (random.chance(0.7)) await act(() => payByHand(actor));
      tell(order);
      // Paid and counted at one go, there are two steps to be made at the same time.
      if (kind !== 'recorded' || random.chance(0.5)) await later(6);
      await act(() => order.settleRefunds());
      await grade(order, sku, 1, kind === 'scrap' ? 'scrap' : 'restock');
      actor.isGraded = true;
    });
    // A colleague with the same idea.
    if (kind === 'restock' && random.chance(0.7)) witness.colleagues.push(async () => act(() => putAway(actor)));
  } // prettier-ignore

  /** Staff look whether it is paid; what is on its way to the gateway at that moment they cannot see. */
  async function payByHand(actor: Actor): Promise<void> {
    const { order, sku, kind } = actor;
    if (paidBack(sandbox, order) > 0) return;
    actor.staffPaid += 1;
    if (kind === 'recorded') return order.refundAtGateway(order.unitGross(sku));
    actor.staffRecorded += 1;
    await order.refund({ status: random.chance(0.3) ? 'pending' : 'succeeded' });
  }

  function putAway(actor: Actor): void {
    if (!actor.isGraded || actor.staffRestored > 0) return;
    const { database } = company.odoo;
    const there = database
      .search('stock.quant', [['location_id', '=', 18], ['product_id.default_code', '=', actor.sku]])
      .reduce((sum, quant) => sum + database.number('stock.quant', quant.id, 'quantity'), 0); // prettier-ignore
    if (there < 1) return;
    actor.staffRestored += 1;
    actor.order.putAway({ [actor.sku]: 1 });
    parts.count('staff did the same');
  }

  // Finance and support look in now and then.
  const office = async (): Promise<void> => {
    for (const command of await listCommandsByStatus(db, ['planned'], 50)) {
      if (command.mode !== 'approve') continue;
      for (const who of ['user/f1', 'user/f2']) await approveCommand(db, command, who, 2);
    }
    const { database } = company.odoo;
    await act(() => {
      for (const draft of database.search('account.move', [['move_type', '=', 'out_refund'], ['state', '=', 'draft']]))
        database.model('account.move').methods!['action_post']!({ database, ids: [draft.id], args: [], kwargs: {}, context: {} });
    });
    const stuck = await listCommandsByStatus(db, ['unknown', 'sending', 'dead'], 50);
    for (const command of stuck) {
      const outcome = (command.outcome ?? {}) as { isOverdue?: boolean };
      if (command.status !== 'dead' && outcome.isOverdue !== true) continue;
      if (command.status === 'dead' && isFaulty()) continue;
      // Whoever decides has looked: what is there is not sent again.
      const isThere = [...readEffects(sandbox).byKey.values()].some((keys) => keys.has(tokenOf(command.effectKey)));
      if (!isThere && command.status !== 'dead') await decideCommand(db, command, 'user/f1', 'send-again', 'looked: nothing is there');
    }
  }; // prettier-ignore
  const keepOffice = async (): Promise<void> => {
    for (;;) {
      await scheduler.pause(process, random.int(3, 8) * minuteMs);
      try {
        await office();
      } catch (error) {
        witness.failed(error);
      }
    }
  };
  void keepOffice();
  return {
    async isAtRest() {
      if (running > 0) return false;
      return witness.isQuiet();
    },
  };
}
