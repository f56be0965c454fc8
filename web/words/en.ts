/** English. A page's texts stand in a file of their own below `en/`. */
import { audit } from './en/audit.ts';
import { bulk } from './en/bulk.ts';
import { connections } from './en/connections.ts';
import { finance } from './en/finance.ts';
import { fixes } from './en/fixes.ts';
import { settings } from './en/settings.ts';
import { shared } from './en/shared.ts';
import { desk } from './en/desk.ts';
import { facts } from './en/facts.ts';
import { journey } from './en/journey.ts';
import { login } from './en/login.ts';
import { order } from './en/order.ts';
import { orders } from './en/orders.ts';
import { overview } from './en/overview.ts';
import { plan } from './en/plan.ts';
import { problems } from './en/problems.ts';

// One a line, so that two pages can be added at once.
export const en = {
  ...shared,
  audit,
  bulk,
  connections,
  desk,
  facts,
  finance,
  fixes,
  journey,
  login,
  order,
  orders,
  overview,
  plan,
  problems,
  settings,
};
