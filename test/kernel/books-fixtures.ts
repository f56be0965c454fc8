/** Fixtures of the books, of cases and of promises. */
import { clean, refunded, returned, type CodeFixtures } from './code-fixture.ts';
import { allFed, shopPolicy } from './story.ts';

const monthPolicy = { ...shopPolicy, periodClose: [{ from: '', value: 'month' as const }] };
const dearer = () =>
  returned().restocked('SHOE', 1)
    .fact('exchange.agreed', 'crm', { sku: 'SHOE', quantity: 1, difference: { minor: 1000, currency: 'EUR' } }, '2026-11-04T09:00')
    .fact('exchange.shipped', 'shop', { sku: 'SHOE', quantity: 1 }); // prettier-ignore
const promised = () =>
  returned().restocked('SHOE', 1)
    .fact('promise.made', 'crm', { by: 'Kim', promised: 'refund', until: '2026-11-06', case: 't1001' }, '2026-11-04T09:00'); // prettier-ignore

export const booksFixtures: CodeFixtures = {
  'refund-without-credit-note': {
    fires: () => returned().refunded('r1', [['SHOE', 1, 5990]], '2026-11-04T09:00').restocked('SHOE', 1).told().resolved(),
    expect: { owner: 'finance', minor: 5990, due: '2026-11-06' },
    nearMiss: clean,
  },
  'credit-note-without-refund': {
    fires: () => returned().restocked('SHOE', 1).credited('CN1', 5990, '2026-11-04T09:00').told().resolved(),
    expect: { owner: 'finance', minor: 5990, due: '2026-11-06' },
    nearMiss: () => returned().restocked('SHOE', 1).credited('CN1', 5990, '2026-11-04T09:00', 'applied'),
  },
  'credit-note-left-draft': {
    fires: () => refunded().credited('CN1', 5990, '2026-11-04T09:00', 'drafted').told().resolved(),
    expect: { owner: 'finance', minor: 5990, due: '2026-11-05' },
    nearMiss: () => refunded().credited('CN1', 5990, '2026-11-04T09:00', 'drafted').credited('CN1', 5990).told().resolved(),
  },
  'duplicate-credit-note': {
    fires: () => refunded().credited('CN1', 5990).credited('CN2', 5990, '2026-11-04T09:00').told().resolved(),
    expect: { owner: 'finance', minor: 5990, due: '2026-11-06' },
    nearMiss: () => refunded().credited('CN1', 5990).credited('CN1', 5990, '2026-11-04T09:00', 'cancelled').credited('CN2', 5990).told().resolved(),
  },
  'credit-note-differs': {
    fires: () => refunded().credited('CN1', 5690, '2026-11-04T09:00').told().resolved(),
    expect: { owner: 'finance', minor: 300, due: '2026-11-06' },
    nearMiss: () => refunded().credited('CN1', 5989, '2026-11-04T09:00').told().resolved(),
  },
  'credit-note-tax-differs': {
    fires: () =>
      refunded().fact('credit_note.posted', 'erp', { money: { minor: 5990, currency: 'EUR' }, tax: 392, document: 'CN1' }, '2026-11-04T09:00')
        .told().resolved(),
    expect: { owner: 'finance', minor: 564, due: '2026-11-06' },
    nearMiss: () =>
      refunded().fact('credit_note.posted', 'erp', { money: { minor: 5990, currency: 'EUR' }, tax: 955, document: 'CN1' }, '2026-11-04T09:00')
        .told().resolved(),
  },
  'credit-note-wrong-period': {
    fires: () => refunded().credited('CN1', 5990, '2026-12-01T09:00').told().resolved(),
    expect: { owner: 'finance', minor: 5990 },
    nearMiss: () => refunded().credited('CN1', 5990, '2026-11-30T23:30').told().resolved(),
    policy: monthPolicy,
  },
  'exchange-balance-dropped': {
    fires: dearer,
    expect: { owner: 'finance', minor: 1000, due: '2026-11-09' },
    nearMiss: () => dearer().paid(1000, 'card', 'psp'),
    coverage: allFed,
  },
  'told-too-early': {
    fires: () =>
      returned().recorded('r1', [['SHOE', 1, 5990]]).atGateway('pending', 're_1', 5990, 'r1', '2026-11-04T09:00').restocked('SHOE', 1)
        .closed(5990),
    expect: { owner: 'support', minor: 5990, due: '2026-11-09', waitsFor: 'refund-stuck-pending' },
    nearMiss: clean,
  },
  'loop-closed-case-open': {
    fires: () => refunded().credited('CN1', 5990, '2026-11-04T09:00').told(),
    expect: { owner: 'support', due: '2026-11-05' },
    nearMiss: clean,
  },
  'promise-broken': {
    fires: promised,
    expect: { owner: 'support', due: '2026-11-06', waitsFor: 'received-not-refunded' },
    nearMiss: () => promised().refunded('r1', [['SHOE', 1, 5990]]),
  },
}; // prettier-ignore
