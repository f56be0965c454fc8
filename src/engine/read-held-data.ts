/** Everything that is held on a customer, for the customer: what they may ask for by law. */
import type { Database } from '../store/database.ts';
import { listAudit } from '../store/audit-trail.ts';
import { listDeclarationsOf } from '../store/declarations.ts';
import { listOrderStates } from '../store/list-orders.ts';
import { listNoticesOf } from '../store/notices.ts';
import { readOrderInputs } from '../store/order-inputs.ts';
import { customerKeyOf, listRecordsOfPerson, readPersons } from '../store/person-fields.ts';
import { findErasure } from '../store/persons.ts';
import { listPhotos } from '../store/photos.ts';
import { readObjects } from '../store/read-objects.ts';
import type { Seal } from '../store/seal.ts';
import type { StoredState } from './fold-orders.ts';

/** Looked up by the exact address; of somebody unknown all lists are empty. */
export async function readHeldData(db: Database, seal: Seal, email: string, asOf: string) {
  const customerKey = customerKeyOf(seal, email);
  const records = await listRecordsOfPerson(db, seal, email);
  const { fields } = await readPersons(db, seal, records, () => true);
  const objects = await readObjects(db, records);
  const orderKeys = [...new Set(objects.flatMap((object) => object.orderKeys))].sort();
  const notices = await listNoticesOf(db, seal, customerKey);
  const declarations = await listDeclarationsOf(db, seal, customerKey);
  const looks = [...(await listAudit(db, `person/${customerKey}`))];
  for (const chain of [...orderKeys, ...records])
    looks.push(...(await listAudit(db, chain)).filter(({ action }) => /^(?:person|records)\./.test(action)));
  return {
    customerKey,
    asOf,
    erasedAt: (await findErasure(db, customerKey)) ?? null,
    person: fields.map(({ objectKey: record, field, value }) => ({ record, field, value })),
    orders: await readOrders(db, orderKeys),
    notices: notices.map(({ kind, channel, status, queuedAt, sentAt, content }) => ({
      kind, channel, status, queuedAt, sentAt, to: content?.to ?? null, subject: content?.subject ?? null, text: content?.text ?? null,
    })),
    declarations: declarations.map(({ id, declaredAt, outcome, orderKey, content }) => ({ id, declaredAt, outcome, orderKey, ...content })),
    accesses: looks.sort((left, right) => (left.madeAt < right.madeAt ? -1 : 1)).map(({ action, madeAt }) => ({ action, at: madeAt })),
  }; // prettier-ignore
}

async function readOrders(db: Database, orderKeys: readonly string[]) {
  const states = new Map((await listOrderStates(db, orderKeys)).map((state) => [state.orderKey, state]));
  const orders = [];
  for (const { orderKey, objects, deskEntries, facts } of await readOrderInputs(db, orderKeys, {
    facts: true,
  })) {
    const state = states.get(orderKey);
    orders.push({
      orderKey,
      number: state?.number ?? null,
      placedAt: state?.placedAt ?? null,
      verdict: state?.verdict ?? null,
      answer: ((state?.state as StoredState | undefined)?.answer.en ?? []).map((sentence) => sentence.text).join(' '),
      events: facts.map(({ body, recordedAt, retractedAt }) => ({ event: body, recordedAt, retractedAt })),
      records: objects.map(({ objectKey, body, readStartedAt: readAt }) => ({ record: objectKey, readAt, body })),
      decisions: deskEntries.map(({ kind, madeAt, body }) => ({ kind, madeAt, body })),
      photos: (await listPhotos(db, orderKey)).map(({ photoId, contentType, takenAt }) => ({ photoId, contentType, takenAt })),
    }); // prettier-ignore
  }
  return orders;
}
