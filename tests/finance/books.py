"""Books to read in tests: some vouchers with projects and cost centres, posted in bulk."""

from collections.abc import Iterable
from datetime import date

from finance.digest import CanonicalRow
from finance.models import CostCenter, FiscalYear, Project
from finance.posting import VoucherFacts, post_many
from tests.factories import a_fiscal_year, a_series, an_account, an_opening_balance

ACCOUNTS = ("1930", "2440", "3900", "5910", "6110")


def a_ledger(start: date | None = None, end: date | None = None) -> FiscalYear:
    """A fiscal year with series A and B, five accounts, two projects, a cost centre, 500 kr in the bank."""
    year = a_fiscal_year(start=start, end=end)
    for code in ("A", "B"):
        a_series(year, code)
    for number in ACCOUNTS:
        an_account(number)
    for code in ("ALMEDALEN", "CHEFSARENA"):
        Project.objects.create(code=code, name=code.title())
    CostCenter.objects.create(code="STYRELSE", name="Styrelsen")
    an_opening_balance(year, "1930", "500.00")
    an_opening_balance(year, "2440", "-500.00")
    return year


def facts(
    account: str = "5910",
    ore: int = 100_00,
    day: date = date(2023, 3, 10),
    text: str = "Annons",
    series: str = "A",
    project: str = "",
    cost_center: str = "",
    counterparty: str = "",
) -> VoucherFacts:
    """*ore* on *account*, against the bank."""
    rows = [CanonicalRow(account, ore, project, cost_center), CanonicalRow("1930", -ore)]
    return VoucherFacts(series, day, text, rows, counterparty=counterparty)


def book(year: FiscalYear, vouchers: Iterable[VoucherFacts]) -> None:
    """Post *vouchers* in their order."""
    list(post_many(year, vouchers, by="kassor"))
