/** What the law gives a customer: to be told everything that is held on them, and to be erased. */
import { eraseCustomer } from '../../engine/erase-customer.ts';
import { readHeldData } from '../../engine/read-held-data.ts';
import { customerKeyOf } from '../../store/person-fields.ts';
import { aboutPersonSchema, erasedSchema, heldDataSchema } from '../../wire/api-orders.ts';
import type { ApiApp } from '../api-app.ts';
import type { ApiContext } from '../api-config.ts';
import { audit } from '../audited.ts';

const tags = ['orders'];

export function addPersonRoutes(app: ApiApp, api: ApiContext): void {
  const { db, config } = api;

  app.post(
    '/persons/export',
    {
      config: { access: 'persons.export', tellsSecret: true },
      schema: {
        tags, summary: 'Everything that is held on a customer',
        description: 'By exact e-mail address. Each export is in the audit trail, and in the next export.',
        body: aboutPersonSchema, response: { 200: heldDataSchema },
      },
    },
    async (request) => {
      const { email, reason } = request.body;
      const held = await readHeldData(db, config.seal, email, new Date(api.clock()).toISOString());
      const after = { orders: held.orders.length, fields: held.person.length };
      await audit(api, request, { chain: `person/${held.customerKey}`, action: 'person.exported', after, why: reason });
      return held;
    },
  ); // prettier-ignore

  app.post(
    '/persons/erase',
    {
      config: { access: 'persons.erase' },
      schema: {
        tags, summary: 'Erase a customer for good',
        description:
          'Destroys the key under which their data is sealed, and what they wrote and were told. Orders, money and events stay. A backup from before still holds them: after a restore erase again, see the guide on personal data.',
        body: aboutPersonSchema, response: { 200: erasedSchema },
      },
    },
    async (request) => {
      const { email, reason } = request.body;
      const customerKey = customerKeyOf(config.seal, email);
      const gone = await eraseCustomer(db, config.seal, customerKey);
      await audit(api, request, { chain: `person/${customerKey}`, action: 'person.erased', after: gone, why: reason });
      return { erased: true, ...gone };
    },
  ); // prettier-ignore
}
