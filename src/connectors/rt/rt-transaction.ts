/**
 * Transactions and attachments: the log of a ticket. A status transaction tells an earlier resolution and every
 * reopening (the present state is the ticket's to tell); the text of an answer to the customer tells what the
 * customer was told.
 */
import { term } from '../../kernel/term.ts';
import type { ReadContext } from '../contract.ts';
import { digestText, stripMarkup } from './rt-message.ts';
import { ticketTextTerm, viewTicket } from './rt-ticket.ts';
import {
  type JsonRecord, type Reader, addFact, asRecord, idOf, isClosed, linkTerm, linkedId, meaningOf, orderTerm, readTime,
  report, timeOf, userMark,
} from './rt-value.ts'; // prettier-ignore

/**
 * Ticket of a transaction or attachment: `ticket_id` where an export added it (the API says it only in the URL),
 * else the linked object, else the hyperlink.
 */
function ticketIdOf(body: JsonRecord): string | undefined {
  const own = idOf(body['ticket_id']);
  if (own !== undefined) return own;
  const object = asRecord(body['Object']);
  if (object?.['type'] === 'ticket') return linkedId(object);
  const links: readonly unknown[] = Array.isArray(body['_hyperlinks'])
    ? (body['_hyperlinks'] as unknown[])
    : [];
  return idOf(links.map(asRecord).find((link) => link?.['type'] === 'ticket')?.['id']);
}

function lookUp(context: ReadContext, kind: string, id: string | undefined): JsonRecord | undefined {
  return id === undefined ? undefined : asRecord(context.lookup(kind, id));
}

/** RT stamps whole seconds, and the ticket's Resolved in the same request as the transaction. */
const sameRequestMs = 2000;

export function readTransaction(reader: Reader): void {
  const { object, context, body } = reader;
  const ticketId = ticketIdOf(body);
  if (ticketId !== undefined) linkTerm(reader, term.object(object.connection, 'ticket', ticketId));
  const at = readTime(reader, 'Created');
  if (at === undefined) {
    report(reader, 'unreadable', 'Created', '', 'The transaction has no time; read it with its Created.');
    return;
  }
  if (body['Type'] !== 'Status') return;
  const before = statusIn(reader, 'OldValue');
  const after = statusIn(reader, 'NewValue');
  const ticket = lookUp(context, 'ticket', ticketId);
  const view = ticket === undefined ? undefined : viewTicket(context, { ...ticket, id: ticketId });
  if (ticket === undefined || view === undefined || before === undefined || after === undefined) return;
  const resolved = timeOf(ticket['Resolved']);
  const told = isClosed(view.status) && typeof resolved !== 'string' ? Date.parse(resolved.at) : undefined;
  const moment = Date.parse(at);
  if (!isClosed(before) && isClosed(after)) {
    const isPresent = told === undefined ? isClosed(view.status) : Math.abs(moment - told) <= sameRequestMs;
    if (!isPresent) addFact(reader, 'case.resolved', at, { case: view.id, about: view.about });
  } else if (isClosed(before) && after !== 'deleted' && !isClosed(after)) {
    // Reopened and closed again within one second: closed is what counts, and whole seconds cannot show the order.
    if (told === undefined || moment < told)
      addFact(reader, 'case.reopened', at, { case: view.id, about: view.about });
  }
}

function statusIn(reader: Reader, field: string): ReturnType<typeof meaningOf> {
  const word = reader.body[field];
  if (typeof word !== 'string' || word === '') {
    report(reader, 'unreadable', field, typeof word, 'A status change must name both words; check it in RT.');
    return undefined;
  }
  const status = meaningOf(reader.context, word);
  if (status === undefined) {
    report(reader, 'unmapped-status', field, word, 'Say in settings.statuses what this status means.');
  }
  return status;
}

export function readAttachment(reader: Reader): void {
  const { object, context, body } = reader;
  const transactionId = linkedId(body['TransactionId']);
  const transaction = lookUp(context, 'transaction', transactionId);
  const ticketId = ticketIdOf(body) ?? (transaction === undefined ? undefined : ticketIdOf(transaction));
  if (ticketId !== undefined) linkTerm(reader, term.object(object.connection, 'ticket', ticketId));
  else if (transactionId !== undefined)
    linkTerm(reader, term.object(object.connection, 'transaction', transactionId));
  const text = messageText(body);
  if (text === undefined) return;
  const digest = digestText(text);
  const type = transaction?.['Type'];
  if (type === 'Create' && ticketId !== undefined) {
    reader.names.push(ticketTextTerm(object.connection, ticketId));
    const subject = digestText(typeof body['Subject'] === 'string' ? body['Subject'] : '');
    for (const number of [...subject.numbers, ...digest.numbers])
      linkTerm(reader, orderTerm(reader, number), 'weak');
    for (const rma of [...subject.returnNumbers, ...digest.returnNumbers])
      linkTerm(reader, term.rma(rma), 'weak');
  }
  if (type !== 'Correspond') return;
  const ticket = lookUp(context, 'ticket', ticketId);
  if (ticket === undefined || ticketId === undefined || isFromCustomer(ticket, transaction, body)) return;
  const at = readTime(reader, 'Created');
  if (at === undefined) {
    report(reader, 'unreadable', 'Created', '', 'The message has no time; read it with its Created.');
    return;
  }
  const [rma, second] = digest.returnNumbers;
  addFact(
    reader,
    'customer.told',
    at,
    { what: digest.told, case: ticketId },
    { rma: second === undefined ? rma : undefined },
  );
}

/**
 * The text of a message; undefined for files and for the HTML twin of a plain text. A part of a multipart mail has
 * a `Parent`, and only its plain part speaks.
 */
function messageText(body: JsonRecord): string | undefined {
  const content = body['Content'];
  const type = body['ContentType'];
  if (typeof content !== 'string' || typeof type !== 'string' || body['Filename']) return undefined;
  if (/^text\/plain\b/i.test(type)) return content;
  const parent = body['Parent'];
  const isPart = linkedId(parent) !== undefined;
  return /^text\/html\b/i.test(type) && !isPart ? stripMarkup(content) : undefined;
}

/** The requestor answering by mail is a correspondence too; RT's own automatic mail is nobody's word. */
function isFromCustomer(ticket: JsonRecord, transaction: JsonRecord | undefined, body: JsonRecord): boolean {
  const author = userMark(transaction?.['Creator']) ?? userMark(body['Creator']);
  if (author === undefined) return false;
  if (author === 'RT_System') return true;
  const requestors: readonly unknown[] = Array.isArray(ticket['Requestor'])
    ? (ticket['Requestor'] as unknown[])
    : [];
  return requestors.some((requestor) => userMark(requestor) === author);
}
