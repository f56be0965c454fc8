/** Fixtures of the money codes: gateway, amounts, entitlement. */
import { clean, refunded, returned, type CodeFixtures } from './code-fixture.ts';
import { allFed, shopPolicy, story } from './story.ts';

const goodwillPolicy = { ...shopPolicy, goodwillCap: [{ from: '', value: 1000 }] };
/** Sold below its list price. */
const discounted = () =>
  story('1001').line('SHOE', 2, 4990, { listGross: 11980 }).placed().paid().shipped('SHOE', 2)
    .approved('2026-11-02T09:00').received('SHOE', 2, '2026-11-03T09:00').restocked('SHOE', 2); // prettier-ignore
const withShipping = () =>
  story('1001').line('SHOE', 1, 5990).delivery(490).placed().paid().shipped('SHOE', 1)
    .approved('2026-11-02T09:00').received('SHOE', 1, '2026-11-03T09:00').restocked('SHOE', 1); // prettier-ignore
const shipping = (gross: number) => ({ shipping: { gross, tax: Math.round((gross * 19) / 119) } });
const withdrawn = () =>
  story('1001')
    .delivered('SHOE', 2, 5990)
    .fact('withdrawal.declared', 'shop', { sku: 'SHOE', quantity: 1 }, '2026-11-07T21:14');

