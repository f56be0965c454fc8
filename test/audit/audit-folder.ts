/** Audits a folder in a test and gives the whole report. */
import { OrderCollector } from '../../src/audit/audit-view.ts';
import { runAudit } from '../../src/audit/run-audit.ts';
import type { AuditReport, ReportImport } from '../../src/wire/audit-report.ts';

export async function auditFolder(
  folder: string,
  options: { readonly asOf?: string; readonly policyPath?: string; readonly readAt?: number } = {},
): Promise<AuditReport> {
  const collector = new OrderCollector(true);
  const { asOf = '2026-12-03T12:00:00Z', ...rest } = options;
  const { head } = await runAudit(
    { paths: [folder], asOf: () => Date.parse(asOf), language: 'en', ...rest },
    (builder) => collector.begin(builder),
  );
  return { ...head, orders: collector.orders };
}

/** The balance sheet of one file. */
export function importOf(report: AuditReport, file: string): ReportImport {
  const found = report.imports.find((sheet) => sheet.file === file);
  if (found === undefined) throw new Error(`no import of ${file}`);
  return found;
}

export const setAsideOf = (sheet: ReportImport): number =>
  sheet.setAside.reduce((sum, { count }) => sum + count, 0);
