"""A made-up association of any size, the same for the same seed.

It has what a real one has: some years of vouchers, a budget by month, monthly member counts by
section, surveys, channels, a plan, and a board that meets nineteen times a year. Amounts are scaled so that the
year's totals stay those of an association of eight thousand members, however many vouchers they are
spread over.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from board.models import Mandate
from finance.chart import add_chart
from finance.closing import close_year
from finance.digest import CanonicalRow
from finance.models import (
    Account,
    Association,
    Budget,
    BudgetLine,
    CostCenter,
    FiscalYear,
    OpeningBalance,
    Project,
    VoucherSeries,
)
from finance.money import from_ore, kronor
from finance.posting import VoucherFacts, post_many
from ledarna.demo_board import elect, hold_meetings
from ledarna.demo_documents import write_minutes
from ledarna.demo_members import ask, count_members, make_channels, publish
from ledarna.demo_plan import plan_of

NAME = "Exempelföreningen"
LAST_YEAR = 2025
OPENING_ORE = 388_110_000
BANK, PAYABLE, RETAINED = "1930", "2440", "2067"
TREASURER = "kassor"


@dataclass(frozen=True)
class Event:
    """A kind of event: how often it comes, and what a year of it amounts to in öre.

    The amount is spread over ``accounts`` by their shares, against ``against``; positive is a debit.
    """

    text: str
    counterparty: str
    weight: int
    year_ore: int
    accounts: tuple[tuple[str, int], ...]
    against: str = BANK
    project: str = ""
    cost_center: str = ""


EVENTS = (
    Event("Medlemsavgifter", "Medlemmar", 30, -285_000_000, (("3900", 9), ("2970", 1))),
    Event("Bidrag", "Förbundet", 1, -12_000_000, (("3980", 1),)),
    Event("Styrelsemöte, resor", "SJ", 14, 38_000_000, (("5800", 3), ("5831", 1)), cost_center="STYRELSE"),
    Event("Styrelsemöte, lokal och kost", "Konferenshotellet", 8, 30_000_000, (("6490", 2), ("5831", 1))),
    Event("Konferens", "Mässbolaget", 5, 45_000_000, (("4200", 1),), PAYABLE, "ALMEDALEN"),
    Event("Annonsering", "Byrån", 9, 70_000_000, (("5910", 1),), PAYABLE, "CHEFSARENA", "KOMMUNIKATION"),
    Event("Tryck, nyhetsbrev", "Tryckeriet", 6, 25_000_000, (("5930", 1),), cost_center="KOMMUNIKATION"),
    Event("Styrelsearvoden", "Styrelsen", 6, 55_000_000, (("7240", 1),), cost_center="STYRELSE"),
    Event("Sociala avgifter", "Skatteverket", 3, 17_000_000, (("7510", 1),)),
    Event("Lokalhyra", "Fastighetsägaren", 3, 14_400_000, (("5010", 1),), PAYABLE),
    Event("Programvaror", "Leverantören", 4, 4_000_000, (("5420", 1),)),
    Event("Bankkostnader", "Banken", 3, 300_000, (("6570", 1),)),
    Event("Betalning av leverantör", "Leverantören", 8, 120_000_000, ((PAYABLE, 1),)),
    Event("Ränta", "Banken", 1, -2_500_000, (("8310", 1),)),
)
PROJECTS = (("ALMEDALEN", "Almedalen"), ("CHEFSARENA", "Chefsarena"))
COST_CENTERS = (("STYRELSE", "Styrelsen"), ("KOMMUNIKATION", "Kommunikation"))


def make_demo(years: int, vouchers: int, seed: int) -> Iterator[tuple[str, int]]:
    """Make *vouchers* vouchers spread over *years* fiscal years, the last of them 2025.

    Yields what was done and how many vouchers it posted. Raises ValidationError, and changes
    nothing, where the database holds books already.
    """
    chance = random.Random(seed)
    with transaction.atomic():
        if FiscalYear.objects.exists() or Association.objects.exists():
            raise ValidationError(
                "The database holds books already. A demo is made in an empty database only."
            )
        Association.objects.create(name=NAME, organisation_number="802000-0000")
        yield f"chart of accounts: {add_chart()} accounts", 0
        Project.objects.bulk_create(Project(code=code, name=name) for code, name in PROJECTS)
        CostCenter.objects.bulk_create(CostCenter(code=code, name=name) for code, name in COST_CENTERS)
        channels = make_channels()
        members = 7_000 + chance.randrange(1_000)
        year, left = _first_year(LAST_YEAR - years + 1), vouchers
        elected = elect(year.start, chance)
        for years_left in range(years, 0, -1):
            share = left // years_left
            yield f"fiscal year {year}", 0
            for posted in post_many(year, _vouchers(year, share, chance), by="demo"):
                yield f"{year}: {posted} vouchers", posted
            _budget(year, chance)
            members = count_members(year, members, chance)
            ask(year, members, chance)
            publish(year, channels, chance)
            elected = hold_meetings(year, elected, chance)
            board = [
                mandate.person for mandate in elected.mandates if mandate.office in Mandate.BOARD_OFFICES
            ]
            plan_of(year, board, years_left == 1, chance)
            if years_left == 1:
                write_minutes(year)
            left -= share
            if years_left > 1:
                # After the last voucher of the year's last evening, before the first of the next year.
                closed = close_year(
                    year, by=None, signature=TREASURER, at=_evening(year.end) + timedelta(hours=1)
                )
                yield f"fiscal year {year} closed", 0
                # The vouchers of the closing are among those that were asked for.
                left = max(0, left - sum(each is not None for each in (closed.closing, closed.transfer)))
                year = closed.next_year


def _evening(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(19, 0)))


def _vouchers(year: FiscalYear, count: int, chance: random.Random) -> Iterator[VoucherFacts]:
    """*count* vouchers in the order of their dates."""
    days = (year.end - year.start).days + 1
    weights = [event.weight for event in EVENTS]
    for number in range(count):
        event = chance.choices(EVENTS, weights)[0]
        expected = event.year_ore * sum(weights) / (event.weight * count)
        day = year.start + timedelta(days=number * days // count)
        entered = _evening(day)
        yield VoucherFacts(
            series="A",
            date=day,
            text=event.text,
            counterparty=event.counterparty,
            entered_at=entered,
            entered_by=TREASURER,
            posted_at=entered + timedelta(minutes=5),
            posted_by=TREASURER,
            rows=_rows(event, int(expected * chance.uniform(0.6, 1.4)) or 1),
        )


def _rows(event: Event, ore: int) -> list[CanonicalRow]:
    """Rows of *ore* öre spread over the event's accounts, the last of them taking what is left."""
    shares = sum(share for _account, share in event.accounts)
    rows, left = [], ore
    for account, share in event.accounts[:-1]:
        part = ore * share // shares
        rows.append(CanonicalRow(account, part, event.project, event.cost_center))
        left -= part
    rows.append(CanonicalRow(event.accounts[-1][0], left, event.project, event.cost_center))
    rows.append(CanonicalRow(event.against, -ore))
    return rows


