/**
 * The story of the mission, from end to end on the sandbox company: the return is approved, the refund has started, the
 * ticket says resolved, and the ERP shows nothing. Reentry says so, routes it, makes the missing step once, and closes the
 * loop. Played by the demo `reentry sandbox story` and by the test of the same name.
 */
import { findLiveConnector } from '../connectors/live-registry.ts';
import { decideOrder } from '../engine/decide-order.ts';
import { createEngine, type Engine } from '../engine/engine.ts';
import { foldStates, type StoredState } from '../engine/fold-orders.ts';
import { loadSystems } from '../engine/load-systems.ts';
import { caseNoteOf } from '../kernel/case-note.ts';
import type { ControlId } from '../kernel/controls.ts';
import type { StepWish } from '../kernel/desk-step.ts';
import { defaultPolicy, type ControlPolicy, type Policy } from '../kernel/policy.ts';
import { stepReturn } from '../sandbox/life/step-return.ts';
import { createRandom } from '../sandbox/random.ts';
import { startSandbox, type SandboxCompany } from '../sandbox/start-sandbox.ts';
import { listAttempts, listCommands, type Command } from '../store/commands.ts';
import { readConnectionSecrets } from '../store/connection-secrets.ts';
import type { Database } from '../store/database.ts';
import { findOrderState } from '../store/list-orders.ts';
import { listSubjectProblems, type StoredProblem } from '../store/list-problems.ts';
import type { Seal } from '../store/seal.ts';
import { connectSandbox } from './sandbox-connections.ts';

/** What came out, for whoever checks it. */
export type StoryOutcome = {
  /** What Reentry said when everything claimed to be done. */
  readonly firstAnswer: string;
  readonly firstProblems: readonly { readonly code: string; readonly owner: string | null; readonly note: string | undefined }[];
  readonly commands: readonly Command[];
  /** Times that a request to post the receipt got no answer. */
  readonly lostAnswers: number;
  /** Units of the item in saleable stock before and after. */
  readonly stock: { readonly before: number; readonly after: number };
  readonly creditNotes: readonly string[];
  readonly caseNote: string;
  readonly notes: readonly string[];
  readonly lastAnswer: string;
  readonly verdict: string;
}; // prettier-ignore

const sku = 'LOCK-90';

/** Modes as a careful shop would set them: goods, books as drafts and notes by themselves, money by people. */
function storyPolicy(): Policy {
  const on = (mode: ControlPolicy['mode']): readonly { from: string; value: ControlPolicy }[] => [
    { from: '', value: { mode, watch: 'on' } },
  ];
  const auto: readonly ControlId[] = ['inspected-restored', 'back-restored', 'refund-credited', 'resolved-closed', 'closed-told']; // prettier-ignore
  const watch: readonly ControlId[] = ['refund-settled', 'entitled-refunded'];
  return {
    ...defaultPolicy('Europe/Berlin'),
    booksTolerance: [{ from: '', value: 3 }],
    controls: Object.fromEntries([...auto.map((id) => [id, on('auto')]), ...watch.map((id) => [id, on('watch')])]), // prettier-ignore
  };
}

/** Plays it on an empty, migrated database; `say` gets the story line by line. */
export async function playStory(
  db: Database,
  seal: Seal,
  say: (line: string) => void,
): Promise<StoryOutcome> {
  const sandbox = await startSandbox({ seed: 'story', now: '2026-11-02T09:00:00Z', ordersPerDay: 0, requestNow: Date.now }); // prettier-ignore
  try {
    await connectSandbox(db, seal, sandbox);
    const systems = await loadSystems(db, {
      findLive: findLiveConnector, zone: 'Europe/Berlin', currency: 'EUR', random: Math.random,
      secretsOf: (name) => readConnectionSecrets(db, seal, name),
    }); // prettier-ignore
    const engine = createEngine({
      db, systems, policy: storyPolicy(), codeVersion: 'story', clock: () => sandbox.now(), isSimulated: true,
    }); // prettier-ignore
    return await tell({ db, sandbox, engine, say });
  } finally {
    await sandbox.close();
  }
}

