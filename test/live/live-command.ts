import type { ConnectorCommand } from '../../src/connectors/live-contract.ts';

let made = 0;

/** A command that no run before has given. */
export function liveCommand(
  kind: ConnectorCommand['kind'],
  more: Partial<ConnectorCommand>,
): ConnectorCommand {
  made += 1;
  return {
    key: `live/${Date.now().toString(36)}/${made}`, kind, orderKey: 'shop/1', problem: 'p',
    control: 'inspected-restored', mode: 'auto', refs: {}, ...more,
  }; // prettier-ignore
}
