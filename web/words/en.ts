/** English. A page's texts stand in a file of their own below `en/`. */
import { shared } from './en/shared.ts';
import { desk } from './en/desk.ts';
import { facts } from './en/facts.ts';
import { login } from './en/login.ts';
import { order } from './en/order.ts';
import { orders } from './en/orders.ts';

export const en = { ...shared, desk, facts, login, order, orders };
