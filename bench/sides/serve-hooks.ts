/** Sends webhooks from a process of its own to a server in this one: first 500 a second, then as many as go. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Figures } from '../side.ts';

const run = promisify(execFile);
const sender = join(import.meta.dirname, '../send-webhooks.ts');

/** Signs as WooCommerce does. */
export const hookSecret = 'whsec_bench';

export type Sent = { readonly perSecond: number; readonly p50: number; readonly p99: number };

export async function measureHooks(url: string, size: number): Promise<Figures> {
  const send = async (count: number, rate: number): Promise<Sent> => {
    const { stdout } = await run(process.execPath, [sender, url, String(count), String(rate), hookSecret]);
    return JSON.parse(stdout) as Sent;
  };
  await send(Math.min(500, size), 0); // Warm: plans, code, connections.
  const calm = await send(Math.min(size, 3000), 500);
  const most = await send(size, 0);
  return {
    'webhooks/s': most.perSecond,
    'p50 ms at 500/s': calm.p50,
    'p99 ms at 500/s': calm.p99,
    'p99 ms at most': most.p99,
  };
}
