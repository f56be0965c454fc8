/** Deliveries: what systems sent, and processing them once more. */
import type { DeliveryRef, DeliveryRow } from '../../store/deliveries.ts';
import { listDeliveries, replayDelivery } from '../../store/deliveries.ts';
import { findDelivery } from '../../store/find-delivery.ts';
import {
  deliveryFilterSchema, deliveryPageSchema, deliveryParamsSchema, deliverySchema, replayedSchema,
} from '../../wire/api-connections.ts'; // prettier-ignore
import type { ApiApp } from '../api-app.ts';
import type { ApiContext } from '../api-config.ts';
import { audit } from '../audited.ts';
import { Refused } from '../refused.ts';

const tags = ['connections'];
const params = deliveryParamsSchema;

export function addDeliveryRoutes(app: ApiApp, api: ApiContext): void {
  const { db } = api;

  app.get(
    '/deliveries',
    {
      config: { access: 'deliveries.read' },
      schema: {
        tags, summary: 'List deliveries, newest first', querystring: deliveryFilterSchema,
        response: { 200: deliveryPageSchema },
      },
    },
    async (request) => {
      const page = await listDeliveries(db, request.query);
      return { rows: page.rows.map(toDelivery), next: page.next ?? null };
    },
  ); // prettier-ignore

  app.get(
    '/deliveries/:delivery',
    {
      config: { access: 'deliveries.read' },
      schema: { tags, summary: 'One delivery', params, response: { 200: deliverySchema } },
    },
    async (request) => toDelivery(await readDelivery(api, request.params.delivery)),
  );

  app.post(
    '/deliveries/:delivery/replay',
    {
      config: { access: 'deliveries.replay' },
      schema: { tags, summary: 'Process a delivery once more', params, response: { 200: replayedSchema } },
    },
    async (request) => {
      const delivery = await readDelivery(api, request.params.delivery);
      // False: it waits to be processed anyway.
      const replayed = await replayDelivery(db, delivery);
      await audit(api, request, {
        chain: `connection/${delivery.connection}`,
        action: 'delivery.replayed',
        after: { delivery: idOf(delivery), replayed },
      });
      api.hub.tell({ kind: 'delivery', key: idOf(delivery) });
      return { replayed };
    },
  );
}

const idOf = ({ objectKey, deliveryId }: DeliveryRef): string => `${objectKey}~${deliveryId}`;

function toDelivery({ objectKey, deliveryId, ...row }: DeliveryRow): Omit<DeliveryRow, keyof DeliveryRef> & {
  id: string;
  record: string;
} {
  return { ...row, id: idOf({ objectKey, deliveryId }), record: objectKey };
}

const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

async function readDelivery({ db }: ApiContext, id: string): Promise<DeliveryRow> {
  const tilde = id.lastIndexOf('~');
  const [objectKey, deliveryId] = [id.slice(0, tilde), id.slice(tilde + 1)];
  const found = uuid.test(deliveryId) ? await findDelivery(db, { objectKey, deliveryId }) : undefined;
  if (found === undefined) throw new Refused('delivery-not-found', { detail: id });
  return found;
}
