/** `reentry case-note ORDER`: the case note of one order, of the watched systems or of exported files. */
import { Option, type Command } from 'commander';
import type { Language } from '../kernel/wording.ts';
import { AppError } from '../wire/errors.ts';
import { addAuditOptions, type AuditOptions } from './audit-options.ts';
import { openDataFolder } from './data-folder.ts';
import { findOrder } from './order-command.ts';
import { Output, say } from './output.ts';

type Options = AuditOptions & {
  readonly from?: readonly string[];
  readonly json?: true;
  readonly data: string;
};
/** As the API answers. */
type CaseNote = {
  readonly orderKey: string;
  readonly number: string;
  readonly language: Language;
  readonly text: string | null;
};

export function addCaseNoteCommand(program: Command): void {
  const command = program
    .command('case-note')
    .description('The case note of one order: what broke, who disagreed, what it cost, what closes it.')
    .addHelpText(
      'before',
      'Examples:\n  reentry case-note NK-20417\n  reentry case-note LH-10275 --from exports/ --lang de\n',
    )
    .argument('<order>', 'order number as the shop shows it, or the order key')
    .option('--from <path...>', 'folders or files with exports, instead of the watched systems');
  addAuditOptions(command)
    .option('--json', 'for programs')
    .addOption(new Option('--data <folder>', 'where the service keeps its data').default('.reentry'))
    .action(async (order: string, options: Options) => {
      const note = await (options.from === undefined
        ? readStored(order, options)
        : readFiles(order, { ...options, from: options.from }));
      const text = options.json === true ? JSON.stringify(note, null, 2) : note.text;
      const output = Output.stdout();
      if (text !== null) output.write(`${text}\n`);
      output.close();
      if (note.text === null) say('Nothing is open there, so there is nothing to note.');
    });
}

async function readFiles(order: string, options: Options & { readonly from: readonly string[] }): Promise<CaseNote> {
  const { shown } = await findOrder(order, options);
  return { orderKey: shown.orderKey, number: shown.order, language: options.lang, text: shown.caseNote ?? null };
} // prettier-ignore

async function readStored(name: string, options: Options): Promise<CaseNote> {
  // They say how files are read; the watched systems are judged now, by the policy of the service.
  for (const [flag, value] of Object.entries({ '--as-of': options.asOf, '--policy': options.policy, '--read-at': options.readAt }))
    if (value !== undefined) throw new AppError('usage', { detail: `${flag} goes with --from only` });
  const folder = openDataFolder(options.data);
  const { openStore } = await import('./open-store.ts');
  const { openContext } = await import('./open-context.ts');
  const { readOrder } = await import('../api/find-order.ts');
  const { caseNoteOf } = await import('../engine/exceptions/case-notes.ts');
  const { db, close } = await openStore(folder, 'beside');
  try {
    const { orderKey, number } = await readOrder(db, name);
    const text = await caseNoteOf(db, await openContext(db, folder), orderKey, options.lang);
    return { orderKey, number, language: options.lang, text: text ?? null };
  } finally {
    await close();
  }
} // prettier-ignore
