/** Orders to which anything may happen, in any order and any number of times. */
import { story, zone, type Story } from './story.ts';

export const day0 = Date.parse('2026-10-05T08:00:00.000Z');

/** One thing that may happen to an order, in any order and any number of times. */
export type Step = {
  readonly what: number;
  readonly sku: 'SHOE' | 'HAT' | 'PAN';
  readonly units: number;
  readonly hours: number;
  readonly id: number;
};

export const steps: readonly ((told: Story, step: Step, at: string) => Story)[] = [
  (told, { id }, at) =>
    told.fact('case.opened', 'crm', { case: `t${id}`, about: 'return' }, at, { object: `ticket/${id}` }),
  (told, { id }, at) =>
    told.fact('return.approved', 'crm', {}, at, { object: `ticket/${id}`, rma: `RMA-${id}` }),
  (told, { id }, at) =>
    told.fact('case.resolved', 'crm', { case: `t${id}`, about: 'return' }, at, { object: `ticket/${id}` }),
  (told, { sku, units }, at) => told.announced(sku, units, at),
  (told, { sku, units }, at) => told.moved(sku, units, 'customer', 'input', at),
  (told, { sku, units }, at) => told.moved(sku, units, 'input', 'saleable', at),
  (told, { sku, units }, at) => told.moved(sku, units, 'customer', 'saleable', at),
  (told, { sku, units }, at) => told.moved(sku, units, 'input', 'hold', at),
  (told, { sku, units }, at) => told.moved(sku, units, 'hold', 'scrap', at),
  (told, { sku, units, id }, at) => told.recorded(`r${id}`, [[sku, units, units * 1000]], at),
  (told, { sku, units, id }, at) =>
    told.recorded(`r${id}`, [[sku, units, units * 1000]], at, { payment: 'manual' }),
  (told, { id, units }, at) =>
    told.amountOnly(`r${id}`, units * 700, id % 2 === 0 ? 'goodwill' : undefined, at),
  (told, { id, units }, at) => told.atGateway('settled', `re_${id}`, units * 1000, `r${id}`, at),
  (told, { id, units }, at) => told.atGateway('settled', `re_${id}`, units * 1000, undefined, at),
  (told, { id, units }, at) => told.atGateway('pending', `re_${id}`, units * 1000, `r${id}`, at),
  (told, { id, units }, at) => told.atGateway('failed', `re_${id}`, units * 1000, `r${id}`, at),
  (told, { sku, units }, at) => told.restocked(sku, units, 'refund', at),
  (told, { id, units }, at) => told.credited(`CN${id}`, units * 1000, at),
  (told, { id, units }, at) => told.credited(`CN${id}`, units * 1000, at, 'drafted'),
  (told, { sku, units }, at) => told.graded(sku, units, 'restock', at),
  (told, { sku, units }, at) => told.graded(sku, units, 'scrap', at),
  (told, { sku, units }, at) => told.graded(sku, units, 'quarantine', at),
  (told, _, at) => told.cancelled(at),
  (told, _, at) => told.told(at),
  (told, { units }, at) => told.disputed('opened', units * 1000, at),
  (told, { sku, units }, at) => told.fact('withdrawal.declared', 'shop', { sku, quantity: units }, at),
  (told, { sku, units }, at) =>
    told.fact('return.waiting', 'erp', { sku, quantity: units, document: 'IN9', linked: false }, at),
  (told, { sku, units }, at) =>
    told.fact(
      'exchange.agreed',
      'crm',
      { sku, quantity: units, difference: { minor: 500, currency: 'EUR' } },
      at,
    ),
  (told, { id }, at) =>
    told.fact('refund.deleted', 'shop', { refund: `r${id}`, money: { minor: 1000, currency: 'EUR' } }, at),
  (told, _, at) => told.fact('parcel.delivered', 'carrier', { tracking: 'P1' }, at),
  (told, _, at) =>
    told.fact('promise.made', 'crm', { by: 'Kim', promised: 'refund', until: '2026-10-30' }, at),
];