type Stage = {
  readonly db: Database;
  readonly sandbox: SandboxCompany;
  readonly engine: Engine;
  readonly say: (line: string) => void;
};

async function tell({ db, sandbox, engine, say }: Stage): Promise<StoryOutcome> {
  const order = stepReturn(
    sandbox.company,
    sandbox.catalog,
    createRandom('story'),
    { [sku]: 2 },
    { [sku]: 1 },
  );
  const orderKey = `shop/${order.placed.order.id}`;
  const day = (): string => new Date(sandbox.now()).toISOString().slice(0, 10);
  const chapter = (title: string): void => say(`\n${day()}  ${title}`);
  const catchUp = async (days: number): Promise<void> => {
    await sandbox.advance({ days });
    await engine.sweepAll();
    await engine.drain();
  };

  chapter(`Order ${order.number}: two locks, paid by card, shipped. One comes back.`);
  order.approve();
  const { minor } = await order.refund({ status: 'pending' });
  order.tell(minor);
  order.resolve();
  say('The return is approved in the helpdesk, the refund has started in the shop,');
  say('the customer was told, the ticket says resolved. The ERP shows nothing.');

  await catchUp(6);
  order.settleRefunds();
  await catchUp(0);
  chapter('Reentry says:');
  const firstAnswer = await answerOf(db, orderKey);
  say(firstAnswer);
  const firstProblems = (await openProblems(db, orderKey)).map((problem) => ({
    code: problem.code, owner: problem.owner, note: (problem.body as { readonly note?: string }).note,
  })); // prettier-ignore
  for (const { code, owner } of firstProblems) say(`  ${code} → ${owner ?? 'nobody'}`);
  const caseNote = await writeCaseNote(db, engine, orderKey);
  say('\nCase note (HR-Z0):');
  say(caseNote);
  // What may go out before anybody has counted: the note on the ticket, nothing that moves goods.
  await dispatch(db, engine, 2);

  chapter('Ops find the parcel, count one unit and grade it as new.');
  await atDesk(db, engine, orderKey, { step: 'receive', units: [{ sku, quantity: 1 }] });
  await atDesk(db, engine, orderKey, { step: 'inspect', units: [{ sku, quantity: 1, condition: 'sellable', disposition: 'restock' }] }); // prettier-ignore
  await catchUp(3);
  const before = stockOf(sandbox);
  const match = /button_validate/;
  sandbox.faults.add({
    on: 'odoo',
    kind: 'lands_late',
    match,
    times: 1,
    reads: 1_000_000,
    seconds: 400 * 86_400,
  });
  sandbox.faults.add({ on: 'odoo', kind: 'error_before', match, times: 1 });
  sandbox.faults.add({ on: 'odoo', kind: 'error_after', match, times: 1 });
  say('Reentry posts the receipt. Three times the answer is lost: twice nothing was done, once it was.');
  await dispatch(db, engine, 14);
  sandbox.faults.clear();
  const restore = (await listCommands(db, [orderKey])).find((one) => one.kind === 'restore-stock');
  const attempts = restore === undefined ? [] : await listAttempts(db, restore);
  const lostAnswers = attempts.filter((one) => one.step === 'send' && one.outcome === 'unknown').length;
  say(`  stock before ${before}, after ${stockOf(sandbox)}; answers lost: ${lostAnswers}; receipts posted: ${stockOf(sandbox) - before}`); // prettier-ignore

  chapter('The credit note follows, as a draft; finance posts it.');
  await catchUp(2);
  await dispatch(db, engine, 3);
  const creditNotes = postDrafts(sandbox);
  say(`  ${creditNotes.length} posted`);
  await catchUp(5);
  await dispatch(db, engine, 3);
  await catchUp(0);

  chapter('The loop is closed:');
  const lastAnswer = await answerOf(db, orderKey);
  say(lastAnswer);
  const notes = notesOn(sandbox);
  say(`\nOn the ticket (${notes.length} of ours):`);
  for (const text of notes) say(`  ${text.replaceAll('<br>', '\n  ')}`);
  const state = await findOrderState(db, orderKey);
  return {
    firstAnswer, firstProblems, caseNote, lostAnswers, lastAnswer, creditNotes, notes,
    commands: await listCommands(db, [orderKey]), stock: { before, after: stockOf(sandbox) }, verdict: state?.verdict ?? '',
  }; // prettier-ignore
}

