/**
 * Order notes. Only a note to the customer tells anything: WooCommerce mails it. Its own notes ("Stock levels
 * reduced", "Payment via …", 207) repeat in free text what the order says, and what people write to each other
 * proves nothing.
 */
import { factId, type Payloads } from '../../kernel/fact.ts';
import { term } from '../../kernel/term.ts';
import type { Reading, ReadContext, SourceObject, Unread } from '../contract.ts';
import { ObjectFields, type Shape, whole } from './object-fields.ts';
import { findOrderId, orderLinks } from './order-link.ts';

export function readOrderNote(object: SourceObject, body: Shape, context: ReadContext): Reading {
  const { connection, id } = object;
  const unread: Unread[] = [];
  const fields = new ObjectFields(body, unread);
  const source = `order_note/${id}`;
  const told = whole(unread, () => {
    if (typeof body['customer_note'] !== 'boolean') {
      fields.refuse('customer_note', 'Expected true or false.');
    }
    if (body['customer_note'] !== true) return undefined;
    return {
      id: factId(connection, source, 'customer.told'),
      at: fields.instant('date_created', context.settings.zone),
      system: context.settings.system,
      connection,
      object: source,
      type: 'customer.told' as const,
      what: subjectOf(fields.optionalText('note') ?? ''),
    };
  });
  return {
    facts: told === undefined ? [] : [told],
    names: [term.object(connection, 'order_note', id)],
    links: orderLinks(connection, findOrderId(body)),
    unread,
  };
}

/** A refund that is announced ("we will refund you") is not yet one the customer was told of. */
function subjectOf(note: string): Payloads['customer.told']['what'] {
  const isRefund =
    /refunded|refund (?:of|has|was|is on|issued|processed|sent)|erstattet|erstattung (?:von|wurde|ist|in höhe)/i;
  const isNotYet = /\b(?:will|once|after|when|not|as soon as|kann|wird|werden|sobald|nicht|noch)\b/i;
  if (isRefund.test(note) && !isNotYet.test(note)) return 'refunded';
  if (
    /return (?:was |is |has been )?(?:declined|rejected|refused)|(?:retoure|rückgabe).*abgelehnt/i.test(note)
  ) {
    return 'rejected';
  }
  return /return (?:was |is |has been )?(?:approved|accepted)|(?:retoure|rückgabe).*(?:genehmigt|freigegeben)/i.test(
    note,
  )
    ? 'approved'
    : 'other';
}
