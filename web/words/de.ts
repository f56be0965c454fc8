/** German. Same keys as English; the compiler says which are missing. */
import type { Words } from './words.ts';
import { shared } from './de/shared.ts';
import { desk } from './de/desk.ts';
import { facts } from './de/facts.ts';
import { login } from './de/login.ts';
import { order } from './de/order.ts';
import { orders } from './de/orders.ts';

export const de: Words = { ...shared, desk, facts, login, order, orders };
