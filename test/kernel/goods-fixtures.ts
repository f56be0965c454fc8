/** Fixtures of the goods and stock codes. */
import { clean, refunded, returned, type CodeFixtures } from './code-fixture.ts';
import { allFed, shopPolicy, story } from './story.ts';

const approvedOnly = () => story('1001').delivered('SHOE', 2, 5990).approved('2026-11-02T09:00');
const payFirst = { ...shopPolicy, payAfter: [{ from: '', value: 'approval' as const }] };
const kitPolicy = {
  ...shopPolicy,
  items: {
    'SET-3': [
      { sku: 'PART-A', factor: 2 },
      { sku: 'PART-B', factor: 1 },
    ],
  },
};
const kit = () =>
  story('1001')
    .line('SET-3', 1, 9990)
    .placed()
    .paid()
    .shipped('PART-A', 2)
    .shipped('PART-B', 1)
    .approved('2026-11-02T09:00');
/** In the input zone, refunded, and graded at the desk. */
const inInput = () => approvedOnly().moved('SHOE', 1, 'customer', 'input', '2026-11-03T09:00');
const desk = (story: ReturnType<typeof inInput>) =>
  story.recorded('r1', [['SHOE', 1, 5990]]).atGateway('settled', 're_1', 5990, 'r1');
const parcel = (extra: { toOrigin?: boolean } = {}) => ({ tracking: '0034', ...extra });
const serialOrder = (came: string) =>
  story('1001')
    .line('LAMP', 1, 5990)
    .placed()
    .paid()
    .fact('goods.shipped', 'erp', { sku: 'LAMP', quantity: 1, serial: 'SN1' })
    .approved('2026-11-02T09:00')
    .moved('LAMP', 1, 'customer', 'input', '2026-11-03T09:00', { serial: came })
    .moved('LAMP', 1, 'input', 'saleable')
    .refunded('r1', [['LAMP', 1, 5990]])
    .restocked('LAMP', 1)
    .closed(5990);
const costed = (cost: number) =>
  story('1001')
    .line('LAMP', 1, 5990)
    .placed()
    .paid()
    .fact('goods.shipped', 'erp', { sku: 'LAMP', quantity: 1, unitCost: 2000 })
    .approved('2026-11-02T09:00')
    .moved('LAMP', 1, 'customer', 'saleable', '2026-11-03T09:00', { unitCost: cost })
    .refunded('r1', [['LAMP', 1, 5990]])
    .restocked('LAMP', 1)
    .closed(5990);
const agreedExchange = () =>
  returned()
    .restocked('SHOE', 1)
    .fact('exchange.agreed', 'crm', { sku: 'SHOE', quantity: 1, newSku: 'SHOE-43' }, '2026-11-04T09:00');

