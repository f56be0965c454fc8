/** Commands: what Reentry would do, or is doing, about a problem; and the people who allow it. */
import type { FastifyRequest } from 'fastify';
import { outcomeOf, teamOfCommand } from '../../engine/plan-order.ts';
import { approvalsNeeded } from '../../kernel/decide-money.ts';
import { movesMoney, type Command as KernelCommand, type CommandKind } from '../../kernel/plan.ts';
import {
  approveCommand, decideCommand, listAttempts, listCommands, listCommandsByStatus, withdrawCommand, type Command,
  type CommandStatus, type Decision,
} from '../../store/commands.ts'; // prettier-ignore
import type { Runner } from '../../store/database.ts';
import { listOrderNumbers } from '../../store/list-orders.ts';
import { markOrders } from '../../store/marks.ts';
import {
  approveCommandSchema, commandDecidedSchema, commandFilterSchema, commandListSchema, commandParamsSchema, commandSchema,
  decideCommandSchema, type CommandRow,
} from '../../wire/api-commands.ts'; // prettier-ignore
import { orderParamsSchema } from '../../wire/api-orders.ts';
import { problemParamsSchema } from '../../wire/api-problems.ts';
import { callerOf } from '../access.ts';
import type { ApiApp } from '../api-app.ts';
import type { ApiContext } from '../api-config.ts';
import { audit } from '../audited.ts';
import { cutToRole } from '../cut-to-role.ts';
import { readOrder } from '../find-order.ts';
import { Refused } from '../refused.ts';

const tags = ['commands'];
const openStatuses: readonly CommandStatus[] = [
  'planned',
  'approved',
  'sending',
  'unknown',
  'failed',
  'dead',
];

type Params = { readonly order: string; readonly command: string };

export function addCommandRoutes(app: ApiApp, api: ApiContext): void {
  const { db } = api;

  app.get(
    '/commands',
    {
      config: { access: 'commands.read' },
      schema: {
        tags, summary: 'List commands over all orders, oldest first: what waits for people, what is stuck',
        querystring: commandFilterSchema, response: { 200: commandListSchema },
      },
    },
    async (request) => {
      const { status, limit } = request.query;
      const found = await listCommandsByStatus(db, status === undefined ? openStatuses : [status], limit);
      return { rows: await toRows(db, found) };
    },
  ); // prettier-ignore

  app.get(
    '/orders/:order/commands',
    {
      config: { access: 'commands.read' },
      schema: {
        tags, summary: 'All commands of an order, also ended ones, oldest first', params: orderParamsSchema,
        response: { 200: commandListSchema },
      },
    },
    async (request) => {
      const { orderKey } = await readOrder(db, request.params.order);
      return { rows: await toRows(db, await listCommands(db, [orderKey])) };
    },
  ); // prettier-ignore

  app.get(
    '/problems/:problem/commands',
    {
      config: { access: 'commands.read' },
      schema: {
        tags, summary: 'The remedy of a problem: the commands that close it, oldest first', params: problemParamsSchema,
        response: { 200: commandListSchema },
      },
    },
    async (request) => {
      const ref = request.params.problem;
      const tilde = ref.lastIndexOf('~');
      const id = ref.slice(tilde + 1).replace(/-command$/, '');
      const commands = await listCommands(db, [ref.slice(0, tilde)]);
      return { rows: await toRows(db, commands.filter((command) => command.itemId === id)) };
    },
  ); // prettier-ignore

  app.get(
    '/orders/:order/commands/:command',
    {
      config: { access: 'commands.read' },
      schema: {
        tags, summary: 'One command with everything that was tried', params: commandParamsSchema,
        response: { 200: commandSchema },
      },
    },
    async (request) => {
      const command = await readCommand(api, request.params);
      const { roles } = callerOf(request).user;
      const tried = (await listAttempts(db, command)).map(({ attempt, step, outcome, startedAt, endedAt, response }) => ({
        attempt, step, outcome, startedAt, endedAt, response: cutToRole(response, roles),
      }));
      const [row] = await toRows(db, [command]);
      return { command: row!, tried };
    },
  ); // prettier-ignore

  app.post(
    '/orders/:order/commands/:command/approve',
    {
      config: { access: 'commands.decide' },
      schema: {
        tags, summary: 'Allow a command to go out',
        description: 'Money above the limit of the policy needs two different people. Only the team of the command may, or an administrator.',
        params: commandParamsSchema, body: approveCommandSchema, response: { 200: commandDecidedSchema },
      },
    },
    async (request) => {
      const command = await readOwnCommand(api, request);
      if (command.mode === 'suggest') throw new Refused('command-only-suggested');
      const { amount } = command.body as KernelCommand;
      const order = await api.engine.openOrder(command.orderKey);
      const isMoney = movesMoney.includes(command.kind as CommandKind);
      const at = new Date(api.clock()).toISOString();
      const needed =
        isMoney && amount !== undefined && order !== undefined ? approvalsNeeded(amount.minor, order.policy, at) : 1;
      const result = await approveCommand(db, command, callerOf(request).person, needed);
      if (result === 'same-person') throw new Refused('approval-same-person');
      if (result === 'not-planned') throw new Refused('command-not-waiting');
      return decided(api, request, command, { action: 'command.approved', why: request.body.reason, needed });
    },
  ); // prettier-ignore

  app.post(
    '/orders/:order/commands/:command/reject',
    {
      config: { access: 'commands.decide' },
      schema: {
        tags, summary: 'Take a command back before it goes out; the same step is not planned again',
        params: commandParamsSchema, body: decideCommandSchema, response: { 200: commandDecidedSchema },
      },
    },
    async (request) => {
      const command = await readOwnCommand(api, request);
      if (!(await withdrawCommand(db, command, callerOf(request).person))) throw new Refused('command-not-waiting');
      return decided(api, request, command, { action: 'command.rejected', why: request.body.reason, needed: 0 });
    },
  ); // prettier-ignore

  const decisions = {
    retry: [
      'send-again',
      'Have a command sent again that failed, or of which nobody knows what became of it',
    ],
    leave: [
      'leave',
      'Leave a command that failed or is of unknown outcome: it did not happen, or was done by hand',
    ],
  } as const satisfies Record<string, readonly [Decision, string]>;
  for (const [path, [decision, summary]] of Object.entries(decisions)) {
    app.post(
      `/orders/:order/commands/:command/${path}`,
      {
        config: { access: 'commands.decide' },
        schema: {
          tags, summary, description: 'Look in the target first. It is looked for once more before anything is sent, under the same key.',
          params: commandParamsSchema, body: decideCommandSchema, response: { 200: commandDecidedSchema },
        },
      },
      async (request) => {
        const command = await readOwnCommand(api, request);
        const { reason } = request.body;
        if (!(await decideCommand(db, command, callerOf(request).person, decision, reason)))
          throw new Refused('command-not-waiting');
        return decided(api, request, command, { action: `command.${path}`, why: reason, needed: 0 });
      },
    ); // prettier-ignore
  }
}

