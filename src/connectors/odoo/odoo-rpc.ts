/**
 * Calls to models of Odoo. `baseUrl` is the server's address, `settings.fields.database` the database; secrets are
 * `user` and `password`, which may be an API key and is one where `/json/2` is spoken (`odoo-transport.ts`).
 */
import type { HttpClient } from '../http-client.ts';
import type { LiveConnection } from '../live-contract.ts';
import { SourceUnreachable } from '../source-unreachable.ts';
import { type OdooRecord, isRecord } from './odoo-record.ts';
import { OdooRefusal, type OdooTransport, openTransport } from './odoo-transport.ts';

export type OdooRpc = {
  readonly userId: number;
  /** Methods that change nothing; repeated when the line breaks. */
  read(model: string, method: string, args: readonly unknown[], options?: OdooRecord): Promise<unknown>;
  /** Methods that change something: sent once. */
  write(model: string, method: string, args: readonly unknown[], options?: OdooRecord): Promise<unknown>;
  /** `search_read` with everything archived included, of those fields that are there. */
  find(
    model: string,
    domain: unknown,
    fields: readonly string[],
    limit?: number,
  ): Promise<readonly OdooRecord[]>;
  /** Fields the model has on this server, of which only those a user may read. */
  fieldsOf(model: string): Promise<readonly string[]>;
  /** The other model whose ids a field lists, of fields that list any. */
  listedModelOf(model: string, field: string): Promise<string | undefined>;
  /** Whether the user may make records of a model; false where that cannot be asked. */
  mayCreate(model: string): Promise<boolean>;
  /** Whether the user may read a model at all; a model that is not there may not be read. */
  mayRead(model: string): Promise<boolean>;
};

type Fields = ReadonlyMap<string, { readonly type: unknown; readonly relation: unknown }>;
type Session = {
  readonly transport: OdooTransport;
  readonly fields: Map<string, Fields>;
  readonly readable: Map<string, boolean>;
};
const sessions = new WeakMap<HttpClient, Session>();

const archivedToo = { active_test: false };

export async function openOdoo(connection: LiveConnection, signal: AbortSignal): Promise<OdooRpc> {
  let session = sessions.get(connection.http);
  if (session === undefined) {
    session = { transport: await openTransport(connection, signal), fields: new Map(), readable: new Map() };
    sessions.set(connection.http, session);
  }
  const { transport, fields, readable } = session;
  const call = (
    model: string,
    method: string,
    args: readonly unknown[],
    options: OdooRecord,
    safe: boolean,
  ): Promise<unknown> => transport.call(connection, { model, method, args, options, safe }, signal);
  const read: OdooRpc['read'] = (model, method, args, options = {}) =>
    call(model, method, args, options, true);
  const fieldsIn = async (model: string): Promise<Fields> => {
    let known = fields.get(model);
    if (known === undefined) {
      const found = await read(model, 'fields_get', [[]], { attributes: ['type', 'relation'] });
      known = new Map(
        Object.entries(isRecord(found) ? found : {}).map(([name, field]) => {
          const { type, relation } = isRecord(field) ? field : {};
          return [name, { type, relation }];
        }),
      );
      fields.set(model, known);
    }
    return known;
  };
  return {
    userId: transport.userId,
    read,
    write: (model, method, args, options = {}) => call(model, method, args, options, false),
    async find(model, domain, wanted, limit) {
      const known = await fieldsIn(model);
      // What this version or this user does not have would make Odoo refuse the whole read.
      const there = wanted.filter((field) => field === 'id' || known.has(field));
      const rows = await read(model, 'search_read', [domain, there], {
        order: 'id', context: archivedToo, ...(limit === undefined ? {} : { limit }),
      }); // prettier-ignore
      if (!Array.isArray(rows)) throw new SourceUnreachable('bad-answer', 'Odoo did not answer with a list');
      return (rows as unknown[]).filter(isRecord);
    },
    fieldsOf: async (model) => [...(await fieldsIn(model)).keys()],
    async listedModelOf(model, field) {
      const { type, relation } = (await fieldsIn(model)).get(field) ?? {};
      return (type === 'one2many' || type === 'many2many') && typeof relation === 'string'
        ? relation
        : undefined;
    },
    async mayCreate(model) {
      // `has_access` is there since 18, its predecessor is gone in 19.
      const ask = (method: string, args: readonly unknown[], options: OdooRecord = {}): Promise<boolean> =>
        read(model, method, args, options).then((answer) => answer === true);
      return ask('has_access', [[], 'create']).catch(() =>
        ask('check_access_rights', ['create'], { raise_exception: false }).catch(() => false),
      );
    },
    async mayRead(model) {
      let allowed = readable.get(model);
      if (allowed === undefined) {
        allowed = await read(model, 'search', [[]], { limit: 1 }).then(
          () => true,
          (error: unknown) => {
            const says = error instanceof OdooRefusal ? error.because : undefined;
            if (says !== 'access' && says !== 'unknown-model') throw error;
            return false;
          },
        );
        readable.set(model, allowed);
      }
      return allowed;
    },
  };
}

/** Whether our user has an e-mail address: without one Odoo refuses whatever writes a message, as its returns do. */
export async function hasAddress(rpc: OdooRpc): Promise<boolean> {
  const rows = await rpc.read('res.users', 'read', [[rpc.userId], ['email']]);
  const [row] = Array.isArray(rows) ? (rows as unknown[]) : [];
  return isRecord(row) && typeof row['email'] === 'string' && row['email'] !== '';
}
