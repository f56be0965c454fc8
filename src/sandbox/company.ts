/** The company: four running servers, one clock. What the life of the shop acts on. */
import type { Faults } from './faults.ts';
import type { RunningCrm } from './hubspot/start-hubspot.ts';
import type { RunningErp } from './odoo/start-odoo.ts';
import type { Random } from './random.ts';
import type { SandboxClock } from './sandbox-clock.ts';
import type { RunningGateway } from './stripe/start-stripe.ts';
import type { RunningShop } from './woocommerce/start-woocommerce.ts';

export type Company = {
  readonly name: string;
  readonly clock: SandboxClock;
  readonly random: Random;
  readonly faults: Faults;
  readonly woocommerce: RunningShop;
  readonly odoo: RunningErp;
  readonly stripe: RunningGateway;
  readonly hubspot: RunningCrm;
};
