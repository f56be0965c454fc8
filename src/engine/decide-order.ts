/**
 * Decisions at the desk: an order is folded as it is known now, the kernel decides, and the decision is stored in the
 * desk log with the facts that it is. Two decisions at once never see the same state: the later one is looked at again.
 */
import { createHash } from 'node:crypto';
import { decide, type Decider, type DeskOrder } from '../kernel/decide.ts';
import type { StepWish } from '../kernel/desk-step.ts';
import type { Fact } from '../kernel/fact.ts';
import { watchOf } from '../kernel/feeds.ts';
import { refuse, type Refusal } from '../kernel/refusal.ts';
import type { Database, Runner } from '../store/database.ts';
import { appendDecision, type NewDecision, type StoredDecision } from '../store/desk-log.ts';
import { newId } from '../store/ids.ts';
import { wholeRecord } from '../store/desk-links.ts';
import { findWaiting } from '../store/find-by-terms.ts';
import { canonicalJson } from '../store/json-text.ts';
import { claimMatch, listMatchClaims } from '../store/match-claims.ts';
import { readObjects } from '../store/read-objects.ts';
import { markObjects } from '../store/store-observations.ts';
import { term } from '../kernel/term.ts';
import { decisionKind, type DecisionBody } from './desk-facts.ts';
import { foldStates, type FoldContext } from './fold-orders.ts';

export type OpenOrder = DeskOrder & {
  /** Decisions stored so far. */
  readonly decisions: number;
  /** What people wrote with their decisions, oldest first. */
  readonly entries: readonly {
    readonly entryId: string;
    readonly madeBy: string;
    readonly madeAt: string;
    readonly body: DecisionBody;
  }[];
};

const versionLength = 16;
const triesMax = 3;

/** An order as the desk sees it, folded now; undefined where nothing is known of it. */
export async function openOrder(
  db: Database,
  context: FoldContext,
  orderKey: string,
): Promise<OpenOrder | undefined> {
  const [folded] = await foldStates(db, context, [orderKey]);
  if (folded === undefined || folded.state.facts.length === 0) return undefined;
  const { state, input } = folded;
  const { policy, coverage } = context;
  const day = state.placedAt ?? new Date(context.now).toISOString();
  // That a mail went out changes nothing that a decision rests on.
  const entries = input.deskEntries.filter((entry) => entry.kind === decisionKind && (entry.body as { readonly type?: string }).type !== 'customer.told'); // prettier-ignore
  return {
    state, policy, version: versionOf(state.facts), decisions: entries.length,
    shipmentsTold: watchOf(state.positions, policy, coverage, day).shipmentsOn,
    entries: entries.map(({ entryId, madeBy, madeAt, body }) => ({ entryId, madeBy, madeAt, body: body as DecisionBody })),
  }; // prettier-ignore
}

/** Equal whenever the same is known about the order, whatever was folded or mailed in between. */
function versionOf(facts: readonly Fact[]): string {
  const weighty = facts.filter((fact) => fact.type !== 'customer.told' && fact.type !== 'change.seen');
  return createHash('sha256').update(canonicalJson(weighty)).digest('hex').slice(0, versionLength);
}

export type DecisionRequest = {
  readonly orderKey: string;
  readonly wish: StepWish;
  readonly by: Omit<Decider, 'id' | 'at'>;
  readonly note?: string;
  readonly photos?: readonly string[];
  /** What must be stored in the transaction of the decision: the mail that tells of it. */
  readonly also?: (tx: Runner, decided: MadeDecision) => Promise<void>;
  /** Idempotency key with who sent it: the same request is decided once, also after a crash. */
  readonly request?: string;
};

export type MadeDecision = {
  readonly ok: true;
  readonly entryId: string;
  /** When it happened: of a withdrawal, when it was declared. */
  readonly at: string;
  readonly facts: readonly Fact[];
  readonly rma?: string;
  readonly agreement?: string;
  readonly isRepeated: boolean;
};

export type DecidedOrder =
  MadeDecision | Refusal | { readonly ok: false; readonly reason: 'order-not-found' };

