/** One connector with one server, as the conformance suite drives it. */
import type { ConnectionSettings, ConnectorPure } from '../../src/connectors/contract.ts';
import type { ConnectorCommand, ConnectorLive, ObjectRef, RawDelivery } from '../../src/connectors/live-contract.ts'; // prettier-ignore

export type Subject = {
  readonly live: ConnectorLive;
  readonly pure: ConnectorPure;
  readonly settings: ConnectionSettings;
  readonly baseUrl: string;
  readonly secrets: Readonly<Record<string, string>>;
  /** Credentials that the server refuses; undefined where there are none. */
  readonly wrongSecrets?: Readonly<Record<string, string>>;
  /** The kind that everything is shown with. */
  readonly kind: string;
  /** Ids of that kind that exist at the server. */
  ids(): ReadonlySet<string> | Promise<ReadonlySet<string>>;
  /** Something new and something changed, with several records in one second. */
  happen(): Promise<void>;
  /** A record of a kind that can be read by itself, which does not exist. */
  readonly missing: ObjectRef;
  /** Moves the server's clock by seconds; undefined where it cannot be moved. */
  skew?(seconds: number): void;
  /** Changes records while pages of a list are handed out. */
  shift?(): void;
  /** A webhook as the vendor signs it. */
  delivery?(): { readonly delivery: RawDelivery; readonly secrets: Readonly<Record<string, string>> };
  /** A command on something that no other command has touched, and how often its effect is there. */
  command?(): Promise<{ readonly command: ConnectorCommand; effects(): Promise<number> }>;
  /** A place for an answer that nothing was put into yet, and the texts of ours that stand there. */
  answer?(): Promise<{ readonly command: ConnectorCommand; texts(): Promise<readonly string[]> }>;
  close(): Promise<void>;
};
