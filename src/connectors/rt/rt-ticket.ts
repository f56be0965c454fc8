/**
 * Tickets. A ticket tells its present state from its own fields, so that it is complete without its history; its
 * transactions add only what is past (an earlier resolution, a reopening). No event is told twice.
 */
import { normalizeNumber, term } from '../../kernel/term.ts';
import type { ReadContext } from '../contract.ts';
import { digestText } from './rt-message.ts';
import {
  type JsonRecord, type Lifecycle, type Reader, addFact, asRecord, idOf, linkTerm, linkedId, meaningOf, orderTerm,
  readTime, report,
} from './rt-value.ts'; // prettier-ignore

/** Values of a custom field by its name, as typed. */
function customField(
  body: JsonRecord,
  name: string,
  complain?: (field: string, value: unknown) => void,
): string[] {
  const fields = body['CustomFields'];
  if (fields === undefined || fields === null || fields === '') return [];
  if (!Array.isArray(fields)) {
    complain?.('CustomFields', typeof fields);
    return [];
  }
  const values: string[] = [];
  for (const [index, entry] of (fields as unknown[]).entries()) {
    const field = asRecord(entry);
    if (typeof field?.['name'] !== 'string' || field['name'].trim().toLowerCase() !== name.toLowerCase())
      continue;
    const path = `CustomFields[${index}].values`;
    if (!Array.isArray(field['values'])) {
      complain?.(path, typeof field['values']);
      continue;
    }
    for (const [at, value] of (field['values'] as unknown[]).entries()) {
      if (typeof value === 'string') values.push(value);
      else complain?.(`${path}[${at}]`, typeof value);
    }
  }
  return values;
}

/** Numbers people typed into one field: several values, or several in one (`LH-10251, LH-10252`). */
function numbersIn(values: readonly string[]): string[] {
  const parts = values.flatMap((value) => value.split(/[,;|&\n]|\s(?:and|und)\s/i)).flatMap(atSlashes);
  return [...new Set(parts.map(normalizeNumber).filter((number) => /\d/.test(number)))];
}

/** A slash stands between numbers that look alike (`LH-10251/LH-10252`), and within one that does not (`2026/10251`). */
function atSlashes(text: string): readonly string[] {
  const parts = text.split('/');
  const shapes = parts.map((part) => part.trim().replaceAll(/\d/g, '9').replaceAll(/\p{L}/gu, 'A'));
  const alike = shapes.every((shape) => shape === shapes[0]) || /\s\/|\/\s/.test(text);
  return alike ? parts : [text];
}

export function returnNumberField(context: ReadContext): string {
  return context.settings.fields['returnNumber'] ?? 'Return number';
}

export function orderNumberField(context: ReadContext): string {
  return context.settings.fields['orderNumber'] ?? 'Order number';
}

export type TicketView = {
  readonly id: string;
  readonly returnNumbers: readonly string[];
  readonly status: Lifecycle | undefined;
  readonly about: 'return' | 'question';
};

/**
 * A return case has a return number, was refused as one, or lies in a queue that `settings.fields.returnQueues`
 * (ids or names, separated by commas) names. All other tickets are questions.
 */
export function viewTicket(context: ReadContext, body: JsonRecord): TicketView | undefined {
  const id = idOf(body['id']);
  if (id === undefined) return undefined;
  const returnNumbers = numbersIn(customField(body, returnNumberField(context)));
  const word = body['Status'];
  const status = typeof word === 'string' ? meaningOf(context, word) : undefined;
  const orders = numbersIn(customField(body, orderNumberField(context)));
  const queues = (context.settings.fields['returnQueues'] ?? '')
    .split(',')
    .map((queue) => queue.trim().toLowerCase());
  const queue = asRecord(body['Queue']);
  const inReturnQueue = [
    linkedId(queue),
    queue?.['Name'],
    queue?.['name'],
    queue?.['id'],
    body['Queue'],
  ].some((name) => typeof name === 'string' && name !== '' && queues.includes(name.toLowerCase()));
  const refused = status === 'rejected' && orders.length > 0;
  const isReturn = returnNumbers.length > 0 || status === 'approved' || refused || inReturnQueue;
  return { id, returnNumbers, status, about: isReturn ? 'return' : 'question' };
}

