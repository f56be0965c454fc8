/** Closing a month: figures, who prepared and who signed them, and what later facts changed. */
import {
  listPeriods, makePack, preparePeriod, readPeriod, sendBackPeriod, signPeriod, type Pack, type Period,
} from '../../engine/close-period.ts'; // prettier-ignore
import { listUsers } from '../../store/accounts.ts';
import { listPacks, type StoredPack } from '../../store/periods.ts';
import {
  periodDetailSchema, periodListSchema, periodPackParamsSchema, periodPackSchema, periodParamsSchema, preparePeriodSchema,
  sendBackPeriodSchema, signPeriodSchema,
} from '../../wire/api-finance.ts'; // prettier-ignore
import { callerOf } from '../access.ts';
import type { ApiApp } from '../api-app.ts';
import type { ApiContext } from '../api-config.ts';
import { audit } from '../audited.ts';
import { entryOf } from '../problem-access.ts';
import { Refused } from '../refused.ts';
import { titleOfControl } from './account-routes.ts';

const tags = ['finance'];
const openShownMax = 500;

export function addPeriodRoutes(app: ApiApp, api: ApiContext): void {
  const { db, engine, clock } = api;

  app.get(
    '/periods',
    {
      config: { access: 'finance.read' },
      schema: { tags, summary: 'Months since the accounts begin, newest first, and whether they are closed', response: { 200: periodListSchema } },
    },
    async () => {
      const names = await loadNames(api);
      const zone = engine.zone();
      return { zone, rows: (await listPeriods(db, zone, clock())).map((period) => toPeriodRow(period, names)) };
    },
  ); // prettier-ignore

  app.get(
    '/periods/:period',
    {
      config: { access: 'finance.read' },
      schema: {
        tags, summary: 'A month: every money account with what it carried forward, what is open, what changed since it was signed',
        params: periodParamsSchema, response: { 200: periodDetailSchema },
      },
    },
    async (request) => showPeriod(api, request.params.period),
  ); // prettier-ignore

  app.get(
    '/periods/:period/packs/:revision',
    {
      config: { access: 'finance.read' },
      schema: { tags, summary: 'What was signed, as it was, with its hash', params: periodPackParamsSchema, response: { 200: periodPackSchema } },
    },
    async (request) => {
      const { period, revision } = request.params;
      const found = (await listPacks(db, period)).find((pack) => pack.revision === revision);
      if (found === undefined) throw new Refused('period-not-found', { detail: `${period}, revision ${revision}` });
      return { ...toPack(found, await loadNames(api)), period, pack: found.pack };
    },
  ); // prettier-ignore

  app.post(
    '/periods/:period/prepare',
    {
      config: { access: 'finance.write' },
      schema: {
        tags, summary: 'Prepare a month that is over for its signature', params: periodParamsSchema, body: preparePeriodSchema,
        response: { 201: periodDetailSchema },
      },
    },
    async (request, reply) => {
      const { period } = request.params;
      const note = request.body.note ?? null;
      const prepared = await preparePeriod(db, period, { zone: engine.zone(), now: clock(), by: callerOf(request).person, note });
      if (!prepared.ok) throw new Refused(prepared.reason, { detail: period });
      const { revision, hash } = prepared.pack;
      await audit(api, request, { chain: `period/${period}`, action: 'period.prepared', after: { revision, hash }, why: note ?? undefined });
      api.hub.tell({ kind: 'order' });
      return reply.code(201).send(await showPeriod(api, period));
    },
  ); // prettier-ignore

  app.post(
    '/periods/:period/sign',
    {
      config: { access: 'finance.write' },
      schema: {
        tags, summary: 'Sign a prepared month, as another person than who prepared it', params: periodParamsSchema,
        description: 'Refused when its figures are no longer those that were prepared.', body: signPeriodSchema,
        response: { 200: periodDetailSchema },
      },
    },
    async (request) => {
      const { period } = request.params;
      const { hash, note = null } = request.body;
      const signed = await signPeriod(db, period, { hash, by: callerOf(request).person, now: clock(), note });
      if (!signed.ok) throw new Refused(signed.reason, { detail: period });
      await audit(api, request, { chain: `period/${period}`, action: 'period.signed', after: { revision: signed.pack.revision, hash }, why: note ?? undefined });
      api.hub.tell({ kind: 'order' });
      return showPeriod(api, period);
    },
  ); // prettier-ignore

  app.post(
    '/periods/:period/send-back',
    {
      config: { access: 'finance.write' },
      schema: {
        tags, summary: 'Send a prepared month back, unsigned', params: periodParamsSchema, body: sendBackPeriodSchema,
        response: { 200: periodDetailSchema },
      },
    },
    async (request) => {
      const { period } = request.params;
      const { reason } = request.body;
      const back = await sendBackPeriod(db, period, { by: callerOf(request).person, note: reason });
      if (back === undefined) throw new Refused('period-not-prepared', { detail: period });
      await audit(api, request, { chain: `period/${period}`, action: 'period.sent-back', after: { revision: back.revision, hash: back.hash }, why: reason });
      api.hub.tell({ kind: 'order' });
      return showPeriod(api, period);
    },
  ); // prettier-ignore
}

