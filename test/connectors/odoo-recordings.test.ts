/** Every recorded exchange with Odoo: which objects are in it, and what they say. */
import { odooRows } from './odoo-rows.ts';
import { recordedOdoo } from './recorded-systems.ts';
import { testRecordings } from './replay-recordings.ts';

testRecordings({ ...recordedOdoo, table: odooRows });
