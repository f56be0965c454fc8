/**
 * Facts that another system posts or hands over in a file: one line of NDJSON is one object and one fact. What a line
 * of each type carries is in `docs/reference/canonical-facts.md`.
 */
import type { ConnectorPure, ReadContext, Reading, SourceObject } from '../contract.ts';
import { factTypes, fieldsOf } from './canonical-fields.ts';
import { canonicalId, canonicalKind, parseCanonicalFact } from './parse-canonical-fact.ts';
import type { FactType } from '../../kernel/fact.ts';

export const canonical: ConnectorPure = {
  name: 'canonical',
  // Each line names its own; this stands for a connection without lines.
  system: 'wms',
  reports: factTypes,
  stateKinds: ['order', 'fact'],
  logKinds: [],
  kindOf,
  read,
  keep,
};

const known: ReadonlySet<unknown> = new Set(factTypes);
const head = ['at', 'system', 'order'] as const;

/**
 * A line with one of our types and most of the head, or with a type we do not know and all of it: that is still a
 * canonical line, to be set aside with a message.
 */
function kindOf(body: unknown): { kind: string; id: string } | undefined {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined;
  const line = body as Readonly<Record<string, unknown>>;
  const type = line['type'];
  if (typeof type !== 'string') return undefined;
  const present = head.filter((name) => name in line).length;
  if (present < (known.has(type) ? 2 : 3)) return undefined;
  const id = typeof line['id'] === 'string' && line['id'].trim() !== '' ? line['id'].trim() : undefined;
  return { kind: canonicalKind(type), id: canonicalId(line, type, id) };
}

function read(object: SourceObject, context: ReadContext): Reading {
  const parsed = parseCanonicalFact(object.body, context, object.id);
  if ('unread' in parsed) return { facts: [], names: [], links: [], unread: parsed.unread };
  return { facts: [parsed.fact], names: parsed.names, links: parsed.links, unread: [] };
}

/** A field we do not know may hold anything: its name stays, so that the message stays, its value goes. */
function keep(object: SourceObject): unknown {
  const { body } = object;
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  const type = (body as Readonly<Record<string, unknown>>)['type'];
  if (!known.has(type)) return body;
  const fields = fieldsOf(type as FactType);
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [
      name,
      Object.hasOwn(fields, name) ? (value as unknown) : null,
    ]),
  );
}
