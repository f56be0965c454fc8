/**
 * The network between Reentry and the company: requests go straight into the sandbox's services, one at a time, and are
 * lost, late, refused or answered wrongly as the seed says.
 */
import {
  HttpFailure,
  type HttpClient,
  type HttpRequest,
  type HttpResponse,
} from '../connectors/http-client.ts';
import type { Random } from '../sandbox/random.ts';
import type { SandboxRequest, SandboxResponse, Service } from '../sandbox/service.ts';
import type { SandboxCompany } from '../sandbox/start-sandbox.ts';
import type { SimulatedProcess, Scheduler } from './scheduler.ts';

export const networkFaults = [
  'time-out before', 'time-out after', 'lands late', '429', '500 before', '500 after', 'slow',
] as const; // prettier-ignore
export type NetworkFault = (typeof networkFaults)[number];

/** Told of a request of one fiber as it leaves; what it does happens before the server sees the request. */
export type RequestWatch = (asked: {
  readonly service: string;
  readonly label: string;
  readonly isRead: boolean;
}) => Promise<void>;

export type Network = {
  client(process: SimulatedProcess, service: Service, watch?: RequestWatch): HttpClient;
};

export type NetworkOptions = {
  readonly sandbox: SandboxCompany;
  readonly scheduler: Scheduler;
  readonly random: Random;
  /** Do faults strike now? */
  readonly isFaulty: () => boolean;
  readonly count: (fault: string) => void;
};

/** No server ends later than this after its line was cut: the shortest time that a contract allows. */
const lateMsMax = 50_000;
const timeoutMs = 30_000;

export function createNetwork(options: NetworkOptions): Network {
  const { sandbox, scheduler, random, isFaulty, count } = options;
  const { clock, faults } = sandbox.company;

  const choose = (isRead: boolean): NetworkFault | undefined => {
    if (!isFaulty() || !random.chance(isRead ? 0.005 : 0.45)) return undefined;
    const fault = random.pick(
      isRead ? (['time-out before', '429', '500 before', 'slow'] as const) : networkFaults,
    );
    count(fault);
    return fault;
  };

  const toAnswer = (service: Service, response: SandboxResponse): HttpResponse => {
    const text = response.body === undefined ? '' : typeof response.body === 'string' ? response.body : JSON.stringify(response.body); // prettier-ignore
    const headers: Record<string, string> = {
      date: new Date(clock.now() + faults.skewMs(service.name)).toUTCString(),
    };
    for (const [name, value] of Object.entries(response.headers ?? {})) headers[name.toLowerCase()] = value;
    const seconds = Number(headers['retry-after']);
    return {
      status: response.status, headers, text, json: parse(text),
      ...(Number.isFinite(seconds) && headers['retry-after'] !== undefined && { retryAfterMs: seconds * 1000 }),
    }; // prettier-ignore
  };

  return {
    client: (process, service, watch) => ({
      redact: (text) => text,
      close: () => {},
      async request(asked) {
        if (asked.signal?.aborted === true) throw new HttpFailure('aborted', 'stopped', false);
        const request = toRequest(asked);
        const isRead = service.isRead(request);
        const label = service.label(request);
        let answer: HttpResponse | undefined;
        let failure: HttpFailure | undefined;
        let waitMs = 0;
        await scheduler.run(process, async () => {
          await watch?.({ service: service.name, label, isRead });
          const handle = async (): Promise<SandboxResponse> => service.handle(request);
          const fault = choose(isRead);
          switch (fault) {
            case 'time-out before':
              [failure, waitMs] = [new HttpFailure('timeout', `${label}: no answer`, true), timeoutMs];
              return;
            case 'time-out after':
              await handle();
              [failure, waitMs] = [new HttpFailure('timeout', `${label}: no answer`, true), timeoutMs];
              return;
            case 'lands late':
              clock.after(random.int(1000, lateMsMax), async () => void (await handle()));
              failure = new HttpFailure('connection', `${label}: cut`, true);
              return;
            case '429':
              answer = toAnswer(service, service.rateLimited(random.int(1, 20)));
              return;
            case '500 before':
              answer = toAnswer(service, service.broken());
              return;
            case '500 after':
              if (service.breakAfter === undefined) {
                await handle();
                answer = toAnswer(service, service.broken());
              } else answer = toAnswer(service, service.breakAfter(request));
              return;
            case 'slow':
            case undefined:
              answer = toAnswer(service, await handle());
              if (fault === 'slow') waitMs = random.int(1000, 20_000);
          }
        });
        if (waitMs > 0) await scheduler.pause(process, waitMs);
        if (failure !== undefined) throw failure;
        return answer!;
      },
    }),
  };
}

function toRequest(asked: HttpRequest): SandboxRequest {
  const signed = asked.sign?.(asked.url);
  const url = new URL(signed?.url ?? asked.url);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries({ ...asked.headers, ...signed?.headers })) headers[name.toLowerCase()] = value; // prettier-ignore
  return {
    method: asked.method, path: decodeURI(url.pathname), query: url.searchParams, headers, rawBody: asked.body ?? '',
    secure: true, origin: url.origin,
  }; // prettier-ignore
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
