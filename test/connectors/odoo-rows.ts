/** What each recorded exchange with Odoo means: recording | object: facts; amounts in minor units, `sku*units@gross`. */
export const odooRows = `
001-version | no object: answer
002-authenticate-wrong-password | no object: unreachable unauthorized
003-authenticate | no object: user 2
004-company | no object: list of 1
005-setup-product-create | no object: list of 2
006-product-duplicate-default-code | no object: answer 3
007-warehouse | stock.warehouse/1
008-picking-types | stock.picking.type/1
    stock.picking.type/2
009-locations | 10 stock.location
010-setup-quant-create | no object: answer 1
011-setup-quant-create | no object: answer 3
012-stock-quants | stock.quant/1
    stock.quant/3
013-product-quantities | product.product/1
    product.product/2
014-customer-create | no object: answer 7
015-sale-create | no object: answer 1
016-sale-create-again-same-ref | no object: answer 2
017-external-id-create | no object: answer 44213
018-external-id-create-again | no object: refused duplicate
019-load-upsert-by-external-id | no object: answer
020-load-upsert-again | no object: answer
021-sale-confirm | no object: answer true
022-sale-by-client-order-ref | sale.order/1: order.placed number=SHOP-1001 total=31016
023-delivery-read | stock.picking/1
024-delivery-validate | no object: answer true
025-delivery-done | stock.picking/1
026-stock-after-delivery | stock.quant/1
    stock.quant/3
027-invoice-wizard-create | no object: answer 1
028-invoice-wizard-create-invoices | no object: answer
029-invoice-post | no object: answer false
030-invoice-read | account.move/1
031-return-wizard-create | no object: answer 1
032-return-wizard-read | no object: list of 1
033-return-wizard-lines | no object: list of 2
034-return-wizard-nothing-chosen | no object: refused rule
035-return-wizard-choose-quantity | no object: answer true
036-return-wizard-create-returns | no object: answer
037-return-picking-ready | stock.picking/3
038-return-move-ready | stock.move/5: return.approved sku=SHOE-42 quantity=1 announces=true, return.waiting sku=SHOE-42 quantity=1 document=WH/IN/00002 linked=true
039-return-validate | no object: answer true
040-return-validate-again | no object: answer true
041-return-picking-done | stock.picking/3
042-stock-after-return | stock.quant/1
    stock.quant/3
043-sale-after-return | sale.order/1: order.placed number=SHOP-1001 total=31016
044-sale-lines-after-return | sale.order.line/1
    sale.order.line/2
053-scrap-create | no object: answer 1
054-scrap-validate | no object: answer true
055-scrap-read | stock.scrap/1
056-stock-after-scrap | 5 stock.quant
057-return-more-than-delivered | stock.picking/5
058-return-cancel | no object: answer true
067-poll-write-date-precision | no object: answer 1
068-poll-done-returns | stock.picking/3
    stock.picking/4
    stock.picking/7
069-err-access-denied | no object: unreachable unauthorized
070-err-no-database | no object: unreachable route-missing
071-err-unknown-model | no object: refused unknown-model
072-err-unknown-method | no object: refused unknown-method
073-err-private-method | no object: refused access
074-err-unknown-field | no object: unreachable server-error
075-err-missing-record-read | no object: list of 0
076-err-missing-record-write | no object: refused missing
077-err-required-field | no object: refused rule
078-err-delete-done | no object: refused rule
081-err-bad-json | no object: unreachable bad-answer
082-err-session-expired | no object: unreachable server-error
083-web-session-authenticate | no object: answer
084-web-call-kw | no object: list of 1
085-user-create | no object: answer 6
089-err-post-twice | no object: refused rule
`;
