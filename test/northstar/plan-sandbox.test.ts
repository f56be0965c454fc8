/**
 * The plan of the sandbox company after 30 days of its life, from the files that `reentry pull` writes and from the
 * records of the service: it finds what the company planted, and both say the same.
 */
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openContext } from '../../src/cli/open-context.ts';
import { openDataFolder, unlockFolder } from '../../src/cli/data-folder.ts';
import { withReturns } from '../../src/cli/open-returns.ts';
import { runProgram } from '../../src/cli/program.ts';
import { connectSandbox } from '../../src/cli/sandbox-connections.ts';
import { readPlan } from '../../src/api/read-plan.ts';
import { absorbObjects } from '../../src/engine/absorb-objects.ts';
import { foldOrders } from '../../src/engine/fold-orders.ts';
import { recordCoverage } from '../../src/engine/measure-coverage.ts';
import { controlIds } from '../../src/kernel/controls.ts';
import type { StakeKind } from '../../src/kernel/stake.ts';
import { causeOfCode, causes, type Cause } from '../../src/northstar/plan/causes.ts';
import { comparePlans } from '../../src/northstar/plan/compare-plans.ts';
import { planDocument } from '../../src/northstar/plan/plan-document.ts';
import { parsePlan } from '../../src/northstar/plan/compare-plans.ts';
import { renderHtml } from '../../src/northstar/plan/render-html.ts';
import { renderMarkdown } from '../../src/northstar/plan/render-markdown.ts';
import type { Amounts, Plan } from '../../src/northstar/plan/plan.ts';
import { dumpCompany } from '../../src/sandbox/dump-company.ts';
import type { TruthOrder } from '../../src/sandbox/life/order-record.ts';
import { resolveTicket } from '../../src/sandbox/life/ticket-acts.ts';
import { callErp } from '../../src/sandbox/life/shop-acts.ts';
import { startSandbox, type SandboxCompany } from '../../src/sandbox/start-sandbox.ts';
import { useTestDatabases } from '../store/test-database.ts';
import { planOf } from './plan-company.ts';

const databases = useTestDatabases();
const kinds: readonly StakeKind[] = ['gone', 'stuck', 'books'];

