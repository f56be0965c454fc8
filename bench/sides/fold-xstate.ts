/**
 * A machine of xstate per order that takes the same facts as events: it knows where a return stands, but neither
 * units, money, due times nor an answer.
 */
import type { Figures, SideTask } from '../side.ts';
import { readOrders } from './fold-reentry.ts';

type Snapshot = { readonly value: unknown };
type Event = { readonly type: string };
type Xstate = {
  createMachine(config: object): object;
  getInitialSnapshot(machine: object): Snapshot;
  getNextSnapshot(machine: object, snapshot: Snapshot, event: Event): Snapshot;
};

const steps = [
  'order.placed', 'payment.captured', 'goods.shipped', 'return.requested', 'return.approved', 'goods.received',
  'goods.inspected', 'stock.moved', 'refund.recorded', 'refund.settled', 'credit_note.posted',
]; // prettier-ignore

export async function run({ size, importPeer }: SideTask): Promise<Figures> {
  const { createMachine, getInitialSnapshot, getNextSnapshot } = (await importPeer('xstate')) as Xstate;
  // A step that was lost must not stop the machine: each state takes every later step.
  const states = Object.fromEntries(
    ['new', ...steps].map((state, index) => [
      state,
      { on: Object.fromEntries(steps.slice(index).map((step) => [step, { target: step }])) },
    ]),
  );
  // A dot in a key would be read as a path.
  const named = JSON.parse(JSON.stringify(states).replaceAll('.', '_')) as object;
  const machine = createMachine({ id: 'return', initial: 'new', states: named });
  const orders = [...readOrders(size).values()].map((facts) =>
    facts.map((fact) => ({ type: fact.type.replace('.', '_') })),
  );
  const began = performance.now();
  let ended = 0;
  for (const events of orders) {
    let snapshot = getInitialSnapshot(machine);
    for (const event of events) snapshot = getNextSnapshot(machine, snapshot, event);
    if (snapshot.value === 'credit_note_posted') ended++;
  }
  const seconds = (performance.now() - began) / 1000;
  if (ended === 0) throw new Error('no return came to its end');
  return { 'facts/s': size / seconds };
}
