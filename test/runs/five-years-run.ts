/**
 * The five years at full size, on the server that is named or one of its own:
 *
 *   node test/runs/five-years-run.ts [orders] [open before]      50,000 and 5,000 unless said otherwise
 */
import assert from 'node:assert/strict';
import { openDatabase } from '../../src/store/database.ts';
import { administer, databaseUrl, startTestServer } from '../store/test-server.ts';
import { runFiveYears } from './five-years.ts';

const [orders, openBefore] = [Number(process.argv[2] ?? 50_000), Number(process.argv[3] ?? 5_000)];
const server = await startTestServer();
const name = `reentry_five_years_${process.pid}`;
try {
  await administer(server.url, [`create database ${name} template ${server.template} encoding 'UTF8'`]);
  const db = await openDatabase({ url: databaseUrl(server.url, name) });
  try {
    const requestsPerSecond = 200;
    const result = await runFiveYears(db, { orders, openBefore, openAfter: 40, requestsPerSecond });
    console.log(JSON.stringify(result, null, 2));
    assert.equal(result.states, orders + 40);
    assert.equal(result.problems, 40);
    assert.deepEqual(result.opening.map(({ control, count }) => [control, count]), [['refund-paid-out', openBefore]]); // prettier-ignore
    assert.equal(result.notices + result.commands, 0);
    assert.ok(result.busiestSecond <= requestsPerSecond);
  } finally {
    await db.close();
    await administer(server.url, [`drop database ${name} with (force)`]);
  }
} finally {
  await server.stop();
}
