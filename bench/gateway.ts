/**
 * The gateway of the sandbox company behind a wire that takes as long as that of a real one, and counts: what is called, and
 * what comes of it. Half of the time passes before the gateway acts and half after it, so that whoever is killed while it
 * waits may or may not have made a refund.
 */
import { createServer, request as forward } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSandbox, type SandboxCompany } from '../src/sandbox/start-sandbox.ts';

/** As measured from Europe, a refund takes about so long, a read a third of it. */
const writeMs = 300;
const readMs = 100;

export type Refund = { readonly charge: string; readonly amount: number };

export type Gateway = {
  readonly sandbox: SandboxCompany;
  readonly url: string;
  /** Requests so far. */
  calls(): number;
  /** Times that each charge was refunded. */
  effects(): ReadonlyMap<string, number>;
  close(): Promise<void>;
};

export async function openGateway(): Promise<Gateway> {
  const sandbox = await startSandbox({ seed: 'bench', now: '2026-10-01T08:00:00Z', ordersPerDay: 0, requestNow: Date.now }); // prettier-ignore
  let calls = 0;
  const server = createServer(async (incoming, reply) => {
    calls += 1;
    const chunks: Buffer[] = [];
    for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
    const halfMs = (incoming.method === 'GET' ? readMs : writeMs) / 2;
    await sleep(halfMs);
    const target = new URL(incoming.url!, sandbox.stripe.baseUrl);
    const onward = forward(target, { method: incoming.method, headers: incoming.headers }, (answer) => {
      const body: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => body.push(chunk));
      answer.on('end', () => {
        setTimeout(
          () => reply.writeHead(answer.statusCode!, answer.headers).end(Buffer.concat(body)),
          halfMs,
        );
      });
    });
    onward.on('error', () => reply.destroy());
    onward.end(Buffer.concat(chunks));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    sandbox,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: () => calls,
    effects() {
      const times = new Map<string, number>();
      for (const { charge } of sandbox.company.stripe.gateway.refunds.values())
        times.set(charge, (times.get(charge) ?? 0) + 1);
      return times;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await sandbox.close();
    },
  };
}

/** The call that the peers make once for each job: a part of the charge, so that the gateway would do it twice. */
export async function refund({ charge, amount }: Refund, url: string, key: string): Promise<void> {
  const body = new URLSearchParams({ charge, amount: String(amount) });
  const headers = { authorization: `Bearer ${key}` };
  const answer = await fetch(`${url}/v1/refunds`, { method: 'POST', body, headers });
  if (!answer.ok) throw new Error(`the gateway says ${answer.status}: ${await answer.text()}`);
}