async function readCommand({ db }: ApiContext, { order, command }: Params): Promise<Command> {
  const { orderKey } = await readOrder(db, order);
  const found = (await listCommands(db, [orderKey])).find((one) => one.commandId === command);
  if (found === undefined) throw new Refused('command-not-found', { detail: command });
  return found;
}

/** A command that the caller may decide about: money is finance's, goods are the warehouse's, cases are support's. */
async function readOwnCommand(
  api: ApiContext,
  request: FastifyRequest<{ Params: Params }>,
): Promise<Command> {
  const command = await readCommand(api, request.params);
  const team = teamOfCommand[command.kind as CommandKind];
  const { roles } = callerOf(request).user;
  if (!roles.includes(team) && !roles.includes('admin'))
    throw new Refused('not-allowed', { detail: `this is decided by ${team}` });
  return command;
}

async function decided(
  api: ApiContext,
  request: FastifyRequest,
  command: Command,
  {
    action,
    why,
    needed,
  }: { readonly action: string; readonly why: string | undefined; readonly needed: number },
): Promise<{ status: CommandStatus; approvals: number; needed: number }> {
  const { orderKey, commandId, kind } = command;
  const now = (await listCommands(api.db, [orderKey])).find((one) => one.commandId === commandId) ?? command;
  await audit(api, request, {
    chain: orderKey, action, before: { command: commandId, status: command.status },
    after: { command: commandId, kind, status: now.status, body: command.body }, why,
  }); // prettier-ignore
  await markOrders(api.db, [orderKey]);
  api.hub.tell({ kind: 'order', key: orderKey });
  return { status: now.status, approvals: now.approvals.length, needed };
}

async function toRows(db: Runner, commands: readonly Command[]): Promise<readonly CommandRow[]> {
  const numbers = await listOrderNumbers(db, [...new Set(commands.map((command) => command.orderKey))]);
  return commands.map((command) => toRow(command, numbers.get(command.orderKey) ?? null));
}

function toRow(command: Command, number: string | null): CommandRow {
  const {
    commandId,
    orderKey,
    control,
    kind,
    connection,
    mode,
    status,
    approvals,
    sentAt,
    plannedAt,
    endedAt,
  } = command;
  const { sku, units, amount } = command.body as KernelCommand;
  const outcome = outcomeOf(command);
  return {
    commandId, orderKey, number, problem: `${orderKey}~${command.itemId}`, control, kind, connection, mode, status,
    team: teamOfCommand[kind as CommandKind] ?? 'ops', sku: sku ?? null, units: units ?? null, amount: amount ?? null,
    // The database writes another form of the instant into JSON.
    approvals: approvals.map(({ by, at }) => ({ by, at: new Date(at).toISOString() })),
    attempts: command.attemptCount, sentAt, plannedAt, endedAt, message: outcome.message ?? null,
    needsDecision: status === 'dead' || (endedAt === null && outcome.isOverdue === true), effect: command.effectFactId,
  }; // prettier-ignore
}
