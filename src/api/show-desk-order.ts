/** An order of the returns desk as the API shows it. */
import type { OpenOrder } from '../engine/decide-order.ts';
import { offerSteps, type OfferedStep } from '../kernel/decide.ts';
import { agreementState, approvalsNeeded } from '../kernel/decide-money.ts';
import { countForDesk } from '../kernel/desk-count.ts';
import { deskReturns, type DeskReturn } from '../kernel/desk-return.ts';
import { stepEntry } from '../kernel/desk-step.ts';
import { unitsOf, type Item } from '../kernel/positions.ts';
import type { Connection } from '../store/connections.ts';
import type { DeskOrderAnswer } from '../wire/api-returns.ts';
import { toldRefusal } from './refused.ts';

type ShownStep = DeskOrderAnswer['steps'][number];
type ShownReturn = Omit<DeskOrderAnswer['returns'][number], 'steps'>;

/** `connections` say where steps that are not the desk's are made. */
export function showDeskOrder(
  order: OpenOrder,
  connections: readonly Connection[],
  now: number,
): DeskOrderAnswer {
  const { state, policy } = order;
  const { positions } = state;
  const asOf = new Date(now).toISOString();
  const returns = deskReturns(state.facts, positions, policy);
  const items = [...positions.items.values()].sort((left, right) => (left.sku < right.sku ? -1 : 1));
  const shown = (steps: readonly OfferedStep[]): ShownStep[] =>
    steps.map((step) => showStep(step, connections));
  return {
    orderKey: state.orderKey, number: state.order, version: order.version, asOf, currency: positions.currency,
    placedAt: state.placedAt ?? null, customer: positions.home?.customer ?? null, language: positions.home?.language ?? null,
    items: items.map((item) => showItem(order, item)),
    returns: returns.map((one) => ({ ...showReturn(one, order), steps: shown(offerSteps(order, one, asOf)) })),
    agreements: [...positions.agreements.values()].map((agreement) => {
      const { fact, minor, by } = agreement;
      return {
        agreement: fact.agreement, state: agreementState(agreement, policy), money: fact.money, purpose: fact.purpose, pay: fact.pay,
        rma: fact.rma ?? null, agreedAt: fact.at, agreedBy: fact.by, approvedBy: by.slice(1),
        approvalsNeeded: approvalsNeeded(minor, policy, fact.at), shipping: fact.shipping.gross, fees: fact.fees.gross,
        lines: fact.lines.map((line) => ({ line: line.line ?? null, sku: line.sku, units: line.quantity, gross: line.gross, tax: line.tax })),
      };
    }),
    steps: shown(offerSteps(order, undefined, asOf)),
    entries: order.entries.map(({ entryId, madeBy, madeAt, body }) => ({
      entryId, step: body.step ?? 'accept', madeBy, madeByName: null, madeAt, rma: body.rma ?? null, note: body.note ?? null, photos: body.photos ?? [],
    })),
  }; // prettier-ignore
}

/** A return as lists and orders show it. */
export function showReturn(one: DeskReturn, order?: OpenOrder): ShownReturn {
  const nameOf = (sku: string): string | null => plainName(sku, order?.state.positions.items.get(sku)?.name);
  return {
    rma: one.rma, kind: one.kind, stage: one.stage, openedAt: one.openedAt, openedBy: one.openedBy, wholeOrder: one.wholeOrder,
    units: one.units.map((own) => ({ ...own, name: nameOf(own.sku), graded: { ...own.graded } })),
    wish: one.wish ?? null, reason: one.reason ?? null, legalOn: one.legalOn ?? null, isWithheld: one.withheld === true,
    dispatchProvedAt: one.dispatchProvedAt ?? null,
  }; // prettier-ignore
}

function showItem(order: OpenOrder, item: Item): DeskOrderAnswer['items'][number] {
  const count = countForDesk(order, item);
  return {
    sku: item.sku, name: plainName(item.sku, item.name), kind: item.kind, isOnOrder: item.onOrder, bought: count.bought, shipped: count.shipped,
    inReturns: count.inReturns, received: count.received, ungraded: count.ungraded, onHold: count.onHold, kept: count.kept,
    refunded: unitsOf(item.refunded), toCustomer: count.toCustomer, toVendor: count.toVendor, parts: kitParts(order, item),
  }; // prettier-ignore
}

/** Odoo writes the code before the name; beside the SKU it would be read twice. */
const plainName = (sku: string, name: string | undefined): string | null =>
  name === undefined ? null : name.startsWith(`[${sku}] `) ? name.slice(sku.length + 3) : name;

/** Parts of a set as they were counted, before whole sets were made of them. */
export function kitParts(
  order: Pick<OpenOrder, 'state' | 'policy'>,
  item: Pick<Item, 'sku' | 'ordered' | 'onOrder'>,
): { sku: string; factor: number; received: number; expected: number }[] {
  const parts = Object.hasOwn(order.policy.items, item.sku) ? order.policy.items[item.sku]! : [];
  if (!item.onOrder || (parts.length === 1 && parts[0]!.factor === 1)) return [];
  return parts.map(({ sku, factor }) => {
    const bySystem = new Map<string, number>();
    for (const fact of order.state.facts) {
      const isReceipt = fact.type === 'goods.received' || (fact.type === 'stock.moved' && fact.system !== 'shop' && fact.from === 'customer'); // prettier-ignore
      if (isReceipt && fact.sku === sku)
        bySystem.set(fact.system, (bySystem.get(fact.system) ?? 0) + fact.quantity);
    }
    return { sku, factor, received: Math.max(0, ...bySystem.values()), expected: factor * item.ordered };
  });
}

function showStep({ step, home, refused }: OfferedStep, connections: readonly Connection[]): ShownStep {
  const elsewhere = home === 'desk' ? undefined : connections.find((one) => one.system === home);
  return {
    step, title: stepEntry(step).title, home, isOffered: refused === undefined,
    refused: refused === undefined ? null : toldRefusal(refused),
    system: elsewhere === undefined ? null : { connection: elsewhere.connection, url: addressOf(elsewhere) },
  }; // prettier-ignore
}

/** Where people work in that system: its own setting, else its address. */
function addressOf({ settings }: Connection): string | null {
  const { deskUrl, baseUrl } = settings as { readonly deskUrl?: unknown; readonly baseUrl?: unknown };
  const url = typeof deskUrl === 'string' ? deskUrl : baseUrl;
  return typeof url === 'string' && /^https?:\/\//.test(url) ? url : null;
}
