/** E-mails and notes on a ticket: what the customer was told, by e-mails that really left. A note is internal. */
import { term } from '../../kernel/term.ts';
import { digestText, stripMarkup } from '../message-digest.ts';
import {
  type JsonRecord, type Reader, addFact, associatedIds, instantOf, linkTerm, propertyOf, report,
} from './hubspot-value.ts'; // prettier-ignore

function linkTickets(reader: Reader): readonly string[] {
  const tickets = associatedIds(reader.body, 'tickets');
  for (const id of tickets) linkTerm(reader, term.object(reader.object.connection, 'ticket', id));
  return tickets;
}

export function readNote(reader: Reader): void {
  linkTickets(reader);
}

/** Text of an e-mail: the plain one, else the HTML one without its markup. */
export function emailText(body: JsonRecord): string {
  return propertyOf(body, 'hs_email_text') ?? stripMarkup(propertyOf(body, 'hs_email_html') ?? '');
}

/** Not sent, or not yet; a missing status is an e-mail that was logged by hand after it had been sent. */
const unsent = new Set(['BOUNCED', 'FAILED', 'SCHEDULED', 'SENDING', 'DRAFT']);

/** `EMAIL` goes to the customer; `INCOMING_EMAIL` comes from there; `FORWARDED_EMAIL` was passed on by a colleague. */
export function readEmail(reader: Reader): void {
  const { body } = reader;
  const [ticket] = linkTickets(reader);
  if (body['archived'] === true || propertyOf(body, 'hs_email_direction') !== 'EMAIL') return;
  if (unsent.has(propertyOf(body, 'hs_email_status') ?? '')) return;
  const at =
    instantOf(propertyOf(body, 'hs_timestamp')) ??
    instantOf(propertyOf(body, 'hs_createdate')) ??
    instantOf(body['createdAt']);
  if (at === undefined) {
    const message = 'The e-mail has no time; read it with its hs_timestamp.';
    report(reader, 'unreadable', 'properties.hs_timestamp', '', message);
    return;
  }
  const digest = digestText(emailText(body));
  const [rma, second] = digest.returnNumbers;
  const payload = { what: digest.told, ...(ticket === undefined ? {} : { case: ticket }) };
  addFact(reader, 'customer.told', at, payload, { rma: second === undefined ? rma : undefined });
}
