/** What the desk decides, offers, previews, plans and replies on drawn orders: written out, one section each. */
import { agreementState } from '../../src/kernel/decide-money.ts';
import { decide, offerSteps, type DeskOrder } from '../../src/kernel/decide.ts';
import { customerReply } from '../../src/kernel/customer-reply.ts';
import { countForDesk } from '../../src/kernel/desk-count.ts';
import { deskReturns } from '../../src/kernel/desk-return.ts';
import type { Fact } from '../../src/kernel/fact.ts';
import { planCommands } from '../../src/kernel/plan.ts';
import type { Policy } from '../../src/kernel/policy.ts';
import { previewSentences } from '../../src/kernel/preview-sentences.ts';
import { previewRefund } from '../../src/kernel/refund-preview.ts';
import { refusalText } from '../../src/kernel/refusal.ts';
import { randomOf } from './drawn-orders.ts';
import { drawDeskOrder, drawFrom, drawPolicy, drawRefund, drawWish } from './drawn-wishes.ts';
import { checkGolden } from './golden-file.ts';
import { allFed, berlin, everythingFed, type Story, zone } from './story.ts';

/** Values of a record on one line, without what every fact has. */
function compact(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map(compact).join(' ')}]`;
  return Object.entries(value)
    .filter(([, one]) => one !== undefined)
    .map(([key, one]) => (typeof one === 'object' ? `${key}(${compact(one)})` : `${key}=${String(one)}`))
    .join(' ');
}

/** What every fact of an order has in common is left out. */
const common: ReadonlySet<string> = new Set(['id', 'type', 'at', 'system', 'connection', 'object', 'order']);

function told(fact: Fact): string {
  const { id, type, at, ...rest } = fact;
  const own = Object.fromEntries(Object.entries(rest).filter(([name]) => !common.has(name)));
  return `${type} ${id.slice(id.lastIndexOf('#') + 1)} ${at.slice(5, 16)} ${compact(own)}`;
}

/** What may be offered, in one line: steps that are open, and the reasons why the others are not. */
function offered(order: DeskOrder, at: string): string[] {
  const returns = deskReturns(order.state.facts, order.state.positions, order.policy);
  return [undefined, ...returns].map((one) => {
    const steps = offerSteps(order, one, at).map(({ step, refused }) =>
      refused === undefined ? step : `${step}:${refused.reason === 'wrong-stage' ? 'not' : refused.reason}`,
    );
    if (one === undefined) return `offered: ${steps.join(' ')}`;
    const { units, ...rest } = one;
    return `${compact(rest)} | ${units.map((own) => compact(own)).join(' | ')} | ${steps.join(' ')}`;
  });
}

const dayOf = (day: number): string => `2026-10-${String(day).padStart(2, '0')}T10:00`;

function orderOn(story: Story, policy: Policy, day: number): DeskOrder {
  return {
    state: story.judge(dayOf(day), { policy, coverage: allFed }),
    policy,
    shipmentsTold: day % 2 === 0,
    version: '1',
    records: new Map([
      ['erp/picking/1', undefined],
      ['erp/picking/2', 'shop/9'],
    ]),
  };
}

function tell(seed: number): string {
  const draw = drawFrom(randomOf(seed));
  const policy = drawPolicy(draw);
  const story = drawDeskOrder(draw);
  const lines: string[] = [];
  let day = 6;
  for (let step = 0; step < 16; step++) {
    day += draw.one([0, 0, 1, 1, 2, 3]);
    const order = orderOn(story, policy, Math.min(day, 31));
    const wish = drawWish(draw, order);
    const by = {
      id: `d${step}`,
      at: berlin(dayOf(Math.min(day, 31))),
      by: draw.one(['user/1', 'user/1', 'user/2']),
      as: draw.one(['staff', 'staff', 'customer'] as const),
      ...(draw.chance(1) && { version: '0' }),
    };
    const decided = decide(order, wish, by);
    if (decided.ok) story.facts.push(...decided.facts);
    lines.push(`${compact(wish)} (${by.as})`);
    lines.push(
      ...(decided.ok
        ? decided.facts.map((fact) => `  + ${told(fact)}`)
        : [`  - ${decided.reason} ${refusalText(decided, seed % 2 === 0 ? 'en' : 'de')}`]),
    );
  }
  const order = orderOn(story, policy, 31);
  const { state } = order;
  lines.push(...offered(order, berlin(dayOf(31))));
  for (const item of state.positions.items.values())
    lines.push(`${item.sku}: ${compact(countForDesk(order, item))}`);
  for (const [name, agreement] of state.positions.agreements)
    lines.push(`${name}: ${agreementState(agreement, policy)} by ${agreement.by.join(',')}`);
  for (let index = 0; index < 3; index++) {
    const result = previewRefund(
      { positions: state.positions, policy, day: state.placedAt! },
      drawRefund(draw),
    );
    if (!result.ok) lines.push(`preview: ${result.reason} ${compact(result.about)}`);
    else lines.push(`preview: ${compact(result.preview)}`, ...previewSentences(result.preview, index === 0 ? 'de' : 'en')); // prettier-ignore
  }
  const controls = Object.fromEntries(
    [...new Set(state.problems.map(({ control }) => control))].map((control) => [
      control,
      [{ from: '', value: { mode: 'approve' as const, watch: 'auto' as const } }],
    ]),
  );
  const late = story.judge('2026-12-24T10:00', { policy, coverage: seed % 3 === 0 ? everythingFed : allFed });
  lines.push(`${late.verdict} ${compact(late.stake)} | ${compact(late.money)}`);
  for (const { id: _id, evidence, control, ...found } of late.problems)
    lines.push(`${control}: ${compact(found)} ${evidence.length} refs`);
  for (const { control, left, right } of late.accounts)
    if (left !== right) lines.push(`${control} ${left}:${right}`);
  const plan = planCommands(state, { ...policy, controls });
  lines.push(...plan.map(({ key, ...rest }) => `plan: ${compact(rest)} ${key.length}`));
  lines.push(customerReply(state, { language: seed % 3 === 0 ? 'de' : 'en', zone, asOf: berlin(dayOf(31)) }));
  return lines.map((line) => `  ${line.replaceAll('\n', '\n  ')}`).join('\n');
}

checkGolden(
  'golden-decisions.txt',
  Array.from({ length: 110 }, (_, index) => [`desk of seed ${index + 1}`, tell(index + 1)] as const),
);
