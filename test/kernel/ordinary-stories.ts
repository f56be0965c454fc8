/** Orders as any shop has them every day. None of them is a problem. */
import type { Policy } from '../../src/kernel/policy.ts';
import { shopPolicy, type Story } from './story.ts';

export type Draw = {
  /** Units bought and units that come back. */
  readonly units: number;
  readonly back: number;
  /** Gross price of one unit in minor units. */
  readonly price: number;
  /** Berlin time of a day after the order. */
  at(days: number, hour?: number): string;
};

export type Ordinary = { readonly story: Story; readonly policy?: Policy; readonly home?: string };

const taxOf = (gross: number): number => Math.round((gross * 19) / 119);
const bought = (story: Story, { units, price }: Draw): Story =>
  story
    .line('SHOE', units, price)
    .line('HAT', 1, 2990)
    .placed()
    .paid()
    .shipped('SHOE', units)
    .shipped('HAT', 1);
/** Approved, received and put away. */
const back = (story: Story, draw: Draw, units = draw.back): Story =>
  bought(story, draw).approved(draw.at(3)).received('SHOE', units, draw.at(6));
const refundedUnits = (story: Story, draw: Draw, units = draw.back, id = 'r1'): Story =>
  story.refunded(`${story.number}${id}`, [['SHOE', units, units * draw.price]]);
const ofKit: Policy = {
  ...shopPolicy,
  items: { SET: [{ sku: 'CUP', factor: 2 }, { sku: 'POT', factor: 1 }], OLD: [{ sku: 'NEW', factor: 1 }] },
}; // prettier-ignore
const erpStock: Policy = { ...shopPolicy, stockAuthority: [{ from: '', value: 'erp-sync' }] };
const noLabels: Policy = { ...shopPolicy, authorization: [{ from: '', value: 'none' }] };

