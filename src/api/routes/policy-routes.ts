/** The policy: values with the dates from which they hold. */
import { parsePolicyFile } from '../../kernel/policy-file.ts';
import { policySchema as policyKeys } from '../../kernel/policy-schema.ts';
import { isDatedKey, notPolicy } from '../../engine/load-policy.ts';
import { listPolicyValues, putPolicyValue } from '../../store/connections.ts';
import {
  policyParamsSchema, policySchema, policyValueSchema, putPolicySchema,
} from '../../wire/api-connections.ts'; // prettier-ignore
import { callerOf } from '../access.ts';
import type { ApiApp } from '../api-app.ts';
import type { ApiContext } from '../api-config.ts';
import { audit } from '../audited.ts';
import { Refused } from '../refused.ts';

const tags = ['policy'];
/** Connections have routes of their own. */
const settable = Object.keys(policyKeys.fields).filter((name) => name !== 'connections');

export function addPolicyRoutes(app: ApiApp, api: ApiContext): void {
  const { db } = api;

  app.get(
    '/policy',
    {
      config: { access: 'policy.read' },
      schema: { tags, summary: 'All policy values with their dates', response: { 200: policySchema } },
    },
    // What the service notes for itself beside them is no policy; how far the sources speak is, though nobody sets it.
    async () => ({ rows: (await listPolicyValues(db)).filter(({ name }) => name === 'coverage' || !notPolicy.has(name)) }), // prettier-ignore
  );

  app.put(
    '/policy/:name',
    {
      config: { access: 'policy.write' },
      schema: {
        tags,
        summary: 'Set a policy value from an instant on',
        description: `Keys: ${settable.map((name) => `\`${name}\``).join(', ')}.`,
        params: policyParamsSchema,
        body: putPolicySchema,
        response: { 200: policyValueSchema },
      },
    },
    async (request) => {
      const { name } = request.params;
      const { value, validFromAt, validToAt, reason } = request.body;
      checkValue(name, value);
      if (validToAt !== null && validToAt <= validFromAt) {
        const fields = [{ path: 'validToAt', message: 'lies before the start' }];
        throw new Refused('policy-value-invalid', { fields });
      }
      if (validToAt !== null && name !== 'controls' && !isDatedKey(name)) {
        const fields = [{ path: 'validToAt', message: 'this key has one value at a time: leave the end out, and set it again when it is to change' }]; // prettier-ignore
        throw new Refused('policy-value-invalid', { fields });
      }
      const before = (await listPolicyValues(db)).filter((one) => one.name === name && one.scope === '');
      const next = { name, scope: '', validFromAt, validToAt, value, setBy: callerOf(request).actor };
      await putPolicyValue(db, next);
      await audit(api, request, { chain: 'policy', action: 'policy.set', before, after: next, why: reason });
      await api.engine.policyChanged();
      api.hub.tell({ kind: 'policy', key: name });
      return next;
    },
  );
}

/** A value fits when a policy file with nothing else in it would. */
function checkValue(name: string, value: unknown): void {
  if (!settable.includes(name)) {
    const message = `is no key; there are: ${settable.join(', ')}`;
    throw new Refused('policy-value-invalid', { fields: [{ path: 'name', message }] });
  }
  const read = parsePolicyFile({ [name]: value }, []);
  if (!read.ok) throw new Refused('policy-value-invalid', { fields: read.errors });
}