export const goodsFixtures: CodeFixtures = {
  'approved-but-not-restored': {
    fires: () => approvedOnly().refunded('r1', [['SHOE', 1, 5990]], '2026-11-03T09:00').closed(5990),
    expect: { owner: 'ops', sku: 'SHOE', units: 1, due: '2026-11-06' },
    nearMiss: clean,
  },
  'restored-without-receipt': {
    fires: () => approvedOnly().refunded('r1', [['SHOE', 1, 5990]], '2026-11-03T09:00').restocked('SHOE', 1).closed(5990),
    expect: { owner: 'ops', sku: 'SHOE', units: 1, due: '2026-11-06' },
    nearMiss: clean,
  },
  'restored-though-damaged': {
    fires: () =>
      inInput().moved('SHOE', 1, 'input', 'scrap').refunded('r1', [['SHOE', 1, 5990]]).restocked('SHOE', 1).closed(5990),
    expect: { owner: 'ops', sku: 'SHOE', units: 1 },
    nearMiss: () =>
      approvedOnly().moved('SHOE', 2, 'customer', 'input').moved('SHOE', 1, 'input', 'scrap').refunded('r1', [['SHOE', 2, 11980]])
        .restocked('SHOE', 1).moved('SHOE', 1, 'input', 'saleable').closed(11980),
  },
  'restored-twice': {
    fires: () => clean().restocked('SHOE', 1),
    expect: { owner: 'ops', sku: 'SHOE', units: 1 },
    nearMiss: () =>
      returned().received('SHOE', 1).refunded('r1', [['SHOE', 1, 5990]]).refunded('r2', [['SHOE', 1, 5990]]).restocked('SHOE', 1)
        .restocked('SHOE', 1).closed(11980),
  },
  'restored-refund-failed': {
    fires: () => approvedOnly().recorded('r1', [['SHOE', 1, 5990]]).atGateway('failed', 're_1', 5990, 'r1').restocked('SHOE', 1).closed(5990),
    expect: { owner: 'ops', sku: 'SHOE', units: 1, waitsFor: 'refund-failed-at-gateway' },
    nearMiss: () => returned().recorded('r1', [['SHOE', 1, 5990]]).atGateway('failed', 're_1', 5990, 'r1').restocked('SHOE', 1).closed(5990),
  },
  'restore-had-no-effect': {
    fires: () => returned().refunded('r1', [['SHOE', 1, 5990]]).recorded('r2', [['SHOE', 1, 0]]).closed(5990),
    expect: { owner: 'ops', sku: 'SHOE', units: 1, due: '2026-11-03T11:00:00.000Z' },
    nearMiss: () => returned().refunded('r1', [['SHOE', 1, 5990]]).recorded('r2', [['SHOE', 1, 0]]).restocked('SHOE', 1).closed(5990),
  },
  'shop-not-restocked': {
    fires: () => returned().refunded('r1', [['SHOE', 1, 5990]], '2026-11-04T09:00').closed(5990),
    expect: { owner: 'ops', sku: 'SHOE', units: 1, due: '2026-11-04T09:00:00.000Z' },
    nearMiss: () => returned().refunded('r1', [['SHOE', 1, 5990]], '2026-11-04T09:00').restocked('SHOE', 1).closed(5990),
  },
  'write-off-missing': {
    fires: () => desk(inInput()).graded('SHOE', 1, 'scrap', '2026-11-05T09:00').closed(5990),
    expect: { owner: 'ops', sku: 'SHOE', units: 1, due: '2026-11-12' },
    nearMiss: () => desk(inInput()).graded('SHOE', 1, 'scrap', '2026-11-05T09:00').moved('SHOE', 1, 'input', 'scrap').closed(5990),
    coverage: allFed,
  },
  'goods-not-sent-back': {
    fires: () => inInput().graded('SHOE', 1, 'return_to_customer', '2026-11-05T09:00'),
    expect: { owner: 'ops', sku: 'SHOE', units: 1, due: '2026-11-12' },
    nearMiss: () => inInput().graded('SHOE', 1, 'return_to_customer', '2026-11-05T09:00').fact('goods.sent_back', 'desk', { sku: 'SHOE', quantity: 1, to: 'customer' }),
    coverage: allFed,
  },
  'cancelled-after-shipping-restocked': {
    fires: () => story('1001').delivered('SHOE', 2, 5990).cancelled('2026-11-02T09:00').restocked('SHOE', 2, 'cancellation'),
    expect: { owner: 'ops', sku: 'SHOE', units: 2 },
    nearMiss: () =>
      story('1001').delivered('SHOE', 2, 5990).fact('parcel.delivered', 'carrier', parcel({ toOrigin: true }), '2026-11-02T08:00').cancelled().restocked('SHOE', 2, 'cancellation'),
  },
  'kit-partly-restored': {
    fires: () =>
      kit().received('PART-A', 2, '2026-11-03T09:00').refunded('r1', [['SET-3', 1, 9990]]).restocked('SET-3', 1).closed(9990),
    expect: { owner: 'ops', sku: 'SET-3', units: 1, due: '2026-11-04' },
    nearMiss: () =>
      kit().received('PART-A', 2, '2026-11-03T09:00').received('PART-B', 1).refunded('r1', [['SET-3', 1, 9990]]).restocked('SET-3', 1).closed(9990),
    policy: kitPolicy,
  },
  'wrong-location': {
    fires: () => inInput().moved('SHOE', 1, 'input', 'other', '2026-11-04T09:00'),
    expect: { owner: 'ops', sku: 'SHOE', units: 1, due: '2026-11-06' },
    nearMiss: () => inInput().moved('SHOE', 1, 'input', 'other', '2026-11-04T09:00').moved('SHOE', 1, 'other', 'saleable'),
  },
  'received-short': {
    fires: () => story('1001').delivered('SHOE', 2, 5990).approved('2026-11-02T09:00').announced('SHOE', 2).received('SHOE', 1).refunded('r1', [['SHOE', 1, 5990]]).restocked('SHOE', 1).credited('CN1', 5990),
    expect: { owner: 'support', sku: 'SHOE', units: 1, due: '2026-11-23' },
    nearMiss: () => story('1001').delivered('SHOE', 2, 5990).approved('2026-11-02T09:00').announced('SHOE', 2).received('SHOE', 1).received('SHOE', 1),
  },
  'received-over': {
    fires: () => story('1001').delivered('SHOE', 1, 5990).approved('2026-11-02T09:00').received('SHOE', 2).refunded('r1', [['SHOE', 1, 5990]]).restocked('SHOE', 1).closed(5990),
    expect: { owner: 'ops', sku: 'SHOE', units: 1 },
    nearMiss: () =>
      // Bought once, sent twice because the first was broken, and both came back.
      story('1001').delivered('SHOE', 1, 5990).approved('2026-11-02T09:00').shipped('SHOE', 1).received('SHOE', 2).restocked('SHOE', 1).refunded('r1', [['SHOE', 1, 5990]]).closed(5990),
  },
  'wrong-item-received': {
    fires: () => approvedOnly().received('BOOT', 1, '2026-11-03T09:00').refunded('r1', [['SHOE', 1, 5990]]).closed(5990),
    expect: { owner: 'ops', sku: 'BOOT', units: 1 },
    nearMiss: () =>
      // The boot had replaced the shoe and left under the same order.
      approvedOnly().received('SHOE', 1).restocked('SHOE', 1).shipped('BOOT', 1).received('BOOT', 1),
  },
  'blind-return': {
    fires: () => story('1001').delivered('SHOE', 2, 5990).received('SHOE', 1, '2026-11-03T09:00'),
    expect: { owner: 'ops', sku: 'SHOE', units: 1 },
    nearMiss: () => approvedOnly().received('SHOE', 1, '2026-11-03T09:00'),
  },
  'delivered-not-received': {
    fires: () => approvedOnly().fact('parcel.delivered', 'carrier', parcel(), '2026-11-04T09:00'),
    expect: { owner: 'ops', due: '2026-11-06' },
    nearMiss: () => approvedOnly().fact('parcel.delivered', 'carrier', parcel(), '2026-11-04T09:00').received('SHOE', 1),
    coverage: allFed,
  },
  'not-inspected': {
    fires: inInput,
    expect: { owner: 'ops', sku: 'SHOE', units: 1, due: '2026-11-05' },
    nearMiss: () => inInput().moved('SHOE', 1, 'input', 'saleable'),
  },
  'label-unused': {
    fires: approvedOnly,
    expect: { owner: 'support', due: '2026-11-23' },
    nearMiss: () => approvedOnly().fact('return.cancelled', 'crm', {}),
  },
  'returned-to-origin': {
    fires: () =>
      story('1001').line('SHOE', 1, 5990).placed({ tender: 'cod' }).shipped('SHOE', 1).fact('parcel.delivered', 'carrier', parcel({ toOrigin: true }), '2026-11-02T09:00')
        .received('SHOE', 1).recorded('r1', [['SHOE', 1, 5990]], undefined, { payment: 'manual' }).restocked('SHOE', 1).credited('CN1', 5990),
    expect: { owner: 'ops', minor: 5990 },
    nearMiss: () =>
      story('1001').line('SHOE', 1, 5990).placed({ tender: 'cod' }).shipped('SHOE', 1).fact('parcel.delivered', 'carrier', parcel({ toOrigin: true }), '2026-11-02T09:00')
        .received('SHOE', 1).cancelled().restocked('SHOE', 1, 'cancellation'),
  },
  'refunded-goods-never-came': {
    fires: () => approvedOnly().refunded('r1', [['SHOE', 1, 5990]], '2026-11-03T09:00').closed(5990),
    expect: { owner: 'support', sku: 'SHOE', units: 1, due: '2026-11-17' },
    nearMiss: () => approvedOnly().refunded('r1', [['SHOE', 1, 5990]], '2026-11-03T09:00').received('SHOE', 1).restocked('SHOE', 1).closed(5990),
    policy: payFirst,
  },
  'exchange-not-shipped': {
    fires: agreedExchange,
    expect: { owner: 'support', sku: 'SHOE', units: 1, due: '2026-11-06' },
    nearMiss: () => agreedExchange().fact('exchange.shipped', 'shop', { sku: 'SHOE', quantity: 1, newOrder: '1002' }),
    coverage: allFed,
  },
  'quarantine-forgotten': {
    fires: () => inInput().moved('SHOE', 1, 'input', 'hold', '2026-11-03T12:00'),
    expect: { owner: 'ops', sku: 'SHOE', units: 1, due: '2026-11-17' },
    nearMiss: () => inInput().moved('SHOE', 1, 'input', 'hold', '2026-11-03T12:00').moved('SHOE', 1, 'hold', 'scrap'),
  },
  'wrong-serial': {
    fires: () => serialOrder('SN9'),
    expect: { owner: 'ops', sku: 'LAMP', units: 1 },
    nearMiss: () => serialOrder('SN1'),
  },
  'stock-moved-by-two-documents': {
    fires: () => refunded().moved('SHOE', 1, 'other', 'saleable').closed(5990),
    expect: { owner: 'ops', sku: 'SHOE', units: 1 },
    nearMiss: () => refunded().moved('SHOE', 1, 'saleable', 'hold').moved('SHOE', 1, 'hold', 'saleable').closed(5990),
  },
  'return-not-on-order': {
    fires: () => clean().fact('status.claimed', 'erp', { claim: 'delivered_quantity', sku: 'SHOE', quantity: 2 }),
    expect: { owner: 'ops', sku: 'SHOE', units: 1 },
    nearMiss: () => clean().fact('status.claimed', 'erp', { claim: 'delivered_quantity', sku: 'SHOE', quantity: 1 }),
  },
  'return-backorder-lost': {
    fires: () =>
      returned().fact('return.waiting', 'erp', { sku: 'SHOE', quantity: 1, document: 'IN2', linked: false })
        .refunded('r1', [['SHOE', 1, 5990]]).restocked('SHOE', 1).credited('CN1', 5990).told().resolved('2026-11-04T09:00'),
    expect: { owner: 'ops', sku: 'SHOE', units: 1, due: '2026-11-09' },
    nearMiss: () =>
      returned().fact('return.waiting', 'erp', { sku: 'SHOE', quantity: 1, document: 'IN2', linked: true })
        .refunded('r1', [['SHOE', 1, 5990]]).restocked('SHOE', 1).credited('CN1', 5990).told().resolved('2026-11-04T09:00'),
  },
  'cancelled-but-moved': {
    fires: () =>
      approvedOnly().moved('SHOE', 1, 'customer', 'input', '2026-11-03T09:00', { documentCancelled: true, document: 'IN1' })
        .refunded('r1', [['SHOE', 1, 5990]]).closed(5990),
    expect: { owner: 'ops', sku: 'SHOE', units: 1 },
    nearMiss: clean,
  },
  'done-move-edited': {
    fires: () =>
      approvedOnly().moved('SHOE', 2, 'customer', 'saleable', '2026-11-03T09:00', { editedAt: '2026-11-05T10:00:00.000Z', editedBy: 1 })
        .refunded('r1', [['SHOE', 1, 5990]]).restocked('SHOE', 1).closed(5990),
    expect: { owner: 'ops', sku: 'SHOE', units: 1 },
    nearMiss: () => approvedOnly().moved('SHOE', 1, 'customer', 'saleable', '2026-11-03T09:00').refunded('r1', [['SHOE', 1, 5990]]).restocked('SHOE', 1).closed(5990),
  },
  'return-valued-wrong': {
    fires: () => costed(1800),
    expect: { owner: 'finance', sku: 'LAMP', units: 1, minor: 200 },
    nearMiss: () => costed(2000),
  },
  'reports-differ': {
    fires: () => clean().fact('goods.received', 'crm', { sku: 'SHOE', quantity: 2 }, '2026-11-04T09:00'),
    expect: { owner: 'ops', sku: 'SHOE', units: 1, due: '2026-11-06' },
    nearMiss: () => clean().fact('goods.received', 'crm', { sku: 'SHOE', quantity: 1 }, '2026-11-04T09:00'),
  },
}; // prettier-ignore
