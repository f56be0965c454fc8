/**
 * What an answer of RT's REST 2.0 says, and what its webhook names. A refused change is HTTP 200 with a list of
 * sentences (recording 016), one per field, next to those that worked (recording 015).
 */
import { asRecord, idOf, linkedId } from './rt-value.ts';

export type RtAnswer =
  | { readonly outcome: 'object'; readonly body: unknown }
  /** One page of a list; `items` may be bare references. */
  | { readonly outcome: 'page'; readonly items: readonly unknown[]; readonly total: number | undefined }
  /** Made: the new object's kind and id. */
  | { readonly outcome: 'created'; readonly kind: string; readonly id: string }
  /** Sentences about a change. None may mean that nothing had to change (recording 018); refusals by English words. */
  | { readonly outcome: 'changed'; readonly said: readonly string[]; readonly refused: readonly string[] }
  | { readonly outcome: 'unchanged' }
  | { readonly outcome: 'unauthorized' }
  /** Ids of tickets just being created answer so too, until their transaction ends. */
  | { readonly outcome: 'not-found' }
  /** Somebody changed the object since the ETag that was sent. */
  | { readonly outcome: 'stale' }
  | { readonly outcome: 'refused'; readonly message: string }
  | { readonly outcome: 'broken'; readonly message: string };

const refusal = /isn't a valid|could not|not valid|denied|must match|no permission|invalid|unable to/i;

/** Reads status and parsed body of one answer. */
export function readRtAnswer(status: number, body: unknown): RtAnswer {
  if (status === 304) return { outcome: 'unchanged' };
  if (status === 401) return { outcome: 'unauthorized' };
  if (status === 404) return { outcome: 'not-found' };
  if (status === 412) return { outcome: 'stale' };
  const record = asRecord(body);
  const said = record?.['message'];
  const message = typeof said === 'string' ? said : `HTTP ${status}`;
  if (status >= 400 && status < 500) return { outcome: 'refused', message };
  if (status < 200 || status > 299) return { outcome: 'broken', message };
  if (Array.isArray(body)) {
    const texts = (body as unknown[]).filter((text): text is string => typeof text === 'string');
    return texts.length === body.length
      ? { outcome: 'changed', said: texts, refused: texts.filter((text) => refusal.test(text)) }
      : { outcome: 'page', items: body as unknown[], total: undefined };
  }
  if (record === undefined) return { outcome: 'broken', message: 'no JSON' };
  if (Array.isArray(record['items'])) {
    // `total` and `pages` are null where counting was not asked for (recording 024).
    const total = record['total'];
    return {
      outcome: 'page',
      items: record['items'] as unknown[],
      total: typeof total === 'number' ? total : undefined,
    };
  }
  const id = idOf(record['id']);
  const kind = record['type'];
  if (status === 201 && id !== undefined && typeof kind === 'string') return { outcome: 'created', kind, id };
  return { outcome: 'object', body };
}

/**
 * Objects that a webhook says to read again: the ticket and the transaction. The scrip fires inside RT's own
 * database transaction, so a read at once may still miss them.
 */
export function hintedObjects(body: unknown): readonly { kind: string; id: string }[] {
  const record = asRecord(body);
  const ticket = linkedId(record?.['ticket']);
  const transaction = linkedId(record?.['txn']);
  return [
    ...(ticket === undefined ? [] : [{ kind: 'ticket', id: ticket }]),
    ...(transaction === undefined ? [] : [{ kind: 'transaction', id: transaction }]),
  ];
}
