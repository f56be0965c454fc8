/** Teams, and the rules that give problems an owner or call them normal here. */
import { createHash } from 'node:crypto';
import { loadTeams, toRoutingRule, type Team } from '../../engine/exceptions/load-teams.ts';
import { previewNormal, tryRouting } from '../../engine/exceptions/try-rules.ts';
import { problemCodes } from '../../kernel/codes.ts';
import type { ProblemScope } from '../../kernel/problem-scope.ts';
import { listUsers, type User } from '../../store/accounts.ts';
import { newId } from '../../store/ids.ts';
import { canonicalJson } from '../../store/json-text.ts';
import { countSilenced, rerouteProblems } from '../../store/problem-work.ts';
import {
  addNormalRule, endNormalRule, listNormalRules, listRoutingRules, putTeam, replaceRoutingRules, type StoredNormalRule,
} from '../../store/teams.ts'; // prettier-ignore
import {
  addNormalSchema, normalListSchema, normalParamsSchema, normalPreviewSchema, normalRuleSchema, previewNormalSchema,
  putRoutingSchema, putTeamSchema, routingSchema, teamListSchema, teamParamsSchema, teamSchema, triedRoutingSchema,
  tryRoutingSchema, type RoutingRuleBody,
} from '../../wire/api-exceptions.ts'; // prettier-ignore
import { callerOf } from '../access.ts';
import { actorNames } from '../actor-names.ts';
import type { ApiApp } from '../api-app.ts';
import type { ApiContext } from '../api-config.ts';
import { audit } from '../audited.ts';
import { entryOf } from '../problem-access.ts';
import { Refused } from '../refused.ts';

const tags = ['teams'];

export function addTeamRoutes(app: ApiApp, api: ApiContext): void {
  const { db, config } = api;

  app.get(
    '/teams',
    {
      config: { access: 'teams.read' },
      schema: { tags, summary: 'Teams: who is on duty, when and how they are told, what is missing', response: { 200: teamListSchema } },
    },
    async () => {
      const users = await listUsers(db);
      return { rows: [...(await loadTeams(db)).values()].map((team) => toTeam(team, users)) };
    },
  ); // prettier-ignore

  app.put(
    '/teams/:team',
    {
      config: { access: 'teams.write' },
      schema: { tags, summary: 'Set up a team', params: teamParamsSchema, body: putTeamSchema, response: { 200: teamSchema } },
    },
    async (request) => {
      const { team: name } = request.params;
      const { version, chatUrl, reason, ...body } = request.body;
      const users = await listUsers(db);
      demandPeople(users, [...body.rota.map((entry) => entry.userId), ...body.deputies.flatMap((entry) => [entry.userId, entry.deputyId])]);
      const teams = await loadTeams(db);
      if (body.escalateTo !== null && !teams.has(body.escalateTo))
        throw new Refused('request-invalid', { fields: [{ path: 'escalateTo', message: 'is no team' }] });
      const chat = typeof chatUrl === 'string' ? config.seal.close(`team/${name}`, Buffer.from(chatUrl)) : chatUrl;
      const set = await putTeam(db, { team: name, body, chat, version, setBy: callerOf(request).actor });
      if (set === undefined) throw new Refused('version-stale');
      await rerouteProblems(db);
      await audit(api, request, { chain: `team/${name}`, action: 'team.set', before: teams.get(name) === undefined ? null : toTeam(teams.get(name)!, users), after: { ...body, chat: chatUrl === undefined ? 'unchanged' : chatUrl === null ? 'none' : 'set' }, why: reason });
      return toTeam((await loadTeams(db)).get(name)!, users);
    },
  ); // prettier-ignore

  addRoutingRoutes(app, api);
  addNormalRoutes(app, api);
}

function demandPeople(users: readonly User[], ids: readonly string[]): void {
  for (const id of ids)
    if (!users.some((user) => user.userId === id && user.deactivatedAt === null)) throw new Refused('user-not-found', { detail: id });
} // prettier-ignore

function toTeam({ sealedChat, ...team }: Team, users: readonly User[]) {
  const isGone = (id: string): boolean => !users.some((user) => user.userId === id && user.deactivatedAt === null);
  const gaps = [
    ...(team.emails.length === 0 && sealedChat === null && team.ticketConnection === null ? ['no way to tell this team anything'] : []),
    ...team.rota.filter((entry) => isGone(entry.userId)).map((entry) => `rota from ${entry.from}: this person is gone`),
    ...team.deputies.filter((entry) => isGone(entry.deputyId)).map((entry) => `deputy from ${entry.from}: this person is gone`),
  ];
  return { ...team, hasChat: sealedChat !== null, gaps };
} // prettier-ignore

