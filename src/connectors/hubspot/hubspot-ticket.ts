/**
 * Tickets. A ticket carries its own past in `propertiesWithHistory`, so all of its facts come from this one object;
 * read without history it tells its present state alone.
 */
import { term } from '../../kernel/term.ts';
import type { ReadContext } from '../contract.ts';
import { digestText } from '../message-digest.ts';
import { type StageMeaning, isClosed, pipelineLabel, stageMeanings, stageOf } from './hubspot-stage.ts';
import {
  type JsonRecord, type Reader, addFact, historyOf, idOf, instantOf, linkTerm, orderTerm, propertyOf, referencesIn, report,
} from './hubspot-value.ts'; // prettier-ignore

export function orderNumberProperty(context: ReadContext): string {
  return context.settings.fields['orderNumber'] ?? 'order_number';
}

export function returnNumberProperty(context: ReadContext): string {
  return context.settings.fields['returnNumber'] ?? 'return_number';
}

/** A stage the ticket entered, as far as it is understood. */
type Entered = { readonly meaning: StageMeaning; readonly at: string; readonly stage: string };

export function readTicket(reader: Reader): void {
  const { body, context, object } = reader;
  // Merged: the old id answers with the ticket that is left, and what it said stands there.
  const own = idOf(body['id']);
  if (own !== undefined && own !== object.id) {
    linkTerm(reader, term.object(object.connection, 'ticket', own));
    return;
  }
  const orders = referencesOf(body, orderNumberProperty(context));
  for (const number of orders) linkTerm(reader, orderTerm(reader, number));
  const returnNumbers = referencesOf(body, returnNumberProperty(context));
  for (const rma of returnNumbers) {
    reader.names.push(term.rma(rma));
    linkTerm(reader, term.rma(rma));
  }
  if (orders.length === 0) linkFreeText(reader);
  // In the recycle bin: what it said no longer counts.
  if (body['archived'] === true) return;

  const openedAt = instantOf(propertyOf(body, 'createdate')) ?? instantOf(body['createdAt']);
  if (openedAt === undefined) {
    const message = 'The ticket has no time; read it with its createdate.';
    report(reader, 'unreadable', 'createdAt', '', message);
    return;
  }
  const entered = readStages(reader, openedAt);
  const isReturn =
    returnNumbers.length > 0 ||
    inReturnPipeline(context, body) ||
    entered.some(({ meaning }) => meaning === 'approved' || meaning === 'refunded' || meaning === 'rejected');
  addFacts(reader, { entered, openedAt, returnNumbers, about: isReturn ? 'return' : 'question' });
}

type Told = {
  readonly entered: readonly Entered[];
  readonly openedAt: string;
  readonly returnNumbers: readonly string[];
  readonly about: 'return' | 'question';
};

function addFacts(reader: Reader, { entered, openedAt, returnNumbers, about }: Told): void {
  const { object } = reader;
  const payload = { case: object.id, about };
  addFact(reader, 'case.opened', openedAt, payload);
  const rma = returnNumbers.length === 1 ? returnNumbers[0] : undefined;
  if (about === 'return') {
    addFact(reader, 'return.requested', openedAt, {}, { rma });
    addDecision(reader, entered, returnNumbers, openedAt);
  }
  let closed = false;
  const turns: { type: 'case.resolved' | 'case.reopened'; at: string }[] = [];
  for (const { meaning, at } of entered) {
    if (isClosed(meaning) === closed) continue;
    closed = !closed;
    turns.push({ type: closed ? 'case.resolved' : 'case.reopened', at });
  }
  // The present state keeps one id however much history was read; what is past is told apart by its time.
  for (const [index, { type, at }] of turns.entries())
    addFact(reader, type, at, payload, { part: index === turns.length - 1 ? undefined : at });
}

/**
 * Approved when a return number was given, else by the stage; a stage that asks again takes a decision back. A
 * refusal stands while the ticket says so.
 */
