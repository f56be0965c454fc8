/** Who may do what: one table, from which the API refuses, the console hides and the reference is written. */
export const roles = ['viewer', 'support', 'ops', 'finance', 'admin'] as const;
export type Role = (typeof roles)[number];

type PermissionEntry = {
  /** What it allows, as "may …". */
  readonly about: string;
  readonly roles: readonly Role[];
};

const everyone: readonly Role[] = roles;
const desks: readonly Role[] = ['support', 'ops', 'finance', 'admin'];

export const permissions = {
  'orders.read': { about: 'see orders, answers and timelines', roles: everyone },
  'orders.raw': { about: 'see records as read, cut to the role', roles: desks },
  'orders.refresh': { about: 'have the records of an order read again', roles: desks },
  'persons.read': { about: 'see who the customer is, cut to the role; every look is logged', roles: ['support', 'ops', 'admin'] },
  'persons.search': { about: 'find orders by e-mail address', roles: ['support', 'admin'] },
  'persons.export': { about: 'have everything put together that is held on a customer; logged', roles: ['admin'] },
  'persons.erase': { about: 'erase a customer for good', roles: ['admin'] },
  'problems.read': { about: 'see problems', roles: everyone },
  'problems.work': { about: 'assign, snooze, comment and resolve problems of their own team', roles: desks },
  'teams.read': { about: 'see teams, rota and routing rules', roles: everyone },
  'teams.write': { about: 'set up teams, rota and routing rules', roles: ['admin'] },
  'normal.write': { about: 'call something normal here, and end that', roles: ['ops', 'finance', 'admin'] },
  'opening.decide': { about: 'take groups of the opening balance on, or accept them', roles: ['finance', 'admin'] },
  'notices.read': { about: 'see what was told to whom, and in which wording', roles: desks },
  'notices.work': { about: 'take notices back before they go out', roles: ['support', 'admin'] },
  'notices.write': { about: 'change the wording of mails', roles: ['admin'] },
  'customers.tell': { about: 'tell customers where their return stands', roles: ['support', 'admin'] },
  'returns.read': { about: 'see the returns desk', roles: everyone },
  'returns.request': { about: 'take return requests, withdrawals and proofs of dispatch', roles: ['support', 'ops', 'admin'] },
  'returns.decide': { about: 'approve, refuse and end returns, agree exchanges', roles: ['support', 'admin'] },
  'returns.goods': { about: 'count, grade, release, write off and send back goods', roles: ['ops', 'admin'] },
  'returns.evidence': { about: 'accept differences of their own team, vouch for events (that money was paid: finance), confirm matches', roles: desks },
  'refunds.agree': { about: 'agree refunds', roles: ['support', 'finance', 'admin'] },
  'refunds.early': { about: 'agree refunds before goods are counted', roles: ['finance', 'admin'] },
  'refunds.approve': { about: 'approve refunds above the limit, and take agreed ones back', roles: ['finance', 'admin'] },
  'commands.read': { about: 'see what Reentry would do, or is doing, about problems', roles: desks },
  'commands.decide': { about: 'approve, reject and retry commands: money is finance’s, goods are ops’, cases are support’s', roles: desks },
  'finance.read': { about: 'see accounts over all orders, money that does not match, months and margin', roles: ['viewer', 'finance', 'admin'] },
  'finance.write': { about: 'match money to orders, accept differences, prepare and sign months', roles: ['finance', 'admin'] },
  'opening.read': { about: 'see the opening balance', roles: ['ops', 'finance', 'admin'] },
  'connections.read': { about: 'see connections and their health, never their secrets', roles: desks },
  'connections.run': { about: 'pause, resume, check and backfill connections', roles: ['ops', 'admin'] },
  'connections.write': { about: 'configure connections', roles: ['admin'] },
  'deliveries.read': { about: 'see deliveries', roles: ['ops', 'admin'] },
  'deliveries.replay': { about: 'have deliveries processed again', roles: ['ops', 'admin'] },
  'plan.read': { about: 'see the journey map and the 30-day plan', roles: everyone },
  'plan.write': { about: 'type names and comments into the plan', roles: desks },
  'policy.read': { about: 'see the policy', roles: desks },
  'policy.write': { about: 'change the policy', roles: ['admin'] },
  'audit.read': { about: 'see and verify the audit trail', roles: ['finance', 'admin'] },
  'users.write': { about: 'see and change users', roles: ['admin'] },
  'system.read': { about: 'see how Reentry itself is doing', roles: desks },
  'system.run': { about: 'have everything derived again and compared', roles: ['admin'] },
  'metrics.read': { about: 'read /metrics from another machine', roles: ['admin'] },
} as const satisfies Record<string, PermissionEntry>; // prettier-ignore

export type Permission = keyof typeof permissions;

export const permissionNames = Object.keys(permissions) as [Permission, ...Permission[]];

/**
 * What somebody may do who said who they are by a PIN alone, on a tablet that several share: the work of the returns
 * desk, and nothing that moves money, shows who customers are or sets anything up.
 */
const tabletPermissions: ReadonlySet<Permission> = new Set([
  'orders.read', 'orders.refresh', 'problems.read', 'teams.read', 'returns.read', 'returns.request', 'returns.decide',
  'returns.goods', 'commands.read', 'connections.read',
]); // prettier-ignore

/** Of what somebody may do, what they may do on a shared tablet. */
export function onTablet(held: ReadonlySet<Permission>): ReadonlySet<Permission> {
  return held.intersection(tabletPermissions);
}

/** What somebody with these roles may do. Names that are no roles give nothing. */
export function permissionsOf(held: readonly string[]): ReadonlySet<Permission> {
  const granted = permissionNames.filter((name) => {
    const entry: PermissionEntry = permissions[name];
    return entry.roles.some((role) => held.includes(role));
  });
  return new Set(granted);
}

/** Personal fields each role may see; a role that is not named sees none. `text` is free text, where anything may stand. */
const personFields: Partial<Readonly<Record<Role, readonly string[] | 'all'>>> = {
  support: 'all',
  admin: 'all',
  // Enough to tell whose parcel lies on the table.
  ops: ['name', 'postcode', 'city', 'country', 'text'],
  finance: ['text'],
};

/** Whether somebody with these roles may see a person field. */
export function maySeePersonField(held: readonly string[], field: string): boolean {
  return roles.some((role) => {
    const fields = held.includes(role) ? personFields[role] : undefined;
    return fields === 'all' || fields?.includes(field) === true;
  });
}
