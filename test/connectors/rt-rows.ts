/** What each recorded exchange with Request Tracker means: recording | object: facts; amounts in minor units, `sku*units@gross`. */
export const rtRows = `
001-no-auth | no object: unauthorized
002-bad-token | no object: unauthorized
003-basic-auth | no object: object
004-queues | no object: page of 1
005-queue | no object: object
006-ticket-create | no object: created ticket/1
007-ticket-create-again | no object: created ticket/2
008-ticket-create-bad-custom-field | no object: created ticket/3
009-ticket-create-bad-queue | no object: refused
010-ticket-create-bad-json | no object: refused
011-tickets-bulk-create | no object: page of 2
012-ticket-read | ticket/1: case.opened about=return, return.approved rma=RMA-5001
013-ticket-read-not-modified | no object: unchanged
014-tickets-by-order-number | ticket/1: case.opened about=return, return.approved rma=RMA-5001
    ticket/2: case.opened about=return, return.approved rma=RMA-5001
    ticket/4: case.opened about=return, return.approved rma=RMA-5001
015-ticket-update | no object: changed, 0 refused
016-ticket-update-bad-status | no object: changed, 1 refused
017-ticket-update-bad-cf | no object: changed, 1 refused
018-ticket-update-no-change | no object: changed, 0 refused
023-ticket-comment-plain | no object: changed, 0 refused
024-ticket-history | 7 transaction
025-transactions-search-get | 7 transaction
026-transactions-after-id | no object: page of 10
027-transactions-sql | transaction/33
    transaction/39
    transaction/45
028-tickets-poll-last-updated | ticket/2: case.opened about=return, return.approved rma=RMA-5001
    ticket/3: case.opened about=question
    ticket/4: case.opened about=return, return.approved rma=RMA-5001
    ticket/1: case.opened about=return, return.approved rma=RMA-5001
029-tickets-poll-now | no object: page of 0
030-tickets-bad-query | no object: refused
036-ticket-comment-on-deleted | no object: changed, 0 refused
037-user-create-forbidden | no object: refused
webhook-00-create | no object: webhook ticket/1 transaction/39
webhook-04-status | no object: webhook ticket/1 transaction/59
webhook-05-customfield | no object: webhook ticket/1 transaction/60
webhook-08-correspond | no object: webhook ticket/1 transaction/63
`;
