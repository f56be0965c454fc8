/** Every recorded exchange with Request Tracker: which objects are in it, and what they say. */
import { rtRows } from './rt-rows.ts';
import { recordedRt } from './recorded-systems.ts';
import { testRecordings } from './replay-recordings.ts';

testRecordings({ ...recordedRt, table: rtRows });