export const ordinaryStories: Readonly<Record<string, (story: Story, draw: Draw) => Ordinary>> = {
  'never returned': (story, draw) => ({ story: bought(story, draw) }),
  'question ticket': (story, draw) => ({
    story: bought(story, draw).fact('case.opened', 'crm', { case: `q${story.number}`, about: 'question' }, draw.at(2))
      .fact('customer.told', 'crm', { what: 'other' }),
  }),
  'clean return': (story, draw) => ({
    story: refundedUnits(back(story, draw), draw).restocked('SHOE', draw.back).closed(draw.back * draw.price),
  }),
  'cancelled before shipping': (story, draw) => ({
    story: story.line('SHOE', draw.units, draw.price).delivery(490).placed().paid().cancelled(draw.at(1))
      .restocked('SHOE', draw.units, 'cancellation').amountOnly(`${story.number}r1`, draw.units * draw.price + 490)
      .atGateway('settled', `re${story.number}`, draw.units * draw.price + 490, `${story.number}r1`),
  }),
  'cancelled, never paid': (story, draw) => ({
    story: story.line('SHOE', draw.units, draw.price).placed({ tender: 'invoice' }).cancelled(draw.at(7)).restocked('SHOE', draw.units, 'cancellation'),
  }),
  'one unit cancelled before shipping': (story, draw) => ({
    story: story.line('SHOE', draw.units + 1, draw.price).placed().paid().refunded(`${story.number}r1`, [['SHOE', 1, draw.price]])
      .restocked('SHOE', 1).credited(`CN${story.number}`, draw.price).shipped('SHOE', draw.units),
  }),
  goodwill: (story, draw) => ({
    story: bought(story, draw).amountOnly(`${story.number}r1`, 500, 'goodwill', draw.at(4))
      .atGateway('settled', `re${story.number}`, 500, `${story.number}r1`).credited(`CN${story.number}`, 500),
  }),
  'keep it': (story, draw) => ({
    story: bought(story, draw)
      .fact('case.opened', 'crm', { case: `t${story.number}`, about: 'return' }, draw.at(3))
      .fact('return.approved', 'crm', { sku: 'SHOE', quantity: draw.back, keep: true })
      .refunded(`${story.number}r1`, [['SHOE', draw.back, draw.back * draw.price]]).closed(draw.back * draw.price),
  }),
  'keep it, said without units': (story, draw) => ({
    story: bought(story, draw)
      .fact('case.opened', 'crm', { case: `t${story.number}`, about: 'return' }, draw.at(3))
      .fact('return.approved', 'crm', { keep: true })
      .refunded(`${story.number}r1`, [['SHOE', draw.back, draw.back * draw.price]]).closed(draw.back * draw.price),
  }),
  'even exchange': (story, draw) => ({
    story: back(story, draw).fact('exchange.agreed', 'crm', { sku: 'SHOE', quantity: draw.back, newSku: 'SHOE-43' })
      .recorded(`${story.number}r0`, [['SHOE', draw.back, 0]]).restocked('SHOE', draw.back)
      .fact('exchange.shipped', 'erp', { sku: 'SHOE', quantity: draw.back }).told().resolved(),
  }),
  'dearer exchange': (story, draw) => ({
    story: back(story, draw)
      .fact('exchange.agreed', 'crm', { sku: 'SHOE', quantity: draw.back, difference: { minor: 1000, currency: 'EUR' } })
      .paid(1000, 'card', 'psp').recorded(`${story.number}r0`, [['SHOE', draw.back, 0]]).restocked('SHOE', draw.back)
      .fact('exchange.shipped', 'erp', { sku: 'SHOE', quantity: draw.back }).told().resolved(),
  }),
  'cheaper exchange': (story, draw) => ({
    story: back(story, draw)
      .fact('exchange.agreed', 'crm', { sku: 'SHOE', quantity: draw.back, difference: { minor: -50, currency: 'EUR' } })
      .amountOnly(`${story.number}r1`, 50).atGateway('settled', `re${story.number}`, 50, `${story.number}r1`)
      .recorded(`${story.number}r0`, [['SHOE', draw.back, 0]]).restocked('SHOE', draw.back)
      .fact('exchange.shipped', 'erp', { sku: 'SHOE', quantity: draw.back }).closed(50),
  }),
  'exchange as a new order': (story, draw) => ({
    story: refundedUnits(back(story, draw), draw).restocked('SHOE', draw.back).closed(draw.back * draw.price)
      .fact('order.changed', 'shop', { text: 'exchanged' }),
  }),
  'one-step receipt': (story, draw) => ({
    story: bought(story, draw).approved(draw.at(3)).moved('SHOE', draw.back, 'customer', 'saleable', draw.at(6))
      .refunded(`${story.number}r1`, [['SHOE', draw.back, draw.back * draw.price]]).restocked('SHOE', draw.back).closed(draw.back * draw.price),
  }),
  'refund first, put away a day later': (story, draw) => ({
    story: bought(story, draw).approved(draw.at(3)).moved('SHOE', draw.back, 'customer', 'hold', draw.at(6))
      .refunded(`${story.number}r1`, [['SHOE', draw.back, draw.back * draw.price]]).restocked('SHOE', draw.back)
      .moved('SHOE', draw.back, 'hold', 'saleable', draw.at(7)).closed(draw.back * draw.price),
  }),
  'stock owned by the ERP': (story, draw) => ({
    story: refundedUnits(back(story, draw), draw).closed(draw.back * draw.price), policy: erpStock,
  }),
  'label in the box': (story, draw) => ({
    story: bought(story, draw).received('SHOE', draw.back, draw.at(6)).refunded(`${story.number}r1`, [['SHOE', draw.back, draw.back * draw.price]])
      .restocked('SHOE', draw.back).credited(`CN${story.number}`, draw.back * draw.price),
    policy: noLabels,
  }),
  'cash on delivery refused': (story, draw) => ({
    story: story.line('SHOE', draw.units, draw.price).placed({ tender: 'cod' }).shipped('SHOE', draw.units)
      .fact('parcel.delivered', 'carrier', { tracking: `P${story.number}`, toOrigin: true }, draw.at(6))
      .cancelled().restocked('SHOE', draw.units, 'cancellation').received('SHOE', draw.units, draw.at(7)),
  }),
  'cash on delivery refused, no carrier': (story, draw) => ({
    story: story.line('SHOE', draw.units, draw.price).placed({ tender: 'cod' }).shipped('SHOE', draw.units)
      .received('SHOE', draw.units, draw.at(7)).cancelled().restocked('SHOE', draw.units, 'cancellation'),
  }),
  'set off against an invoice': (story, draw) => ({
    story: story.line('SHOE', draw.units, draw.price).placed({ tender: 'invoice', customer: 'business' }).paid(undefined, 'invoice', 'erp').shipped('SHOE', draw.units)
      .approved(draw.at(3)).received('SHOE', draw.back, draw.at(6))
      .recorded(`${story.number}r1`, [['SHOE', draw.back, draw.back * draw.price]], undefined, { payment: 'manual' }).restocked('SHOE', draw.back)
      .credited(`CN${story.number}`, draw.back * draw.price, undefined, 'applied').told().resolved(),
  }),
  'paid in part by gift card': (story, draw) => {
    const total = draw.units * draw.price;
    const card = Math.floor(total / 2);
    return {
      story: story.line('SHOE', draw.units, draw.price).placed().paid(card, 'card').paid(total - card, 'gift_card', 'shop')
        .shipped('SHOE', draw.units).approved(draw.at(3)).received('SHOE', draw.units, draw.at(6))
        .recorded(`${story.number}r1`, [['SHOE', draw.units, total]]).atGateway('settled', `re${story.number}`, card, `${story.number}r1`)
        .restocked('SHOE', draw.units).closed(total),
    };
  },
  'gift card, two refunds': (story, draw) => {
    const total = draw.units * draw.price;
    const card = Math.floor(total / 2);
    return {
      story: story.line('SHOE', draw.units, draw.price).placed().paid(card, 'card').paid(total - card, 'gift_card', 'shop')
        .shipped('SHOE', draw.units).approved(draw.at(3)).received('SHOE', draw.units, draw.at(6))
        .refunded(`${story.number}r1`, [['SHOE', draw.units, card]], undefined, { tender: 'card' }).restocked('SHOE', draw.units)
        .amountOnly(`${story.number}r2`, total - card, 'return', undefined, { tender: 'gift_card', payment: 'manual' }).closed(total),
    };
  },
  'gift card goes back as store credit': (story, draw) => ({
    story: back(story, draw).fact('store_credit.issued', 'shop', { money: { minor: draw.back * draw.price, currency: 'EUR' }, reference: `g${story.number}` })
      .recorded(`${story.number}r0`, [['SHOE', draw.back, 0]]).restocked('SHOE', draw.back).closed(draw.back * draw.price),
  }),
  'a set kept as parts': (story, draw) => ({
    story: story.line('SET', draw.units, draw.price).placed().paid().shipped('CUP', 2 * draw.units).shipped('POT', draw.units)
      .approved(draw.at(3)).received('CUP', 2 * draw.back, draw.at(6)).received('POT', draw.back)
      .refunded(`${story.number}r1`, [['SET', draw.back, draw.back * draw.price]]).restocked('SET', draw.back).closed(draw.back * draw.price),
    policy: ofKit,
  }),
  'renamed in the ERP': (story, draw) => ({
    story: story.line('OLD', draw.units, draw.price).placed().paid().shipped('NEW', draw.units)
      .approved(draw.at(3)).announced('NEW', draw.back).received('NEW', draw.back, draw.at(6))
      .refunded(`${story.number}r1`, [['OLD', draw.back, draw.back * draw.price]]).restocked('OLD', draw.back).closed(draw.back * draw.price),
    policy: ofKit,
  }),
  'a bundle with its parts as lines': (story, draw) => ({
    story: story.line('SET-X', 1, draw.price, { kind: 'service' }).line('PART', 2, 0).placed().paid().shipped('PART', 2)
      .approved(draw.at(3)).received('PART', 2, draw.at(6)).refunded(`${story.number}r1`, [['SET-X', 1, draw.price], ['PART', 2, 0]])
      .restocked('PART', 2).closed(draw.price),
  }),
  'in yen': (story, draw) => {
    story.currency = 'JPY';
    return { story: refundedUnits(back(story, draw), draw).restocked('SHOE', draw.back).closed(draw.back * draw.price) };
  },
  'subscription renewal': (story, draw) => ({
    story: story.line('TEA', draw.units, draw.price).placed({ channel: 'subscription' }).paid().shipped('TEA', draw.units),
  }),
  'subscription renewal refunded at once': (story, draw) => ({
    story: story.line('TEA', draw.units, draw.price).placed({ channel: 'subscription' }).paid().cancelled(draw.at(1)).restocked('TEA', draw.units, 'cancellation')
      .refunded(`${story.number}r1`, [['TEA', draw.units, draw.units * draw.price]]),
  }),
  'two parcels, one refund': (story, draw) => ({
    story: story.line('SHOE', 2, draw.price).placed().paid().shipped('SHOE', 2).approved(draw.at(3)).announced('SHOE', 2)
      .received('SHOE', 1, draw.at(5)).received('SHOE', 1, draw.at(8)).refunded(`${story.number}r1`, [['SHOE', 2, 2 * draw.price]])
      .restocked('SHOE', 2).closed(2 * draw.price),
  }),
  'gateway pays in two parts': (story, draw) => {
    const total = draw.back * draw.price;
    return {
      story: back(story, draw).recorded(`${story.number}r1`, [['SHOE', draw.back, total]])
        .atGateway('settled', `rea${story.number}`, 40).atGateway('settled', `reb${story.number}`, total - 40)
        .restocked('SHOE', draw.back).closed(total),
    };
  },
  'two refunds, one gateway refund': (story, draw) => ({
    story: story.line('SHOE', 3, draw.price).placed().paid().shipped('SHOE', 3).approved(draw.at(3)).received('SHOE', 3, draw.at(6))
      .recorded(`${story.number}r1`, [['SHOE', 1, draw.price]]).recorded(`${story.number}r2`, [['SHOE', 2, 2 * draw.price]])
      .atGateway('settled', `re${story.number}`, 3 * draw.price).restocked('SHOE', 3).closed(3 * draw.price),
  }),
  'refund in two parts, two credit notes': (story, draw) => ({
    story: story.line('SHOE', 3, draw.price).placed().paid().shipped('SHOE', 3).approved(draw.at(3)).received('SHOE', 3, draw.at(6))
      .refunded(`${story.number}r1`, [['SHOE', 1, draw.price]]).refunded(`${story.number}r2`, [['SHOE', 2, 2 * draw.price]]).restocked('SHOE', 3)
      .credited(`CNa${story.number}`, draw.price).credited(`CNb${story.number}`, 2 * draw.price).told().resolved(),
  }),
  'one refund, credited in two parts': (story, draw) => ({
    story: refundedUnits(back(story, draw), draw).restocked('SHOE', draw.back).credited(`CNa${story.number}`, 40)
      .credited(`CNb${story.number}`, draw.back * draw.price - 40).told().resolved(),
  }),
  'two returns': (story, draw) => ({
    story: bought(story, draw).approved(draw.at(3), 'RMA1').received('SHOE', 1, draw.at(5), 'RMA1')
      .refunded(`${story.number}r1`, [['SHOE', 1, draw.price]]).restocked('SHOE', 1).closed(draw.price)
      .fact('case.opened', 'crm', { case: `u${story.number}`, about: 'return' }, draw.at(9))
      .fact('return.approved', 'crm', {}, undefined, { rma: 'RMA2' }).received('HAT', 1, draw.at(11), 'RMA2')
      .refunded(`${story.number}r2`, [['HAT', 1, 2990]]).restocked('HAT', 1).credited(`CN2${story.number}`, 2990).told()
      .fact('case.resolved', 'crm', { case: `u${story.number}`, about: 'return' }),
  }),
  'shipping refunded': (story, draw) => ({
    story: story.line('SHOE', draw.units, draw.price).delivery(490).placed().paid().shipped('SHOE', draw.units).approved(draw.at(3))
      .received('SHOE', draw.units, draw.at(6))
      .refunded(`${story.number}r1`, [['SHOE', draw.units, draw.units * draw.price]], undefined, { shipping: { gross: 490, tax: taxOf(490) } })
      .restocked('SHOE', draw.units).closed(draw.units * draw.price + 490),
  }),
  'late parcel, shipping only': (story, draw) => ({
    story: story.line('SHOE', draw.units, draw.price).delivery(490).placed().paid().shipped('SHOE', draw.units)
      .recorded(`${story.number}r1`, [], draw.at(9), { shipping: { gross: 490, tax: taxOf(490) } })
      .atGateway('settled', `re${story.number}`, 490, `${story.number}r1`).credited(`CN${story.number}`, 490),
  }),
  'price reduced afterwards': (story, draw) => ({
    story: bought(story, draw).refunded(`${story.number}r1`, [['SHOE', 0, 50]], draw.at(2)).credited(`CN${story.number}`, 50),
  }),
  'restocking fee as a negative line': (story, draw) => {
    const minor = draw.back * draw.price - 50;
    return {
      story: back(story, draw)
        .recorded(`${story.number}r1`, [['SHOE', draw.back, draw.back * draw.price]], undefined, { money: { minor, currency: 'EUR' }, fees: { gross: -50, tax: -taxOf(50) } })
        .atGateway('settled', `re${story.number}`, minor, `${story.number}r1`).restocked('SHOE', draw.back).closed(minor),
    };
  },
  'restocking fee in the lines': (story, draw) => ({
    story: back(story, draw).refunded(`${story.number}r1`, [['SHOE', draw.back, draw.back * draw.price - 40]]).restocked('SHOE', draw.back)
      .closed(draw.back * draw.price - 40),
  }),
  'return refused before it came': (story, draw) => ({
    story: bought(story, draw).fact('case.opened', 'crm', { case: `t${story.number}`, about: 'return' }, draw.at(3), { object: `ticket/${story.number}` })
      .fact('return.rejected', 'crm', {}, undefined, { object: `ticket/${story.number}` }).fact('customer.told', 'crm', { what: 'rejected' }),
  }),
  'came, refused and sent back': (story, draw) => ({
    story: bought(story, draw).approved(draw.at(3)).moved('SHOE', draw.back, 'customer', 'input', draw.at(6))
      .moved('SHOE', draw.back, 'input', 'customer', draw.at(7)).told().resolved(),
  }),
  'return cancelled by the customer': (story, draw) => ({
    story: bought(story, draw).approved(draw.at(3)).announced('SHOE', draw.back).fact('return.cancelled', 'crm', {}, draw.at(5), { object: `ticket/${story.number}` }),
  }),
  'broken, replaced under the same order': (story, draw) => ({
    story: bought(story, draw).approved(draw.at(3)).moved('SHOE', 1, 'customer', 'scrap', draw.at(6)).shipped('SHOE', 1, draw.at(7)).told().resolved(),
  }),
  'replaced by another size under the same order': (story, draw) => ({
    story: bought(story, draw).approved(draw.at(3)).received('SHOE', 1, draw.at(6)).recorded(`${story.number}r0`, [['SHOE', 1, 0]])
      .restocked('SHOE', 1).shipped('SHOE-43', 1, draw.at(7)).told().resolved(),
  }),
  'damaged, written off': (story, draw) => ({
    story: bought(story, draw).approved(draw.at(3)).moved('SHOE', draw.back, 'customer', 'input', draw.at(6)).moved('SHOE', draw.back, 'input', 'scrap')
      .refunded(`${story.number}r1`, [['SHOE', draw.back, draw.back * draw.price]]).closed(draw.back * draw.price),
  }),
  'one of two damaged': (story, draw) => ({
    story: story.line('SHOE', 2, draw.price).placed().paid().shipped('SHOE', 2).approved(draw.at(3)).moved('SHOE', 2, 'customer', 'hold', draw.at(6))
      .moved('SHOE', 1, 'hold', 'scrap').refunded(`${story.number}r1`, [['SHOE', 1, draw.price]]).refunded(`${story.number}r2`, [['SHOE', 1, draw.price]])
      .restocked('SHOE', 1).moved('SHOE', 1, 'hold', 'saleable').closed(2 * draw.price),
  }),
  'receipt cancelled and done again': (story, draw) => ({
    story: bought(story, draw).approved(draw.at(3)).moved('SHOE', draw.back, 'customer', 'input', draw.at(5)).moved('SHOE', draw.back, 'input', 'customer')
      .received('SHOE', draw.back, draw.at(6)).refunded(`${story.number}r1`, [['SHOE', draw.back, draw.back * draw.price]])
      .restocked('SHOE', draw.back).closed(draw.back * draw.price),
  }),
  'less came, the rest given up': (story, draw) => ({
    story: story.line('SHOE', 3, draw.price).placed().paid().shipped('SHOE', 3).approved(draw.at(3)).announced('SHOE', 3)
      .received('SHOE', 2, draw.at(6)).refunded(`${story.number}r1`, [['SHOE', 2, 2 * draw.price]]).restocked('SHOE', 2).closed(2 * draw.price),
  }),
  'refund failed, paid again': (story, draw) => ({
    story: back(story, draw).recorded(`${story.number}r1`, [['SHOE', draw.back, draw.back * draw.price]])
      .atGateway('failed', `rea${story.number}`, draw.back * draw.price, `${story.number}r1`)
      .atGateway('settled', `reb${story.number}`, draw.back * draw.price).restocked('SHOE', draw.back).closed(draw.back * draw.price),
  }),
  'bank transfer': (story, draw) => ({
    story: story.line('SHOE', draw.units, draw.price).placed({ tender: 'invoice' }).paid(undefined, 'invoice', 'shop').shipped('SHOE', draw.units)
      .approved(draw.at(3)).received('SHOE', draw.back, draw.at(6))
      .recorded(`${story.number}r1`, [['SHOE', draw.back, draw.back * draw.price]], undefined, { payment: 'manual' })
      .restocked('SHOE', draw.back).closed(draw.back * draw.price),
  }),
  'marketplace order, only in the ERP': (story, draw) => ({
    story: story.line('SHOE', draw.units, draw.price).placed({ channel: 'marketplace' }, 'erp').shipped('SHOE', draw.units)
      .received('SHOE', draw.back, draw.at(6)).credited(`CN${story.number}`, draw.back * draw.price),
    home: 'erp',
  }),
}; // prettier-ignore
