/** `reentry match FILE --map MAPPING`: credits that do not say which sale they undo, matched to the sales. */
import type { Command } from 'commander';
import { readFileSync } from 'node:fs';
import { isMissing } from '../audit/find-files.ts';
import { AppError } from '../wire/errors.ts';
import { Output } from './output.ts';

type Options = { readonly map: string; readonly json?: true; readonly listed: string };

export function addMatchCommand(program: Command): void {
  program
    .command('match')
    .description('Find the sale that each credit of an invoice file undoes.')
    .addHelpText('before', 'Examples:\n  reentry match invoices.csv.gz --map mappings/online-retail.json\n')
    .argument('<file...>', 'files of invoice lines: CSV or NDJSON, plain or .gz')
    .requiredOption('--map <file>', 'mapping file that says what the columns mean')
    .option('--json', 'everything as JSON on stdout')
    .option('--listed <count>', 'lines listed per outcome', '20')
    .action(async (paths: readonly string[], options: Options) => {
      const { reconcileCredits } = await import('../files/reconcile-credits.ts');
      const { creditReportJson, renderCreditReport } = await import('../files/render-credit-report.ts');
      const { MappingError } = await import('../files/sales-mapping.ts');
      const mapping = readMapping(options.map);
      const report = await reconcileCredits([...paths], mapping).catch((error: unknown) => {
        if (error instanceof MappingError)
          throw new AppError('mapping-invalid', { detail: `${options.map}: ${error.message}`, cause: error });
        if (isMissing(error))
          throw new AppError('path-not-found', { detail: paths.join(', '), cause: error });
        throw error;
      });
      const output = Output.stdout();
      output.write(
        options.json === true
          ? JSON.stringify(creditReportJson(report))
          : renderCreditReport(report, Number(options.listed)),
      );
      output.write('\n');
      output.close();
      if (report.files.every((file) => file.kept === 0))
        throw new AppError('sales-unreadable', { detail: paths.join(', ') });
    });
}

function readMapping(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new AppError('mapping-invalid', { detail: path, cause });
  }
}
