/**
 * Tickets and their audits. The ticket tells what it is about and that it was opened; its audits, a log that never
 * changes, tell when it was solved and reopened, when a return number was given, and what the customer was told. A
 * ticket that was read without them (an export of tickets alone) tells its present state itself: `with_audits` says
 * which of the two it is.
 */
import { term } from '../../kernel/term.ts';
import type { ReadContext } from '../contract.ts';
import { digestText } from '../message-digest.ts';
import {
  type JsonRecord, type Meaning, type Reader, addFact, asRecord, idOf, instantOf, isClosed, isField, linkTo, meaningOf, meanings,
  orderNumberField, orderTerm, recordsIn, referencesIn, report, returnNumberField,
} from './zendesk-value.ts'; // prettier-ignore

type View = {
  readonly id: string;
  readonly orders: readonly string[];
  readonly returnNumbers: readonly string[];
  readonly about: 'return' | 'question';
  /** Closed because it went on as another ticket: that one says whether the case is resolved. */
  readonly isMerged: boolean;
};

const listed = (text: string | undefined, usual: string): readonly string[] =>
  (text ?? usual).split(',').map((name) => name.trim().toLowerCase());

/** `fields.returnTags` and `fields.returnForms` (ids) say which tickets are about returns; a return number always does. */
function viewTicket(context: ReadContext, body: JsonRecord, id: string): View {
  const valuesOf = (wanted: string): readonly string[] =>
    recordsIn(body['custom_fields'])
      .filter((field) => isField(context, field['id'], wanted))
      .flatMap((field) => referencesIn(field['value']));
  const returnNumbers = [...new Set(valuesOf(returnNumberField(context)))];
  const tags = Array.isArray(body['tags']) ? (body['tags'] as unknown[]).map(String) : [];
  const wanted = listed(context.settings.fields['returnTags'], 'return,returns,rma,retoure,ruecksendung');
  const forms = listed(context.settings.fields['returnForms'], '');
  const form = idOf(body['ticket_form_id']);
  const isReturn =
    returnNumbers.length > 0 ||
    tags.some((tag) => wanted.includes(tag.toLowerCase())) ||
    (form !== undefined && forms.includes(form)) ||
    ['requested', 'approved', 'refunded', 'rejected'].includes(
      meaningOf(context, body['status'], body['custom_status_id']) ?? '',
    );
  const orders = [...new Set(valuesOf(orderNumberField(context)))];
  return {
    id,
    orders,
    returnNumbers,
    about: isReturn ? 'return' : 'question',
    isMerged: tags.includes('closed_by_merge'),
  };
}

export function readTicket(reader: Reader): void {
  const { body, context, object } = reader;
  const view = viewTicket(context, body, object.id);
  for (const number of view.orders) linkTo(reader, orderTerm(reader, number));
  for (const rma of view.returnNumbers) {
    reader.names.push(term.rma(rma));
    linkTo(reader, term.rma(rma));
  }
  if (view.orders.length === 0) linkFreeText(reader);
  const meaning = meaningOf(context, body['status'], body['custom_status_id']);
  if (meaning === undefined) {
    const message = `Say in settings.statuses what this status means: ${meanings.join(' ')}.`;
    report(reader, 'unmapped-status', 'status', body['status'], message);
  }
  const openedAt = instantOf(body['created_at']);
  if (openedAt === undefined) {
    report(reader, 'unreadable', 'created_at', body['created_at'], 'The ticket has no time; read it with its created_at.');
    return;
  }
  // Deleted: the export still hands it out, so that everybody hears of it; what it said no longer counts.
  if (meaning === 'deleted') return;
  const payload = { case: view.id, about: view.about };
  if (!view.isMerged) addFact(reader, 'case.opened', openedAt, payload);
  const rma = view.returnNumbers.length === 1 ? view.returnNumbers[0] : undefined;
  if (view.about === 'return') addFact(reader, 'return.requested', openedAt, {}, { rma });
  const changedAt = instantOf(body['updated_at']) ?? openedAt;
  if (meaning === 'rejected') addFact(reader, 'return.rejected', changedAt, {}, { rma });
  if (body['with_audits'] === true) return;
  for (const number of view.returnNumbers)
    addFact(reader, 'return.approved', openedAt, {}, { part: number, rma: number });
  if (view.returnNumbers.length === 0 && (meaning === 'approved' || meaning === 'refunded'))
    addFact(reader, 'return.approved', changedAt, {});
  if (isClosed(meaning) && !view.isMerged) addFact(reader, 'case.resolved', changedAt, payload);
} // prettier-ignore

