/** One connection as the engine works with it: what reads its objects, what speaks to it, how it is set. */
import type { ConnectionSettings, ConnectorPure } from '../connectors/contract.ts';
import type { ConnectorLive, LiveConnection } from '../connectors/live-contract.ts';
import type { Seal } from '../store/seal.ts';

export type ConnectedSystem = {
  readonly connector: ConnectorPure;
  readonly settings: ConnectionSettings;
  /** Seals personal data; without one none is stored. */
  readonly seal?: Seal;
  /** Undefined for connections that are only fed by files. */
  readonly live?: { readonly connector: ConnectorLive; readonly connection: LiveConnection };
  /** Nothing that stood open before this instant is a problem, notice or command. */
  readonly watchFrom?: string;
};

/** By connection name. */
export type ConnectedSystems = ReadonlyMap<string, ConnectedSystem>;
