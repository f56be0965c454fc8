import type { SandboxResponse } from '../service.ts';

/**
 * An answer of refusal. `status` is the HTTP status; what stands in `data` need not agree with it: the refund
 * routes answer 500 while `data` says 404 or 400 (recordings 307, 318, 325).
 */
export class RestError extends Error {
  readonly status: number;
  readonly code: string;
  readonly data: unknown;
  readonly more: object;

  constructor(status: number, code: string, message: string, data: unknown = { status }, more: object = {}) {
    super(message);
    this.more = more;
    this.status = status;
    this.code = code;
    this.data = data;
  }

  response(): SandboxResponse {
    return {
      status: this.status,
      body: { code: this.code, message: this.message, data: this.data, ...this.more },
    };
  }
}

/** 400 for parameters of the wrong shape (321, 605, 642). `kind` is the rule that was broken. */
export function invalidParameter(
  name: string,
  kind: string,
  message: string,
  data: unknown = null,
): RestError {
  return new RestError(400, 'rest_invalid_param', `Invalid parameter(s): ${name}`, {
    status: 400,
    params: { [name]: message },
    details: { [name]: { code: kind, message, data } },
  });
}

export const invalidType = (name: string, type: string): RestError =>
  invalidParameter(name, 'rest_invalid_type', `${name} is not of type ${type}.`, { param: name });

export const noRoute = (): RestError =>
  new RestError(404, 'rest_no_route', 'No route was found matching the URL and request method.');
