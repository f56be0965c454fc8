/** The returns of some orders as an event log: one case per order, its steps in time. */
import type { OrderState } from '../../kernel/order-state.ts';
import { tenderOf } from '../../kernel/feeds.ts';
import type { Column, EventLog } from '../event-log.ts';
import { groupByCase } from '../event-log.ts';
import { stepBook, stepsOfFact, withoutRepeats, type StepId } from './steps.ts';

/** What follows within an hour of the same step is the same step: a shipment has many lines. */
const sameStepMs = 3_600_000;

type StepEvent = { readonly step: StepId; readonly at: number };

/** Orders whose goods were to come back: asked for, allowed, or arrived; not those that were refused. */
export function isGoodsReturn(state: OrderState): boolean {
  const { positions } = state;
  const arrived = [...positions.items.values()].some((item) => item.received.size > 0);
  if (positions.rejections.length > 0 && !arrived) return false;
  return (
    arrived ||
    positions.approvals.length > 0 ||
    [...positions.cases.values()].some((one) => one.about === 'return')
  );
}

/** Steps of one order in time, each real event once, by the system that counts. */
export function stepsOfOrder(state: OrderState): StepEvent[] {
  const bySystem = new Map<StepId, Map<string, number[]>>();
  for (const fact of withoutRepeats(state.facts)) {
    for (const step of stepsOfFact(fact)) {
      let systems = bySystem.get(step);
      if (systems === undefined) bySystem.set(step, (systems = new Map()));
      const times = systems.get(fact.system) ?? [];
      times.push(Date.parse(fact.at));
      systems.set(fact.system, times);
    }
  }
  const events: StepEvent[] = [];
  for (const [step, systems] of bySystem) {
    const system = stepBook.find((one) => systems.has(one));
    for (const at of system === undefined ? [] : systems.get(system)!) events.push({ step, at });
  }
  events.sort((left, right) => left.at - right.at || rank(left.step) - rank(right.step));
  const last = new Map<StepId, number>();
  let before: StepId | undefined;
  return events.filter(({ step, at }) => {
    const again = step === before || last.get(step) === at;
    const isSame = again && at - last.get(step)! <= sameStepMs;
    last.set(step, at);
    before = step;
    return !isSame;
  });
}

/** Steps at one instant stand in the order in which they are agreed. */
const order: readonly StepId[] = [
  'order.placed',
  'goods.shipped',
  'return.requested',
  'withdrawal.declared',
  'return.approved',
  'parcel.handed_over',
  'parcel.delivered',
  'goods.received',
  'goods.inspected',
  'stock.moved',
  'refund.recorded',
  'shop.restocked',
  'refund.pending',
  'refund.settled',
  'credit_note.posted',
  'customer.told',
  'case.resolved',
];
const rank = (step: StepId): number => (order.includes(step) ? order.indexOf(step) : order.length);

/** Log of the goods returns among `states`; cases are order keys, columns say tender, channel and item. */
export function returnLog(states: readonly OrderState[]): EventLog {
  const activities: string[] = [];
  const byActivity = new Map<string, number>();
  const ofCase: number[] = [];
  const activity: number[] = [];
  const time: number[] = [];
  const columns = ['tender', 'channel', 'item'].map((name) => new ColumnBuilder(name));
  const cases: string[] = [];
  for (const state of states) {
    const values = [tenderOf(state.positions), state.positions.home?.channel ?? 'shop', returnedItem(state)];
    for (const { step, at } of stepsOfOrder(state)) {
      let index = byActivity.get(step);
      if (index === undefined) byActivity.set(step, (index = activities.push(step) - 1));
      ofCase.push(cases.length);
      activity.push(index);
      time.push(at * 1000);
      columns.forEach((column, i) => column.push(values[i]!));
    }
    cases.push(state.orderKey);
  }
  return groupByCase({
    activities,
    cases,
    case: Uint32Array.from(ofCase),
    activity: Uint32Array.from(activity),
    time: Float64Array.from(time),
    clock: 'utc',
    columns: columns.map((column) => column.finish()),
  });
}

/** The one item a return is about; none where it is about several. */
function returnedItem(state: OrderState): string {
  const returned = state.units.filter((item) => item.received + item.refunded + item.approved > 0);
  return returned.length === 1 ? returned[0]!.sku : '';
}

class ColumnBuilder {
  readonly #name: string;
  readonly #texts: string[] = [''];
  readonly #index = new Map<string, number>([['', 0]]);
  readonly #values: number[] = [];

  constructor(name: string) {
    this.#name = name;
  }

  push(text: string): void {
    let index = this.#index.get(text);
    if (index === undefined) this.#index.set(text, (index = this.#texts.push(text) - 1));
    this.#values.push(index);
  }

  finish(): Column {
    return { name: this.#name, texts: this.#texts, values: Uint32Array.from(this.#values) };
  }
}