function addRoutingRoutes(app: ApiApp, api: ApiContext): void {
  const { db } = api;
  const read = async () => {
    const stored = await listRoutingRules(db);
    const rules = stored.map(({ ruleId, body }) => ({ ...(body as RoutingRuleBody), ruleId }));
    return {
      rules,
      stamp: createHash('sha256').update(canonicalJson(rules)).digest('base64url').slice(0, 22),
    };
  };

  app.get(
    '/routing',
    {
      config: { access: 'teams.read' },
      schema: { tags, summary: 'Routing rules in their order: the first that fits decides', response: { 200: routingSchema } },
    },
    read,
  ); // prettier-ignore

  app.put(
    '/routing',
    {
      config: { access: 'teams.write' },
      schema: { tags, summary: 'Put a set of routing rules in place', body: putRoutingSchema, response: { 200: routingSchema } },
    },
    async (request) => {
      const { stamp, rules, reason } = request.body;
      const before = await read();
      if (before.stamp !== stamp) throw new Refused('version-stale');
      await demandOwners(api, rules);
      const stored = rules.map(({ ruleId, ...body }) => ({ ruleId: ruleId ?? newId(), body }));
      await db.transaction((tx) => replaceRoutingRules(tx, stored, callerOf(request).actor));
      await rerouteProblems(db);
      await audit(api, request, { chain: 'routing', action: 'routing.set', before: before.rules, after: stored, why: reason });
      return read();
    },
  ); // prettier-ignore

  app.post(
    '/routing/try',
    {
      config: { access: 'teams.write', repeats: true },
      schema: { tags, summary: 'What a set of rules would have done in the last days', body: tryRoutingSchema, response: { 200: triedRoutingSchema } },
    },
    async (request) => {
      const { rules, days } = request.body;
      checkCodes(rules.map((rule) => rule.when));
      const policy = api.engine.policy();
      return tryRouting(db, policy, rules.map((rule) => toRoutingRule(rule.ruleId ?? newId(), rule)), days, api.clock());
    },
  ); // prettier-ignore
}

async function demandOwners({ db }: ApiContext, rules: readonly RoutingRuleBody[]): Promise<void> {
  const [teams, users] = [await loadTeams(db), await listUsers(db)];
  checkCodes(rules.map((rule) => rule.when));
  rules.forEach(({ team, userId }, index) => {
    if (team !== undefined && !teams.has(team))
      throw new Refused('request-invalid', { fields: [{ path: `rules.${index}.team`, message: `is no team; there are: ${[...teams.keys()].join(', ')}` }] });
    if (userId !== undefined) demandPeople(users, [userId]);
  });
} // prettier-ignore

/** A misspelt code would fit nothing, silently. */
function checkCodes(scopes: readonly ProblemScope[]): void {
  for (const scope of scopes) {
    const wrong = scope.codes?.find((code) => !Object.hasOwn(problemCodes, code));
    if (wrong !== undefined) throw new Refused('request-invalid', { fields: [{ path: 'codes', message: `${wrong} is no problem code` }] });
  }
} // prettier-ignore

function addNormalRoutes(app: ApiApp, api: ApiContext): void {
  const { db } = api;
  const show = (rule: StoredNormalRule, silenced: ReadonlyMap<string, number>, nameOf: (actor: string) => string | null) => ({
    ...rule,
    madeByName: nameOf(rule.madeBy),
    titles: Object.fromEntries(
      ((rule.scope as ProblemScope).codes ?? []).flatMap((code) => {
        const title = entryOf(code)?.title;
        return title === undefined ? [] : [[code, title]];
      }),
    ),
    isActive: rule.endedAt === null && Date.parse(rule.expiresAt) > api.clock(),
    silenced: silenced.get(rule.ruleId) ?? 0,
  }); // prettier-ignore

  app.get(
    '/normal-rules',
    {
      config: { access: 'problems.read' },
      schema: { tags, summary: 'What is normal here, also rules that have ended', response: { 200: normalListSchema } },
    },
    async () => {
      const [silenced, nameOf] = [await countSilenced(db), await actorNames(db)];
      return { rows: (await listNormalRules(db)).map((rule) => show(rule, silenced, nameOf)) };
    },
  ); // prettier-ignore

  app.post(
    '/normal-rules/preview',
    {
      config: { access: 'normal.write', repeats: true },
      schema: { tags, summary: 'What a rule would have silenced in the last 90 days, and how much of it proved real', body: previewNormalSchema, response: { 200: normalPreviewSchema } },
    },
    async (request) => {
      checkCodes([request.body.scope]);
      return previewNormal(db, request.body.scope, api.clock());
    },
  ); // prettier-ignore

  app.post(
    '/normal-rules',
    {
      config: { access: 'normal.write' },
      schema: { tags, summary: 'Call something normal here, with a reason and until a time', body: addNormalSchema, response: { 201: normalRuleSchema } },
    },
    async (request, reply) => {
      const { scope, reason, expiresAt } = request.body;
      checkCodes([scope]);
      if (Object.keys(scope).length === 0) throw new Refused('request-invalid', { fields: [{ path: 'scope', message: 'must say what it is about' }] });
      if (Date.parse(expiresAt) <= api.clock()) throw new Refused('request-invalid', { fields: [{ path: 'expiresAt', message: 'lies in the past' }] });
      const rule = await addNormalRule(db, { scope, reason, expiresAt, madeBy: callerOf(request).actor });
      await rerouteProblems(db);
      await audit(api, request, { chain: 'normal-rules', action: 'normal.added', after: rule, why: reason });
      return reply.code(201).send(show(rule, new Map(), await actorNames(db)));
    },
  ); // prettier-ignore

  app.post(
    '/normal-rules/:rule/end',
    {
      config: { access: 'normal.write' },
      schema: { tags, summary: 'End a rule before its time: what it silenced is work again', params: normalParamsSchema, response: { 200: normalRuleSchema } },
    },
    async (request) => {
      const rule = await endNormalRule(db, request.params.rule, callerOf(request).actor);
      if (rule === undefined) throw new Refused('normal-rule-not-found', { detail: request.params.rule });
      await rerouteProblems(db);
      await audit(api, request, { chain: 'normal-rules', action: 'normal.ended', after: { ruleId: rule.ruleId } });
      return show(rule, new Map(), await actorNames(db));
    },
  ); // prettier-ignore
}
