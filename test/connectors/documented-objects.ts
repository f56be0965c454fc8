/** Objects of Zendesk and Sendcloud as their documentation shows them. */

const ticket = {
  id: 35436, url: 'https://company.zendesk.com/api/v2/tickets/35436.json', subject: 'Return of order LH-10251', status: 'solved',
  description: 'Order LH-10251: one shoe is torn.', requester_id: 20978392, submitter_id: 76872, assignee_id: 235323,
  tags: ['return', 'vip'], ticket_form_id: 47, custom_status_id: 123, via: { channel: 'web' },
  custom_fields: [{ id: 27642, value: 'RMA-5012' }, { id: 27648, value: 'LH-10251' }, { id: 27650, value: 'yes' }],
  created_at: '2026-11-20T22:55:29Z', updated_at: '2026-11-24T10:38:52Z',
}; // prettier-ignore

export const zendeskObjects: readonly object[] = [
  ticket,
  { ...ticket, id: 35437, status: 'open', with_audits: true },
  {
    id: 2127301143, ticket_id: 35437, created_at: '2026-11-21T09:00:00Z', author_id: 235323, via: { channel: 'web' },
    events: [
      { id: 2127301148, type: 'Comment', author_id: 235323, public: true, body: 'Your return RMA-5012 was approved.' },
      { id: 2127301149, type: 'Change', field_name: 'status', value: 'solved', previous_value: 'open' },
      { id: 2127301150, type: 'Change', field_name: '27642', value: 'RMA-5012', previous_value: null },
      { id: 2127301151, type: 'Notification', subject: 'Your ticket', recipients: [20978392] },
    ],
  },
  { id: 27642, type: 'text', title: 'Return number', active: true, regexp_for_validation: null },
  { id: 27648, type: 'text', title: 'Order number', active: true, regexp_for_validation: null },
]; // prettier-ignore

const parcel = {
  id: 190, name: 'Ada Lindholm', address: 'Ringweg 1', is_return: true, order_number: 'LH-10251', tracking_number: '3SYZXG132912330',
  date_created: '20-11-2026 06:48:07', date_updated: '24-11-2026 10:00:00', status: { id: 11, message: 'Delivered' },
  parcel_items: [{ sku: 'SHOE-42', quantity: 1, description: 'Shoe', value: '59.50' }],
}; // prettier-ignore

export const sendcloudObjects: readonly object[] = [
  parcel,
  {
    ...parcel,
    id: 191,
    statuses: [
      { parent_status: 'announced', carrier_update_timestamp: '2026-11-20T07:00:00+00:00', carrier_message: 'Label' },
      { parent_status: 'shipment-on-route', carrier_update_timestamp: '2026-11-21T07:00:00+00:00', carrier_message: '' },
      { parent_status: 'delivered', carrier_update_timestamp: '2026-11-24T09:00:00+00:00', carrier_message: 'Delivered' },
    ],
  },
]; // prettier-ignore
