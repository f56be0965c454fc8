/**
 * The agreed journey of this shop as text: the default journey of a return, with the steps that nobody reports made
 * optional, because silence of a system that never speaks proves nothing, and with the terms that policy sets.
 */
import type { ControlId } from '../../kernel/controls.ts';
import { controlOn, type Policy } from '../../kernel/policy.ts';
import type { Feed } from '../../kernel/feeds.ts';

/** `isFed`: does anybody report that kind of event? `day`: whose terms hold. */
export function agreedJourneyText(policy: Policy, isFed: (feed: Feed) => boolean, day: string): string {
  const within = (control: ControlId): string => {
    const { due } = controlOn(policy, control, day);
    if (due === undefined) return '';
    if (due.unit === 'h') return ` within ${due.count} hours`;
    // A term in calendar days ends with its last day.
    return due.unit === 'bd' ? ` within ${due.count} business days` : ` within ${due.count + 1} days`;
  };
  const step = (text: string, must: boolean): string[] => (must ? [text] : ['optional', `  ${text}`]);
  const nested = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);
  const hasCases = isFed('cases');
  const goods = [
    `goods.received${within('authorized-received')}`,
    ...step(`goods.inspected${within('received-inspected')}`, isFed('inspections')),
    ...step(`stock.moved${within('back-restored')}`, isFed('erpStock')),
  ];
  const money = [
    `refund.recorded${within('entitled-refunded')}`,
    'any order',
    ...nested([
      'steps',
      ...nested([
        ...step('refund.pending', false),
        ...step(`refund.settled${within('refund-settled')}`, isFed('gateway')),
      ]),
      ...step(`credit_note.posted${within('refund-credited')}`, isFed('creditNotes')),
    ]),
  ];
  const loop = [
    ...step(`return.approved within 2 business days`, isFed('approvals')),
    ...step('parcel.handed_over', false),
    ...step('parcel.delivered', false),
    'any order',
    ...nested([
      'repeat',
      ...nested(['steps', ...nested(goods)]),
      'repeat',
      ...nested(['steps', ...nested(money)]),
      ...step('shop.restocked', false),
    ]),
  ];
  const request = ['choice', '  return.requested', '  withdrawal.declared'];
  const round = [
    ...(hasCases ? request : ['optional', ...nested(request)]),
    ...loop,
    'any order',
    ...nested([...step('customer.told', false), ...step(`case.resolved within 1 business days`, hasCases)]),
  ];
  const lines = [
    'journey Customer return',
    'object return',
    '',
    ...step('order.placed', false),
    ...step('goods.shipped', false),
    'repeat',
    ...nested(['steps', ...nested(round)]),
  ];
  return `${lines.join('\n')}\n`;
}
