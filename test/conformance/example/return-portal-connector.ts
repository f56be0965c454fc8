/** A returns portal, the pure half: what one return of it says. */
import type { ConnectorPure, Reading, ReadContext, SourceObject, Unread } from '../../../src/connectors/contract.ts'; // prettier-ignore
import { type Fact, type FactOf, type FactType, type Payloads, factId } from '../../../src/kernel/fact.ts';
import { term } from '../../../src/kernel/term.ts';

type Body = Readonly<Record<string, unknown>>;

const isBody = (value: unknown): value is Body =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The words of the portal that we know; `settings.statuses` may translate others into them. */
const words = ['requested', 'approved', 'rejected'];

function kindOf(body: unknown): { kind: string; id: string } | undefined {
  // A field that only this system has: a file of another system must not be taken for ours.
  if (!isBody(body) || body['portal_return'] !== true || typeof body['id'] !== 'string') return undefined;
  return { kind: 'return', id: body['id'] };
}

function read(object: SourceObject, context: ReadContext): Reading {
  const { connection, kind, id, body } = object;
  const names = [term.object(connection, kind, id)];
  const unread: Unread[] = [];
  const complain = (code: Unread['code'], field: string, value: unknown, message: string): void =>
    void unread.push({ code, field, value: JSON.stringify(value ?? null).slice(0, 80), message });
  if (!isBody(body)) {
    complain('unreadable', '', body, 'Expected an object.');
    return { facts: [], names, links: [], unread };
  }
  const { order, rma, sku, quantity, status } = body;
  const links = [
    ...(typeof order === 'string' ? [{ term: term.number(order) }] : []),
    ...(typeof rma === 'string' ? [{ term: term.rma(rma) }] : []),
  ];
  const facts: Fact[] = [];
  const add = <T extends FactType>(type: T, field: string, payload: Payloads[T]): void => {
    const at = Date.parse(String(body[field]));
    if (Number.isNaN(at)) return complain('unreadable', field, body[field], 'Expected an instant.');
    const source = `${kind}/${id}`;
    const head = {
      id: factId(connection, source, type), at: new Date(at).toISOString(), system: context.settings.system,
      connection, object: source,
    }; // prettier-ignore
    facts.push({ ...head, type, ...payload } as unknown as FactOf<T> as Fact);
  };
  const units = {
    ...(typeof sku === 'string' ? { sku } : {}),
    ...(Number.isSafeInteger(quantity) ? { quantity: quantity as number } : {}),
  };
  const word = String(context.settings.statuses[String(status)] ?? status);
  if (!words.includes(word)) complain('unmapped-status', 'status', status, 'Say what this status means.');
  else add('return.requested', 'requested_at', units);
  if (word === 'approved') add('return.approved', 'decided_at', units);
  if (word === 'rejected') add('return.rejected', 'decided_at', units);
  return { facts, names, links, unread };
}

const kept = ['id', 'portal_return', 'order', 'rma', 'sku', 'quantity', 'status', 'requested_at', 'decided_at']; // prettier-ignore

export const returnPortal: ConnectorPure = {
  name: 'return-portal',
  system: 'crm',
  reports: ['return.requested', 'return.approved', 'return.rejected'],
  stateKinds: ['return'],
  logKinds: [],
  kindOf,
  read,
  // The customer's name and the reason in their own words are not needed, so they are not stored.
  keep: ({ body }) =>
    isBody(body) ? Object.fromEntries(Object.entries(body).filter(([name]) => kept.includes(name))) : body,
};
