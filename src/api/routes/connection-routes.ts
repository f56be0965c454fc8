/** Connections: list, configure, pause, resume, backfill, check. */
import { guardAddresses } from '../../connectors/address-guard.ts';
import { connectionForms, type Question } from '../../connectors/connection-forms.ts';
import { connectors, findConnector } from '../../connectors/registry.ts';
import { parseFactMapping } from '../../files/fact-mapping.ts';
import { findPreset, presets } from '../../files/presets.ts';
import { changeConnectionSecrets } from '../../store/connection-secrets.ts';
import { putConnection } from '../../store/connections.ts';
import {
  backfillSchema, backfillStartedSchema, connectionListSchema, connectionParamsSchema, connectionSchema, connectorListSchema,
  connectionStatusSchema, healthLinesSchema, pauseSchema, putConnectionSchema, type PutConnection,
} from '../../wire/api-connections.ts'; // prettier-ignore
import type { ApiApp } from '../api-app.ts';
import type { ApiContext } from '../api-config.ts';
import { audit } from '../audited.ts';
import { Refused, type FieldError } from '../refused.ts';
import { findConnection, showConnection, showConnections } from '../show-connection.ts';

const tags = ['connections'];
const params = connectionParamsSchema;

export function addConnectionRoutes(app: ApiApp, api: ApiContext): void {
  const { db, engine } = api;
  const unknown = (detail: string): Refused => new Refused('connection-not-found', { detail });

  app.get(
    '/connections',
    {
      config: { access: 'connections.read' },
      schema: { tags, summary: 'All connections with status and progress', response: { 200: connectionListSchema } },
    },
    async () => ({ rows: await showConnections(api) }),
  ); // prettier-ignore

  app.get(
    '/connections/:connection',
    {
      config: { access: 'connections.read' },
      schema: { tags, summary: 'One connection', params, response: { 200: connectionSchema } },
    },
    async (request) => showConnection(api, request.params.connection),
  );

  app.get(
    '/connectors',
    {
      config: { access: 'connections.write' },
      schema: { tags, summary: 'What can be connected, and what has to be known for it', response: { 200: connectorListSchema } },
    },
    async () => ({
      rows: connectors.flatMap(({ name, system }) => {
        const form = connectionForms[name];
        return form === undefined
          ? []
          : [{
              connector: name, system, secrets: form.secrets.map(toQuestion), fields: form.fields.map(toQuestion),
              address: { label: form.address.label, example: form.address.example, usual: form.address.usual ?? null },
            }];
      }),
    }),
  ); // prettier-ignore

  app.put(
    '/connections/:connection',
    {
      config: { access: 'connections.write' },
      schema: {
        tags, summary: 'Add or change a connection', params, body: putConnectionSchema,
        response: { 200: connectionSchema, 201: connectionSchema },
      },
    },
    async (request, reply) => {
      const name = request.params.connection;
      const before = await findConnection(api, name);
      const { secrets, reason, ...given } = request.body;
      const { system } = await checkConnection(given);
      const { connector, baseUrl, allowedNetworks, settings, requestsPerSecond, watchFrom } = given;
      await putConnection(db, {
        connection: name, connector, system,
        settings: { ...settings, ...(baseUrl !== undefined && { baseUrl }), ...(requestsPerSecond !== undefined && { requestsPerSecond }), allowedNetworks },
        ...(watchFrom !== undefined && { watchFromAt: watchFrom }),
      });
      if (secrets !== undefined) await changeConnectionSecrets(db, api.config.seal, name, secrets);
      await engine.connectionChanged(name);
      await audit(api, request, {
        chain: `connection/${name}`,
        action: before === undefined ? 'connection.added' : 'connection.changed',
        before: before === undefined ? null : { connector: before.connector, system: before.system, settings: before.settings, watchFromAt: before.watchFromAt },
        after: { connector, system, settings: { ...settings, baseUrl, requestsPerSecond, allowedNetworks }, watchFromAt: watchFrom, secrets: Object.keys(secrets ?? {}) },
        why: reason,
      });
      api.hub.tell({ kind: 'connection', key: name });
      return reply.code(before === undefined ? 201 : 200).send(await showConnection(api, name));
    },
  ); // prettier-ignore

  app.get(
    '/connections/:connection/health',
    {
      config: { access: 'connections.run' },
      schema: {
        tags, summary: 'Ask the system now: address, login, rights, clock', params,
        response: { 200: healthLinesSchema },
      },
    },
    async (request) => {
      const lines = await engine.check(request.params.connection);
      if (lines === undefined) throw unknown(request.params.connection);
      return { lines };
    },
  ); // prettier-ignore

  for (const act of ['pause', 'resume'] as const) {
    app.post(
      `/connections/:connection/${act}`,
      {
        config: { access: 'connections.run' },
        schema: {
          tags, summary: act === 'pause' ? 'Stop the work on a connection' : 'Take the work on a connection up again',
          params, body: pauseSchema, response: { 200: connectionStatusSchema },
        },
      },
      async (request) => {
        const name = request.params.connection;
        const before = await findConnection(api, name);
        if (before === undefined || !(await engine[act](name))) throw unknown(name);
        const status = (await findConnection(api, name))?.status ?? before.status;
        await audit(api, request, {
          chain: `connection/${name}`, action: `connection.${act}d`, before: before.status, after: status,
          why: request.body.reason,
        });
        api.hub.tell({ kind: 'connection', key: name });
        return { status };
      },
    ); // prettier-ignore
  }

  app.post(
    '/connections/:connection/backfill',
    {
      config: { access: 'connections.run' },
      schema: {
        tags, summary: 'Read what lies before: newest first, within the rate of the system', params,
        body: backfillSchema, response: { 202: backfillStartedSchema },
      },
    },
    async (request, reply) => {
      const name = request.params.connection;
      const is = await engine.backfill(name, request.body);
      if (is === undefined) throw unknown(name);
      await audit(api, request, { chain: `connection/${name}`, action: 'connection.backfill', after: { ...request.body, is } });
      return reply.code(202).send({ is });
    },
  ); // prettier-ignore
}

