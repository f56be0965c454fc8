/**
 * The helpdesk. Each act works in the systems as a person would, and writes down what was done: the systems' own records are
 * what a reconciler sees, the notes are the truth.
 */
import type { Company } from '../company.ts';
import type { CrmObject } from '../hubspot/crm-state.ts';
import { questionPipeline, questionStages, returnPipeline, returnStages } from '../hubspot/crm-state.ts';
import type { OrderRecord, Units } from './order-record.ts';
import { note } from './shop-acts.ts';

const iso = (company: Company): string => new Date(company.clock.now()).toISOString();

/** A customer writes in: a ticket with the customer's mail on it. */
export function openTicket(
  company: Company,
  ticket: { subject: string; text: string; orderNumber: string; isReturn: boolean },
  record?: OrderRecord,
): CrmObject {
  const { crm } = company.hubspot;
  const object = crm.create('tickets', {
    subject: ticket.subject,
    content: ticket.text,
    hs_pipeline: ticket.isReturn ? returnPipeline : questionPipeline,
    hs_pipeline_stage: ticket.isReturn ? returnStages.requested : questionStages.open,
    ...(ticket.orderNumber === '' ? {} : { order_number: ticket.orderNumber }),
  });
  mail(company, object, 'INCOMING_EMAIL', ticket.subject, ticket.text);
  if (record !== undefined) note(company, record, 'hubspot', 'ticket-created', `ticket/${object.id}`);
  return object;
}

function mail(company: Company, ticket: CrmObject, direction: string, subject: string, text: string): void {
  const { crm } = company.hubspot;
  const email = crm.create('emails', {
    hs_timestamp: iso(company),
    hs_email_direction: direction,
    hs_email_subject: subject,
    hs_email_text: text,
    hs_email_status: 'SENT',
  });
  crm.associate(email, ticket);
}

export function approveReturn(
  company: Company,
  record: OrderRecord,
  ticket: CrmObject,
  rma: string,
  units: Units,
): void {
  const { crm } = company.hubspot;
  crm.update(ticket, { return_number: rma, hs_pipeline_stage: returnStages.approved });
  const memo = crm.create('notes', {
    hs_timestamp: iso(company),
    hs_note_body: `Return approved: ${Object.entries(units)
      .map(([sku, count]) => `${count} x ${sku}`)
      .join(', ')}`,
  });
  crm.associate(memo, ticket);
  note(company, record, 'hubspot', 'return-approved', `ticket/${ticket.id}`, { units });
}

export function rejectReturn(company: Company, record: OrderRecord, ticket: CrmObject): void {
  mail(company, ticket, 'EMAIL', 'Your return', 'We cannot take these goods back, they have been used.');
  company.hubspot.crm.update(ticket, { hs_pipeline_stage: returnStages.rejected });
  note(company, record, 'hubspot', 'return-rejected', `ticket/${ticket.id}`);
}

export function tellCustomer(company: Company, record: OrderRecord, ticket: CrmObject, amount: number): void {
  mail(
    company,
    ticket,
    'EMAIL',
    'Your refund',
    `We have refunded ${(amount / 100).toFixed(2)} EUR to your card.`,
  );
  note(company, record, 'hubspot', 'customer-told', `ticket/${ticket.id}`, { amount });
}

export function resolveTicket(company: Company, record: OrderRecord | undefined, ticket: CrmObject): void {
  const isReturn = company.hubspot.crm.get(ticket, 'hs_pipeline') === returnPipeline;
  company.hubspot.crm.update(ticket, {
    hs_pipeline_stage: isReturn ? returnStages.closed : questionStages.closed,
  });
  if (record !== undefined) note(company, record, 'hubspot', 'ticket-resolved', `ticket/${ticket.id}`);
}
