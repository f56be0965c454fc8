/** Every recorded exchange with WooCommerce: which objects are in it, and what they say. */
import { woocommerceRows } from './woocommerce-rows.ts';
import { recordedWoo } from './recorded-systems.ts';
import { testRecordings } from './replay-recordings.ts';

testRecordings({ ...recordedWoo, table: woocommerceRows });
