/**
 * `node bench/send-webhooks.ts URL COUNT RATE SECRET`: sends signed webhooks and prints how they were answered. RATE is per second,
 * spread evenly; 0: over 32 connections, each as soon as its last is answered. A delay counts from when a webhook
 * was due, so a server that falls behind cannot hide it. As many as there are connections four times over go before, uncounted:
 * what this process needs to open its connections and to compile itself is no delay of the server.
 */
import { createHmac } from 'node:crypto';
import { Agent, request } from 'node:http';

const [target = '', countText = '', rateText = '', secret = ''] = process.argv.slice(2);
const count = Number(countText);
const rate = Number(rateText);
const connections = rate === 0 ? 32 : 64;
const agent = new Agent({ keepAlive: true, maxSockets: connections });
const url = new URL(target);
const padding = 'x'.repeat(2900);

function send(id: number): Promise<void> {
  const body = JSON.stringify({ id, status: 'completed', padding });
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'x-wc-webhook-topic': 'order.updated',
    'x-wc-webhook-signature': createHmac('sha256', secret).update(body).digest('base64'),
  };
  return new Promise((resolve, reject) => {
    const sending = request(url, { method: 'POST', headers, agent }, (answer) => {
      answer.resume();
      answer.on('end', () =>
        answer.statusCode! < 300 ? resolve() : reject(new Error(`answered with ${answer.statusCode}`)),
      );
    });
    sending.on('error', reject);
    sending.end(body);
  });
}

/** Sends so many; ids from `firstId` on. Resolves to the delay of each, in milliseconds. */
async function sendAll(total: number, firstId: number): Promise<number[]> {
  const delays: number[] = [];
  const began = performance.now();
  let next = 0;
  const sendInTurn = async (): Promise<void> => {
    for (let index = next++; index < total; index = next++) {
      const dueAt = rate === 0 ? performance.now() : began + (index * 1000) / rate;
      const wait = dueAt - performance.now();
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      await send(firstId + index);
      delays.push(performance.now() - dueAt);
    }
  };
  await Promise.all(Array.from({ length: connections }, sendInTurn));
  return delays;
}

const warmCount = 4 * connections;
const firstId = 1_000_000 * (rate + 1);
await sendAll(warmCount, firstId);
const began = performance.now();
const delays = await sendAll(count, firstId + warmCount);
const seconds = (performance.now() - began) / 1000;
delays.sort((left, right) => left - right);
const at = (share: number): number => delays[Math.min(delays.length - 1, Math.floor(share * delays.length))]!;
console.log(JSON.stringify({ perSecond: count / seconds, p50: at(0.5), p99: at(0.99) }));
agent.destroy();