type Names = ReadonlyMap<string, string>;
const loadNames = async ({ db }: ApiContext): Promise<Names> =>
  new Map((await listUsers(db)).map((user) => [`user/${user.userId}`, user.name]));

function toPack(
  { revision, status, hash, preparedBy, preparedAt, decidedBy, decidedAt, note }: StoredPack,
  names: Names,
) {
  return {
    revision, status, hash, preparedBy, preparedByName: names.get(preparedBy) ?? preparedBy, preparedAt, decidedBy, decidedAt, note,
    decidedByName: decidedBy === null ? null : (names.get(decidedBy) ?? decidedBy),
  }; // prettier-ignore
}

function toPeriodRow({ period, from, to, status, signed, waiting, adjustments }: Period, names: Names) {
  return {
    period, from, to, status, adjustments: adjustments.length, signed: signed === undefined ? null : toPack(signed, names),
    waiting: waiting === undefined ? null : toPack(waiting, names),
  }; // prettier-ignore
}

/** A month with all its figures. Refused: `period-not-found`. */
export async function showPeriod(api: ApiContext, name: string, openMax = openShownMax) {
  const { db, engine, clock } = api;
  const names = await loadNames(api);
  const zone = engine.zone();
  const period = await readPeriod(db, name, zone, clock());
  if (period === undefined) throw new Refused('period-not-found', { detail: name });
  const { pack } = await makePack(db, period, zone, clock());
  const asSigned = new Map(((period.signed?.pack as Pack | undefined)?.accounts ?? []).map((account) => [`${account.control} ${account.currency}`, account.closing]));
  const before = await readPeriod(db, Temporal.PlainYearMonth.from(name).subtract({ months: 1 }).toString(), zone, clock());
  const blockedBy =
    period.status === 'running' ? 'period-not-over' : period.status === 'signed' ? 'period-unchanged'
    : before !== undefined && before.status !== 'signed' ? 'period-earlier-open' : null;
  return {
    ...toPeriodRow(period, names), zone, mayPrepare: blockedBy === null && period.status !== 'prepared', blockedBy,
    accounts: pack.accounts.map((account) => ({
      ...account, title: titleOfControl(account.control), carried: account.carried ?? null,
      signedClosing: period.signed === undefined ? null : (asSigned.get(`${account.control} ${account.currency}`) ?? 0),
    })),
    open: pack.open.slice(0, openMax).map(({ code, ...row }) => ({
      ...row, title: titleOfControl(row.control),
      reason: code === null ? null : { code, title: entryOf(code)?.title ?? { en: code, de: code } },
    })),
    openCount: pack.open.length,
    unexplained: pack.open.filter((row) => row.unexplained !== 0).length,
    changes: period.adjustments.map(({ signedLeft, signedRight, left, right, ...row }) => ({
      ...row, title: titleOfControl(row.control), signed: signedLeft - signedRight, now: left - right,
      difference: left - right - (signedLeft - signedRight),
    })),
    packs: period.packs.map((one) => toPack(one, names)),
  };
} // prettier-ignore
