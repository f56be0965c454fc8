/**
 * `place-answer` as one note in the chatter of the sale: posted once, then changed in place. Its author is our user,
 * who may change what he wrote without being an administrator. Followers are told of the first text at most: a changed
 * message notifies nobody.
 */
import { CommandRefused } from '../command-refused.ts';
import type { ConnectorCommand, Executed, Probe } from '../live-contract.ts';
import { answerHtml, answerText, holdsAnswer } from '../placed-answer.ts';
import { plantedKey } from '../planted-key.ts';
import { textOf } from './odoo-record.ts';
import { refsOf } from './odoo-job-live.ts';
import type { OdooRpc } from './odoo-rpc.ts';

const saleKind = 'sale.order';
const messageKind = 'mail.message';

type Place = { readonly sale: number; readonly id: number | undefined; readonly body: string };

async function look(rpc: OdooRpc, command: ConnectorCommand): Promise<Place> {
  const [sale] = refsOf(command, saleKind);
  if (sale === undefined) throw new CommandRefused('incomplete', 'The command names no sale of Odoo.');
  const [found] = await rpc.find(
    messageKind,
    [
      ['model', '=', saleKind],
      ['res_id', '=', sale],
      ['body', 'ilike', plantedKey(command.key)],
    ],
    ['body'],
    1,
  );
  return {
    sale,
    id: found === undefined ? undefined : Number(found['id']),
    body: textOf(found ?? {}, 'body') ?? '',
  };
}

const refsTo = (id: number): readonly { kind: string; id: string }[] => [
  { kind: messageKind, id: String(id) },
];

export async function probeOdooAnswer(rpc: OdooRpc, command: ConnectorCommand): Promise<Probe> {
  const { id, body } = await look(rpc, command);
  return id !== undefined && holdsAnswer(body, command)
    ? { is: 'effect', refs: refsTo(id) }
    : { is: 'absent' };
}

export async function executeOdooAnswer(rpc: OdooRpc, command: ConnectorCommand): Promise<Executed> {
  const { sale, id, body } = await look(rpc, command);
  if (id !== undefined && holdsAnswer(body, command)) return { is: 'accepted', refs: refsTo(id) };
  if (id !== undefined) {
    await rpc.write(messageKind, 'write', [[id], { body: answerHtml(command) }]);
    return { is: 'accepted', refs: refsTo(id) };
  }
  // As plain text: since 17 a body that comes by RPC is escaped, before it was not.
  const made = await rpc.write(saleKind, 'message_post', [[sale]], {
    body: answerText(command).replaceAll('<', '‹').replaceAll('&', '+'),
    message_type: 'comment',
    subtype_xmlid: 'mail.mt_note',
  });
  const posted = Array.isArray(made) ? Number(made[0]) : Number(made);
  if (!Number.isSafeInteger(posted) || posted <= 0)
    return { is: 'unknown', message: 'Odoo did not say which message it made.' };
  // Its lines, which plain text loses. The key is planted by now, so a crash here leaves one readable note.
  await rpc.write(messageKind, 'write', [[posted], { body: answerHtml(command) }]);
  return { is: 'accepted', refs: refsTo(posted) };
}
