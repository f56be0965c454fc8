/** What the routes of the shop have in common. */
import type { Json, SandboxRequest, SandboxResponse } from '../service.ts';
import { asText } from '../service.ts';
import type { Gateway } from './create-refund.ts';
import { RestError } from './rest-error.ts';
import type { ShopState } from './shop-state.ts';

/** What a route gets to see. */
export type Call = {
  readonly shop: ShopState;
  readonly request: SandboxRequest;
  readonly method: string;
  /** Numbers in the path, in order. */
  readonly ids: readonly number[];
  readonly query: URLSearchParams;
  readonly body: Json;
  /** `https://shop.example/wp-json/wc/v3` */
  readonly apiUrl: string;
  /** Digits asked for by `dp`. */
  readonly dp: number;
  readonly gateway: Gateway;
};

export type Act = 'list' | 'view' | 'create' | 'edit' | 'delete' | 'open';

export type Route = {
  readonly method: string;
  readonly path: RegExp;
  readonly act: Act;
  readonly run: (call: Call) => SandboxResponse | Promise<SandboxResponse>;
};

/** One object by id, or the error that its route gives. */
export function findById<T>(map: ReadonlyMap<number, T>, id: number | undefined, kind: string): T {
  const found = map.get(id ?? 0);
  if (found === undefined) throw new RestError(404, `woocommerce_rest_${kind}_invalid_id`, 'Invalid ID.');
  return found;
}

export const isForced = (call: Call): boolean =>
  ['true', '1'].includes(call.query.get('force') ?? asText(call.body['force']));