function addDecision(
  reader: Reader,
  entered: readonly Entered[],
  returnNumbers: readonly string[],
  openedAt: string,
): void {
  let decision: { readonly is: 'approved' | 'rejected'; readonly at: string } | undefined;
  for (const { meaning, at } of entered) {
    if (meaning === 'requested') decision = undefined;
    else if (meaning === 'rejected') decision = { is: 'rejected', at };
    else if ((meaning === 'approved' || meaning === 'refunded') && decision?.is !== 'approved')
      decision = { is: 'approved', at };
  }
  const approvedAt = decision?.is === 'approved' ? decision.at : undefined;
  for (const rma of returnNumbers) {
    const at = givenAt(reader, rma) ?? approvedAt ?? openedAt;
    addFact(reader, 'return.approved', at, {}, { part: rma, rma });
  }
  if (returnNumbers.length === 0 && approvedAt !== undefined)
    addFact(reader, 'return.approved', approvedAt, {});
  if (decision?.is !== 'rejected') return;
  const rma = returnNumbers.length === 1 ? returnNumbers[0] : undefined;
  addFact(reader, 'return.rejected', decision.at, {}, { rma });
}

/** When the return number was written, if its history was read. */
function givenAt(reader: Reader, rma: string): string | undefined {
  const name = returnNumberProperty(reader.context);
  return historyOf(reader.body, name).find(({ value }) => referencesIn(name, value).includes(rma))?.at;
}

/**
 * Stages the ticket went through, oldest first, the present one last. Without history only the present stage is
 * known, entered at `closed_date`, at HubSpot's own date of entering it, or when the ticket was opened.
 */
function readStages(reader: Reader, openedAt: string): readonly Entered[] {
  const { body, context } = reader;
  const present = propertyOf(body, 'hs_pipeline_stage');
  const pipelines = historyOf(body, 'hs_pipeline');
  const pipeline = propertyOf(body, 'hs_pipeline');
  const past = historyOf(body, 'hs_pipeline_stage').filter(({ value }) => value !== '');
  const entered: Entered[] = [];
  for (const { value, at } of past) {
    const then = pipelines.findLast((change) => change.at <= at)?.value ?? pipeline;
    const stage = stageOf(context, then, value) ?? stageOf(context, pipeline, value);
    if (stage === undefined) reportStage(reader, value);
    else entered.push({ meaning: stage.meaning, at, stage: value });
  }
  if (present === undefined) {
    if (past.length === 0) {
      const message = 'The ticket has no stage; read it with its hs_pipeline_stage.';
      report(reader, 'unreadable', 'properties.hs_pipeline_stage', '', message);
    }
    return entered;
  }
  if (past.at(-1)?.value === present) return entered;
  const stage = stageOf(context, pipeline, present);
  if (stage === undefined) {
    reportStage(reader, present);
    return entered;
  }
  const at =
    (isClosed(stage.meaning) ? instantOf(propertyOf(body, 'closed_date')) : undefined) ??
    instantOf(propertyOf(body, `hs_v2_date_entered_${present}`)) ??
    instantOf(propertyOf(body, `hs_date_entered_${present}`)) ??
    (isClosed(stage.meaning) ? instantOf(body['updatedAt']) : undefined) ??
    openedAt;
  return [...entered, { meaning: stage.meaning, at, stage: present }];
}

function reportStage(reader: Reader, stage: string): void {
  const message = `Say in settings.statuses what stage ${stage} means: ${stageMeanings.join(' ')}.`;
  report(reader, 'unmapped-status', `hs_pipeline_stage ${stage}`, stage, message);
}

const returnWords = /\breturns?\b|retour|\brma\b|rücksend|rückgabe|reklamation|widerruf/i;

/** `fields.returnPipelines` names pipelines of returns by id or label, separated by commas; else the label tells. */
function inReturnPipeline(context: ReadContext, body: JsonRecord): boolean {
  const id = propertyOf(body, 'hs_pipeline');
  if (id === undefined) return false;
  const label = pipelineLabel(context, id);
  const named = context.settings.fields['returnPipelines'];
  if (named === undefined) return label !== undefined && returnWords.test(label);
  const wanted = named.split(',').map((name) => name.trim().toLowerCase());
  return wanted.includes(id.toLowerCase()) || (label !== undefined && wanted.includes(label.toLowerCase()));
}

function referencesOf(body: JsonRecord, name: string): readonly string[] {
  return referencesIn(name, propertyOf(body, name));
}

/** Without an order in its property, a number in the subject or in what the customer wrote may still tell. */
function linkFreeText(reader: Reader): void {
  for (const name of ['subject', 'content']) {
    const digest = digestText(propertyOf(reader.body, name) ?? '');
    for (const number of digest.numbers) linkTerm(reader, orderTerm(reader, number), 'weak');
    for (const rma of digest.returnNumbers) linkTerm(reader, term.rma(rma), 'weak');
  }
}
