/** The table of the returns desk: what a scan finds, what is on hold, photos. */
import { listHeld } from '../../store/order-returns.ts';
import { findPhoto, listPhotos, storePhoto } from '../../store/photos.ts';
import { orderParamsSchema } from '../../wire/api-orders.ts';
import {
  heldFilterSchema, heldPageSchema, photoListSchema, photoParamsSchema, photoStoredSchema, scanResultSchema, scanSchema,
} from '../../wire/api-returns.ts'; // prettier-ignore
import { photoBytesMax, photoTypes } from '../../wire/photo-limits.ts';
import { callerOf } from '../access.ts';
import type { ApiApp } from '../api-app.ts';
import type { ApiContext } from '../api-config.ts';
import { audit } from '../audited.ts';
import { readOrder } from '../find-order.ts';
import { photoTypeOf } from '../photo-type.ts';
import { Refused } from '../refused.ts';
import { scanDesk } from '../scan-desk.ts';

const tags = ['returns'];
/** Photos of one order; a fuller album is a mistake or mischief. */
const photosMax = 200;

export function addDeskRoutes(app: ApiApp, api: ApiContext): void {
  const { db } = api;

  app.post(
    '/desk/scan',
    {
      config: { access: 'returns.read', repeats: true },
      schema: {
        tags, summary: 'Find what was scanned or typed: RMA, order, tracking number, EAN, serial number, name or postcode',
        description: 'A name or postcode needs the permission `persons.read`, and each such look is logged.',
        body: scanSchema, response: { 200: scanResultSchema },
      },
    },
    async (request) => ({ rows: await scanDesk(api, request, request.body) }),
  ); // prettier-ignore

  app.get(
    '/desk/quarantine',
    {
      config: { access: 'returns.read' },
      schema: {
        tags, summary: 'The quarantine shelf: goods on hold, longest first', querystring: heldFilterSchema,
        response: { 200: heldPageSchema },
      },
    },
    async (request) => {
      const page = await listHeld(db, request.query);
      const rows = page.rows.map(({ orderKey, number, sku, rma, units, sinceAt, heldBy, body }) => {
        const { name, condition } = body as { readonly name: string | null; readonly condition: string | null };
        return { orderKey, number, sku, name, rma: rma === '' ? null : rma, units, sinceAt, heldBy, condition };
      });
      return { rows, next: page.next ?? null };
    },
  ); // prettier-ignore

  void app.register(async (plain) => {
    // The body is the photo itself; nothing but photos is read as bytes here.
    plain.addContentTypeParser([...photoTypes], { parseAs: 'buffer', bodyLimit: photoBytesMax }, (_request, body, done) => done(null, body)); // prettier-ignore
    plain.post(
      '/orders/:order/photos',
      {
        config: { access: 'returns.goods' },
        bodyLimit: photoBytesMax,
        schema: {
          tags, summary: 'Store a photo of an inspection: JPEG, PNG or WebP, at most 5 MB',
          description: 'The body is the photo. Its id is then named by a step.', consumes: [...photoTypes],
          params: orderParamsSchema, response: { 201: photoStoredSchema },
        },
      },
      async (request, reply) => {
        const { order } = request.params as { readonly order: string };
        const { orderKey } = await readOrder(db, order);
        const content = request.body;
        const contentType = Buffer.isBuffer(content) ? photoTypeOf(content) : undefined;
        if (!Buffer.isBuffer(content) || contentType === undefined) throw new Refused('photo-invalid');
        if ((await listPhotos(db, orderKey)).length >= photosMax) throw new Refused('photo-invalid', { detail: `an order takes ${photosMax} photos` });
        const photoId = await storePhoto(db, { orderKey, contentType, content, takenBy: callerOf(request).actor });
        await audit(api, request, { chain: orderKey, action: 'return.photo', after: { photoId, contentType, bytes: content.length } });
        return reply.code(201).send({ photoId });
      },
    ); // prettier-ignore
  });

  app.get(
    '/orders/:order/photos',
    {
      config: { access: 'returns.read' },
      schema: {
        tags,
        summary: 'Photos of an order',
        params: orderParamsSchema,
        response: { 200: photoListSchema },
      },
    },
    async (request) => {
      const { orderKey } = await readOrder(db, request.params.order);
      return { rows: await listPhotos(db, orderKey) };
    },
  );

  app.get(
    '/orders/:order/photos/:photo',
    {
      config: { access: 'orders.raw' },
      schema: {
        tags,
        summary: 'One photo',
        description: 'Every look is in the audit trail: it may show a person or an address.',
        params: photoParamsSchema,
        produces: [...photoTypes],
      },
    },
    async (request, reply) => {
      const { orderKey } = await readOrder(db, request.params.order);
      const photo = await findPhoto(db, orderKey, request.params.photo);
      if (photo === undefined) throw new Refused('photo-not-found', { detail: request.params.photo });
      await audit(api, request, {
        chain: orderKey,
        action: 'return.photo-read',
        after: { photoId: request.params.photo },
      });
      return reply
        .type(photo.contentType)
        .header('content-disposition', 'inline')
        .header('x-content-type-options', 'nosniff')
        .serializer((body: unknown) => body as never)
        .send(photo.content);
    },
  );
}