async function atDesk(db: Database, engine: Engine, orderKey: string, wish: StepWish): Promise<void> {
  const decided = await decideOrder(db, engine.context(), {
    orderKey,
    wish,
    by: { by: 'user/ops', as: 'staff' },
  });
  if (!decided.ok) throw new Error(`the desk refused to ${wish.step}: ${decided.reason}`);
  await engine.drain();
}

/** Dispatches again and again; between the rounds the pauses of the store are over, three minutes each. */
async function dispatch(db: Database, engine: Engine, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    await engine.drain();
    await engine.dispatch();
    await engine.drain();
    // By way of times without a zone: a distributed database subtracts nothing from a timestamptz in an update.
    const earlier = (column: string): string => `${column} = (${column} at time zone 'UTC' - interval '3 min') at time zone 'UTC'`; // prettier-ignore
    await db.pool.query(`update commands set ${earlier('not_before_at')}, ${earlier('sent_at')} where ended_at is null`); // prettier-ignore
  }
}

async function answerOf(db: Database, orderKey: string): Promise<string> {
  const stored = (await findOrderState(db, orderKey))?.state as StoredState | undefined;
  return (stored?.answer.en ?? []).map((sentence) => sentence.text).join(' ');
}

const openProblems = async (db: Database, orderKey: string): Promise<StoredProblem[]> =>
  (await listSubjectProblems(db, [orderKey])).filter((problem) => problem.resolvedAt === null);

async function writeCaseNote(db: Database, engine: Engine, orderKey: string): Promise<string> {
  const context = engine.context();
  const [folded] = await foldStates(db, context, [orderKey]);
  if (folded === undefined) return '';
  const { zone, calendars } = context.policy;
  const asOf = new Date(context.now).toISOString();
  return caseNoteOf(folded.state, { language: 'en', zone, asOf, calendar: calendars.ops }) ?? '';
}

/** Units in saleable stock in the ERP. */
function stockOf(sandbox: SandboxCompany): number {
  const { database } = sandbox.company.odoo;
  return database
    .search('stock.quant', [['location_id', 'in', [8, 19]], ['product_id.default_code', '=', sku]])
    .reduce((sum, quant) => sum + database.number('stock.quant', quant.id, 'quantity'), 0); // prettier-ignore
}

/** Finance posts what lies there as a draft; returns the names. */
function postDrafts(sandbox: SandboxCompany): string[] {
  const { database } = sandbox.company.odoo;
  const drafts = database.search('account.move', [['move_type', '=', 'out_refund'], ['state', '=', 'draft']]); // prettier-ignore
  for (const { id } of drafts)
    database.model('account.move').methods?.['action_post']?.({ database, ids: [id], args: [], kwargs: {}, context: {} }); // prettier-ignore
  return drafts.map(({ id }) => database.text('account.move', id, 'name'));
}

/** Notes of ours in the helpdesk, where nothing but this return goes on. */
function notesOn(sandbox: SandboxCompany): string[] {
  const { crm } = sandbox.company.hubspot;
  const texts = [...crm.objects.notes.values()].map((note) => String(crm.get(note, 'hs_note_body') ?? ''));
  return texts.filter((text) => text.includes('RTY-'));
}
