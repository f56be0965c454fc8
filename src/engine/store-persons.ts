/**
 * Who the customer is goes into its own place, sealed, before an object is stored without it. Equal again and again
 * (sweeps overlap) it is written once per process.
 */
import { createHash } from 'node:crypto';
import type { SourceObject } from '../connectors/contract.ts';
import type { Database } from '../store/database.ts';
import { customerKeyOf, storePerson } from '../store/person-fields.ts';
import { storePersonTerms } from '../store/person-terms.ts';
import type { ConnectedSystem } from './connected-system.ts';

const rememberedMax = 50_000;
const remembered = new Set<string>();

export async function storePersons(
  db: Database,
  system: ConnectedSystem,
  snapshots: readonly SourceObject[],
): Promise<void> {
  const { seal, connector } = system;
  if (seal === undefined || connector.person === undefined) return;
  for (const snapshot of snapshots) {
    const person = connector.person(snapshot);
    if (person === undefined) continue;
    const objectKey = `${snapshot.connection}:${snapshot.kind}/${snapshot.id}`;
    const hash = createHash('sha256')
      .update(`${db.name}\n${objectKey}\n${JSON.stringify(person)}`)
      .digest('base64');
    if (remembered.has(hash)) continue;
    if (await storePerson(db, seal, person.email, { objectKey, fields: person.fields }))
      await storePersonTerms(db, seal, customerKeyOf(seal, person.email), objectKey, person.fields);
    if (remembered.size >= rememberedMax) remembered.clear();
    remembered.add(hash);
  }
}
