/** HubSpot objects in the shape of its CRM v3 API. */
export const pipeline = {
  id: '77',
  label: 'Returns',
  displayOrder: 1,
  stages: [
    { id: '701', label: 'Requested', metadata: { isClosed: 'false', ticketState: 'OPEN' } },
    { id: '702', label: 'Approved', metadata: { isClosed: 'false', ticketState: 'OPEN' } },
    { id: '703', label: 'Rejected', metadata: { isClosed: 'true', ticketState: 'CLOSED' } },
    { id: '704', label: 'Done', metadata: { isClosed: 'true', ticketState: 'CLOSED' } },
  ],
};

const times = {
  createdAt: '2026-11-02T08:00:00.000Z',
  updatedAt: '2026-11-05T08:00:00.000Z',
  archived: false,
};

/** Requested, approved, closed, opened again and closed: all of it in the ticket's own history. */
export const ticket = {
  id: '9001',
  ...times,
  properties: {
    subject: 'Return of order LH-10251', content: 'The shoe is too small. Anna Beispiel, anna@example.test',
    createdate: '2026-11-02T08:00:00.000Z', closed_date: '2026-11-05T08:00:00.000Z', hs_pipeline: '77',
    hs_pipeline_stage: '704', order_number: '#lh-10251', return_number: 'RMA 5001', hs_ticket_priority: 'HIGH',
  },
  propertiesWithHistory: {
    hs_pipeline_stage: [
      { value: '704', timestamp: '2026-11-05T08:00:00.000Z' },
      { value: '702', timestamp: '2026-11-04T09:00:00.000Z' },
      { value: '704', timestamp: '2026-11-04T08:00:00.000Z' },
      { value: '702', timestamp: '2026-11-03T08:00:00.000Z' },
      { value: '701', timestamp: '2026-11-02T08:00:00.000Z' },
    ],
    return_number: [{ value: 'RMA 5001', timestamp: '2026-11-03T08:00:01.000Z' }],
  },
}; // prettier-ignore

export const email = {
  id: '9101',
  ...times,
  properties: {
    hs_email_direction: 'EMAIL', hs_email_status: 'SENT', hs_timestamp: '2026-11-04T10:00:00.000Z',
    hs_email_text: 'Dear Anna Beispiel, we have refunded 59.90 for RMA-5001.', hs_email_subject: 'Your refund',
  },
  associations: { tickets: { results: [{ id: '9001', type: 'email_to_ticket' }] } },
}; // prettier-ignore

export const note = {
  id: '9201',
  ...times,
  properties: { hs_note_body: 'Called Anna Beispiel.', hs_timestamp: '2026-11-04T11:00:00.000Z' },
  associations: { tickets: { results: [{ id: '9001', type: 'note_to_ticket' }] } },
};

export const contact = {
  id: '9301',
  ...times,
  properties: { email: 'anna@example.test', firstname: 'Anna', lastname: 'Beispiel' },
};

export const hubspotObjects: readonly object[] = [pipeline, ticket, email, note, contact];
