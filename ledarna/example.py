"""The first user's published year 2023, entered as a treasurer and a secretary would.

Everything that the published annual report says is here, and nothing beyond it: where a fact needs
something that was not published (a date, an account, the split of the budget), it says so in its
note. Loading it twice is harmless: what is there already is left alone.
"""

from collections.abc import Iterator
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction

from board.models import Activity, Goal, Meeting, PlanPeriod
from finance.chart import add_chart
from finance.models import (
    Account,
    Association,
    Budget,
    BudgetLine,
    FiscalYear,
    OpeningBalance,
    Voucher,
    VoucherRow,
    VoucherSeries,
)
from finance.money import kronor
from finance.posting import post
from ledarna.annual_report.writing import begin_with, sections_in
from ledarna.models import AnnualReport, StatedFigure
from members.models import Channel, ChannelFigure, MemberCount, Survey

NAME = "Ledarna inom offentlig sektor"
DOCUMENT = "Verksamhetsberättelse 2023"
START, END = date(2023, 1, 1), date(2023, 12, 31)
ENTERED_BY = "exempel"
REPORT = Path(__file__).parent / "data" / "example-report.md"
"""A text of our own that says what the published report says; each section begins with its heading."""

ONE_ROW = "Berättelsen anger bara årets summa; den är bokförd på årets sista dag."
NO_DATE = "Datumet är inte publicerat; exemplet sprider årets möten jämnt över året."

MEMBER_COUNTS = ((START, 8101), (END, 8388))
OPENING_BALANCES = (("1930", 3881099), ("2067", -3881099))
VOUCHERS = (
    ("Medlemsintäkter 2023, hela året", (("1930", 1928072, ""), ("3900", -1928072, ONE_ROW))),
    ("Kostnader 2023, hela året", (("6990", 3348683, ONE_ROW), ("1930", -3348683, ""))),
)
"""The text, and of each row the account, kronor and what is said of it."""

BUDGET = (
    (
        "3900",
        -1928072,
        "Antagande: berättelsen anger bara avvikelsen mot budget. Intäkterna antas budgeterade till utfallet.",
    ),
    (
        "6990",
        3384616,
        "Antagande: följer av budgeterat resultat −1 456 544 kr, som är angivet resultat minus angiven avvikelse.",
    ),
)
BOARD_MEETINGS, DIGITAL_MEETINGS = 19, 9
CHANNELS = (
    ("articles", "Artiklar på webben", "Articles on the web", {"value": 45, "stated_change": 29}),
    ("linkedin-posts", "Inlägg på LinkedIn", "LinkedIn posts", {"value": 72, "stated_growth": Decimal(81)}),
    (
        "linkedin-followers",
        "Följare på LinkedIn",
        "LinkedIn followers",
        {
            "value": 2000,
            "is_approximate": True,
            "stated_growth": Decimal(135),
            "note": "”drygt 2000 följare”",
        },
    ),
)
PLAN_START, PLAN_END = date(2022, 1, 1), date(2025, 12, 31)
PLAN_NOTE = (
    "Berättelsen nämner ”beslutad verksamhetsinriktning och ekonomisk plan” för 2022–2025. Att perioden är hela"
    " kalenderår är ett antagande, och att det som kallas prioriterat arbete under 2023 är planens mål. Vilket"
    " mål en aktivitet hör till är inte publicerat."
)
GOALS = (
    "Öka kännedomen om föreningen för både befintliga och presumtiva medlemmar",
    "Göra föreningen mer relevant för branschen",
)
DONE, GOING = Activity.State.DONE, Activity.State.GOING
ACTIVITIES: tuple[dict[str, str], ...] = (
    {
        "name": "Förstudie: kartläggning, enkät och djupintervjuer",
        "state": DONE,
        "outcome": "Enkäten besvarades av 1 045 medlemmar, ett bra underlag för det fortsatta branscharbetet.",
    },
    {"name": "Månatligt nyhetsbrev till samtliga medlemmar", "state": DONE},
    {"name": "Sida på LinkedIn, lanserad i september", "state": DONE},
    {
        "name": "Chefsarena.se, planering under hela året",
        "state": GOING,
        "outcome": "Planeringen har fortgått under hela 2023.",
    },
    {"name": "Almedalen", "state": DONE},
    {"name": "Järvaveckan", "state": DONE},
    {
        "name": "Samverkan mellan föreningarna i offentlig sektor inför kongressen",
        "body": "Samverkan i Offentlig Sektor (SOS)",
        "state": DONE,
        "note": "Med Ledarna inom Vård och Omsorg, Ledarna inom Räddningstjänsten, Kost & Näring och Ledarna inom Staten.",
    },
    {
        "name": "Förbundsråd, 2–3 representanter",
        "body": "Ledarna",
        "state": DONE,
        "note": "Antalet förbundsråd och deras datum är inte publicerade.",
    },
)
STATED: tuple[tuple[str, str, dict[str, object]], ...] = (
    ("members.opening", "8101", {}),
    ("members.closing", "8388", {}),
    ("members.change", "287", {}),
    ("members.survey_responses", "1045", {}),
    ("members.survey_response_rate", "13.42", {}),
    ("members.channel.articles", "45", {}),
    ("members.channel.articles.change", "29", {}),
    ("members.channel.linkedin-posts", "72", {}),
    ("members.channel.linkedin-posts.growth", "81", {}),
    ("members.channel.linkedin-followers", "2000", {"note": "”drygt 2000 följare”"}),
    ("members.channel.linkedin-followers.growth", "135", {}),
    ("finance.income", "1928072", {}),
    ("finance.costs", "3348683", {}),
    ("finance.result", "-1420596", {}),
    ("finance.equity_opening", "3881099", {}),
    ("finance.budget_variance", "35948", {}),
    ("board.meetings", "19", {}),
    ("board.meetings_digital_share", "50", {"nearly": True, "note": "”nästan 50 %”"}),
)