/** Without an order in its field, a number in the subject or in what the customer wrote may still tell. */
function linkFreeText(reader: Reader): void {
  for (const name of ['subject', 'description']) {
    const text = reader.body[name];
    const digest = digestText(typeof text === 'string' ? text : '');
    for (const number of digest.numbers) linkTo(reader, orderTerm(reader, number), 'weak');
    for (const rma of digest.returnNumbers) linkTo(reader, term.rma(rma), 'weak');
  }
}

export function readAudit(reader: Reader): void {
  const { body, context, object } = reader;
  const ticketId = idOf(body['ticket_id']);
  if (ticketId === undefined) {
    report(reader, 'unreadable', 'ticket_id', body['ticket_id'], 'An audit names its ticket; read it again.');
    return;
  }
  linkTo(reader, term.object(object.connection, 'ticket', ticketId));
  const at = instantOf(body['created_at']);
  if (at === undefined) {
    report(reader, 'unreadable', 'created_at', body['created_at'], 'The audit has no time; read it with its created_at.');
    return;
  }
  const ticket = asRecord(context.lookup('ticket', ticketId));
  if (ticket === undefined || meaningOf(context, ticket['status'], ticket['custom_status_id']) === 'deleted') return;
  const view = viewTicket(context, ticket, ticketId);
  const events = recordsIn(body['events']);
  const custom = events.find((event) => event['field_name'] === 'custom_status_id');
  const hasStatus = events.some((event) => event['field_name'] === 'status');
  for (const event of events) {
    // Both stand in one audit where the category changed as well: they are one change.
    if (event === custom && hasStatus) continue;
    const part = idOf(event['id']);
    if (event['type'] === 'Comment') readComment(reader, event, { at, part, view, requester: ticket['requester_id'] });
    else if (event['type'] === 'Change' || event['type'] === 'Create') readChange(reader, event, { at, part, view, custom });
  }
} // prettier-ignore

type Moment = { readonly at: string; readonly part: string | undefined; readonly view: View };

/** A public comment of somebody else than the customer; what rules send are notifications and nobody's word. */
function readComment(reader: Reader, event: JsonRecord, { at, part, view, requester }: Moment & { readonly requester: unknown }): void {
  if (event['public'] !== true) return;
  const author = idOf(event['author_id']) ?? idOf(reader.body['author_id']);
  if (author === undefined || author === idOf(requester)) return;
  const text = event['body'] ?? event['plain_body'];
  const digest = digestText(typeof text === 'string' ? text : '');
  const [rma, second] = digest.returnNumbers;
  addFact(reader, 'customer.told', at, { what: digest.told, case: view.id }, { part, rma: second === undefined ? rma : undefined });
} // prettier-ignore

function readChange(reader: Reader, event: JsonRecord, { at, part, view, custom }: Moment & { readonly custom: JsonRecord | undefined }): void {
  const { context } = reader;
  const [field, value, previous] = [event['field_name'], event['value'], event['previous_value']];
  if (field === 'status' || field === 'custom_status_id') {
    const [wasWord, isWord] = field === 'status' ? [previous, value] : [];
    const [before, after] = [meaningOf(context, wasWord, custom?.['previous_value']), meaningOf(context, isWord, custom?.['value'])];
    if (after === undefined) {
      // A custom status that nobody mapped means what its category does, and that did not change.
      if (field === 'custom_status_id') return;
      report(reader, 'unmapped-status', `events.status ${String(value)}`, value, 'Say in settings.statuses what this status means.');
      return;
    }
    const payload = { case: view.id, about: view.about };
    // Solved to closed is Zendesk's own, four days later: the case was resolved before.
    if (!view.isMerged && isClosed(after) && !isClosed(before)) addFact(reader, 'case.resolved', at, payload, { part });
    if (!view.isMerged && !isClosed(after) && isClosed(before)) addFact(reader, 'case.reopened', at, payload, { part });
    const isAgreed = (meaning: Meaning | undefined): boolean => meaning === 'approved' || meaning === 'refunded';
    if (view.returnNumbers.length === 0 && isAgreed(after) && !isAgreed(before)) addFact(reader, 'return.approved', at, {}, { part });
  } else if (isField(context, field, returnNumberField(context))) {
    for (const rma of referencesIn(value).filter((number) => view.returnNumbers.includes(number)))
      addFact(reader, 'return.approved', at, {}, { part: `${part ?? ''}.${rma}`, rma });
  }
} // prettier-ignore
