/** The people who buy: made-up names at addresses under example.test. */
import type { Company } from '../company.ts';
import type { Random } from '../random.ts';
import { createCustomer } from '../woocommerce/catalog-routes.ts';
import type { Customer } from '../woocommerce/shop-state.ts';

const firstNames = [
  'Ada',
  'Anton',
  'Clara',
  'Hugo',
  'Ida',
  'Jakob',
  'Lena',
  'Mats',
  'Nora',
  'Paul',
  'Rosa',
  'Till',
];
const lastNames = [
  'Arslan',
  'Brandt',
  'Hahn',
  'Jensen',
  'Krause',
  'Lorenz',
  'Meyer',
  'Roth',
  'Seidel',
  'Vogt',
  'Winter',
  'Zimmer',
];
const cities = [
  { city: 'Hamburg', postcode: '20095' },
  { city: 'Köln', postcode: '50667' },
  { city: 'Leipzig', postcode: '04109' },
  { city: 'München', postcode: '80331' },
] as const; // prettier-ignore

export function newCustomer(company: Company, random: Random, number: number): Customer {
  const first = random.pick(firstNames);
  const last = random.pick(lastNames);
  const email = `${first}.${last}.${number}@example.test`.toLowerCase();
  const address = {
    first_name: first,
    last_name: last,
    address_1: `Weg ${random.int(1, 99)}`,
    country: 'DE',
    ...random.pick(cities),
  };
  return createCustomer(company.woocommerce.shop, {
    email,
    first_name: first,
    last_name: last,
    username: `kd${number}`,
    billing: { ...address, email, phone: `040-555${String(number).padStart(4, '0')}` },
    shipping: address,
  });
}
