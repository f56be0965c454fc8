/** Every recorded exchange with Tryton: which objects are in it, and what they say. */
import { trytonRows } from './tryton-rows.ts';
import { recordedTryton } from './recorded-systems.ts';
import { testRecordings } from './replay-recordings.ts';

testRecordings({ ...recordedTryton, table: trytonRows });