const toQuestion = ({ name, label, isOptional, isShown }: Question) => ({
  name,
  label,
  isOptional: isOptional === true,
  isShown: isShown === true,
});

/** Checks what the schema cannot: the connector, the zone, and where the address leads. */
async function checkConnection(
  given: Omit<PutConnection, 'secrets' | 'reason'>,
): Promise<{ readonly system: string }> {
  const fields: FieldError[] = [];
  const connector = findConnector(given.connector);
  if (connector === undefined) {
    const names = connectors.map((one) => one.name).join(', ');
    fields.push({ path: 'connector', message: `there is none of that name; there are: ${names}` });
  }
  const { zone } = given.settings;
  if (zone !== undefined && !isZone(zone))
    fields.push({ path: 'settings.zone', message: 'is no IANA time zone such as Europe/Berlin' });
  if (given.baseUrl !== undefined) {
    const { username, password, search, hash } = new URL(given.baseUrl);
    if (`${username}${password}${search}${hash}` !== '')
      fields.push({
        path: 'baseUrl',
        message: 'holds more than host and path; a login belongs to the secrets',
      });
  }
  for (const field of checkFeed(given)) fields.push(field);
  if (fields.length > 0 || connector === undefined) throw new Refused('connection-invalid', { fields });
  if (given.baseUrl !== undefined && !given.baseUrl.startsWith('file:'))
    await checkAddress(given.baseUrl, given.allowedNetworks);
  return { system: given.system ?? connector.system };
}

/** Folders belong to feeds, and a feed needs to know how its files are read. */
function checkFeed({
  connector,
  baseUrl,
  settings,
}: Omit<PutConnection, 'secrets' | 'reason'>): FieldError[] {
  const protocol = baseUrl === undefined ? undefined : new URL(baseUrl).protocol;
  const feeds = connector === 'file-feed' || (connector === 'canonical' && protocol === 'file:');
  if (protocol !== undefined && /^(?:sftp|file):$/.test(protocol) !== feeds && connector !== 'canonical')
    return [
      {
        path: 'baseUrl',
        message: 'file: and sftp: are addresses of the connector file-feed, and it has no others',
      },
    ];
  if (connector !== 'file-feed') return [];
  if (settings.feed === undefined)
    return [{ path: 'settings.feed', message: 'says which files are read, and by which mapping' }];
  const { mapping } = settings.feed;
  if (typeof mapping === 'string')
    return findPreset(mapping) === undefined
      ? [
          {
            path: 'settings.feed.mapping',
            message: `there is no preset of that name; there are: ${presets.map(({ name }) => name).join(', ')}`,
          },
        ]
      : [];
  try {
    parseFactMapping(mapping);
    return [];
  } catch (error) {
    return [
      { path: 'settings.feed.mapping', message: error instanceof Error ? error.message : 'is no mapping' },
    ];
  }
}

/** Requests are judged again when they are made: a name may lead elsewhere by then. */
async function checkAddress(baseUrl: string, allowedNetworks: readonly string[]): Promise<void> {
  const { hostname } = new URL(baseUrl);
  let judge: ReturnType<typeof guardAddresses>;
  try {
    judge = guardAddresses(allowedNetworks);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : 'holds no network';
    throw new Refused('connection-invalid', { fields: [{ path: 'allowedNetworks', message }], cause });
  }
  const judged = await judge(hostname).catch((cause: unknown) => {
    throw new Refused('address-unresolved', { detail: hostname, cause });
  });
  if (judged.is === 'refused') {
    // The address itself stays untold: what an inner name leads to is nobody's business.
    throw new Refused('address-refused', { detail: hostname });
  }
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
