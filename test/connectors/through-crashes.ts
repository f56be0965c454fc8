import assert from 'node:assert/strict';
import type { ConnectorCommand, ConnectorLive, LiveConnection } from '../../src/connectors/live-contract.ts';
import { crashing, never } from './live-connections.ts';

/** Gives a command until its effect is there, each time crashing one write further than before; how often it crashed. */
export async function runThroughCrashes(
  live: ConnectorLive,
  connection: LiveConnection,
  wanted: ConnectorCommand,
): Promise<number> {
  let crashes = 0;
  for (let nth = 1; nth < 25; nth += 1) {
    const probed = await live.probe(connection, wanted, never);
    if (probed.is === 'effect') return crashes;
    assert.equal(probed.is, 'absent', JSON.stringify(probed));
    const cut = crashing(connection, nth, nth % 3 === 0 ? 'before' : 'after');
    const result = await live.execute(cut.connection, wanted, never);
    if (cut.crashed()) crashes += 1;
    assert.equal(result.is, cut.crashed() ? 'unknown' : 'accepted', JSON.stringify(result));
  }
  throw new Error('never got through');
}
