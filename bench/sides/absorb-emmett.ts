/**
 * An event store that is given the facts ready made: one append per object that states any, to the stream of its order,
 * 16 at a time. It reads, files, folds and compares nothing.
 */
import { Filing } from '../../src/kernel/file-facts.ts';
import { companyCopies } from '../company-copies.ts';
import type { Figures, SideTask } from '../side.ts';

type EventStore = {
  appendToStream(
    stream: string,
    events: readonly { readonly type: string; readonly data: object }[],
  ): Promise<unknown>;
  readonly schema: { migrate(): Promise<unknown> };
  close(): Promise<void>;
};
type Emmett = { getPostgreSQLEventStore(url: string): EventStore };

const writers = 16;

export async function run({ size, databaseUrl, importPeer }: SideTask): Promise<Figures> {
  const emmett = (await importPeer('@event-driven-io/emmett-postgresql')) as Emmett;
  const { systems, snapshots } = companyCopies(size);
  const bodies = new Map(
    snapshots.map((snapshot) => [`${snapshot.connection} ${snapshot.kind} ${snapshot.id}`, snapshot.body]),
  );
  const filing = new Filing();
  for (const snapshot of snapshots) {
    const { connector, settings } = systems.get(snapshot.connection)!;
    const lookup = (kind: string, id: string | number): unknown =>
      bodies.get(`${snapshot.connection} ${kind} ${id}`);
    const { facts, names, links } = connector.read(snapshot, { settings, lookup });
    filing.add({ ref: `${snapshot.connection}:${snapshot.kind}/${snapshot.id}`, facts, names, links });
  }
  const streams = [...filing.file().orders.values()].map(({ orderKey, facts }) => ({
    name: orderKey,
    appends: [...Map.groupBy(facts, ({ object }) => object).values()],
  }));
  const store = emmett.getPostgreSQLEventStore(databaseUrl);
  await store.schema.migrate();
  const began = performance.now();
  let next = 0;
  let count = 0;
  // Two writers of one stream would refuse each other: each takes whole streams.
  const write = async (): Promise<void> => {
    for (let stream = streams[next++]; stream !== undefined; stream = streams[next++]) {
      for (const facts of stream.appends) {
        await store.appendToStream(
          stream.name,
          facts.map((fact) => ({ type: fact.type, data: fact })),
        );
        count++;
      }
    }
  };
  await Promise.all(Array.from({ length: writers }, write));
  const seconds = (performance.now() - began) / 1000;
  await store.close();
  // Objects without facts cost it nothing: they count all the same.
  return { 'observations/s': size / seconds, 'appends/s': count / seconds };
}
