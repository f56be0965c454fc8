/** What each recorded exchange with Tryton means: recording | object: facts; amounts in minor units, `sku*units@gross`. */
export const trytonRows = `
001-server-version | no object: result
002-login-wrong-password | no object: unauthorized
003-login | no object: result
004-get-preferences | no object: result
005-setup-currency-create | no object: result
006-setup-company-create | no object: result
007-setup-user-company | no object: result
008-setup-wizard-create-chart | no object: result
009-setup-product-create | no object: result
010-product-search-read | product.product/1
    product.product/2
011-locations | 8 stock.location
012-setup-scrap-location | no object: result
013-inventory-confirm | no object: result
014-stock-level | no object: result
015-customer-create | no object: result
016-sale-create | no object: result
017-sale-create-again-same-reference | no object: result
018-sale-quote | no object: result
019-sale-confirm | no object: result
020-sale-process | no object: result
021-sale-by-reference | sale.sale/1: order.placed number=SHOP-1001 total=32094, unreadable lines[0], unreadable lines[1]
022-shipment-assign | no object: result
023-shipment-pick | no object: result
024-shipment-pack | no object: result
025-shipment-done | no object: result
026-stock-after-shipping | no object: result
027-invoice-post | no object: result
028-invoice-read | account.invoice/1
029-return-wizard-create | no object: result
030-return-wizard-execute | no object: result
031-return-sale-read | sale.sale/3
032-return-sale-lines | sale.line/4
    sale.line/5
033-return-sale-make-partial | no object: result
034-return-sale-quote | no object: result
035-return-sale-confirm | no object: result
036-return-sale-after-confirm | sale.sale/3: return.approved sku=SHOE-42 quantity=2 rma=RMA-5001 announces=true
037-return-shipment-draft | stock.shipment.out.return/1
038-return-moves-draft | stock.move/7: return.waiting sku=SHOE-42 quantity=1 document=stock.shipment.out.return/1 linked=false
039-return-done-in-wrong-state | no object: result
040-return-receive | no object: result
041-return-shipment-received | stock.shipment.out.return/1
042-return-moves-received | stock.move/7: stock.moved sku=SHOE-42 quantity=1 from=customer to=input document=stock.shipment.out.return/1
    stock.move/8
043-stock-after-receive | no object: result
044-stock-storage-after-receive | no object: result
045-return-done | no object: result
046-return-done-again | no object: result
047-return-shipment-done | stock.shipment.out.return/1
048-stock-after-return-done | no object: result
049-credit-note-draft | account.invoice/2: unreadable create_date
050-credit-note-post | no object: result
051-credit-note-posted | account.invoice/2: credit_note.posted 10698 EUR document=CN-00001
052-return-sale-end | sale.sale/3: return.approved sku=SHOE-42 quantity=2 rma=RMA-5001 announces=true
066-err-no-auth | no object: unauthorized
067-err-bad-session | no object: unauthorized
068-err-bad-basic | no object: unauthorized
069-basic-auth | no object: result
070-err-unknown-model | no object: broken
071-err-unknown-method | no object: forbidden
072-err-unknown-field | no object: broken
073-err-missing-record | no object: refused missing
074-err-required-field | no object: refused rule
075-err-domain | no object: refused rule
076-err-digits | no object: refused rule
077-err-write-done-return | no object: refused rule
078-err-write-done-move | no object: refused rule
079-err-delete-done-return | no object: refused rule
080-err-wrong-type | no object: broken
081-err-missing-context | no object: broken
082-err-bad-json | no object: broken
083-err-no-database | no object: not-found
084-return-shipment-create-direct | no object: result
085-return-shipment-timestamp | no object: result
086-write-with-timestamp | no object: result
087-err-concurrency-stale-timestamp | no object: stale
088-err-concurrency-on-button | no object: stale
089-warning-on-button | no object: warning
096-search-count | no object: result
097-user-create | no object: result
098-limited-user-reads-returns | no object: result
099-err-access-button | no object: refused access
100-err-access-write-invoice | no object: refused rule
101-err-access-read-account-move | no object: refused access
102-err-access-create-user | no object: refused access
103-err-unique-constraint | no object: refused rule
104-party-create-duplicate-code | no object: refused rule
105-logout | no object: result
106-err-after-logout | no object: unauthorized
107-web-shop-create | no object: result
108-web-sale-create | no object: result
109-err-web-sale-create-again | no object: refused rule
`;