def _first_year(number: int) -> FiscalYear:
    """The calendar year *number*, with what it opens with; the later ones are made by closing the one before."""
    year = FiscalYear.objects.create(start=date(number, 1, 1), end=date(number, 12, 31))
    for account, ore in ((BANK, OPENING_ORE), (RETAINED, -OPENING_ORE)):
        OpeningBalance.objects.create(
            fiscal_year=year, account=Account.objects.get(number=account), amount=from_ore(ore)
        )
    VoucherSeries.objects.create(fiscal_year=year, code="A", name="Redovisning")
    return year


def _budget(year: FiscalYear, chance: random.Random) -> None:
    """A budget by month, near what the events of a year amount to, in whole hundreds of kronor."""
    budget = Budget.objects.create(fiscal_year=year, decided_on=year.start - timedelta(days=30))
    accounts = {account.number: account for account in Account.objects.of_result()}
    projects, centers = (
        Project.objects.in_bulk(field_name="code"),
        CostCenter.objects.in_bulk(field_name="code"),
    )
    amounts: dict[tuple[str, str, str], int] = {}
    for event in EVENTS:
        shares = sum(share for _account, share in event.accounts)
        for number, share in event.accounts:
            if number in accounts:
                place = (number, event.project, event.cost_center)
                amounts[place] = amounts.get(place, 0) + event.year_ore * share // shares
    BudgetLine.objects.bulk_create(
        BudgetLine(
            budget=budget,
            account=accounts[number],
            project=projects.get(project),
            cost_center=centers.get(center),
            month=month,
            amount=kronor(int(ore * chance.uniform(0.9, 1.1) / 12) // 10_000 * 100),
        )
        for (number, project, center), ore in sorted(amounts.items())
        for month in year.months
    )
