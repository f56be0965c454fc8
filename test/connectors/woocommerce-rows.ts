/** What each recorded exchange with WooCommerce means: recording | object: facts; amounts in minor units, `sku*units@gross`. */
export const woocommerceRows = `
101-product-create-simple-manage-stock | product/10
102-product-create-simple-2 | product/11
103-product-create-unmanaged | product/12
104-product-create-variable | product/13
105-variation-create-s | variation/14
106-variation-create-m | variation/15
107-variation-create-l-parent-managed | variation/16
108-product-put-parent-managed-stock | product/13
109-variation-get-l-inherits-parent | variation/16
110-products-list-by-sku | product/10
111-products-list-by-variation-sku | variation/14
112-variations-list | variation/16
    variation/15
    variation/14
113-variations-toplevel | variation/14
114-product-create-duplicate-sku | no object: unreachable bad-answer product_invalid_sku
115-product-get-missing | no object: unreachable bad-answer woocommerce_rest_product_invalid_id
116-product-put-fractional-stock | no object: unreachable bad-answer rest_invalid_param
117-product-put-stock | product/11
118-products-batch-stock | product/11
119-variations-batch-stock | variation/14
120-coupon-create-percent | no object: answer
121-coupon-create-fixed | no object: answer
122-taxes-list | no object: list of 2
123-settings-prices-include-tax | no object: answer
124-settings-general-currency | no object: answer
201-order-create-pending | order/19: order.placed number=19 total=12087 tender=card TOTE-01*3@5914 MUG-01*2@2464 TEE-S*1@2464 shipping@1081
202-product-get-after-pending | product/10
203-order-put-processing | order/19: order.placed number=19 total=12087 tender=card TOTE-01*3@5914 MUG-01*2@2464 TEE-S*1@2464 shipping@1081, payment.captured 12087 USD tender=card
204-order-get-processing | order/19: order.placed number=19 total=12087 tender=card TOTE-01*3@5914 MUG-01*2@2464 TEE-S*1@2464 shipping@1081, payment.captured 12087 USD tender=card
205-product-get-after-processing | product/10
206-order-put-completed | order/19: order.placed number=19 total=12087 tender=card TOTE-01*3@5914 MUG-01*2@2464 TEE-S*1@2464 shipping@1081, payment.captured 12087 USD tender=card, goods.shipped sku=TOTE-01 quantity=3, goods.shipped sku=MUG-01 quantity=2, goods.shipped sku=TEE-S quantity=1
207-order-notes-list | order_note/4
    order_note/3
    order_note/2
208-order-note-create-private | order_note/5
209-order-note-create-customer | order_note/6: customer.told what=other
210-order-notes-filter | order_note/5
    order_note/4
    order_note/3
    order_note/2
211-order-notes-paging | 5 order_note, 1 customer.told
212-order-create-set-paid | order/20: order.placed number=20 total=2737 tender=card MUG-01*2@2737, payment.captured 2737 USD tender=card reference=txn_123
213-order-create-meta | order/21: order.placed number=21 total=1093 tender=invoice WRAP-01*3@1093, payment.captured 1093 USD tender=invoice
215-order-put-line-item-price-override | order/22: order.placed number=22 total=1643 TOTE-01*1@1643, payment.captured 1643 USD tender=other
216-order-create-insufficient-stock | order/23: order.placed number=23 total=1368750 TEE-S*500@1368750, payment.captured 1368750 USD tender=other
217-variation-after-oversell | variation/14
218-order-create-bad-product | order/24: order.placed number=24 total=0 line:21*1@0
219-order-create-bad-status | no object: unreachable bad-answer rest_invalid_param
220-order-create-empty | order/25: order.placed number=25 total=0
221-order-get-missing | no object: unreachable bad-answer woocommerce_rest_shop_order_invalid_id
222-order-statuses | no object: list of 8
223-order-totals-report | no object: list of 8
224-order-put-refunded-status-by-hand | order/21: order.placed number=21 total=1093 tender=invoice WRAP-01*3@1093, payment.captured 1093 USD tender=invoice
225-order-refunds-after-hand-refunded | refund/26: refund.recorded 1093 USD payment=manual refund=26
226-order-put-unknown-field | order/20: order.placed number=20 total=2737 tender=card MUG-01*2@2737, payment.captured 2737 USD tender=card reference=txn_123
227-order-delete-trash | order/21: order.placed number=21 total=1093 tender=invoice WRAP-01*3@1093, payment.captured 1093 USD tender=invoice
301-refund-partial-amount-only | refund/28: refund.recorded 500 USD payment=manual purpose=goodwill refund=28
302-refund-get-one | refund/28: refund.recorded 500 USD payment=manual purpose=goodwill refund=28
303-order-get-after-partial-refund | order/27: order.placed number=27 total=6830 tender=other TOTE-01*2@4380 MUG-01*1@1369 shipping@1081, payment.captured 6830 USD tender=other
304-refund-line-item-qty1-default-restock | refund/29: refund.recorded 2190 USD payment=manual refund=29 TOTE-01*1@2190
305-refund-line-item-no-restock | refund/30: refund.recorded 2190 USD payment=manual refund=30 TOTE-01*1@2190
306-refunds-list-of-order | refund/30: refund.recorded 2190 USD payment=manual refund=30 TOTE-01*1@2190
    refund/29: refund.recorded 2190 USD payment=manual refund=29 TOTE-01*1@2190
    refund/28: refund.recorded 500 USD payment=manual purpose=goodwill refund=28
307-refund-over-remaining | no object: unreachable server-error woocommerce_rest_cannot_create_order_refund
308-refund-remaining-makes-refunded | refund/31: refund.recorded 1950 USD payment=manual refund=31
309-refund-after-fully-refunded | no object: unreachable server-error woocommerce_rest_cannot_create_order_refund
310-refund-zero-after-full | refund/32
311-refund-full-by-lines-shipping-fee | refund/34: refund.recorded 8938 USD payment=manual refund=34 TOTE-01*2@3942 MUG-01*3@3695 shipping@1081
312-order-get-after-full-refund | order/33: order.placed number=33 total=8938 tender=other TOTE-01*2@3942 MUG-01*3@3695 shipping@1081, payment.captured 8938 USD tender=other, stock.moved sku=TOTE-01 quantity=2 from=customer to=saleable cause=refund, stock.moved sku=MUG-01 quantity=3 from=customer to=saleable cause=refund
313-order-notes-after-restock-refund | 5 order_note
314-refund-full-amount-only | refund/36: refund.recorded 2190 USD payment=manual refund=36
315-refund-full-amount-only-get | refund/36: refund.recorded 2190 USD payment=manual refund=36
316-refund-zero-amount | refund/38
317-refund-zero-amount-with-qty | refund/39
318-refund-negative | no object: unreachable server-error woocommerce_rest_invalid_order_refund
319-refund-empty-body | refund/40
320-refund-amount-garbage | no object: unreachable server-error woocommerce_rest_cannot_create_order_refund
321-refund-amount-number | no object: unreachable bad-answer rest_invalid_param
322-refund-amount-three-decimals | refund/41: refund.recorded 101 USD payment=manual refund=41
323-refund-line-unknown-id | refund/42: refund.recorded 100 USD payment=manual refund=42
324-refund-line-no-refund-total | refund/43: refund.recorded 100 USD payment=manual refund=43 TOTE-01*1@0
325-refund-order-missing | no object: unreachable server-error woocommerce_rest_invalid_order_id
326-refund-get-missing | no object: unreachable bad-answer woocommerce_rest_shop_order_refund_invalid_id
327-refund-overqty-single-call | refund/45: refund.recorded 100 USD payment=manual refund=45 TOTE-01*7@100
328-refund-overqty-again | refund/46: refund.recorded 100 USD payment=manual refund=46 TOTE-01*2@100
329-refund-line-total-over-line | refund/48: refund.recorded 6000 USD payment=manual refund=48 TOTE-01*1@6000
330-refund-amount-mismatch-lines | refund/49: refund.recorded 300 USD payment=manual refund=49 TOTE-01*1@2000
331-refund-idempotency-first | refund/51: refund.recorded 2190 USD payment=manual rma=RMA-5 refund=51 TOTE-01*1@2190
332-refund-idempotency-second | refund/52: refund.recorded 2190 USD payment=manual rma=RMA-5 refund=52 TOTE-01*1@2190
333-refunds-list-with-meta | refund/52: refund.recorded 2190 USD payment=manual rma=RMA-5 refund=52 TOTE-01*1@2190
    refund/51: refund.recorded 2190 USD payment=manual rma=RMA-5 refund=51 TOTE-01*1@2190
334-refund-with-idempotency-header | refund/53: refund.recorded 2190 USD payment=manual rma=RMA-5 refund=53 TOTE-01*1@2190
335-refund-delete-no-force | refund/51: refund.recorded 2190 USD payment=manual rma=RMA-5 refund=51 TOTE-01*1@2190
336-refund-delete-force | no object: unreachable bad-answer woocommerce_rest_shop_order_refund_invalid_id
337-refund-get-after-delete | no object: unreachable bad-answer woocommerce_rest_shop_order_refund_invalid_id
338-refund-full-then-delete-a | refund/55: refund.recorded 2190 USD payment=manual refund=55
339-refund-full-then-delete-b | refund/55: refund.recorded 2190 USD payment=manual refund=55
340-refund-put-not-allowed | no object: unreachable route-missing rest_no_route
341-refund-for-put | refund/57: refund.recorded 100 USD payment=manual refund=57
342-refund-put-existing | no object: unreachable route-missing rest_no_route
343-refund-batch-missing | no object: unreachable route-missing rest_no_route
344-refund-gateway-ok | refund/59: refund.recorded 500 USD payment=gateway refund=59
345-refund-gateway-default-true | refund/60: refund.recorded 500 USD payment=gateway refund=60
346-refund-gateway-string-false | refund/61: refund.recorded 100 USD payment=manual refund=61
347-refund-gateway-declined | no object: unreachable server-error woocommerce_rest_cannot_create_order_refund
348-refund-gateway-returned-false | no object: unreachable server-error woocommerce_rest_cannot_create_order_refund
349-refund-gateway-zero | refund/64
350-refund-gateway-unsupported | no object: unreachable server-error woocommerce_rest_cannot_create_order_refund
351-refund-gateway-none | no object: unreachable server-error woocommerce_rest_cannot_create_order_refund
352-refund-pending-order | refund/70: refund.recorded 2190 USD payment=manual refund=70 TOTE-01*1@2190
353-refund-cancelled-order | refund/72: refund.recorded 2190 USD payment=manual refund=72 TOTE-01*1@2190
354-refund-completed-partial | refund/74: refund.recorded 2190 USD payment=manual refund=74 TOTE-01*1@2190
355-refund-completed-rest | refund/75: refund.recorded 2190 USD payment=manual refund=75 TOTE-01*1@2190
401-stock-put-absolute | product/10
402-stock-put-same-value | product/10
403-stock-put-inventory-delta | product/10
404-stock-put-inventory-delta-variation | variation/15
405-stock-put-zero | product/11
406-stock-put-zero-nobackorder | product/10
407-stock-put-negative | product/10
408-stock-put-status-ignored | product/10
409-stock-put-unmanaged | product/12
410-stock-put-unmanaged-status | product/12
411-stock-put-null | product/10
412-stock-put-string | product/10
413-variation-put-stock | variation/15
414-order-onhold-get | order/87: order.placed number=87 total=8760 tender=other TOTE-01*4@8760
415-order-cancel-restores | order/87: order.placed number=87 total=8760 tender=other TOTE-01*4@8760, stock.moved sku=TOTE-01 quantity=4 from=customer to=saleable cause=cancellation, order.cancelled
416-order-cancelled-to-processing-reduces | order/87: order.placed number=87 total=8760 tender=other TOTE-01*4@8760, payment.captured 8760 USD tender=other
417-order-failed | order/87: order.placed number=87 total=8760 tender=other TOTE-01*4@8760, payment.captured 8760 USD tender=other
418-order-back-to-pending | order/87: order.placed number=87 total=8760 tender=other TOTE-01*4@8760, payment.captured 8760 USD tender=other, stock.moved sku=TOTE-01 quantity=4 from=customer to=saleable cause=cancellation
419-order-put-refunded-restores | order/88: order.placed number=88 total=8760 tender=other TOTE-01*4@8760, payment.captured 8760 USD tender=other
422-order-trash-keeps | order/94: order.placed number=94 total=8760 tender=other TOTE-01*4@8760, payment.captured 8760 USD tender=other
423-order-get-trashed | order/94: order.placed number=94 total=8760 tender=other TOTE-01*4@8760, payment.captured 8760 USD tender=other, order.deleted
424-order-delete-force-keeps | order/95: order.placed number=95 total=8760 tender=other TOTE-01*4@8760, payment.captured 8760 USD tender=other
425-order-get-force-deleted | no object: unreachable bad-answer woocommerce_rest_shop_order_invalid_id
426-order-line-qty-edit | order/96: order.placed number=96 total=2190 tender=other TOTE-01*1@2190, payment.captured 2190 USD tender=other
427-order-line-remove | order/96: order.placed number=96 total=0 tender=other
428-order-item-meta-write | order/97: order.placed number=97 total=4380 tender=other TOTE-01*2@4380, payment.captured 4380 USD tender=other
429-refund-bumps-order-and-product | refund/99: refund.recorded 2190 USD payment=manual refund=99 TOTE-01*1@2190
430-refund-without-restock-bumps-order-only | refund/100: refund.recorded 2190 USD payment=manual refund=100 TOTE-01*1@2190
431-refund-delete-bumps | refund/100: refund.recorded 2190 USD payment=manual refund=100 TOTE-01*1@2190
432-note-bumps | order_note/114
433-meta-bumps | order/98: order.placed number=98 total=6570 tender=other TOTE-01*3@6570, payment.captured 6570 USD tender=other, stock.moved sku=TOTE-01 quantity=1 from=customer to=saleable cause=refund
437-refunds-after-declined | no object: list of 0
438-notes-after-declined | order_note/115
    order_note/116
451-order-variation-bumps-parent | order/103: order.placed number=103 total=5476 tender=other TEE-M*2@5476, payment.captured 5476 USD tender=other
452-refund-variation-bumps-parent | refund/104: refund.recorded 2738 USD payment=manual refund=104 TEE-M*1@2738
456-stock-race-inventory-delta | product/10
501-webhook-create-order-created | no object: answer
502-webhook-create-order-updated | no object: answer
503-webhook-create-order-deleted | no object: answer
504-webhook-create-product-updated | no object: answer
505-webhook-create-product-deleted | no object: answer
506-webhook-create-action-woocommerce-order-refunded | no object: answer
507-webhook-create-action-woocommerce-order-status-changed | no object: answer
508-webhook-create-action-woocommerce-product-set-stock | no object: answer
509-webhook-create-action-woocommerce-refund-created | no object: answer
510-webhook-create-action-woocommerce-order-fully-refunded | no object: answer
511-webhook-create-action-woocommerce-order-partially-refunded | no object: answer
512-webhook-create-action-woocommerce-refund-deleted | no object: answer
513-webhook-create-bad-topic | no object: unreachable bad-answer woocommerce_rest_shop_webhook_invalid_topic
514-webhook-create-no-url | no object: unreachable bad-answer rest_missing_callback_param
515-webhook-create-no-secret | no object: answer
516-webhook-create-unreachable | no object: answer
517-webhook-create-ping-500 | no object: answer
518-webhooks-list | no object: list of 10
519-webhook-get | no object: answer
520-webhook-deliveries-endpoint | no object: unreachable route-missing rest_no_route
521-hook-ping | no object: ping
522-hook-order-create-order-created | order/125: order.placed number=125 total=4380 tender=other TOTE-01*2@4380, payment.captured 4380 USD tender=other
523-hook-order-create-order-updated | order/125: order.placed number=125 total=4380 tender=other TOTE-01*2@4380, payment.captured 4380 USD tender=other
524-hook-order-create-product-updated | product/10
525-hook-order-create-action-woocommerce-product-set-stock | no object: delivery of action arg
526-hook-order-create-action-woocommerce-order-status-changed | no object: delivery of action arg
527-hook-refund-create-product-updated | product/10
528-hook-refund-create-action-woocommerce-product-set-stock | no object: delivery of action arg
529-hook-refund-create-action-woocommerce-order-partially-refunded | no object: delivery of action arg
530-hook-refund-create-order-updated | order/125: order.placed number=125 total=4380 tender=other TOTE-01*2@4380, payment.captured 4380 USD tender=other, stock.moved sku=TOTE-01 quantity=1 from=customer to=saleable cause=refund
531-hook-refund-create-action-woocommerce-refund-created | no object: delivery of action arg
532-hook-refund-create-action-woocommerce-order-refunded | no object: delivery of action arg
538-hook-order-trash-order-deleted | no object: delivery of id
539-hook-variation-stock-product-updated | variation/15
540-hook-coalesced-order-updated | order/130: order.placed number=130 total=6570 tender=other TOTE-01*3@6570, payment.captured 6570 USD tender=other
541-hook-delivery-id-collision | no object: notes
546-webhook-delete-no-force | no object: unreachable server-error woocommerce_rest_trash_not_supported
547-webhook-failures-to-disabled | no object: notes
548-webhook-get-disabled | no object: answer
549-webhook-reactivate | no object: answer
550-hook-unicode-body | order/135: order.placed number=135 total=2190 tender=other TOTE-01*1@2190, payment.captured 2190 USD tender=other
551-webhook-edge-cases | no object: notes
564-refunds-of-trashed-order | no object: list of 1
565-refund-create-on-trashed-order | refund/235: refund.recorded 100 USD payment=manual refund=235
566-order-trashed-get | no object: answer
567-refunds-of-force-deleted-order | no object: list of 0
568-refund-create-on-refund-id | no object: unreachable server-error woocommerce_rest_invalid_order_id
569-refund-create-on-live-refund-id | no object: unreachable server-error internal_server_error
579-hook-delivery-lag | no object: notes
601-orders-page1 | 10 order, 10 order.placed, 8 payment.captured, 83734 payment.captured minor, 9 goods.shipped, 7 stock.moved, 1 order.cancelled
602-orders-page2 | 10 order, 10 order.placed, 8 payment.captured, 52672 payment.captured minor, 9 goods.shipped, 5 stock.moved, 1 order.cancelled
603-orders-last-page | 9 order, 9 order.placed, 7 payment.captured, 1403175 payment.captured minor, 3 stock.moved, 3 goods.shipped
604-orders-page-beyond | no object: list of 0
605-orders-per-page-101 | no object: unreachable bad-answer rest_invalid_param
606-orders-per-page-0 | no object: unreachable bad-answer rest_invalid_param
607-orders-page-0 | no object: unreachable bad-answer rest_invalid_param
608-orders-offset | order/200: order.placed number=200 total=5640 tender=invoice MUG-01*4@5476, payment.captured 5640 USD tender=invoice, stock.moved sku=MUG-01 quantity=1 from=customer to=saleable cause=refund
    order/198: order.placed number=198 total=6921 tender=other WRAP-01*1@364 TEE-M*2@5476 shipping@1081, payment.captured 6921 USD tender=other, goods.shipped sku=WRAP-01 quantity=1, goods.shipped sku=TEE-M quantity=2
    order/195: order.placed number=195 total=20041 tender=other TEE-L*4@9856 TEE-M*4@9856 WRAP-01*1@329
609-orders-fields | no object: list of 5
613-orders-status-list | order/208: order.placed number=208 total=12195 tender=other TEE-M*4@10950 shipping@1081, payment.captured 12195 USD tender=other, goods.shipped sku=TEE-M quantity=4, stock.moved sku=TEE-M quantity=2 from=customer to=saleable cause=refund
    order/204: order.placed number=204 total=11662 tender=other TOTE-01*2@3942 WRAP-01*1@329 TEE-L*3@7391, payment.captured 11662 USD tender=other, goods.shipped sku=TOTE-01 quantity=2, goods.shipped sku=WRAP-01 quantity=1, goods.shipped sku=TEE-L quantity=3
    order/202: order.placed number=202 total=7651 tender=other TOTE-01*3@6570 shipping@1081, payment.captured 7651 USD tender=other, goods.shipped sku=TOTE-01 quantity=3, stock.moved sku=TOTE-01 quantity=1 from=customer to=saleable cause=refund
614-orders-status-any-trash | order/125: order.placed number=125 total=4380 tender=other TOTE-01*2@4380, payment.captured 4380 USD tender=other, stock.moved sku=TOTE-01 quantity=1 from=customer to=saleable cause=refund, order.deleted
    order/94: order.placed number=94 total=8760 tender=other TOTE-01*4@8760, payment.captured 8760 USD tender=other, order.deleted
    order/21: order.placed number=21 total=1093 tender=invoice WRAP-01*3@1093, payment.captured 1093 USD tender=invoice, order.deleted
615-orders-search | order/208: order.placed number=208 total=12195 tender=other TEE-M*4@10950 shipping@1081, payment.captured 12195 USD tender=other, goods.shipped sku=TEE-M quantity=4, stock.moved sku=TEE-M quantity=2 from=customer to=saleable cause=refund
    order/207: order.placed number=207 total=13687 tender=other TEE-L*4@10950 TEE-S*1@2737, stock.moved sku=TEE-L quantity=4 from=customer to=saleable cause=cancellation, stock.moved sku=TEE-S quantity=1 from=customer to=saleable cause=cancellation, order.cancelled
616-orders-by-meta-ignored | order/208: order.placed number=208 total=12195 tender=other TEE-M*4@10950 shipping@1081, payment.captured 12195 USD tender=other, goods.shipped sku=TEE-M quantity=4, stock.moved sku=TEE-M quantity=2 from=customer to=saleable cause=refund
    order/207: order.placed number=207 total=13687 tender=other TEE-L*4@10950 TEE-S*1@2737, stock.moved sku=TEE-L quantity=4 from=customer to=saleable cause=cancellation, stock.moved sku=TEE-S quantity=1 from=customer to=saleable cause=cancellation, order.cancelled
617-orders-product-filter | order/206: order.placed number=206 total=14676 tender=invoice TOTE-01*4@8760 WRAP-01*2@729 MUG-01*3@4106 shipping@1081, payment.captured 14676 USD tender=invoice
618-orders-head | order/208: order.placed number=208 total=12195 tender=other TEE-M*4@10950 shipping@1081, payment.captured 12195 USD tender=other, goods.shipped sku=TEE-M quantity=4, stock.moved sku=TEE-M quantity=2 from=customer to=saleable cause=refund
619-orders-HEAD | no object: unreachable bad-answer
620-refunds-toplevel | 5 refund, 4 refund.recorded, 7964 refund.recorded minor
621-refunds-toplevel-include | refund/34: refund.recorded 8938 USD payment=manual refund=34 TOTE-01*2@3942 MUG-01*3@3695 shipping@1081
    refund/29: refund.recorded 2190 USD payment=manual refund=29 TOTE-01*1@2190
622-refunds-toplevel-after | refund/210: refund.recorded 2737 USD payment=manual refund=210 TEE-M*1@2737
    refund/209: refund.recorded 2737 USD payment=manual refund=209 TEE-M*1@2737
623-refunds-toplevel-orderby-modified | no object: list of 2
624-refunds-toplevel-modified-after | refund/210: refund.recorded 2737 USD payment=manual refund=210 TEE-M*1@2737
    refund/209: refund.recorded 2737 USD payment=manual refund=209 TEE-M*1@2737
625-refunds-toplevel-parent | 10 refund, 9 refund.recorded, 36598 refund.recorded minor
626-refunds-toplevel-search | no object: list of 0
627-refunds-toplevel-meta-ignored | refund/210: refund.recorded 2737 USD payment=manual refund=210 TEE-M*1@2737
628-refunds-toplevel-asc | refund/26: refund.recorded 1093 USD payment=manual refund=26
    refund/28: refund.recorded 500 USD payment=manual purpose=goodwill refund=28
629-refund-toplevel-single | no object: unreachable route-missing rest_no_route
630-order-refunds-paging | refund/32
    refund/31: refund.recorded 1950 USD payment=manual refund=31
631-order-refunds-wrong-parent | no object: unreachable server-error woocommerce_rest_invalid_order_refund_id
632-order-get-with-refund-id | no object: unreachable bad-answer woocommerce_rest_shop_order_invalid_id
633-products-modified-after | no object: list of 4
634-variations-modified-after | no object: list of 2
635-products-stock-status | no object: list of 0
636-orders-modified-after-equal | no object: list of 0
637-orders-modified-after-minus1 | no object: list of 1
638-orders-modified-after-before-equal | no object: list of 3
639-orders-modified-after-Z-suffix | no object: list of 1
640-orders-modified-after-no-gmt-flag | no object: list of 1
641-orders-modified-after-fraction | no object: list of 1
642-orders-modified-after-garbage | no object: unreachable bad-answer rest_invalid_param
643-orders-in-la-timezone | no object: answer
644-orders-modified-after-la-equal-gmt | no object: list of 0
661-orders-modified-after-berlin-Z-and-gmt-flag | no object: list of 0
662-orders-modified-after-berlin-no-zone-and-gmt-flag | no object: list of 3
663-orders-modified-after-berlin-Z-no-flag | no object: list of 3
701-auth-basic-https | no object: list of 1
702-auth-basic-http | no object: unreachable unauthorized woocommerce_rest_cannot_view
703-auth-query-https | no object: list of 1
704-auth-query-http | no object: unreachable unauthorized woocommerce_rest_cannot_view
705-auth-oauth1-http | no object: list of 1
706-auth-oauth1-sha1-http | no object: list of 1
707-auth-oauth1-https | no object: list of 1
708-auth-oauth1-header-http | no object: list of 1
709-auth-oauth1-nonce-1 | no object: list of 1
710-auth-oauth1-nonce-reused | no object: unreachable unauthorized woocommerce_rest_authentication_error
711-auth-oauth1-old-timestamp | no object: unreachable unauthorized woocommerce_rest_authentication_error
712-auth-oauth1-bad-signature | no object: unreachable unauthorized woocommerce_rest_authentication_error
717-auth-none-https | no object: unreachable unauthorized woocommerce_rest_cannot_view
718-auth-none-http | no object: unreachable unauthorized woocommerce_rest_cannot_view
719-auth-wrong-secret | no object: unreachable unauthorized woocommerce_rest_authentication_error
720-auth-wrong-key | no object: unreachable unauthorized woocommerce_rest_cannot_view
721-auth-readonly-get | no object: list of 1
722-auth-readonly-post | no object: unreachable unauthorized woocommerce_rest_authentication_error
723-auth-writeonly-get | no object: unreachable unauthorized woocommerce_rest_authentication_error
724-auth-customer-key-list | no object: unreachable forbidden woocommerce_rest_cannot_view
725-auth-customer-key-post | no object: unreachable forbidden woocommerce_rest_cannot_create
726-auth-customer-key-refund | no object: unreachable forbidden woocommerce_rest_cannot_create
727-auth-index-no-auth | no object: answer
728-err-no-route | no object: unreachable route-missing rest_no_route
729-err-no-namespace | no object: unreachable route-missing rest_no_route
730-err-bad-json | no object: unreachable bad-answer rest_invalid_json
731-err-form-body | order/214: order.placed number=214 total=0
732-err-method-not-allowed | no object: unreachable route-missing rest_no_route
733-put-through-override | no object: answer
734-put-through-method-param | no object: answer
735-patch-works | no object: answer
736-post-to-item-updates | no object: answer
737-rest-route-param | no object: unreachable unauthorized woocommerce_rest_cannot_view
738-trailing-slash | no object: list of 1
739-err-order-id-string | no object: unreachable route-missing rest_no_route
740-envelope | no object: answer
741-orders-batch-over-100 | no object: unreachable bad-answer woocommerce_rest_request_entity_too_large
801-refunds-while-gateway-is-working | refund/216: refund.recorded 2190 USD payment=manual rma=RMA-801 refund=216 TOTE-01*1@2190
802-refunds-after-gateway-done | refund/216: refund.recorded 2190 USD payment=gateway rma=RMA-801 refund=216 TOTE-01*1@2190
803-refunds-ghost-before-decline | refund/218: refund.recorded 2190 USD payment=manual rma=RMA-802 refund=218 TOTE-01*1@2190
804-order-ghost-refund | no object: answer
810-refund-meta-protected-keys | refund/221: refund.recorded 100 USD payment=manual refund=221
811-refund-reason-html-unicode | refund/222: refund.recorded 100 USD payment=manual refund=222
812-refund-date-created-ignored | refund/223: refund.recorded 100 USD payment=manual refund=223
813-refund-refunded-by | refund/224: refund.recorded 100 USD payment=manual refund=224
814-order-create-with-refunds-ignored | order/219: order.placed number=219 total=6570 tender=other TOTE-01*3@6570, payment.captured 6570 USD tender=other
901-routes-index | no object: answer
902-options-refunds | no object: answer
903-options-orders | no object: answer
904-fulfillments-off-by-default | no object: unreachable route-missing rest_no_route
905-custom-status-list | no object: list of 9
906-custom-status-put | order/225: order.placed number=225 total=4380 tender=other TOTE-01*2@4380, payment.captured 4380 USD tender=other, unmapped-status status
907-custom-status-filter | no object: list of 1
908-custom-status-partial-refund | refund/226: refund.recorded 2190 USD payment=manual refund=226 TOTE-01*1@2190
914-order-actions-email-templates | no object: list of 1
915-order-with-fulfillments-on | order/229: order.placed number=229 total=7939 tender=other TOTE-01*3@6570 MUG-01*1@1369, payment.captured 7939 USD tender=other
916-fulfillments-list-empty | no object: list of 0
917-fulfillment-create | fulfillment/1: goods.shipped sku=TOTE-01 quantity=2
918-fulfillment-create-too-many | fulfillment/2
919-fulfillments-list | fulfillment/1: goods.shipped sku=TOTE-01 quantity=2
    fulfillment/2
920-order-after-fulfillment | order/229: order.placed number=229 total=7939 tender=other TOTE-01*3@6570 MUG-01*1@1369, payment.captured 7939 USD tender=other
951-order-prices-include-tax-no | order/236: order.placed number=236 total=1725 tender=other WRAP-01*5@1642, payment.captured 1725 USD tender=other
952-order-prices-include-tax-yes | order/266: order.placed number=266 total=16747 tender=other MUG-01*5@5625 WRAP-01*1@300 TOTE-01*6@10800, payment.captured 16747 USD tender=other
`;
