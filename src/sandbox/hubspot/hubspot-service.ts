/** HubSpot's CRM API v3, as far as tickets and what hangs on them go. */
import type { Json, SandboxRequest, SandboxResponse, Service } from '../service.ts';
import { asJson, asList, asText, isJson } from '../service.ts';
import type { CrmObject, CrmState, CrmType } from './crm-state.ts';
import { crmTypes, iso } from './crm-state.ts';
import { searchObjects } from './search-objects.ts';

const batchLimit = 100;

class CrmError extends Error {
  readonly status: number;
  readonly category: string;

  constructor(status: number, category: string, message: string) {
    super(message);
    this.status = status;
    this.category = category;
  }

  body(): Json {
    return { status: 'error', message: this.message, correlationId: correlationId, category: this.category };
  }
}

const correlationId = '5b1a7d3e-0000-4000-8000-000000000000';
const invalid = (message: string): CrmError => new CrmError(400, 'VALIDATION_ERROR', message);

type Shape = {
  readonly properties: readonly string[];
  readonly history: readonly string[];
  readonly associations: readonly string[];
};

const defaults: Readonly<Record<CrmType, readonly string[]>> = {
  tickets: ['content', 'createdate', 'hs_lastmodifieddate', 'hs_object_id', 'hs_pipeline', 'hs_pipeline_stage', 'hs_ticket_category', 'hs_ticket_priority', 'subject'],
  notes: ['hs_createdate', 'hs_lastmodifieddate', 'hs_object_id'],
  emails: ['hs_createdate', 'hs_lastmodifieddate', 'hs_object_id'],
  contacts: ['createdate', 'email', 'firstname', 'hs_object_id', 'lastmodifieddate', 'lastname'],
}; // prettier-ignore

function render(state: CrmState, object: CrmObject, shape: Shape): Json {
  const always = ['createdate', 'hs_createdate', 'hs_lastmodifieddate', 'hs_object_id'].filter((name) =>
    object.history.has(name),
  );
  const names =
    shape.properties.length > 0 ? [...new Set([...always, ...shape.properties])] : defaults[object.type];
  const linked = shape.associations.filter((type): type is CrmType =>
    (crmTypes as readonly string[]).includes(type),
  );
  return {
    id: object.id,
    properties: Object.fromEntries(names.map((name) => [name, state.get(object, name)])),
    ...(shape.history.length === 0
      ? {}
      : {
          propertiesWithHistory: Object.fromEntries(
            shape.history.map((name) => [
              name,
              (object.history.get(name) ?? []).toReversed().map((change) => ({
                value: change.value,
                timestamp: iso(change.at),
                sourceType: change.source,
              })),
            ]),
          ),
        }),
    createdAt: iso(object.createdAt),
    updatedAt: iso(object.updatedAt),
    archived: object.archived,
    ...(linked.length === 0
      ? {}
      : {
          associations: Object.fromEntries(
            linked
              .filter((type) => (object.associations.get(type)?.size ?? 0) > 0)
              .map((type) => [
                type,
                {
                  results: [...(object.associations.get(type) ?? [])].map((id) => ({
                    id,
                    type: `${object.type.slice(0, -1)}_to_${type.slice(0, -1)}`,
                  })),
                },
              ]),
          ),
        }),
  };
}

const names = (value: unknown): readonly string[] =>
  (typeof value === 'string' ? value.split(',') : asList(value).map(asText))
    .map((name) => name.trim())
    .filter((name) => name !== '');

const shapeOf = (source: (name: string) => unknown): Shape => ({
  properties: names(source('properties')),
  history: names(source('propertiesWithHistory')),
  associations: names(source('associations')),
});