/** Term under which the first message of a ticket is known, for tickets that name no order in their fields. */
export function ticketTextTerm(connection: string, ticket: string): string {
  return term.object(connection, 'ticket-text', ticket);
}

export function readTicket(reader: Reader): void {
  const { object, context, body } = reader;
  const complain = (field: string, value: unknown): void =>
    report(
      reader,
      'unreadable',
      field,
      value,
      'A custom field must be a list of texts; check the ticket in RT.',
    );
  const orders = numbersIn(customField(body, orderNumberField(context), complain));
  for (const number of orders) linkTerm(reader, orderTerm(reader, number));
  const returnNumbers = numbersIn(customField(body, returnNumberField(context), complain));
  for (const rma of returnNumbers) {
    reader.names.push(term.rma(rma));
    linkTerm(reader, term.rma(rma));
  }
  if (orders.length === 0) linkFreeText(reader);

  // Merged into another ticket: what it said now stands there.
  const effective = linkedId(body['EffectiveId']);
  if (effective !== undefined && effective !== object.id) {
    linkTerm(reader, term.object(object.connection, object.kind, effective));
    return;
  }
  const type = body['Type'];
  if (typeof type === 'string' && type.toLowerCase() !== 'ticket') return; // a reminder or an approval

  const view = viewTicket(context, { ...body, id: object.id });
  const word = body['Status'];
  if (typeof word !== 'string' || word === '') {
    report(reader, 'unreadable', 'Status', typeof word, 'The ticket has no status; read it with its Status.');
  } else if (view?.status === undefined) {
    const message =
      'Say in settings.statuses what this status means: new open stalled approved resolved rejected deleted.';
    report(reader, 'unmapped-status', 'Status', word, message);
  }
  const openedAt =
    readTime(reader, 'Created') ?? readTime(reader, 'Started') ?? readTime(reader, 'LastUpdated');
  if (openedAt === undefined) {
    report(reader, 'unreadable', 'Created', '', 'The ticket has no time; read it with its Created.');
    return;
  }
  if (view === undefined || view.status === 'deleted') return;
  addStateFacts(reader, { ...view, returnNumbers }, openedAt, orders.length > 0);
}

function addStateFacts(reader: Reader, view: TicketView, openedAt: string, namesOrder: boolean): void {
  const { id, about, returnNumbers, status } = view;
  addFact(reader, 'case.opened', openedAt, { case: id, about });
  // The return number is given when the case is taken up; a number set at creation has no transaction at all.
  const approvedAt = readTime(reader, 'Started') ?? openedAt;
  for (const rma of returnNumbers) addFact(reader, 'return.approved', approvedAt, {}, { part: rma, rma });
  if (returnNumbers.length === 0 && status === 'approved') addFact(reader, 'return.approved', approvedAt, {});
  if (status !== 'resolved' && status !== 'rejected') return;
  // RT sets Resolved for every inactive status, rejected too.
  const closedAt = readTime(reader, 'Resolved') ?? readTime(reader, 'LastUpdated') ?? openedAt;
  const rma = returnNumbers.length === 1 ? returnNumbers[0] : undefined;
  if (status === 'rejected' && (namesOrder || returnNumbers.length > 0)) {
    addFact(reader, 'return.rejected', closedAt, {}, { rma });
  }
  addFact(reader, 'case.resolved', closedAt, { case: id, about });
}

/** Without an order in its fields, a number in the subject or in the first message may still tell. */
function linkFreeText(reader: Reader): void {
  const subject = reader.body['Subject'];
  const digest = digestText(typeof subject === 'string' ? subject : '');
  for (const number of digest.numbers) linkTerm(reader, orderTerm(reader, number), 'weak');
  for (const rma of digest.returnNumbers) linkTerm(reader, term.rma(rma), 'weak');
  // The message is sure to be this ticket's; the numbers in it are what is weak.
  linkTerm(reader, ticketTextTerm(reader.object.connection, reader.object.id));
}
