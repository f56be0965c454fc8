/** What the API asks of the engine. The service gives the running engine; tests give the same steps without loops. */
import type { HealthLine, RawDelivery } from '../connectors/live-contract.ts';
import type { DecidedOrder, DecisionRequest, OpenOrder } from '../engine/decide-order.ts';
import type { PlanContext } from '../engine/fold-returns.ts';
import type { Received } from '../engine/receive.ts';
import type { Difference } from '../engine/rebuild.ts';
import type { UnitWish } from '../kernel/desk-step.ts';
import type { Policy } from '../kernel/policy.ts';
import type { Language } from '../kernel/wording.ts';
import type { Hint } from '../wire/api-operations.ts';

export type EngineCalls = {
  /** Verifies a webhook and stores it durably before it resolves. */
  receive(connection: string, delivery: RawDelivery): Promise<Received>;
  /** Stops and restarts the work on a connection; false where there is none of that name. */
  pause(connection: string): Promise<boolean>;
  resume(connection: string): Promise<boolean>;
  /** Starts reading what lies before the sweeps; `from` is an instant. Undefined: no such connection. */
  backfill(
    connection: string,
    options: { readonly from?: string },
  ): Promise<'started' | 'running' | 'fed-by-files' | undefined>;
  /** Speaks to the system now: address, login, rights, clock. Undefined: no such connection. */
  check(connection: string): Promise<readonly HealthLine[] | undefined>;
  /** A connection was configured or got other secrets: load it anew. */
  connectionChanged(connection: string): Promise<void>;
  /** The policy changed: load it anew and fold what depends on it. */
  policyChanged(): Promise<void>;
  /** Marks every record to be read, filed and folded anew; says how many. */
  rebuild(): Promise<number>;
  /** Derives everything again and compares, changing nothing. May take minutes. */
  checkRebuild(): Promise<readonly Difference[]>;
  /** An order as the desk sees it, folded now; undefined: nothing is known of it. */
  openOrder(orderKey: string): Promise<OpenOrder | undefined>;
  /** What customers are told about the shop, and the zone of its days. */
  shop(): Promise<{ readonly zone: string; readonly shop: string | undefined }>;
  /** Files one declaration under the order that a person found. */
  fileDeclaration(
    declaration: { readonly id: string; readonly declaredAt: string },
    orderKey: string,
    units?: readonly UnitWish[],
  ): Promise<DecidedOrder>;
  /** Decides a step of the return workflow and stores the decision durably before it resolves. */
  decide(request: DecisionRequest): Promise<DecidedOrder>;
  /** What reports over all returns are made with now. */
  planContext(): PlanContext;
  /** The policy file without what was set through the API. */
  policyFile(): object;
  /** The policy that holds now. */
  policy(): Policy;
  /** IANA zone of the shop, by the policy that holds now. */
  zone(): string;
  /** The case note of an order, written now; undefined when nothing is open there. */
  caseNote(orderKey: string, language: Language): Promise<string | undefined>;
  /** What the sandbox company is doing, as JSON; undefined where none runs. */
  sandbox(): unknown;
  /** Why requests should not come here now (starting, stopping); undefined: all is well. */
  notReady(): string | undefined;
  /** Calls back whenever something changed; returns what ends it. */
  subscribe(listener: (hint: Hint) => void): () => void;
};
