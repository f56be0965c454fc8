/** `reentry` without arguments: the audit of the sample company that comes along. */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { auditAndReport } from './audit-command.ts';
import { say } from './output.ts';

/** The day at which every failure planted in the sample is overdue and nothing that merely waits is. */
const sampleAsOf = '2026-12-03T12:00:00Z';

/** Audits the sample, prints the report and says where the page is. */
export async function auditSample(): Promise<void> {
  const folder = fileURLToPath(new URL('../../sample', import.meta.url));
  say(
    `Auditing the sample company Lindholm Outdoor as of ${sampleAsOf}. Yours: reentry audit PATH, or reentry --help.`,
  );
  const page = resolve('reentry-report.html');
  await auditAndReport(
    { paths: [folder], asOf: () => Date.parse(sampleAsOf), language: 'en' },
    { html: page },
  );
  say(`The same as a page: ${page}`);
}
