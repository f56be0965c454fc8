import { readJourney, type JourneyModel } from './journey-model.ts';

/**
 * The agreed journey of a return where a shop has not written its own: what must happen between the customer's
 * request and the closed case. Names are our events; time windows are those of the default controls.
 */
export const returnJourneyText = `journey Customer return
object return

optional
  order.placed
optional
  payment.captured
optional
  goods.shipped
choice
  return.requested
  withdrawal.declared
optional
  return.approved            within 2 days
optional
  parcel.handed_over         within 14 days
optional
  parcel.delivered           within 7 days
any order
  steps
    goods.received           within 21 days
    optional
      goods.inspected        within 2 days
    stock.moved              within 1 day
  steps
    refund.recorded          within 14 days
    optional
      refund.pending
    optional
      refund.settled         within 3 days
    optional
      credit_note.drafted
    optional
      credit_note.posted     within 2 days
optional
  customer.told              within 1 day
optional
  case.resolved              within 1 day
`;

export const returnJourney: JourneyModel = readJourney(returnJourneyText);
