/** All orders folded once, for reports over the whole: the plan, exports. The same reading and folding as everywhere. */
import type { Unread } from '../connectors/contract.ts';
import type { Coverage } from '../kernel/feeds.ts';
import type { Orphan } from '../kernel/file-facts.ts';
import type { OrderState } from '../kernel/order-state.ts';
import type { Policy } from '../kernel/policy.ts';
import type { Database } from '../store/database.ts';
import { listObjects, type StoredObject } from '../store/read-objects.ts';
import { foldStates, type FoldContext } from './fold-orders.ts';
import { pageOrderKeys } from './measure-coverage.ts';
import { readComponent } from './read-component.ts';

const objectsPerPage = 1000;

export type EverythingVisitor = {
  state(state: OrderState): void;
  object(object: Pick<StoredObject, 'connection' | 'kind' | 'id' | 'body'>): void;
};

export type Everything = {
  readonly policy: Policy;
  readonly coverage: Coverage;
  /** Epoch milliseconds of the fold. */
  readonly now: number;
  readonly factCount: number;
  /** Records that name no order, or several. */
  readonly orphans: readonly Orphan[];
  readonly unread: readonly { readonly connection: string; readonly kind: string; readonly id: string; readonly unread: Unread }[];
  /** Name, connector and system of every connection. */
  readonly connections: readonly { readonly name: string; readonly connector: string; readonly system: string }[];
}; // prettier-ignore

/** Folds all orders as of now and hands over states and records one by one, in order of their keys. */
export async function foldEverything(
  db: Database,
  context: FoldContext,
  visitor: EverythingVisitor,
): Promise<Everything> {
  let factCount = 0;
  for await (const keys of pageOrderKeys(db)) {
    for (const { state } of await foldStates(db, context, keys)) {
      factCount += state.facts.length;
      visitor.state(state);
    }
  }
  const orphans: Orphan[] = [];
  const unread: Everything['unread'][number][] = [];
  let after = '';
  for (;;) {
    const page = await listObjects(db, undefined, after, objectsPerPage);
    if (page.length === 0) break;
    after = page.at(-1)!.objectKey;
    const unfiled = page.filter(({ orderKeys }) => orderKeys.length === 0).map(({ objectKey }) => objectKey);
    const component = await readComponent(db, context.systems, page.map(({ objectKey }) => objectKey)); // prettier-ignore
    for (const object of page) {
      visitor.object(object);
      const { connection, kind, id } = object;
      for (const one of component.objects.get(object.objectKey)?.reading.unread ?? [])
        unread.push({ connection, kind, id, unread: one });
    }
    const isUnfiled = new Set(unfiled);
    const found = component.filed.orphans.filter(({ ref }) => isUnfiled.has(ref));
    for (const { facts } of found) factCount += facts.length;
    orphans.push(...found);
  }
  return {
    policy: context.policy,
    coverage: context.coverage,
    now: context.now,
    factCount,
    orphans,
    unread,
    connections: [...context.systems].map(([name, { connector, settings }]) => ({
      name,
      connector: connector.name,
      system: settings.system,
    })),
  };
}
