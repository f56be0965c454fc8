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
  /** Of a shop: where its refunds are paid out. Never both on one order; unset: refunds are only suggested. */
  readonly payoutPath?: 'gateway' | 'shop';
  /** Why nobody can speak to it although it is active, as a sentence: its secrets cannot be opened. */
  readonly unusable?: string;
  /** Nothing of it is read for now, so nothing may be planned from what it holds. */
  readonly isPaused?: true;
};

/** By connection name. */
export type ConnectedSystems = ReadonlyMap<string, ConnectedSystem>;