/** Decides and stores; nothing is stored of a refusal. */
export async function decideOrder(
  db: Database,
  context: FoldContext,
  request: DecisionRequest,
): Promise<DecidedOrder> {
  const { orderKey, wish, by, note, photos } = request;
  for (let attempt = 1; attempt <= triesMax; attempt++) {
    const order = await openOrder(db, context, orderKey);
    if (order === undefined) return { ok: false, reason: 'order-not-found' };
    const repeated = findRepeated(order, request.request);
    if (repeated !== undefined) return repeated;
    const [id, at] = [newId(), new Date(context.now).toISOString()];
    const records = wish.step === 'match' ? await readRecords(db, wish.subject) : undefined;
    const decided = decide({ ...order, ...(records !== undefined && { records }) }, wish, { ...by, id, at });
    if (!decided.ok) return decided;
    const body: DecisionBody = {
      step: wish.step, facts: decided.facts, ...(decided.rma !== undefined && { rma: decided.rma }),
      ...(decided.agreement !== undefined && { agreement: decided.agreement }), ...(note !== undefined && { note }),
      ...(photos !== undefined && photos.length > 0 && { photos }),
    }; // prettier-ignore
    const stored = await storeDecision(db, {
      orderKey, entryId: id, madeBy: by.by, body, seen: order.decisions, ...(request.request !== undefined && { request: request.request }),
      also: async (tx: Runner) => {
        await tieRecords(tx, orderKey, wish, body, by.by);
        await request.also?.(tx, toDecided(id, body, false));
      },
    }); // prettier-ignore
    // Somebody tied the record in this moment: the next look says to which order.
    if (stored.is === 'match-taken') continue;
    if (stored.is === 'overtaken') {
      // Whoever sent a form sees what changed; a customer's wish is looked at again by itself.
      if (by.version !== undefined) return refuse('form-stale');
      continue;
    }
    if (stored.is === 'repeated') return toDecided(stored.entryId, stored.body as DecisionBody, true);
    return toDecided(id, body, false);
  }
  return refuse('form-stale');
}

/** Rolls a decision back whose record went to another order a moment before. */
class MatchTaken extends Error {}

async function storeDecision(
  db: Database,
  decision: NewDecision,
): Promise<StoredDecision | { readonly is: 'match-taken' }> {
  try {
    return await appendDecision(db, decision);
  } catch (error) {
    if (error instanceof MatchTaken) return { is: 'match-taken' };
    throw error;
  }
}

/** What waits for a new return number, or was put under the order, is filed anew. */
async function tieRecords(
  tx: Runner,
  orderKey: string,
  wish: StepWish,
  body: DecisionBody,
  by: string,
): Promise<void> {
  if (wish.step === 'match') {
    const claim = { objectKey: wish.subject, part: '', orderKey, item: wholeRecord, madeBy: by };
    if ((await claimMatch(tx, claim)) === undefined) throw new MatchTaken();
    await markObjects(tx, new Map([[wish.subject, 0]]));
  }
  if (body.rma === undefined) return;
  const waiting = await findWaiting(tx, [term.rma(body.rma)]);
  await markObjects(tx, new Map(waiting.map((key) => [key, 0])));
}

function findRepeated(order: OpenOrder, request: string | undefined): MadeDecision | undefined {
  if (request === undefined) return undefined;
  const entry = order.entries.find(({ body }) => (body as { readonly request?: string }).request === request);
  return entry === undefined ? undefined : toDecided(entry.entryId, entry.body, true);
}

function toDecided(entryId: string, body: DecisionBody, isRepeated: boolean): MadeDecision {
  const { facts, rma, agreement } = body;
  return {
    ok: true, entryId, facts, at: facts[0]?.at ?? '', isRepeated, ...(rma !== undefined && { rma }),
    ...(agreement !== undefined && { agreement }),
  }; // prettier-ignore
}

/** The record that a person wants to tie to the order, with the order it stands under already. */
async function readRecords(db: Database, subject: string): Promise<ReadonlyMap<string, string | undefined>> {
  const found = await readObjects(db, [subject]);
  const [claim] = await listMatchClaims(db, [subject]);
  return new Map(found.map((object) => [object.objectKey, object.orderKeys[0] ?? claim?.orderKey]));
}
