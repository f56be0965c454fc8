/** The helpdesk of whole companies, against what really happened there, and what an audit finds with it. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, describe, test } from 'node:test';
import type { Reading } from '../../src/connectors/contract.ts';
import { hubspot } from '../../src/connectors/hubspot/hubspot-connector.ts';
import { dumpCompany } from '../../src/sandbox/dump-company.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { auditAgainstTruth, describeComparison, readTruth } from '../audit/truth.ts';
import { settingsOf } from './sandbox-connection.ts';

/** Two hundred orders, more than half of them returned, told in files. */
async function companyIn(t: TestContext, seed: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'reentry-hubspot-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const sandbox = await startSandbox({ seed, ordersPerDay: 15, returnRate: 0.6, storyRate: 0.6 });
  try {
    await sandbox.advance({ days: 14 });
    await sandbox.finish();
    await dumpCompany(sandbox, folder);
  } finally {
    await sandbox.close();
  }
  return folder;
}

type Stored = { readonly kind: string; readonly id: string; readonly body: unknown };

async function objectsIn(folder: string): Promise<Stored[]> {
  const objects: Stored[] = [];
  for (const file of ['tickets', 'emails', 'notes', 'pipelines']) {
    const rows = JSON.parse(await readFile(join(folder, 'hubspot', `${file}.json`), 'utf8')) as unknown[];
    for (const body of rows) {
      const found = hubspot.kindOf(body, 'export');
      assert.ok(found !== undefined, `${file}: not recognized`);
      assert.equal(`${found.kind}s`, file);
      objects.push({ ...found, body });
    }
  }
  return objects;
}

function readAll(objects: readonly Stored[]): Map<string, Reading> {
  const bodies = new Map(objects.map(({ kind, id, body }) => [`${kind}/${id}`, body]));
  const lookup = (kind: string, id: string | number): unknown => bodies.get(`${kind}/${id}`);
  const context = { settings: settingsOf('desk', 'crm'), lookup };
  return new Map(
    objects.map((one) => [`${one.kind}/${one.id}`, hubspot.read({ connection: 'desk', ...one }, context)]),
  );
}

type Step = { readonly at: string; readonly system: string; readonly event: string; readonly ref: string };
type TimedOrder = { readonly order: string; readonly timeline: readonly Step[] };

describe('the helpdesk of a company', () => {
  test('tells of every ticket what really happened, once, and the same from what is kept', async (t) => {
    const folder = await companyIn(t, 'tickets');
    const objects = await objectsIn(folder);
    const readings = readAll(objects);
    const kept = objects.map((one) => ({ ...one, body: hubspot.keep({ connection: 'desk', ...one }) }));
    assert.deepEqual(readAll(kept), readings);
    assert.ok(!/@|send something back|customer/i.test(JSON.stringify(kept)));
    const all = [...readings.values()];
    assert.deepEqual(all.flatMap(({ unread }) => unread), []); // prettier-ignore
    const facts = all.flatMap((reading) => reading.facts);
    const typeOf: Readonly<Record<string, string>> = {
      'ticket-created': 'case.opened', 'return-approved': 'return.approved', 'return-rejected': 'return.rejected',
      'customer-told': 'customer.told', 'ticket-resolved': 'case.resolved',
    }; // prettier-ignore
    const truth = JSON.parse(await readFile(join(folder, 'truth.json'), 'utf8')) as { orders: TimedOrder[] };
    let checked = 0;
    for (const { order, timeline } of truth.orders) {
      for (const step of timeline) {
        const type = typeOf[step.event];
        if (step.system !== 'hubspot' || type === undefined) continue;
        const ticket = step.ref.replace('hubspot:', '');
        const own = facts.filter(
          (fact) =>
            fact.type === type &&
            fact.at === step.at &&
            (fact.object === ticket || ('case' in fact && `ticket/${fact.case}` === ticket)),
        );
        assert.equal(own.length, 1, `${order} ${step.event} ${ticket} ${step.at}`);
        assert.ok(
          readings.get(ticket)?.links.some((link) => link.term === `number/${order}`),
          order,
        );
        checked += 1;
      }
    }
    assert.ok(checked > 150, `${checked} steps`);
  });

  for (const seed of ['north', 'south']) {
    test(`lets an audit find what was planted, also what only it can tell (${seed})`, async (t) => {
      const folder = await companyIn(t, seed);
      const truth = readTruth(join(folder, 'truth.json'));
      const policy = join(folder, 'policy.json');
      const comparison = await auditAgainstTruth(folder, policy, truth);
      assert.ok(comparison.recall >= 0.99 && comparison.precision >= 0.99, describeComparison(comparison));
      assert.ok(comparison.expected > 40, `${comparison.expected} planted`);
      const needsHelpdesk = [
        'blind-return',
        'told-too-early',
        'loop-closed-case-open',
        'return-backorder-lost',
      ];
      const planted = truth.orders.flatMap((order) => order.expect.map(({ code }) => code));
      assert.ok(needsHelpdesk.some((code) => planted.includes(code)));
      // The same from answers of the API as they come, with stages that only the settings explain.
      await rm(join(folder, 'hubspot', 'pipelines.json'));
      for (const file of ['tickets', 'emails']) {
        const path = join(folder, 'hubspot', `${file}.json`);
        const results: unknown = JSON.parse(await readFile(path, 'utf8'));
        await writeFile(path, JSON.stringify({ results, paging: { next: { after: '1', link: '' } } }));
      }
      const settings = JSON.parse(await readFile(policy, 'utf8')) as { connections: Record<string, unknown> };
      settings.connections['hubspot'] = {
        connector: 'hubspot',
        statuses: {
          '101': 'requested',
          '102': 'approved',
          '103': 'refunded',
          '104': 'resolved',
          '105': 'rejected',
        },
        fields: { returnPipelines: '90' },
      };
      await writeFile(policy, JSON.stringify(settings));
      const mapped = await auditAgainstTruth(folder, policy, truth);
      assert.deepEqual(
        [mapped.misses, mapped.falseAlarms],
        [comparison.misses, comparison.falseAlarms],
        describeComparison(mapped),
      );
    });
  }
});
