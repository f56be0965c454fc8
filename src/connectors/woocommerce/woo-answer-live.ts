/**
 * `place-answer` as a private note of the order. WooCommerce has no way to change a note, so the new one is written
 * first and older ones with our key are deleted then; what a crash leaves doubled goes with the next call.
 */
import type { ConnectorCommand, Executed, LiveConnection, ObjectRef, Probe } from '../live-contract.ts';
import { answerText, holdsAnswer } from '../placed-answer.ts';
import { carriesKey } from '../planted-key.ts';
import { notYetWritten, toUnreachable } from '../source-unreachable.ts';
import { type Shape, idOf, isShape } from './object-fields.ts';
import { callWoo, readWoo, refuseWoo } from './woo-request.ts';

type Place = { readonly current: string | undefined; readonly others: readonly string[] };

const refOf = (id: string): ObjectRef => ({ kind: 'order_note', id });

/** Our notes on the order: the newest with this text, and all others. The list comes whole, it has no pages (211). */
async function look(
  connection: LiveConnection,
  order: string,
  command: ConnectorCommand,
  signal: AbortSignal,
): Promise<Place> {
  const { body } = await readWoo(connection, `orders/${order}/notes`, { type: 'internal' }, signal);
  const mine = (Array.isArray(body) ? (body as unknown[]) : [])
    .filter(isShape)
    .filter((note) => carriesKey(note['note'], command.key));
  const idsOf = (notes: readonly Shape[]): string[] => notes.flatMap((note) => idOf(note['id']) ?? []);
  const newest = (left: string, right: string): number => Number(right) - Number(left);
  const [current] = idsOf(mine.filter((note) => holdsAnswer(note['note'], command))).sort(newest);
  return { current, others: idsOf(mine).filter((id) => id !== current) };
}

export async function probeWooAnswer(
  connection: LiveConnection,
  command: ConnectorCommand,
  order: string,
  signal: AbortSignal,
): Promise<Probe> {
  try {
    const { current, others } = await look(connection, order, command, signal);
    return current === undefined || others.length > 0
      ? { is: 'absent' }
      : { is: 'effect', refs: [refOf(current)] };
  } catch (error) {
    return { is: 'undecidable', message: toUnreachable(error).message };
  }
}

export async function executeWooAnswer(
  connection: LiveConnection,
  command: ConnectorCommand,
  order: string,
  signal: AbortSignal,
): Promise<Executed> {
  const found = await look(connection, order, command, signal).catch(notYetWritten);
  if ('is' in found) return found;
  let { current } = found;
  if (current === undefined) {
    const body = { note: answerText(command), customer_note: false };
    const answer = await callWoo(connection, { method: 'POST', path: `orders/${order}/notes`, body }, signal);
    if (answer.is === 'error' && answer.status < 500 && answer.status !== 401 && answer.status !== 403) {
      const message = connection.http.redact(answer.message);
      return { is: 'failed', code: answer.code, message, final: answer.status !== 429 };
    }
    if (answer.is !== 'ok') throw refuseWoo(answer, connection);
    current = isShape(answer.body) ? idOf(answer.body['id']) : undefined;
    if (current === undefined)
      return { is: 'unknown', message: 'WooCommerce gave no clear answer to the note.' };
  }
  for (const old of found.others) {
    const path = `orders/${order}/notes/${old}`;
    const answer = await callWoo(connection, { method: 'DELETE', path, query: { force: 'true' } }, signal);
    // Somebody deleted it meanwhile: as it should be.
    if (answer.is === 'error' && answer.status === 404) continue;
    if (answer.is !== 'ok') throw refuseWoo(answer, connection);
  }
  return { is: 'accepted', refs: [refOf(current)] };
}