void describe('the plan of the sandbox company after 30 days', () => {
  const folder = mkdtempSync(join(tmpdir(), 'reentry-plan-sandbox-'));
  // Where root's server, which runs as another user, can reach it.
  chmodSync(folder, 0o755);
  const [data, exports, whole] = ['data', 'exports', 'whole'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const url = process.env['DATABASE_URL'];
  let company: SandboxCompany;
  let asOf: string;
  let truth: ReadonlyMap<string, TruthOrder>;
  let fromFiles: Plan;
  let fromService: Plan;

  const ofFiles = (at = asOf): Promise<Plan> =>
    planOf(exports, { asOf: at, policyPath: join(exports, 'policy.json') });
  const ofService = async (): Promise<Plan> =>
    (await withReturns(data, () => Date.parse(asOf), readPlan)).plan;
  const pull = async (): Promise<void> => {
    assert.equal(await runProgram(['pull', '--data', data, '--into', exports, '--since', '2026-01-01']), 0);
  };

  before(async () => {
    company = await startSandbox({ seed: 'thirty days', now: '2026-10-30T08:00:00Z', ordersPerDay: 16, storyRate: 0.5, requestNow: Date.now });
    await company.advance({ days: 30 });
    asOf = new Date(company.now()).toISOString();
    truth = new Map(company.truth(asOf).orders.map((order) => [order.order, order]));
    const db = await databases.open();
    process.env['DATABASE_URL'] = databases.urlOf(db);
    await connectSandbox(db, (await unlockFolder(db, openDataFolder(data))).seal, company);
    await pull();
    // How the company works, beside what the pull says about its connections.
    await dumpCompany(company, whole);
    const { connections: _own, ...rules } = readJson(join(whole, 'policy.json'));
    writeFileSync(join(data, 'policy.json'), JSON.stringify(rules));
    const { connections } = readJson(join(exports, 'policy.json'));
    writeFileSync(join(exports, 'policy.json'), JSON.stringify({ ...rules, connections }));

    for (const name of ['shop', 'odoo', 'stripe', 'hubspot'])
      assert.equal(await runProgram(['connect', 'backfill', name, '--data', data, '--from', '2026-01-01']), 0);
    const context = { ...(await openContext(db, openDataFolder(data))), now: Date.parse(asOf) };
    const options = { holder: 'test', batchMax: 2000 };
    while ((await absorbObjects(db, context.systems, options)) > 0);
    while ((await foldOrders(db, context, options)) > 0);
    await recordCoverage(db, context.systems, context.now);
    fromFiles = await ofFiles();
    fromService = await ofService();
  }); // prettier-ignore

  after(async () => {
    if (url === undefined) delete process.env['DATABASE_URL'];
    else process.env['DATABASE_URL'] = url;
    await company.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const both = (): readonly (readonly [string, Plan])[] => [
    ['files', fromFiles],
    ['service', fromService],
  ];

  void it('says the same from files alone and from the service', () => {
    // What differs by nature: where the records came from, in which files, and rows about records.
    const ofRecords = new Set(['links-resolved', 'status-mapped']);
    const comparable = ({ quality: _quality, scope, risks: _risks, matrix, ...rest }: Plan): unknown => {
      const { policyFile: _file, connections: _connections, facts: _facts, ...counts } = scope;
      const rows = matrix.filter(({ control }) => !ofRecords.has(control));
      return JSON.parse(JSON.stringify({ ...rest, scope: counts, matrix: rows })) as unknown;
    };
    assert.deepEqual(comparable(fromService), comparable(fromFiles));
  });

  void it('has every planted failure that is overdue, and accuses no order of anything else', () => {
    for (const [way, { problems, matrix }] of both()) {
      const found = new Set(problems.map(({ order, code }) => `${order} ${code}`));
      const waiting = new Set(matrix.flatMap(({ orders }) => orders.waiting));
      const expected = [...truth.values()].flatMap(({ order, expect }) => expect.map(({ code }) => [order, code] as const));
      assert.ok(expected.length > 4, `${expected.length} planted and overdue`);
      const missing = expected.filter(([order, code]) => !found.has(`${order} ${code}`) && !waiting.has(order));
      assert.deepEqual(missing, [], way);
      const wrong = problems.filter(({ order, code }) => {
        const { clean = true, acceptable = [], expect = [] } = truth.get(order) ?? {};
        return clean || !(acceptable.includes(code) || expect.some((one) => one.code === code));
      });
      assert.deepEqual(wrong.map(({ order, code }) => `${order} ${code}`), [], way);
    }
  }); // prettier-ignore

  void it('has what was planted as its drifts, in the order of their money', () => {
    // What a story plants shows as its own code, or as one of those by which the same thing may be seen.
    const stories = [...truth.values()].filter(({ clean }) => !clean);
    const planted = new Set(stories.flatMap(({ expect, acceptable }) => [...expect.map(({ code }) => code), ...acceptable]));
    const own = new Set(stories.flatMap(({ expect }) => expect.map(({ code }) => code)));
    for (const [way, { drifts }] of both()) {
      for (const { code } of drifts) assert.ok(planted.has(code), `${way}: ${code}`);
      assert.ok(drifts.slice(0, 3).some(({ code }) => own.has(code)), way);
      const money = drifts.map((drift) => drift.money.reduce((sum, one) => sum + one[drift.kind], 0));
      assert.deepEqual(money, [...money].sort((left, right) => right - left), way);
      assert.ok(money[2]! > 0, way);
    }
  }); // prettier-ignore

  void it('names system, event, key, term and owner of every watched row of the matrix', () => {
    for (const [, { matrix }] of both()) {
      assert.deepEqual(matrix.map(({ control }) => control), controlIds);
      // Where only a problem speaks, nobody reports the event itself: the row says so.
      const watched = matrix.filter((row) => row.kind === 'clearing' && row.watched !== 'no' && row.lag !== undefined);
      assert.ok(watched.length >= 7);
      for (const { control, left, right, key, due, owner } of watched) {
        assert.ok(left.reportedBy!.length > 0 && right.reportedBy!.length > 0, control);
        assert.ok(left.event.en !== '' && right.event.de !== '' && key.en !== '', control);
        assert.match(due!, /^\d+(bd|cd|h)$/, control);
        assert.ok(owner !== '', control);
      }
    }
  }); // prettier-ignore

  void it('has three sums that reconcile to the list of problems, by check, owner, drift and cause', () => {
    const sumIn = (amounts: Amounts, kind: StakeKind): number => amounts.reduce((sum, one) => sum + one[kind], 0);
    for (const [way, plan] of both())
      for (const kind of kinds) {
        const listed = plan.problems.filter((problem) => problem.kind === kind).reduce((sum, { minor }) => sum + minor, 0);
        assert.equal(sumIn(plan.money, kind), listed, way);
        for (const rows of [plan.byControl, plan.byOwner, plan.drifts, plan.matrix, plan.raci, [...plan.actions, plan.otherCauses]])
          assert.equal(rows.reduce((sum, { money }) => sum + sumIn(money, kind), 0), listed, `${way}: ${kind}`);
      }
  }); // prettier-ignore

  void it('gives each action the setting of the product, or the habit, that causes it', () => {
    for (const [way, { actions, problems }] of both()) {
      assert.ok(actions.length > 0 && actions.length <= 7);
      const page = renderMarkdown(planDocument(way === 'files' ? fromFiles : fromService, { language: 'en' }));
      for (const { cause, connectors } of actions) {
        const { because, settings }: Cause = causes[cause];
        assert.ok(page.includes(because.en), cause);
        for (const name of connectors) assert.ok(page.includes(settings![name]!.en.slice(0, 30)), `${cause} ${name}`);
      }
      const named = actions.filter(({ connectors }) => connectors.length > 0);
      assert.ok(named.length >= 3, 'settings of the products at hand');
      const covered = new Set(actions.map(({ cause }) => cause));
      assert.ok(problems.filter(({ code }) => covered.has(causeOfCode[code].cause)).length > problems.length / 2);
    }
  }); // prettier-ignore

  void it('is the same a second time, byte by byte', async () => {
    assert.equal(JSON.stringify(await ofFiles()), JSON.stringify(fromFiles));
    assert.equal(JSON.stringify(await ofService()), JSON.stringify(fromService));
    const page = (plan: Plan): string => renderHtml(planDocument(plan, { language: 'en' }), 'en');
    assert.equal(page(await ofFiles()), page(fromFiles));
  });

  void it('lets every number in its tables lead to orders that are listed', () => {
    for (const language of ['en', 'de'] as const) {
      const page = renderHtml(planDocument(fromService, { language }), language);
      const anchors = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id!));
      const links = [...page.matchAll(/href="#([^"]+)"/g)].map(([, link]) => link!);
      assert.deepEqual(links.filter((link) => !anchors.has(link)), []);
      // Cells of figures: a number above zero is a link, but for denominators, waits and money of ways.
      const cells = [...page.matchAll(/<td class="n">([^<]*)<\/td>/g)].map(([, text]) => text!);
      const bare = cells.filter((text) => /^\d/.test(text) && !/^0( |$)|^\d[\d.,]* (h|d|T|min)$|€/.test(text));
      const aboutRecords = /^[\d.,]+ (of|von) [\d.,]+( \(100 %\))?$|^1$/;
      // Objects that tell of no return at all.
      const beside = new Set(fromService.statuses.filter(({ orders }) => orders.length === 0).map(({ objects }) => String(objects)));
      assert.deepEqual(bare.filter((text) => !aboutRecords.test(text) && !beside.has(text.replaceAll(/[.,]/g, ''))), [], language);
    }
  }); // prettier-ignore

  void it('keeps what people typed, and says with --since what turned green when it was put right', async () => {
    const page = join(folder, 'plan.html');
    const old = join(folder, 'plan.json');
    const typed = { names: { 'finance.owner': 'Maria Lind' }, comments: { matrix: 'Agreed on Monday.' } };
    writeFileSync(old, JSON.stringify({ ...fromFiles, people: typed }));
    // Support closes the tickets of settled returns, finance posts the drafts.
    const { company: inside } = company;
    const fixed = fromFiles.problems.filter(({ code }) => code === 'loop-closed-case-open' || code === 'credit-note-left-draft');
    assert.ok(fixed.length > 1, 'there is something to put right');
    for (const { order, code } of fixed) {
      const { refs } = truth.get(order)!;
      for (const { ticket, credit_note: credit } of refs.returns) {
        const object = inside.hubspot.crm.objects.tickets.get(ticket?.split('/').at(-1) ?? '');
        if (code === 'loop-closed-case-open' && object !== undefined) resolveTicket(inside, undefined, object);
        if (code === 'credit-note-left-draft' && credit !== null) callErp(inside, 'account.move', 'action_post', [credit]);
      }
    }
    const later = new Date(Date.parse(asOf) + 3_600_000).toISOString();
    await pull();
    const now = await ofFiles(later);
    const changes = comparePlans(parsePlan(readJson(old))!, now);
    const ids = new Set(changes.resolved.map(({ id }) => id));
    assert.deepEqual(fixed.filter(({ id }) => !ids.has(id)), []);
    assert.ok(changes.causesGreen.some(({ key }) => key === 'resolve-by-screen'));
    const run = ['plan', '--from', exports, '--policy', join(exports, 'policy.json'), '--as-of', later, '--since', old, '--html', page];
    assert.equal(await runProgram(run), 0);
    const text = readFileSync(page, 'utf8');
    assert.match(text, /Turned green/);
    assert.ok(text.includes('Maria Lind') && text.includes('Agreed on Monday.'));
  }); // prettier-ignore
});

const readJson = (path: string): Record<string, unknown> =>
  JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
