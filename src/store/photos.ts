/** Photos of inspections: bytes with their type, under the order. */
import { statement } from './database.ts';
import type { Runner } from './database.ts';
import { newId } from './ids.ts';

export type NewPhoto = {
  readonly orderKey: string;
  readonly contentType: string;
  readonly content: Buffer;
  readonly takenBy: string;
};

const insertPhoto = statement<object, [string, string, string, Buffer, string]>(
  'insert-photo',
  'order',
  'insert into photos (order_key, photo_id, content_type, content, taken_by) values ($1, $2, $3, $4, $5)',
);

/** Stores a photo; returns its id. */
export async function storePhoto(db: Runner, photo: NewPhoto): Promise<string> {
  const id = newId();
  await db.run(insertPhoto, [photo.orderKey, id, photo.contentType, photo.content, photo.takenBy]);
  return id;
}

export type PhotoInfo = {
  readonly photoId: string;
  readonly contentType: string;
  readonly bytes: number;
  readonly takenAt: string;
};

const listPhotosStatement = statement<PhotoInfo, [string]>(
  'list-photos',
  'order',
  `select photo_id as "photoId", content_type as "contentType", length(content) as bytes, taken_at as "takenAt"
   from photos where order_key = $1 order by photo_id`,
);

export async function listPhotos(db: Runner, orderKey: string): Promise<readonly PhotoInfo[]> {
  return db.run(listPhotosStatement, [orderKey]);
}

const findPhotoStatement = statement<
  { readonly contentType: string; readonly content: Buffer },
  [string, string]
>(
  'find-photo',
  'order',
  `select content_type as "contentType", content from photos where order_key = $1 and photo_id = $2`,
);

/** One photo of an order, or undefined. */
export async function findPhoto(
  db: Runner,
  orderKey: string,
  photoId: string,
): Promise<{ readonly contentType: string; readonly content: Buffer } | undefined> {
  return (await db.run(findPhotoStatement, [orderKey, photoId]))[0];
}