def load_example() -> Iterator[str]:
    """Enter the example, and yield one line for each thing that was entered or was there already.

    Raises ValidationError, and changes nothing, where the database holds another association's books.
    """
    with transaction.atomic():
        association = Association.objects.first()
        if association is not None and association.name != NAME:
            raise ValidationError(
                "The database holds the books of %(name)s. The example is entered into an empty database only.",
                params={"name": association.name},
            )
        if association is None:
            if FiscalYear.objects.exists():
                raise ValidationError(
                    "The database holds books already. The example is entered into an empty database only."
                )
            Association.objects.create(name=NAME)
        yield _said(f"chart of accounts: {add_chart()} accounts added")
        year, created = FiscalYear.objects.get_or_create(start=START, end=END)
        yield _said(f"fiscal year {year.label}", created)
        yield from _ledger(year)
        yield from _members()
        yield from _board()
        added = sum(
            StatedFigure.objects.get_or_create(
                fiscal_year=year, key=key, document=DOCUMENT, defaults={"value": Decimal(value), **more}
            )[1]
            for key, value, more in STATED
        )
        yield _said(f"published figures: {added} added")
        yield _report(year)


def _said(what: str, created: bool = True) -> str:
    return what if created else f"{what}: already there"


def _report(year: FiscalYear) -> str:
    created = not AnnualReport.objects.filter(fiscal_year=year).exists()
    if created:
        begin_with(year, AnnualReport.Language.SWEDISH, sections_in(REPORT.read_text("utf-8")))
    return _said("annual report", created)