export function createHubSpotService(state: CrmState, token: string): Service {
  const find = (type: CrmType, id: string, idProperty?: string | null): CrmObject => {
    const object =
      idProperty === undefined || idProperty === null || idProperty === 'hs_object_id'
        ? state.objects[type].get(id)
        : state.findBy(type, idProperty, id);
    if (object !== undefined && !object.archived) return object;
    throw new CrmError(404, 'OBJECT_NOT_FOUND', 'resource not found');
  };

  const readProperties = (type: CrmType, value: unknown): Record<string, string> => {
    const given = asJson(value);
    for (const name of Object.keys(given)) {
      if (state.properties[type].some((property) => property.name === name)) continue;
      throw invalid(
        `Property values were not valid: [{"isValid":false,"message":"Property \\"${name}\\" does not exist","error":"PROPERTY_DOESNT_EXIST","name":"${name}"}]`,
      );
    }
    return Object.fromEntries(Object.entries(given).map(([name, entry]) => [name, asText(entry)]));
  };

  const checkUnique = (
    type: CrmType,
    properties: Readonly<Record<string, string>>,
    own?: CrmObject,
  ): void => {
    for (const { name } of state.properties[type].filter((property) => property.unique)) {
      const value = properties[name];
      if (value === undefined || value === '') continue;
      const other = state.findBy(type, name, value);
      if (other === undefined || other === own) continue;
      throw new CrmError(409, 'CONFLICT', `Object already exists. Existing ID: ${other.id}`);
    }
  };

  const create = (type: CrmType, body: Json): CrmObject => {
    const properties = readProperties(type, body['properties']);
    if (type === 'tickets' && properties['hs_pipeline_stage'] === undefined) {
      throw invalid('Error creating TICKET. Some required properties were not set.');
    }
    checkUnique(type, properties);
    const object = state.create(type, { ...(type === 'tickets' ? { hs_pipeline: '0' } : {}), ...properties });
    for (const entry of asList(body['associations']).map(asJson)) {
      const id = asText(asJson(entry['to'])['id']);
      const other = crmTypes.map((kind) => state.objects[kind].get(id)).find((found) => found !== undefined);
      if (other !== undefined) state.associate(object, other);
    }
    return object;
  };

  /** One answer for many: 207 when some of them failed. */
  const batch = (inputs: readonly unknown[], run: (input: Json) => Json): SandboxResponse => {
    if (inputs.length > batchLimit) throw invalid(`The maximum batch size is ${batchLimit}`);
    const results: Json[] = [];
    const errors: Json[] = [];
    for (const input of inputs.map(asJson)) {
      try {
        results.push(run(input));
      } catch (error) {
        if (!(error instanceof CrmError)) throw error;
        errors.push({ ...error.body(), context: { id: [asText(input['id'])] } });
      }
    }
    const at = iso(state.now());
    const done = { status: 'COMPLETE', results, startedAt: at, completedAt: at };
    return errors.length === 0
      ? { status: 200, body: done }
      : { status: 207, body: { ...done, numErrors: errors.length, errors } };
  };

  const upsert = (type: CrmType, input: Json): Json => {
    const idProperty = asText(input['idProperty']);
    const unique = state.properties[type].some((property) => property.name === idProperty && property.unique);
    if (!unique) throw invalid(`Property ${idProperty} is not a unique property`);
    const value = asText(input['id']);
    const known = state.findBy(type, idProperty, value);
    const properties = { ...readProperties(type, input['properties']), [idProperty]: value };
    if (known === undefined) {
      const made = create(type, { properties });
      return {
        ...render(
          state,
          made,
          shapeOf(() => Object.keys(properties)),
        ),
        new: true,
      };
    }
    state.update(known, properties);
    return {
      ...render(
        state,
        known,
        shapeOf(() => Object.keys(properties)),
      ),
      new: false,
    };
  };

  const objects = (request: SandboxRequest, type: CrmType, rest: string, body: Json): SandboxResponse => {
    const shape = shapeOf((name) => request.query.getAll(name).join(','));
    const inBody = shapeOf((name) => body[name]);
    switch (`${request.method} ${rest}`) {
      case 'GET ': {
        const limit = Math.min(Number(request.query.get('limit') ?? 10), 100);
        const after = Number(request.query.get('after') ?? 0);
        const archived = request.query.get('archived') === 'true';
        const kept = [...state.objects[type].values()].filter(
          (object) => object.archived === archived && Number(object.id) >= after,
        );
        const next = kept[limit];
        const paging =
          next === undefined
            ? {}
            : {
                paging: {
                  next: { after: next.id, link: `${request.origin}${request.path}?after=${next.id}` },
                },
              };
        return {
          status: 200,
          body: { results: kept.slice(0, limit).map((object) => render(state, object, shape)), ...paging },
        };
      }
      case 'POST ':
        return {
          status: 201,
          body: render(
            state,
            create(type, body),
            shapeOf(() => Object.keys(asJson(body['properties']))),
          ),
        };
      case 'POST search': {
        const found = searchObjects(state, type, body);
        const paging = found.next === undefined ? {} : { paging: { next: { after: found.next } } };
        return {
          status: 200,
          body: {
            total: found.total,
            results: found.objects.map((object) => render(state, object, inBody)),
            ...paging,
          },
        };
      }
      case 'POST batch/read':
        return batch(asList(body['inputs']), (input) =>
          render(state, find(type, asText(input['id']), asText(body['idProperty']) || null), inBody),
        );
      case 'POST batch/create':
        return batch(asList(body['inputs']), (input) => render(state, create(type, input), inBody));
      case 'POST batch/update':
        return batch(asList(body['inputs']), (input) => {
          const object = find(type, asText(input['id']), asText(input['idProperty']) || null);
          state.update(object, readProperties(type, input['properties']));
          return render(state, object, inBody);
        });
      case 'POST batch/upsert':
        return batch(asList(body['inputs']), (input) => upsert(type, input));
      default:
    }
    const object = find(type, rest, request.query.get('idProperty'));
    switch (request.method) {
      case 'GET':
        return { status: 200, body: render(state, object, shape) };
      case 'PATCH': {
        const properties = readProperties(type, body['properties']);
        checkUnique(type, properties, object);
        state.update(object, properties);
        return {
          status: 200,
          body: render(
            state,
            object,
            shapeOf(() => Object.keys(properties)),
          ),
        };
      }
      case 'DELETE':
        state.archive(object);
        return { status: 204, body: undefined };
      default:
        throw new CrmError(405, 'METHOD_NOT_ALLOWED', 'HTTP 405 Method Not Allowed');
    }
  };

  const answer = (request: SandboxRequest): SandboxResponse => {
    if (request.headers['authorization'] !== `Bearer ${token}`) return service.denied(request);
    const body: unknown = request.rawBody === '' ? {} : parse(request.rawBody);
    if (!isJson(body)) throw invalid('Invalid input JSON');
    const [, kind = '', rest = ''] = /^\/crm\/v3\/objects\/(\w+)(?:\/(.+))?$/.exec(request.path) ?? [];
    const type = crmTypes.find((entry) => entry === kind);
    if (type !== undefined) return objects(request, type, rest, body);
    const [, from = '', id = '', to = ''] =
      /^\/crm\/v4\/objects\/(\w+)\/(\w+)\/associations\/(\w+)$/.exec(request.path) ?? [];
    const fromType = crmTypes.find((entry) => entry === from);
    const toType = crmTypes.find((entry) => entry === to);
    if (fromType !== undefined && toType !== undefined) {
      const ids = [...(find(fromType, id).associations.get(toType) ?? [])];
      const types = [{ category: 'HUBSPOT_DEFINED', typeId: 228, label: null }];
      return {
        status: 200,
        body: { results: ids.map((other) => ({ toObjectId: Number(other), associationTypes: types })) },
      };
    }
    if (request.path === '/crm/v3/pipelines/tickets')
      return { status: 200, body: { results: state.pipelines.map(renderPipeline) } };
    if (request.path === '/crm/v3/properties/tickets') {
      return {
        status: 200,
        body: {
          results: state.properties.tickets.map((property) => ({
            ...property,
            hasUniqueValue: property.unique,
            archived: false,
          })),
        },
      };
    }
    if (request.path === '/account-info/v3/details') {
      return {
        status: 200,
        body: {
          portalId: state.portalId,
          accountType: 'STANDARD',
          timeZone: 'Europe/Berlin',
          companyCurrency: 'EUR',
        },
      };
    }
    throw new CrmError(404, 'OBJECT_NOT_FOUND', 'Unable to find the resource');
  };

  const reads = /\/(search|batch\/read)$/;
  const service: Service = {
    name: 'hubspot',
    handle(request) {
      try {
        return answer(request);
      } catch (error) {
        if (error instanceof RangeError) return { status: 400, body: invalid(error.message).body() };
        if (!(error instanceof CrmError)) throw error;
        return { status: error.status, body: error.body() };
      }
    },
    isRead: (request) => request.method === 'GET' || reads.test(request.path),
    label: (request) => `${request.method} ${request.path}`,
    rateLimited: (seconds) => ({
      status: 429,
      headers: { 'Retry-After': String(seconds), 'X-HubSpot-RateLimit-Interval-Milliseconds': '10000' },
      body: {
        status: 'error',
        message: 'You have reached your ten_secondly_rolling limit.',
        errorType: 'RATE_LIMIT',
        correlationId,
        policyName: 'TEN_SECONDLY_ROLLING',
        category: 'RATE_LIMITS',
      },
    }),
    broken: () => ({ status: 500, body: { status: 'error', message: 'internal error', correlationId } }),
    denied: () => ({
      status: 401,
      body: new CrmError(401, 'INVALID_AUTHENTICATION', 'Authentication credentials not found.').body(),
    }),
  };
  return service;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const renderPipeline = (pipeline: CrmState['pipelines'][number], displayOrder: number): Json => ({
  id: pipeline.id,
  label: pipeline.label,
  displayOrder,
  archived: false,
  stages: pipeline.stages.map((stage, order) => ({
    id: stage.id,
    label: stage.label,
    displayOrder: order,
    metadata: { isClosed: String(stage.closed), ticketState: stage.closed ? 'CLOSED' : 'OPEN' },
    archived: false,
  })),
});

/** A whole object with all its properties and history, as an export would hold it. */
export const renderWhole = (state: CrmState, object: CrmObject): Json =>
  render(state, object, {
    properties: state.properties[object.type].map((property) => property.name),
    history:
      object.type === 'tickets' ? ['hs_pipeline', 'hs_pipeline_stage', 'return_number', 'order_number'] : [],
    associations: crmTypes,
  });