export const moneyFixtures: CodeFixtures = {
  'refund-not-at-gateway': {
    fires: () => returned().recorded('r1', [['SHOE', 1, 5990]], '2026-11-04T09:00').restocked('SHOE', 1).closed(5990),
    expect: { owner: 'finance', minor: 5990, due: '2026-11-09' },
    nearMiss: clean,
  },
  'refund-failed-at-gateway': {
    fires: () =>
      returned().recorded('r1', [['SHOE', 1, 5990]]).atGateway('failed', 're_1', 5990, 'r1').restocked('SHOE', 1).closed(5990),
    expect: { owner: 'finance', minor: 5990 },
    nearMiss: () =>
      returned().recorded('r1', [['SHOE', 1, 5990]]).atGateway('failed', 're_1', 5990, 'r1')
        .atGateway('settled', 're_2', 5990, 'r1').restocked('SHOE', 1).closed(5990),
  },
  'refund-failed-later': {
    fires: () => refunded().reversed('re_r1', 5990, 'r1').closed(5990),
    expect: { owner: 'finance', minor: 5990 },
    nearMiss: () => refunded().reversed('re_r1', 5990, 'r1').atGateway('settled', 're_2', 5990, 'r1').closed(5990),
  },
  'refund-stuck-pending': {
    fires: () =>
      returned().recorded('r1', [['SHOE', 1, 5990]]).atGateway('pending', 're_1', 5990, 'r1', '2026-11-04T09:00')
        .restocked('SHOE', 1).closed(5990),
    expect: { owner: 'finance', minor: 5990, due: '2026-11-09' },
    nearMiss: () =>
      returned().recorded('r1', [['SHOE', 1, 5990]]).atGateway('pending', 're_1', 5990, 'r1', '2026-11-04T09:00')
        .atGateway('settled', 're_1', 5990, 'r1').restocked('SHOE', 1).closed(5990),
  },
  'refund-recorded-never-paid': {
    fires: () =>
      returned().recorded('r1', [['SHOE', 1, 5990]], '2026-11-04T09:00', { payment: 'manual' }).restocked('SHOE', 1).closed(5990),
    expect: { owner: 'finance', minor: 5990, due: '2026-11-09' },
    nearMiss: () =>
      returned().recorded('r1', [['SHOE', 1, 5990]], '2026-11-04T09:00', { payment: 'manual' }).restocked('SHOE', 1)
        .paidOut(5990, 'r1').closed(5990),
    coverage: allFed,
  },
  'gateway-refund-not-in-shop': {
    fires: () => returned().atGateway('settled', 're_1', 5990, undefined, '2026-11-04T09:00').restocked('SHOE', 1).closed(5990),
    expect: { owner: 'finance', minor: 5990, due: '2026-11-09' },
    nearMiss: () =>
      returned().recorded('r1', [['SHOE', 1, 5990]]).atGateway('settled', 're_1', 5990).restocked('SHOE', 1).closed(5990),
  },
  'one-payout-two-records': {
    fires: () => refunded().recorded('r2', [['SHOE', 1, 5990]], undefined, { payment: 'manual' }).closed(5990),
    expect: { owner: 'finance', minor: 5990 },
    nearMiss: () =>
      story('1001').delivered('SHOE', 2, 5990).approved('2026-11-02T09:00').received('SHOE', 2)
        .refunded('r1', [['SHOE', 1, 5990]]).refunded('r2', [['SHOE', 1, 5990]]).restocked('SHOE', 2).closed(11980),
  },
  'duplicate-payout': {
    fires: () => refunded().atGateway('settled', 're_2', 5990).closed(5990),
    expect: { owner: 'finance', minor: 5990 },
    nearMiss: () =>
      returned().recorded('r1', [['SHOE', 1, 5990]]).atGateway('settled', 're_1', 3000).atGateway('settled', 're_2', 2990)
        .restocked('SHOE', 1).closed(5990),
  },
  'refund-and-dispute': {
    fires: () => refunded().disputed('opened', 11980).closed(5990),
    expect: { owner: 'finance', minor: 5990 },
    nearMiss: () => refunded().disputed('opened', 11980).disputed('won', 11980).closed(5990),
  },
  'dispute-lost-partially': {
    fires: () =>
      story('1001').delivered('SHOE', 2, 5990).disputed('lost', 5990)
        .amountOnly('r1', 11980, 'duplicate', undefined, { payment: 'manual' }).credited('CN1', 11980),
    expect: { owner: 'finance', minor: 5990 },
    nearMiss: () =>
      story('1001').delivered('SHOE', 2, 5990).disputed('lost', 5990)
        .amountOnly('r1', 5990, 'duplicate', undefined, { payment: 'manual' }).credited('CN1', 5990),
  },
  'dispute-won-still-refunded': {
    fires: () =>
      story('1001').delivered('SHOE', 2, 5990).disputed('won', 11980)
        .amountOnly('r1', 11980, 'duplicate', undefined, { payment: 'manual' }).credited('CN1', 11980),
    expect: { owner: 'finance', minor: 11980 },
    nearMiss: () => story('1001').delivered('SHOE', 2, 5990).disputed('won', 11980),
  },
  'refund-wrong-currency': {
    fires: () =>
      returned().amountOnly('r1', 5990, 'return', undefined, { money: { minor: 5990, currency: 'USD' }, payment: 'manual' })
        .restocked('SHOE', 1).closed(5990),
    expect: { owner: 'finance', minor: 5990 },
    nearMiss: clean,
  },
  'refund-wrong-tender': {
    fires: () => returned().refunded('r1', [['SHOE', 1, 5990]], undefined, { tender: 'paypal' }).restocked('SHOE', 1).closed(5990),
    expect: { owner: 'finance', minor: 5990 },
    nearMiss: () =>
      returned().refunded('r1', [['SHOE', 1, 5990]], undefined, { tender: 'card' }).restocked('SHOE', 1).closed(5990),
  },
  'refund-vanished': {
    fires: () => returned().atGateway('settled', 're_1', 5990, 'r9').restocked('SHOE', 1).closed(5990),
    expect: { owner: 'finance', minor: 5990 },
    nearMiss: () => refunded().fact('refund.deleted', 'shop', { refund: 'r7', money: { minor: 5990, currency: 'EUR' } }).told().resolved().credited('CN1', 5990, '2026-11-03T12:00'),
  },
  'refunded-not-entitled': {
    fires: () =>
      story('1001').line('SHOE', 1, 5990).line('HAT', 1, 2990).placed().paid().shipped('SHOE', 1).shipped('HAT', 1)
        .approved('2026-11-02T09:00').received('SHOE', 1).refunded('r1', [['SHOE', 1, 6990]]).restocked('SHOE', 1).closed(6990),
    expect: { owner: 'finance', sku: 'SHOE', minor: 1000 },
    nearMiss: () => clean().amountOnly('r2', 990, 'goodwill').atGateway('settled', 're_2', 990, 'r2').credited('CN2', 990),
    policy: goodwillPolicy,
  },
  'refund-rounding-residue': {
    fires: () =>
      story('1001').delivered('SHOE', 2, 5990).approved('2026-11-02T09:00').received('SHOE', 2)
        .refunded('r1', [['SHOE', 2, 11979]]).restocked('SHOE', 2).closed(11979),
    expect: { owner: 'finance', minor: 1 },
    nearMiss: () =>
      story('1001').delivered('SHOE', 2, 5990).approved('2026-11-02T09:00').received('SHOE', 2)
        .refunded('r1', [['SHOE', 2, 11980]]).restocked('SHOE', 2).closed(11980),
  },
  'refund-lines-unequal-amount': {
    fires: () =>
      returned().recorded('r1', [['SHOE', 1, 5990]], undefined, { money: { minor: 5791, currency: 'EUR' } })
        .atGateway('settled', 're_1', 5791, 'r1').restocked('SHOE', 1).closed(5791),
    expect: { owner: 'finance', minor: 199 },
    nearMiss: () =>
      returned().recorded('r1', [['SHOE', 1, 5990]], undefined, { money: { minor: 5791, currency: 'EUR' }, fees: { gross: -199, tax: 0 } })
        .atGateway('settled', 're_1', 5791, 'r1').restocked('SHOE', 1).closed(5791),
  },
  'refund-without-lines': {
    fires: () => returned().amountOnly('r1', 5990).atGateway('settled', 're_1', 5990, 'r1').restocked('SHOE', 1).closed(5990),
    expect: { owner: 'support', units: 1, minor: 5990 },
    nearMiss: () => clean().amountOnly('r2', 500).atGateway('settled', 're_2', 500, 'r2').credited('CN2', 500),
  },
  'refund-ignores-discount': {
    fires: () => discounted().refunded('r1', [['SHOE', 2, 11980]]).closed(11980),
    expect: { owner: 'finance', sku: 'SHOE', minor: 2000 },
    nearMiss: () => discounted().refunded('r1', [['SHOE', 2, 9980]]).closed(9980),
  },
  'shipping-refunded-twice': {
    fires: () =>
      withShipping().refunded('r1', [['SHOE', 1, 5990]], undefined, shipping(490)).refunded('r2', [], undefined, shipping(490)).closed(6970),
    expect: { owner: 'finance', minor: 490 },
    nearMiss: () => withShipping().refunded('r1', [['SHOE', 1, 5990]], undefined, shipping(490)).closed(6480),
  },
  'refunded-more-than-bought': {
    fires: () =>
      story('1001').delivered('SHOE', 1, 5990).approved('2026-11-02T09:00').received('SHOE', 1)
        .refunded('r1', [['SHOE', 2, 5990]]).restocked('SHOE', 1).closed(5990),
    expect: { owner: 'support', sku: 'SHOE', units: 1 },
    nearMiss: () =>
      story('1001').delivered('SHOE', 2, 5990).approved('2026-11-02T09:00').received('SHOE', 2)
        .refunded('r1', [['SHOE', 2, 11980]]).restocked('SHOE', 2).closed(11980),
  },
  'refunded-unreceived-units': {
    fires: () => returned().refunded('r1', [['SHOE', 2, 11980]], '2026-11-04T09:00').restocked('SHOE', 2).closed(11980),
    expect: { owner: 'finance', sku: 'SHOE', units: 1, due: '2026-11-09' },
    nearMiss: () =>
      returned().received('SHOE', 1, '2026-11-05T09:00').refunded('r1', [['SHOE', 2, 11980]]).restocked('SHOE', 2).closed(11980),
  },
  'refund-over-cap': {
    fires: () => clean().amountOnly('r2', 7000, 'goodwill').atGateway('settled', 're_2', 7000, 'r2').credited('CN2', 7000),
    expect: { owner: 'finance', minor: 1010 },
    nearMiss: () => clean().amountOnly('r2', 5990, 'goodwill').atGateway('settled', 're_2', 5990, 'r2').credited('CN2', 5990),
  },
  'refund-overdue': {
    fires: () => story('1001').line('SHOE', 2, 5990).placed().paid().cancelled('2026-11-02T09:00').restocked('SHOE', 2, 'cancellation'),
    expect: { owner: 'support', sku: 'SHOE', units: 2, minor: 11980, due: '2026-11-09' },
    nearMiss: () =>
      story('1001').line('SHOE', 2, 5990).placed().paid().cancelled('2026-11-02T09:00').restocked('SHOE', 2, 'cancellation')
        .amountOnly('r1', 11980).atGateway('settled', 're_1', 11980, 'r1'),
  },
  'received-not-refunded': {
    fires: () => returned().restocked('SHOE', 1),
    expect: { owner: 'support', sku: 'SHOE', units: 1, minor: 5990, due: '2026-11-10' },
    nearMiss: () => returned().fact('store_credit.issued', 'shop', { money: { minor: 5990, currency: 'EUR' }, reference: 'gc1' }).restocked('SHOE', 1).closed(5990),
  },
  'withdrawal-overdue': {
    fires: () => withdrawn().fact('dispatch.proved', 'crm', {}, '2026-11-10T09:00'),
    expect: { owner: 'finance', sku: 'SHOE', minor: 5990, due: '2026-11-21' },
    nearMiss: withdrawn,
  },
}; // prettier-ignore
