/**
 * Floors: nothing that waits in a queue is older than its floor, so claims begin there and pass by what was worked off
 * before. That matters while somebody reads for long (a report, a dump, a forgotten session): until that ends nothing dead
 * can be cleared away. Without a floor claims begin at the beginning.
 */
import { statement } from './database.ts';
import type { Runner } from './database.ts';

/** Queues with a floor, by the column that their claims are ordered by. */
export const floored = {
  object_marks: 'marked_at',
  order_marks: 'marked_at',
  deliveries: 'not_before_at',
} as const;
export type FlooredQueue = keyof typeof floored;

const queues = Object.keys(floored) as FlooredQueue[];

/**
 * A transaction of that age may still add what is older than what waits now. One that takes longer is not lost: the next
 * raise sees its rows, and goes down to them.
 */
const slackMs = 30_000;

/** SQL of a condition on alias `t`: not under the floor. */
export function aboveFloor(queue: FlooredQueue): string {
  return `t.${floored[queue]} >= coalesce((select floor_at from queue_floors where queue = '${queue}'), '-infinity'::timestamptz)`;
}

const waiting: Readonly<Record<FlooredQueue, string>> = {
  object_marks: 'true',
  order_marks: 'true',
  deliveries: 'processed_at is null',
};

const findFloorsStatement = statement<Readonly<Record<FlooredQueue, string>>, [number]>(
  'find-queue-floors',
  'list',
  `select ${queues
    .map(
      (queue) =>
        `least((select min(${floored[queue]}) from ${queue} where ${waiting[queue]}), now() - $1 * interval '1 millisecond') as ${queue}`,
    )
    .join(', ')}`,
);

const writeFloorStatement = statement<object, [FlooredQueue, string]>(
  'write-queue-floor',
  'reference',
  `insert into queue_floors (queue, floor_at) values ($1, $2)
   on conflict (queue) do update set floor_at = excluded.floor_at`,
);

/** Raises the floor of each queue to what waits longest in it, or lowers it where something older has come. */
export async function raiseQueueFloors(db: Runner): Promise<void> {
  const [floors] = await db.run(findFloorsStatement, [slackMs]);
  for (const queue of queues) await db.run(writeFloorStatement, [queue, floors![queue]]);
}
