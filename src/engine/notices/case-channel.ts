/**
 * Notices as internal notes on the case of the order in a helpdesk: where support works, once per problem, and never a
 * ticket of their own, which would be one more case that has to be closed. The note carries a key by which it is found
 * again.
 */
import type { ConnectorCommand } from '../../connectors/live-contract.ts';
import type { Database } from '../../store/database.ts';
import { readOrderInputs } from '../../store/order-inputs.ts';
import type { ConnectedSystem, ConnectedSystems } from '../connected-system.ts';
import { refOf } from '../receive.ts';
import type { TicketChannel, TicketNotice } from './send-notices.ts';
import type { SendResult } from './send-result.ts';

const timeoutMs = 60_000;

/** Can notices be written into this system? */
const takesNotes = (system: ConnectedSystem | undefined): boolean =>
  system?.live?.connector.contract.commands['note-case'] !== undefined;

export function openCaseChannel(db: Database, systems: () => ConnectedSystems): TicketChannel {
  return {
    async send(notice, signal) {
      const { connection, orderKey } = notice;
      const live = systems().get(connection)?.live;
      if (live === undefined || !takesNotes(systems().get(connection)))
        return { is: 'refused', final: live !== undefined, message: `${connection} takes no notes now` };
      const ticket = await findCase(db, connection, orderKey);
      if (ticket === undefined)
        return { is: 'refused', final: true, message: `the order has no case in ${connection}` };
      const command = commandOf(notice, ticket);
      const limit = AbortSignal.any([
        AbortSignal.timeout(timeoutMs),
        ...(signal === undefined ? [] : [signal]),
      ]);
      const probed = await live.connector.probe(live.connection, command, limit);
      if (probed.is === 'effect') return { is: 'accepted', answer: 'the note is there' };
      if (probed.is === 'undecidable') return { is: 'refused', final: false, message: probed.message };
      return resultOf(await live.connector.execute(live.connection, command, limit));
    },
  };
}

/** Cases of an order in a helpdesk, oldest first, as connectors want them. */
export async function findCase(
  db: Database,
  connection: string,
  orderKey: string,
): Promise<string | undefined> {
  const [inputs] = await readOrderInputs(db, [orderKey], { objects: false });
  const ids = (inputs?.objectKeys ?? []).map(refOf).filter((one) => one.connection === connection && one.ref.kind === 'ticket').map(({ ref }) => ref.id); // prettier-ignore
  return ids.length === 0 ? undefined : ids.sort((left, right) => Number(left) - Number(right)).join(',');
}

const commandOf = (
  { problem, orderKey, subject, text }: TicketNotice,
  ticket: string,
): ConnectorCommand => ({
  key: `notice/${problem}`, kind: 'note-case', orderKey, problem, control: 'resolved-closed', mode: 'auto', refs: { ticket },
  text: `${subject}\n\n${text}`,
}); // prettier-ignore

function resultOf(
  executed: Awaited<ReturnType<NonNullable<ConnectedSystem['live']>['connector']['execute']>>,
): SendResult {
  switch (executed.is) {
    case 'accepted':
      return { is: 'accepted', answer: executed.refs.map((ref) => `${ref.kind}/${ref.id}`).join(' ') };
    case 'unknown':
      return executed;
    case 'failed': {
      const { final, message, retryAfterMs } = executed;
      return { is: 'refused', final, message, ...(retryAfterMs !== undefined && { retryAfterMs }) };
    }
  }
}
