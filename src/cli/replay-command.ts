/** `reentry replay order|record|delivery`: have something read and derived once more. */
import type { Command } from 'commander';
import type { Replay } from '../engine/replay.ts';
import { AppError } from '../wire/errors.ts';
import { openDataFolder } from './data-folder.ts';
import { say } from './output.ts';

type Options = { readonly data: string; readonly stored?: true };

export function addReplayCommand(program: Command): void {
  const replay = program
    .command('replay')
    .description(
      'Have an order, a record or a webhook go through everything once more. What comes out the same changes nothing.',
    ) // prettier-ignore
    .addHelpText(
      'before',
      `Examples:
  reentry replay order LH-10275                 its records are read again, and its answer derived anew
  reentry replay record shop:refund/1274 --stored    derived from what is stored, without asking the system
`,
    );
  add(replay, 'order', '<number>', 'order number as the shop shows it, or the order key', (number, isRead) => ({ what: 'order', number, isRead })); // prettier-ignore
  add(replay, 'record', '<record>', 'as timelines name it: connection:kind/id', (objectKey, isRead) => ({ what: 'record', objectKey, isRead })); // prettier-ignore
  add(replay, 'delivery', '<delivery>', 'id of a webhook as the console and the API show it', (id) => {
    const tilde = id.lastIndexOf('~');
    return { what: 'delivery', objectKey: id.slice(0, Math.max(0, tilde)), deliveryId: id.slice(tilde + 1) };
  });
}

function add(
  parent: Command,
  what: Replay['what'],
  argument: string,
  about: string,
  wish: (given: string, isRead: boolean) => Replay,
): void {
  const one = parent
    .command(what)
    .description(`Have one ${what} go through once more; a running service does the work.`)
    .argument(argument, about)
    .option('--data <folder>', 'where the service keeps its data', '.reentry');
  if (what !== 'delivery') one.option('--stored', 'do not ask the systems; derive from what is stored');
  one.action(async (given: string, options: Options) => {
    const wanted = wish(given, options.stored !== true);
    if (wanted.what === 'delivery' && !/^[0-9a-f-]{36}$/.test(wanted.deliveryId))
      throw new AppError('delivery-not-found', { detail: given });
    const { openStore } = await import('./open-store.ts');
    const { replay } = await import('../engine/replay.ts');
    const { db, close } = await openStore(openDataFolder(options.data), 'beside');
    try {
      const count = await replay(db, wanted);
      if (count === undefined) throw new AppError(`${what === 'record' ? 'object' : what}-not-found`, { detail: given });
      say(`${count} ${count === 1 ? 'record goes' : 'records go'} through once more while the service runs.`);
    } finally {
      await close();
    }
  }); // prettier-ignore
}
