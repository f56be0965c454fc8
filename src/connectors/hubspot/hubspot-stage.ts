/**
 * What a stage of a ticket pipeline means. HubSpot knows stages by id; what they are called and whether they close a
 * ticket stands in the pipeline.
 */
import type { ReadContext } from '../contract.ts';
import { type JsonRecord, asList, asRecord } from './hubspot-value.ts';

/** `requested approved refunded rejected` are stages of a return; the others say nothing about what a ticket is about. */
export const stageMeanings = ['open', 'requested', 'approved', 'refunded', 'rejected', 'resolved'] as const;
export type StageMeaning = (typeof stageMeanings)[number];

export const isClosed = (meaning: StageMeaning | undefined): boolean =>
  meaning === 'resolved' || meaning === 'rejected';

export type Stage = { readonly meaning: StageMeaning; readonly label: string | undefined };

/** Words in labels, English and German. A stage that closes and says none of them is simply closed. */
const refusedWords = /\b(?:reject|declin|refus|den(?:y|ied)|abgelehnt|ablehnung|zurückgewiesen)/i;
const approvedWords = /\b(?:approv|accepted|authori[sz]ed|genehmigt|freigegeben|bewilligt|angenommen)/i;
const refundedWords =
  /\b(?:refunded|reimbursed|paid back|erstattet|rückerstattet|zurückerstattet|gutgeschrieben)/i;
const requestedWords = /\b(?:request|angefragt|angemeldet|beantragt|anfrage|antrag)/i;
/** "Not approved", "waiting for approval", "to be refunded": the word is there, the thing is not. */
const notYetWords =
  /\b(?:not|un\w+|await\w*|wait\w*|pending|to be|needs?|nicht|noch|warte\w*|wartet|zur|ausstehend)\b/i;

/** The default pipeline of every account, as documented: New, Waiting on contact, Waiting on us, Closed. */
const defaultPipeline: Readonly<Record<string, StageMeaning>> = {
  '1': 'open',
  '2': 'open',
  '3': 'open',
  '4': 'resolved',
};

const pipelineOf = (context: ReadContext, id: string | undefined): JsonRecord | undefined =>
  id === undefined ? undefined : asRecord(context.lookup('pipeline', id));

export function pipelineLabel(context: ReadContext, id: string | undefined): string | undefined {
  const label = pipelineOf(context, id)?.['label'];
  return typeof label === 'string' ? label : undefined;
}

function meaningOfLabel(label: string, closes: boolean): StageMeaning {
  const done = !notYetWords.test(label);
  if (closes) return done && refusedWords.test(label) ? 'rejected' : 'resolved';
  if (done && refundedWords.test(label)) return 'refunded';
  if (done && approvedWords.test(label)) return 'approved';
  return requestedWords.test(label) ? 'requested' : 'open';
}

/**
 * `settings.statuses` first, by stage id, by `pipeline/stage` or by label; then the pipeline's own word and whether
 * the stage closes; then HubSpot's default pipeline. Undefined: nothing tells.
 */
export function stageOf(context: ReadContext, pipelineId: string | undefined, id: string): Stage | undefined {
  const stages = asList(pipelineOf(context, pipelineId)?.['stages']).map(asRecord);
  const found = stages.find((stage) => stage?.['id'] === id);
  const label = typeof found?.['label'] === 'string' ? found['label'] : undefined;
  const { statuses } = context.settings;
  // Own entries only: a stage may be called like a member of every object.
  const own = (name: string): string | undefined =>
    Object.hasOwn(statuses, name) ? statuses[name] : undefined;
  const mapped = own(`${pipelineId}/${id}`) ?? own(id) ?? own(label ?? '');
  if (mapped !== undefined) {
    const meaning = stageMeanings.find((known) => known === mapped.toLowerCase());
    return meaning === undefined ? undefined : { meaning, label };
  }
  if (label !== undefined) {
    const metadata = asRecord(found?.['metadata']);
    const closes = String(metadata?.['isClosed']) === 'true' || metadata?.['ticketState'] === 'CLOSED';
    return { meaning: meaningOfLabel(label, closes), label };
  }
  const usual = pipelineId === '0' || pipelineId === undefined ? defaultPipeline[id] : undefined;
  return usual === undefined ? undefined : { meaning: usual, label };
}
