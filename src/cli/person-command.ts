/** `reentry person export|erase|erasures`: what the law gives a customer, from the command line. */
import type { Command } from 'commander';
import { readFileSync } from 'node:fs';
import type { Database } from '../store/database.ts';
import { AppError } from '../wire/errors.ts';
import { openDataFolder, unlockFolder, type UnlockedFolder } from './data-folder.ts';
import { Output, say } from './output.ts';

type Options = { readonly data: string };
type EraseOptions = Options & { readonly reason: string; readonly list?: string };

const actor = 'command-line';

export function addPersonCommand(program: Command): void {
  const person = program.command('person').description('What is held on a customer, and their erasure.');
  person
    .command('export')
    .description('Everything that is held on a customer, as JSON. Written to the audit trail.')
    .addHelpText(
      'before',
      `Examples:
  reentry person export jana@example.com > jana.json
  reentry person export - < address.txt             the address from standard input, not in the list of processes
`,
    )
    .argument('<email>', 'exact e-mail address, or - for standard input')
    .option('--data <folder>', 'where the service keeps its data', '.reentry')
    .action(exportPerson);
  person
    .command('erase')
    .description('Erase a customer for good: who they are, what they wrote and were told. Orders and money stay.')
    .addHelpText(
      'before',
      `Examples:
  reentry person erase jana@example.com --reason "asked for it on 3 Dec"
  reentry person erase --list erased.ndjson --reason "again, after a restore"
`,
    )
    .argument('[email]', 'exact e-mail address, or - for standard input')
    .requiredOption('--reason <text>', 'why, for the audit trail')
    .option('--list <file>', 'everybody whom "reentry person erasures" listed')
    .option('--data <folder>', 'where the service keeps its data', '.reentry')
    .action(erasePersons); // prettier-ignore
  person
    .command('erasures')
    .description('Who was erased and when, by keyed hash: keep it beside the backups, to erase again after a restore.')
    .addHelpText('before', 'Examples:\n  reentry person erasures > erased.ndjson\n')
    .option('--data <folder>', 'where the service keeps its data', '.reentry')
    .action(listAll); // prettier-ignore
}

async function withFolder(
  { data }: Options,
  work: (db: Database, folder: UnlockedFolder) => Promise<void>,
): Promise<void> {
  const folder = openDataFolder(data);
  const { openStore } = await import('./open-store.ts');
  const { db, close } = await openStore(folder, 'beside');
  try {
    await work(db, await unlockFolder(db, folder));
  } finally {
    await close();
  }
}

async function exportPerson(given: string, options: Options): Promise<void> {
  const email = readAddress(given);
  await withFolder(options, async (db, { seal }) => {
    const { readHeldData } = await import('../engine/read-held-data.ts');
    const { appendAudit } = await import('../store/audit-trail.ts');
    const held = await readHeldData(db, seal, email, new Date().toISOString());
    const after = { orders: held.orders.length, fields: held.person.length };
    await appendAudit(db, { chain: `person/${held.customerKey}`, actor, action: 'person.exported', body: { before: null, after, why: null } }); // prettier-ignore
    const output = Output.stdout();
    output.write(`${JSON.stringify(held, null, 2)}\n`);
    output.close();
    if (held.person.length === 0 && held.notices.length === 0 && held.declarations.length === 0)
      say('Nothing is held under this address.');
  });
}

async function erasePersons(given: string | undefined, { reason, list, ...options }: EraseOptions): Promise<void> {
  if ((given === undefined) === (list === undefined))
    throw new AppError('usage', { detail: 'name one address, or --list' });
  const listed = list === undefined ? undefined : readList(list);
  const email = given === undefined ? undefined : readAddress(given);
  await withFolder(options, async (db, { seal }) => {
    const { eraseCustomer } = await import('../engine/erase-customer.ts');
    const { appendAudit } = await import('../store/audit-trail.ts');
    const { customerKeyOf } = await import('../store/person-fields.ts');
    const keys = listed ?? [customerKeyOf(seal, email!)];
    const sum = { fields: 0, notices: 0, declarations: 0, waiting: 0 };
    for (const customerKey of keys) {
      const gone = await eraseCustomer(db, seal, customerKey);
      for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += gone[name];
      await appendAudit(db, { chain: `person/${customerKey}`, actor, action: 'person.erased', body: { before: null, after: gone, why: reason } });
    }
    say(`Erased ${keys.length}: ${sum.fields} fields, ${sum.notices} mails, ${sum.declarations} declared withdrawals.`);
    if (sum.waiting > 0) say(`${sum.waiting} withdrawals wait to be filed under their order; their words go as soon as they are.`);
  });
} // prettier-ignore

async function listAll(options: Options): Promise<void> {
  await withFolder(options, async (db) => {
    const { listErasures } = await import('../store/persons.ts');
    const output = Output.stdout();
    for (const one of await listErasures(db)) output.write(`${JSON.stringify(one)}\n`);
    output.close();
  });
}

function readAddress(given: string): string {
  const email = (given === '-' ? readFileSync(0, 'utf8') : given).trim();
  if (!/^\S+@\S+$/.test(email)) throw new AppError('usage', { detail: `“${email}” is no e-mail address` });
  return email;
}

function readList(file: string): readonly string[] {
  try {
    const lines = readFileSync(file, 'utf8').split('\n').filter((line) => line !== ''); // prettier-ignore
    return lines.map((line) => {
      const { customerKey } = JSON.parse(line) as { readonly customerKey?: unknown };
      if (typeof customerKey !== 'string') throw new Error('a line has no customerKey');
      return customerKey;
    });
  } catch (cause) {
    throw new AppError('path-not-found', { detail: file, cause });
  }
}
