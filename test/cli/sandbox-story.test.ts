/** The story of the mission, as `reentry sandbox story` plays it. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { playStory } from '../../src/cli/play-story.ts';
import { createSeal, masterKeyBytes } from '../../src/store/seal.ts';
import { useTestDatabases } from '../store/test-database.ts';

const databases = useTestDatabases();

test('approved, refunded, resolved and not in the ERP: said, routed, counted, posted once, credited, closed', async () => {
  const lines: string[] = [];
  const told = await playStory(await databases.open(), createSeal(randomBytes(masterKeyBytes)), (line) => lines.push(line)); // prettier-ignore
  if (process.env['STORY'] === '1') console.log(lines.join('\n'));
  const stuck = told.firstProblems.find((problem) => problem.code === 'approved-but-not-restored');
  assert.equal(stuck?.owner, 'ops', 'routed to ops');
  assert.equal(stuck?.note, 'no_receipt', 'no system has seen the goods');
  assert.match(told.firstAnswer, /no receipt/i);
  assert.match(told.caseNote, /^Case NK-\d+\./);
  assert.equal(told.lostAnswers, 3, 'three answers were lost');
  assert.equal(told.stock.after, told.stock.before + 1, 'the receipt was posted once');
  const kinds = told.commands.filter((one) => one.status === 'confirmed').map((one) => one.kind);
  for (const kind of ['restore-stock', 'draft-credit-note', 'note-case'])
    assert.ok(kinds.includes(kind as never), kind);
  assert.equal(told.commands.filter((one) => one.kind === 'restore-stock').length, 1);
  assert.equal(told.creditNotes.length, 1);
  assert.equal(told.verdict, 'closed');
  assert.ok(told.notes.length >= 1, 'the ticket carries the case note');
});
