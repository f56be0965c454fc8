/** One delivery by its key. */
import { statement } from './database.ts';
import type { Runner } from './database.ts';
import type { DeliveryRef, DeliveryRow } from './deliveries.ts';

const findStatement = statement<DeliveryRow, [string, string]>(
  'find-delivery',
  'object',
  `select object_key as "objectKey", delivery_id as "deliveryId", connection, topic, received_at as "receivedAt",
     last_received_at as "lastReceivedAt", seen_count as "seenCount", attempt_count as "attemptCount",
     processed_at as "processedAt", outcome, detail
   from deliveries where object_key = $1 and delivery_id = $2`,
);

/** The delivery, or undefined. */
export async function findDelivery(db: Runner, ref: DeliveryRef): Promise<DeliveryRow | undefined> {
  return (await db.run(findStatement, [ref.objectKey, ref.deliveryId]))[0];
}
