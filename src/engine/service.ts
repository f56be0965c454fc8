/**
 * The running engine, and what others may ask of it. A changed connection or policy restarts the loops with what is
 * configured now; nothing under way is lost, it is all in the store.
 */
import type { HealthLine, RawDelivery } from '../connectors/live-contract.ts';
import type { UnitWish } from '../kernel/desk-step.ts';
import type { Policy } from '../kernel/policy.ts';
import {
  listConnections,
  listPolicyValues,
  setConnectionHealth,
  setConnectionStatus,
} from '../store/connections.ts';
import type { Database } from '../store/database.ts';
import type { ConnectedSystems } from './connected-system.ts';
import type { Language } from '../kernel/wording.ts';
import { markOrders } from '../store/marks.ts';
import {
  decideOrder,
  openOrder,
  type DecidedOrder,
  type DecisionRequest,
  type OpenOrder,
} from './decide-order.ts';
import { createEngine, type Engine, type EngineOptions } from './engine.ts';
import { fileUnder } from './file-declarations.ts';
import { planContextOf, type PlanContext } from './fold-returns.ts';
import { caseNoteOf } from './exceptions/case-notes.ts';
import { loadPolicy } from './load-policy.ts';
import { loadSystems, type LoadOptions } from './load-systems.ts';
import { pageOrderKeys } from './measure-coverage.ts';
import { checkRebuild, rebuildAll, type Difference } from './rebuild.ts';
import { receiveDelivery, type Received } from './receive.ts';
import { markOrdersOf } from './source-gaps.ts';
import { requestBackfill } from './sweep.ts';

/** Says that something changed, never what. */
export type Changed = { readonly kind: 'order' | 'problem' | 'connection' | 'policy'; readonly key?: string };

export type ServiceOptions = Pick<
  EngineOptions,
  | 'db'
  | 'codeVersion'
  | 'clock'
  | 'isSimulated'
  | 'isWorking'
  | 'onError'
  | 'intervals'
  | 'publicUrl'
  | 'tasks'
> & {
  readonly load: LoadOptions;
  /** Parsed policy file; `{}` without one. */
  readonly policyFile: object;
  /** What the sandbox company is doing, where one runs. */
  readonly sandbox?: () => unknown;
};

const checkTimeoutMs = 20_000;
const unusableCode = 'unusable';
/** Connections and policy may be changed through another process: how soon this one notices. */
const configurationMs = 5_000;
/** Where others fold, open pages are told that often that orders may have changed. */
const hintMs = 10_000;

export type Service = {
  start(): Promise<void>;
  stop(): Promise<void>;
  engine(): Engine;
  receive(connection: string, delivery: RawDelivery): Promise<Received>;
  pause(connection: string): Promise<boolean>;
  resume(connection: string): Promise<boolean>;
  backfill(
    connection: string,
    wish?: { readonly from?: string },
  ): Promise<'started' | 'running' | 'fed-by-files' | undefined>;
  check(connection: string): Promise<readonly HealthLine[] | undefined>;
  connectionChanged(connection: string): Promise<void>;
  policyChanged(): Promise<void>;
  rebuild(): Promise<number>;
  checkRebuild(): Promise<readonly Difference[]>;
  openOrder(orderKey: string): Promise<OpenOrder | undefined>;
  decide(request: DecisionRequest): Promise<DecidedOrder>;
  zone(): string;
  shop(): Promise<{ readonly zone: string; readonly shop: string | undefined }>;
  fileDeclaration(
    declaration: { readonly id: string; readonly declaredAt: string },
    orderKey: string,
    units?: readonly UnitWish[],
  ): Promise<DecidedOrder>;
  caseNote(orderKey: string, language: Language): Promise<string | undefined>;
  sandbox(): unknown;
  planContext(): PlanContext;
  policyFile(): object;
  policy(): Policy;
  notReady(): string | undefined;
  subscribe(listener: (changed: Changed) => void): () => void;
};

