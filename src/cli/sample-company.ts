/** The sample company that comes along: 90 orders in a real WooCommerce, Tryton and Request Tracker. */
import { fileURLToPath } from 'node:url';

/** The day at which every failure planted in the sample is overdue and nothing that merely waits is. */
export const sampleAsOf = '2026-12-03T12:00:00Z';

export const sampleFolder = fileURLToPath(new URL('../../sample', import.meta.url));
