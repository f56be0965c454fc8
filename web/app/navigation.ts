/** The pages one goes to by name: in the menu, by `g` and a letter, in the command palette. Hidden from whom they are not for. */
import type { Permission } from '../../src/wire/roles.ts';
import type { Words } from '../words/words.ts';

export type NavigationEntry = {
  readonly name: keyof Words['nav'];
  readonly to: string;
  /** Behind `g`. */
  readonly key: string;
  readonly permission: Permission;
};

export const navigation: readonly NavigationEntry[] = [
  { name: 'overview', to: '/overview', key: 'h', permission: 'orders.read' },
  { name: 'orders', to: '/orders', key: 'o', permission: 'orders.read' },
  { name: 'problems', to: '/problems', key: 'p', permission: 'problems.read' },
  { name: 'desk', to: '/desk', key: 'd', permission: 'returns.read' },
  { name: 'fixes', to: '/fixes', key: 'f', permission: 'commands.read' },
  { name: 'finance', to: '/finance', key: 'b', permission: 'finance.read' },
  { name: 'journey', to: '/journey', key: 'j', permission: 'plan.read' },
  { name: 'plan', to: '/plan', key: 'l', permission: 'plan.read' },
  { name: 'connections', to: '/connections', key: 'c', permission: 'connections.read' },
  { name: 'settings', to: '/settings', key: 's', permission: 'orders.read' },
  { name: 'audit', to: '/audit', key: 'a', permission: 'audit.read' },
];