export function createService(options: ServiceOptions): Service {
  const { db } = options;
  const listeners = new Set<(changed: Changed) => void>();
  const tell = (changed: Changed): void => listeners.forEach((listener) => listener(changed));
  let engine: Engine | undefined;
  let state: 'starting' | 'running' | 'stopping' = 'starting';
  let restarting: Promise<void> = Promise.resolve();
  let configured = '';

  const begin = async (): Promise<void> => {
    const { codeVersion, clock, isSimulated, isWorking, onError, intervals, tasks, publicUrl } = options;
    const configuration = await readConfiguration(db);
    const systems = await loadSystems(db, options.load);
    await tellUnusable(db, systems, options.onError);
    const policy = await loadPolicy(db, options.policyFile);
    engine = createEngine({
      db, systems, policy, codeVersion, clock,
      ...(isSimulated !== undefined && { isSimulated }),
      ...(onError !== undefined && { onError }),
      ...(intervals !== undefined && { intervals }),
      ...(publicUrl !== undefined && { publicUrl }),
      ...(tasks !== undefined && { tasks }),
      ...(isWorking !== undefined && { isWorking }),
      onProblem: (key) => tell({ kind: 'problem', key }),
      onFolded: (keys) => keys.forEach((key) => tell({ kind: 'order', key })),
    }); // prettier-ignore
    await engine.start();
    configured = configuration;
  };
  /** One restart after another, never two at once. */
  const restart = async (): Promise<void> => {
    const next = restarting.then(async () => {
      const before = engine?.context().systems;
      await engine?.stop();
      for (const { live } of before?.values() ?? []) live?.connection.http.close();
      if (state !== 'stopping') await begin();
    });
    // One that failed is told to whoever asked for it, and stands in nobody's way.
    restarting = next.catch(() => {});
    await next;
  };
  const watchConfiguration = async (): Promise<void> => {
    try {
      if (state === 'running' && (await readConfiguration(db)) !== configured) await restart();
    } catch (error) {
      options.onError?.('configuration', error);
    }
  };
  const timers: NodeJS.Timeout[] = [];
  const running = (): Engine => {
    if (engine === undefined) throw new Error('the engine has not started');
    return engine;
  };
  const setStatus = async (name: string, status: 'active' | 'paused'): Promise<boolean> => {
    const found = await setConnectionStatus(db, name, status);
    if (!found) return false;
    await restart();
    // What rests on it is incomplete while it is paused.
    await markOrdersOf(db, name);
    return true;
  };
  const systemOf = (name: string): ReturnType<ReturnType<Engine['context']>['systems']['get']> =>
    running().context().systems.get(name);

  return {
    async start() {
      await begin();
      state = 'running';
      timers.push(setInterval(() => void watchConfiguration(), configurationMs));
      if (options.isWorking === false) timers.push(setInterval(() => tell({ kind: 'order' }), hintMs));
    },
    async stop() {
      state = 'stopping';
      for (const timer of timers) clearInterval(timer);
      await restarting;
      await engine?.stop();
    },
    engine: running,
    receive: (connection, delivery) => receiveDelivery(db, running().context().systems, connection, delivery),
    pause: (name) => setStatus(name, 'paused'),
    resume: (name) => setStatus(name, 'active'),
    async backfill(name, wish = {}) {
      const known = (await listConnections(db)).some((one) => one.connection === name);
      if (!known) return undefined;
      const system = systemOf(name);
      if (system?.live === undefined) return 'fed-by-files';
      const { from } = wish;
      // Whoever works finds it within seconds.
      return requestBackfill(db, system, from === undefined ? undefined : Date.parse(from));
    },
    async check(name) {
      const system = systemOf(name);
      if (system?.unusable !== undefined)
        return [{ check: 'connection', state: 'failed', message: system.unusable }];
      return system?.live?.connector.check(system.live.connection, AbortSignal.timeout(checkTimeoutMs));
    },
    async connectionChanged(name) {
      await restart();
      tell({ kind: 'connection', key: name });
    },
    async policyChanged() {
      await restart();
      for await (const keys of pageOrderKeys(db)) await markOrders(db, keys, 4);
      tell({ kind: 'policy' });
    },
    rebuild: () => rebuildAll(db),
    checkRebuild: () => checkRebuild(db, running().context()),
    openOrder: (orderKey) => openOrder(db, running().context(), orderKey),
    decide: (request) => decideOrder(db, running().context(), request),
    zone: () => engine?.context().policy.zone ?? options.load.zone,
    async shop() {
      const { zone, shopName } = running().context().policy;
      return { zone, shop: shopName };
    },
    fileDeclaration: (declaration, orderKey, units) =>
      fileUnder(db, running().context(), declaration, orderKey, units),
    caseNote: (orderKey, language) => caseNoteOf(db, running().context(), orderKey, language),
    sandbox: () => options.sandbox?.(),
    policyFile: () => options.policyFile,
    policy: () => running().context().policy,
    planContext: () => planContextOf(running().context(), options.policyFile),
    notReady: () => (state === 'running' ? undefined : state),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Writes down, and says, which connections nobody can speak to; takes it back where it is over. */
async function tellUnusable(
  db: Database,
  systems: ConnectedSystems,
  onError: ServiceOptions['onError'],
): Promise<void> {
  for (const { connection, health } of await listConnections(db)) {
    const message = systems.get(connection)?.unusable;
    const wasSo = (health as { readonly code?: unknown } | null)?.code === unusableCode;
    if (message !== undefined) {
      await setConnectionHealth(db, connection, { state: 'failed', code: unusableCode, message });
      onError?.(connection, new Error(message));
    } else if (wasSo) await setConnectionHealth(db, connection, { state: 'ok' });
  }
}

/** All that a running engine was built from, as one text: another one means to build it anew. */
async function readConfiguration(db: Database): Promise<string> {
  const connections = (await listConnections(db)).map((one) => [one.connection, one.status, one.changedAt]);
  const values = (await listPolicyValues(db)).filter((value) => value.name !== 'coverage');
  return JSON.stringify([connections, values]);
}
