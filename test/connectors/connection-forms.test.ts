/** What `reentry connect add` asks is known for every connector that speaks to a server. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { connectionForms } from '../../src/connectors/connection-forms.ts';
import { liveConnectors } from '../../src/connectors/live-registry.ts';

void it('every connector that is swept has a form, and its webhooks are made by us only where it can subscribe', () => {
  // A file feed is swept by nobody: it needs a mapping, which is no question of a dialogue.
  const swept = liveConnectors.filter(({ sweeps }) => sweeps.length > 0);
  assert.deepEqual(Object.keys(connectionForms).sort(), swept.map(({ name }) => name).sort());
  for (const { name, subscribe } of swept)
    assert.equal(connectionForms[name]?.webhooks === 'made', subscribe !== undefined, name);
});
