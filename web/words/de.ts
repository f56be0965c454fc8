/** German. Same keys as English; the compiler says which are missing. */
import type { Words } from './words.ts';
import { audit } from './de/audit.ts';
import { bulk } from './de/bulk.ts';
import { connections } from './de/connections.ts';
import { finance } from './de/finance.ts';
import { fixes } from './de/fixes.ts';
import { settings } from './de/settings.ts';
import { shared } from './de/shared.ts';
import { desk } from './de/desk.ts';
import { facts } from './de/facts.ts';
import { journey } from './de/journey.ts';
import { login } from './de/login.ts';
import { order } from './de/order.ts';
import { orders } from './de/orders.ts';
import { overview } from './de/overview.ts';
import { plan } from './de/plan.ts';
import { problems } from './de/problems.ts';

// One a line, so that two pages can be added at once.
export const de: Words = {
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
