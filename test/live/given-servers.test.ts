/** The rows of the contract against servers that somebody gave for this run: see CONTRIBUTING, "Tests". */
import { runSuite } from '../conformance/run-suite.ts';
import { odooAt } from './odoo-company.ts';
import { startOdooSubject } from './odoo-subject.ts';
import { shopAt } from './woocommerce-shop.ts';
import { startWooCommerceSubject } from './woocommerce-subject.ts';

runSuite({ woocommerce: startWooCommerceSubject }, shopAt.skip, { isOnce: true });
runSuite({ odoo: startOdooSubject }, odooAt.skip, { isOnce: true });
