"""The pages that are looked at, as the example has them."""

PAGES = {
    "year": "/year/2023/",
    "income-statement": "/year/2023/income-statement/",
    "balance-sheet": "/year/2023/balance-sheet/",
    "account": "/year/2023/accounts/1930/",
    "voucher": "/vouchers/1/",
    "years": "/year/2023/years/",
    "figure": "/year/2023/figures/finance.result/",
    "members": "/year/2023/members/",
    "meetings": "/year/2023/meetings/",
    "reconciliation": "/year/2023/reconciliation/",
    "missing-receipts": "/year/2023/missing-receipts/",
    "empty-account": "/year/2023/accounts/1910/",
    "not-found": "/nowhere/",
    "bad-request": "/year/2023/accounts/1930/?after=x",
}