def _ledger(year: FiscalYear) -> Iterator[str]:
    accounts = {account.number: account for account in Account.objects.all()}
    for number, amount in OPENING_BALANCES:
        _balance, created = OpeningBalance.objects.get_or_create(
            fiscal_year=year, account=accounts[number], defaults={"amount": kronor(amount)}
        )
        yield _said(f"opening balance of {number}", created)
    series, created = VoucherSeries.objects.get_or_create(
        fiscal_year=year, code="A", defaults={"name": "Redovisning"}
    )
    for text, rows in VOUCHERS:
        # Its beginning: where the example was entered earlier, the text went on.
        voucher = Voucher.objects.filter(fiscal_year=year, series=series, text__startswith=text).first()
        if created := voucher is None:
            draft = Voucher.objects.create(
                fiscal_year=year, series=series, text=text, date=END, entered_by=ENTERED_BY
            )
            for line, (number, amount, said) in enumerate(rows, start=1):
                VoucherRow.objects.create(
                    voucher=draft, line=line, account=accounts[number], amount=kronor(amount), text=said
                )
            voucher = post(draft, by=ENTERED_BY)
        yield _said(f"voucher {voucher.reference}", created)
    budget, created = Budget.objects.get_or_create(
        fiscal_year=year,
        version=Budget.Version.ADOPTED,
        defaults={"note": "Beslutsdatumet är inte publicerat."},
    )
    if created:
        for number, amount, note in BUDGET:
            BudgetLine.objects.create(
                budget=budget, account=accounts[number], amount=kronor(amount), note=note
            )
    yield _said("budget", created)


def _members() -> Iterator[str]:
    for day, count in MEMBER_COUNTS:
        _count, created = MemberCount.objects.get_or_create(
            date=day, defaults={"count": count, "source": DOCUMENT}
        )
        yield _said(f"member count {day}", created)
    _survey, created = Survey.objects.get_or_create(
        name="Medlemsenkät i förstudien 2023",
        defaults={
            "date": date(2023, 6, 30),
            "responses": 1045,
            "note": "Datum och antal utskick är inte publicerade; dagen är ett antagande.",
        },
    )
    yield _said("survey", created)
    for slug, name, name_en, facts in CHANNELS:
        channel, _created = Channel.objects.get_or_create(
            slug=slug, defaults={"name": name, "name_en": name_en}
        )
        _figure, created = ChannelFigure.objects.get_or_create(channel=channel, year_end=END, defaults=facts)
        yield _said(f"channel {slug}", created)


def _board() -> Iterator[str]:
    added = 0
    between = (END - START).days // BOARD_MEETINGS
    for number in range(1, BOARD_MEETINGS + 1):
        # Every second meeting is digital until the nine of them are.
        digital = number % 2 == 0 and number // 2 <= DIGITAL_MEETINGS
        _meeting, created = Meeting.objects.get_or_create(
            kind=Meeting.Kind.BOARD,
            number=number,
            date__range=(START, END),
            defaults={
                "date": START + timedelta(days=between * number - between // 2),
                "time": time(17, 0),
                "form": Meeting.Form.DIGITAL if digital else Meeting.Form.IN_PERSON,
                "note": f"{NO_DATE} ”Nästan 50 %” var digitala; nio av nitton är närmast under hälften.",
            },
        )
        added += created
    yield _said(f"board meetings: {added} added")
    _council, created = Meeting.objects.get_or_create(
        kind=Meeting.Kind.COUNCIL,
        number=1,
        date__range=(START, END),
        defaults={
            "date": date(2023, 10, 14),
            "note": f"{NO_DATE} Verksamhet, ekonomi samt planering redovisades och diskuterades.",
        },
    )
    yield _said("association council", created)
    period, created = PlanPeriod.objects.get_or_create(
        start=PLAN_START,
        end=PLAN_END,
        defaults={"name": "Verksamhetsinriktning och ekonomisk plan 2022–2025", "note": PLAN_NOTE},
    )
    if created:
        for position, title in enumerate(GOALS, start=1):
            Goal.objects.create(period=period, position=position, title=title)
    yield _said("plan 2022–2025", created)
    added = sum(
        Activity.objects.get_or_create(year_end=END, name=facts["name"], defaults=facts)[1]
        for facts in ACTIVITIES
    )
    yield _said(f"activities: {added} added")
