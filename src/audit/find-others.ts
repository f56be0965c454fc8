/** Findings that belong to no order: objects without one, unknown status words, values that could not be read. */
import { problemCodes } from '../kernel/codes.ts';
import type { Orphan } from '../kernel/file-facts.ts';
import { mattersAlone } from '../kernel/matters-alone.ts';
import type { Money } from '../kernel/money.ts';
import type { Policy } from '../kernel/policy.ts';
import type { ReportOther } from '../wire/audit-report.ts';
import type { UnreadObject } from './reconcile.ts';

/** One finding per orphan that matters. */
export function findOrphans(orphans: readonly Orphan[], policy: Policy): ReportOther[] {
  return orphans.flatMap((orphan) => {
    const facts = orphan.facts.filter(mattersAlone);
    const fact = facts[0];
    if (fact === undefined) return [];
    const code = orphan.candidates.length > 1 ? 'ambiguous-order' : 'orphan-object';
    const { connection, kind, id } = splitRef(orphan.ref);
    const money = (fact as { readonly money?: Money }).money;
    const units = fact as { readonly sku?: string; readonly quantity?: number };
    const what = [...new Set(facts.map((one) => one.type))].join(', ');
    return [
      {
        ...head(code, policy),
        control: 'links-resolved' as const,
        subject: { connection, kind, id },
        text:
          orphan.candidates.length > 1
            ? `${kind} ${id} of ${connection} (${what}) fits ${orphan.candidates.length} orders and nothing decides between them.`
            : `${kind} ${id} of ${connection} (${what}) names no order that is here.`,
        since: fact.at,
        ...(money === undefined ? {} : { amount: money }),
        ...(units.sku === undefined ? {} : { sku: units.sku }),
        ...(units.quantity === undefined ? {} : { units: units.quantity }),
        ...(orphan.candidates.length === 0 ? {} : { candidates: orphan.candidates }),
      },
    ];
  });
}

/** One finding per value that could not be used. */
export function findUnread(unread: readonly UnreadObject[], policy: Policy): ReportOther[] {
  return unread.map(({ connection, kind, id, unread: one }) => {
    const code = one.code === 'unmapped-status' ? 'unmapped-status' : 'unreadable-object';
    const place = one.field === '' ? '' : `, field ${one.field}`;
    return {
      ...head(code, policy),
      control: 'status-mapped' as const,
      subject: { connection, kind, id },
      text: `${kind} ${id} of ${connection}${place}: "${one.value}". ${one.message}`,
      field: one.field,
      value: one.value,
    };
  });
}

function head(
  code: 'orphan-object' | 'ambiguous-order' | 'unmapped-status' | 'unreadable-object',
  policy: Policy,
): Pick<ReportOther, 'code' | 'owner' | 'severity' | 'state'> {
  const entry = problemCodes[code];
  return { code, owner: policy.owners[code] ?? entry.owner, severity: entry.severity, state: 'open' };
}

/** `connection:kind/id` in its parts; ids may hold slashes. */
export function splitRef(ref: string): { connection: string; kind: string; id: string } {
  const colon = ref.indexOf(':');
  const slash = ref.indexOf('/', colon);
  return { connection: ref.slice(0, colon), kind: ref.slice(colon + 1, slash), id: ref.slice(slash + 1) };
}
