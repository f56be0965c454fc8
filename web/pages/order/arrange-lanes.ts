/**
 * Lanes: a row per system, a column per moment. What happened within minutes stands in one column, whoever reported it, so
 * that echoes of one event line up; what lies between columns is told as a duration instead of drawn to scale.
 */
import type { CommandRow } from '../../api/commands.ts';
import type { OrderState, TimelineFact } from '../../api/orders.ts';
import { laneOfSystem } from '../../parts/system-mark.tsx';

export const laneNames = ['shop', 'wms', 'psp', 'erp', 'crm', 'desk'] as const;
export type LaneName = (typeof laneNames)[number];

export type Moment = {
  readonly at: string;
  /** Milliseconds since the moment before; undefined for the first. */
  readonly gapMs: number | undefined;
  readonly facts: ReadonlyMap<LaneName, readonly TimelineFact[]>;
  readonly commands: ReadonlyMap<LaneName, readonly CommandRow[]>;
  /** First and last lane that has something: they are joined by a line. */
  readonly span: readonly [number, number];
};

export type Expected = OrderState['problems'][number];

/** Reports of one event arrive within minutes of each other. */
const sameMomentMs = 10 * 60_000;

/** Where the missing side of a check would appear. */
const laneOfControl: Readonly<Record<string, LaneName>> = {
  'authorized-received': 'wms',
  'delivered-received': 'wms',
  'received-inspected': 'wms',
  'inspected-restored': 'erp',
  'inspected-written-off': 'erp',
  'quarantine-released': 'erp',
  'sent-back': 'wms',
  'back-restored': 'erp',
  'refunded-received': 'wms',
  'erp-shop-stock': 'shop',
  'entitled-refunded': 'shop',
  'withdrawal-refunded': 'psp',
  'refund-settled': 'psp',
  'refund-paid-out': 'psp',
  'refund-credited': 'erp',
  'exchange-shipped': 'shop',
  'exchange-difference': 'psp',
  'resolved-closed': 'crm',
  'closed-told': 'crm',
  'promise-kept': 'crm',
};

export const laneOfExpected = (problem: Expected): LaneName => laneOfControl[problem.control] ?? 'desk';

type Entry = {
  readonly at: string;
  readonly lane: LaneName;
  readonly fact?: TimelineFact;
  readonly command?: CommandRow;
};

export function arrangeLanes(
  facts: readonly TimelineFact[],
  commands: readonly CommandRow[],
  laneOfConnection: (connection: string) => LaneName,
): readonly Moment[] {
  const entries: Entry[] = [
    ...facts.map((fact) => ({ at: fact.at, lane: toLane(fact.system), fact })),
    ...commands.map((command) => ({
      at: command.sentAt ?? command.plannedAt, lane: laneOfConnection(command.connection), command,
    })),
  ].sort((left, right) => (left.at < right.at ? -1 : left.at > right.at ? 1 : 0)); // prettier-ignore
  const groups: Entry[][] = [];
  for (const entry of entries) {
    const group = groups.at(-1);
    if (group !== undefined && Date.parse(entry.at) - Date.parse(group[0]!.at) <= sameMomentMs)
      group.push(entry);
    else groups.push([entry]);
  }
  return groups.map((group, index) => {
    const before = groups[index - 1]?.at(-1)?.at;
    const lanes = group.map((entry) => laneNames.indexOf(entry.lane));
    return {
      at: group[0]!.at,
      gapMs: before === undefined ? undefined : Date.parse(group[0]!.at) - Date.parse(before),
      facts: byLane(group, (entry) => entry.fact),
      commands: byLane(group, (entry) => entry.command),
      span: [Math.min(...lanes), Math.max(...lanes)],
    };
  });
}

function byLane<T>(
  group: readonly Entry[],
  pick: (entry: Entry) => T | undefined,
): ReadonlyMap<LaneName, readonly T[]> {
  const lanes = new Map<LaneName, T[]>();
  for (const entry of group) {
    const picked = pick(entry);
    if (picked !== undefined) lanes.set(entry.lane, [...(lanes.get(entry.lane) ?? []), picked]);
  }
  return lanes;
}

export function toLane(system: string): LaneName {
  const lane = laneOfSystem(system);
  return laneNames.find((name) => name === lane) ?? 'desk';
}
