/** What the CRM holds: tickets, notes, e-mails and contacts, each a bag of text properties with their history. */
export const crmTypes = ['tickets', 'notes', 'emails', 'contacts'] as const;
export type CrmType = (typeof crmTypes)[number];

export type Change = { readonly value: string; readonly at: number; readonly source: string };

export type CrmObject = {
  readonly type: CrmType;
  readonly id: string;
  readonly createdAt: number;
  updatedAt: number;
  archived: boolean;
  /** Newest last. */
  readonly history: Map<string, Change[]>;
  readonly associations: Map<CrmType, Set<string>>;
};

export type Property = {
  readonly name: string;
  readonly label: string;
  readonly type: 'string' | 'enumeration' | 'datetime';
  /** No two objects share a value: what `batch/upsert` may use as key. */
  readonly unique: boolean;
};

export type Stage = { readonly id: string; readonly label: string; readonly closed: boolean };
export type Pipeline = { readonly id: string; readonly label: string; readonly stages: readonly Stage[] };

export type CrmEvent = {
  readonly kind: 'creation' | 'propertyChange' | 'deletion';
  readonly object: CrmObject;
  readonly property?: string;
  readonly value?: string;
};

export type CrmState = {
  readonly objects: Record<CrmType, Map<string, CrmObject>>;
  readonly properties: Record<CrmType, Property[]>;
  readonly pipelines: readonly Pipeline[];
  readonly portalId: number;
  now(): number;
  get(object: CrmObject, property: string): string | null;
  create(type: CrmType, properties: Readonly<Record<string, string>>, source?: string): CrmObject;
  update(object: CrmObject, properties: Readonly<Record<string, string>>, source?: string): void;
  archive(object: CrmObject): void;
  associate(left: CrmObject, right: CrmObject): void;
  findBy(type: CrmType, property: string, value: string): CrmObject | undefined;
  listen(listener: (event: CrmEvent) => void): void;
};

/** Stages of the pipelines a new account of this company has; ids are numbers, as HubSpot gives them. */
export const returnStages = {
  requested: '101',
  approved: '102',
  refunded: '103',
  closed: '104',
  rejected: '105',
} as const;
export const questionStages = { open: '1', closed: '4' } as const;

const pipelines: readonly Pipeline[] = [
  {
    id: '0',
    label: 'Support Pipeline',
    stages: [
      { id: questionStages.open, label: 'New', closed: false },
      { id: '2', label: 'Waiting on contact', closed: false },
      { id: questionStages.closed, label: 'Closed', closed: true },
    ],
  },
  {
    id: '90',
    label: 'Returns',
    stages: [
      { id: returnStages.requested, label: 'Requested', closed: false },
      { id: returnStages.approved, label: 'Approved', closed: false },
      { id: returnStages.refunded, label: 'Refunded', closed: false },
      { id: returnStages.closed, label: 'Resolved', closed: true },
      { id: returnStages.rejected, label: 'Rejected', closed: true },
    ],
  },
];

export const returnPipeline = '90';
export const questionPipeline = '0';

const property = (name: string, type: Property['type'] = 'string', unique = false): Property => ({
  name,
  label: name.replaceAll('_', ' '),
  type,
  unique,
});

const common = [property('hs_object_id'), property('hs_lastmodifieddate', 'datetime')];

export function createCrmState(now: () => number): CrmState {
  const objects = {
    tickets: new Map(),
    notes: new Map(),
    emails: new Map(),
    contacts: new Map(),
  } as CrmState['objects'];
  const properties: CrmState['properties'] = {
    tickets: [
      ...common, property('createdate', 'datetime'), property('closed_date', 'datetime'), property('subject'),
      property('content'), property('hs_pipeline', 'enumeration'), property('hs_pipeline_stage', 'enumeration'),
      property('hs_ticket_priority', 'enumeration'), property('hubspot_owner_id'), property('order_number'),
      property('return_number'), property('reentry_answer'), property('reentry_key', 'string', true),
    ],
    notes: [...common, property('hs_createdate', 'datetime'), property('hs_timestamp', 'datetime'), property('hs_note_body')],
    emails: [
      ...common, property('hs_createdate', 'datetime'), property('hs_timestamp', 'datetime'),
      property('hs_email_direction', 'enumeration'), property('hs_email_subject'), property('hs_email_text'),
      property('hs_email_status', 'enumeration'),
    ],
    contacts: [...common, property('createdate', 'datetime'), property('email', 'string', true), property('firstname'), property('lastname')],
  }; // prettier-ignore
  const listeners: ((event: CrmEvent) => void)[] = [];
  const emit = (event: CrmEvent): void => {
    for (const listener of listeners) listener(event);
  };
  let last = 30_000_000_000;

  const put = (object: CrmObject, name: string, value: string, source: string): void => {
    const list = object.history.get(name);
    const change = { value, at: now(), source };
    if (list === undefined) object.history.set(name, [change]);
    else list.push(change);
  };
  const isClosed = (stage: string): boolean =>
    pipelines.some((pipeline) => pipeline.stages.some((entry) => entry.id === stage && entry.closed));

  const state: CrmState = {
    objects,
    properties,
    pipelines,
    portalId: 145_000_001,
    now,
    get: (object, name) => object.history.get(name)?.at(-1)?.value ?? null,
    create(type, given, source = 'INTEGRATION') {
      last += 1 + (last % 7);
      const object: CrmObject = {
        type,
        id: String(last),
        createdAt: now(),
        updatedAt: now(),
        archived: false,
        history: new Map(),
        associations: new Map(),
      };
      objects[type].set(object.id, object);
      put(object, 'hs_object_id', object.id, source);
      put(
        object,
        type === 'tickets' || type === 'contacts' ? 'createdate' : 'hs_createdate',
        iso(now()),
        source,
      );
      emit({ kind: 'creation', object });
      state.update(object, given, source);
      return object;
    },
    update(object, given, source = 'INTEGRATION') {
      for (const [name, value] of Object.entries(given)) {
        // Writing the same value again is no change and moves nothing.
        if (state.get(object, name) === value) continue;
        put(object, name, value, source);
        if (name === 'hs_pipeline_stage' && object.type === 'tickets') {
          put(object, 'closed_date', isClosed(value) ? iso(now()) : '', source);
        }
        object.updatedAt = now();
        emit({ kind: 'propertyChange', object, property: name, value });
      }
      put(object, 'hs_lastmodifieddate', iso(object.updatedAt), source);
    },
    archive(object) {
      object.archived = true;
      emit({ kind: 'deletion', object });
    },
    associate(left, right) {
      for (const [from, to] of [
        [left, right],
        [right, left],
      ] as const) {
        const ids = from.associations.get(to.type);
        if (ids === undefined) from.associations.set(to.type, new Set([to.id]));
        else ids.add(to.id);
      }
    },
    findBy: (type, name, value) =>
      [...objects[type].values()].find((object) => !object.archived && state.get(object, name) === value),
    listen: (listener) => void listeners.push(listener),
  };
  return state;
}

export const iso = (at: number): string => new Date(at).toISOString();
