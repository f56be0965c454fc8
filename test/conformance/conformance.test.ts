/** The rows of the contract for every connector whose system can be played; Tryton and RT are in test/live. */
import { startSendcloudSubject, startZendeskSubject } from './documented-subjects.ts';
import { runSuite } from './run-suite.ts';
import {
  startCanonicalSubject, startHubSpotSubject, startOdooSubject, startStripeSubject, startWooCommerceSubject,
} from './sandbox-subjects.ts'; // prettier-ignore

runSuite(
  {
    woocommerce: startWooCommerceSubject,
    odoo: startOdooSubject,
    hubspot: startHubSpotSubject,
    stripe: startStripeSubject,
    canonical: startCanonicalSubject,
    zendesk: startZendeskSubject,
    sendcloud: startSendcloudSubject,
  },
  false,
);