/** Rarer ones, for orders that are drawn themselves. */
const rare: typeof steps = [
  (told, { sku, units, id }, at) => told.moved(sku, units, 'customer', 'input', at, {}, `RMA-${id}`),
  (told, { sku, units, id }, at) => told.recorded(`r${id}`, [[sku, units, units * 1000]], at, {}, `RMA-${id}`),
  (told, { sku, units, id }, at) => told.recorded(`r${id}`, [[sku, units, units * 1000]], at, { shipping: { gross: 490, tax: 78 }, fees: { gross: -100, tax: 0 } }),
  (told, { sku, units, id }, at) => told.announced(sku, units, at, `RMA-${id}`),
  (told, { sku, units, id }, at) => told.fact('return.approved', 'crm', { sku, quantity: units, ...(id === 3 && { keep: true }) }, at, { rma: `RMA-${id}` }),
  (told, { sku, units }, at) => told.fact('return.cancelled', 'crm', { sku, quantity: units }, at),
  (told, { id }, at) => told.fact('return.rejected', 'crm', {}, at, { object: `ticket/${id}` }),
  (told, { sku, units }, at) => told.fact('goods.received', 'wms', { sku, quantity: units }, at),
  (told, { sku, units }, at) => told.moved(sku, units, 'customer', 'input', at, { document: 'IN7', documentCancelled: true }),
  (told, { sku, units, id }, at) => told.moved(sku, units, 'customer', 'saleable', at, { editedAt: '2026-10-20T10:00:00.000Z', ...(id > 1 && { editedBy: units - 2 }) }),
  (told, { sku, units }, at) => told.moved(sku, units, 'customer', 'input', at, { unannounced: true, unitCost: 400 }),
  (told, { sku, units, id }, at) => told.fact('goods.sent_back', 'desk', { sku, quantity: units, to: id === 1 ? 'vendor' : 'customer' }, at),
  (told, { sku, units }, at) => told.graded(sku, units, 'return_to_vendor', at),
  (told, { sku, units }, at) => told.graded(sku, units, 'keep', at),
  (told, { id, units }, at) => told.paidOut(units * 1000, id === 1 ? undefined : `r${id}`, at),
  (told, { id, units }, at) => told.paidOut(units * 1000, id === 1 ? undefined : `r${id}`, at, 'payout.returned'),
  (told, { id, units }, at) => told.reversed(`re_${id}`, units * 1000, `r${id}`, at),
  (told, { units }, at) => told.fact('store_credit.issued', 'shop', { money: { minor: units * 500, currency: told.currency }, reference: 'V2' }, at),
  (told, { id, units }, at) => told.credited(`CN${id}`, units * 1000, at, id === 1 ? 'applied' : 'cancelled'),
  (told, { units }, at) => told.disputed('lost', units * 1000, at),
  (told, { units }, at) => told.disputed('won', units * 1000, at),
  (told, { sku, units }, at) => told.restocked(sku, units, 'cancellation', at),
  (told, { sku, units }, at) => told.fact('parcel.lost', 'carrier', { sku, quantity: units, tracking: 'P1' }, at),
  (told, _, at) => told.fact('parcel.delivered', 'carrier', { tracking: 'P2', toOrigin: true }, at),
  (told, { sku }, at) => told.fact('dispatch.proved', 'desk', { sku, quantity: 1 }, at),
  (told, _, at) => told.fact('withdrawal.declared', 'shop', { wholeOrder: true }, at),
  (told, { sku, units }, at) => told.fact('exchange.shipped', 'erp', { sku, quantity: units }, at),
  (told, { id }, at) => told.fact('case.reopened', 'crm', { case: `t${id}`, about: 'return' }, at, { object: `ticket/${id}` }),
]; // prettier-ignore
const all: typeof steps = [...steps, ...rare];

const localTime = (hours: number): string =>
  Temporal.Instant.fromEpochMilliseconds(day0 + hours * 3_600_000)
    .toZonedDateTimeISO(zone)
    .toPlainDateTime()
    .toString()
    .slice(0, 16);

/** An order of 3 shoes and 2 hats, and some of everything. */
export function drawnOrder(drawn: readonly Step[]): Story {
  const told = story('1001', '2026-10-01T10:00').line('SHOE', 3, 1000).line('HAT', 2, 1000).delivery(500)
    .placed().paid().shipped('SHOE', 3).shipped('HAT', 2); // prettier-ignore
  return happenTo(told, drawn);
}

/** Adds drawn steps to what is told already. */
export function happenTo(told: Story, drawn: readonly Step[]): Story {
  for (const step of drawn) all[step.what]!(told, step, localTime(step.hours));
  return told;
}

/** A small generator with a fixed seed (mulberry32): numbers from 0 up to 1. */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Steps drawn from a seed; `withRare`: rarer ones too. */
export function drawSteps(random: () => number, withRare = false): Step[] {
  const whole = (from: number, to: number): number => from + Math.floor(random() * (to - from + 1));
  const skus = ['SHOE', 'SHOE', 'HAT', 'PAN'] as const;
  return Array.from({ length: whole(2, 14) }, () => ({
    what: whole(0, (withRare ? all : steps).length - 1), sku: skus[whole(0, 3)]!, units: whole(1, 3), hours: whole(0, 400), id: whole(1, 3),
  })); // prettier-ignore
}
