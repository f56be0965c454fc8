/** Audits a folder in a test and gives the whole report. */
import { runAudit } from '../../src/audit/run-audit.ts';
import type { AuditReport, ReportImport, ReportOrder } from '../../src/wire/audit-report.ts';

export async function auditFolder(
  folder: string,
  options: { readonly asOf?: string; readonly policyPath?: string; readonly readAt?: number } = {},
): Promise<AuditReport> {
  let orders: ReportOrder[] = [];
  const { asOf = '2026-12-03T12:00:00Z', ...rest } = options;
  const { head } = await runAudit(
    { paths: [folder], asOf: () => Date.parse(asOf), language: 'en', ...rest },
    (builder) => {
      orders = [];
      return (state) => void orders.push(builder.order(state));
    },
  );
  return { ...head, orders };
}

/** The balance sheet of one file. */
export function importOf(report: AuditReport, file: string): ReportImport {
  const found = report.imports.find((sheet) => sheet.file === file);
  if (found === undefined) throw new Error(`no import of ${file}`);
  return found;
}

export const setAsideOf = (sheet: ReportImport): number =>
  sheet.setAside.reduce((sum, { count }) => sum + count, 0);
