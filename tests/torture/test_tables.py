"""Tables that were damaged: read or refused in words, never an error of the program, never a change unasked."""

import random
import zipfile
from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest
from django.http import HttpResponse

from finance.models import BudgetLine, Voucher, VoucherRow
from members.models import Channel, ChannelFigure, MemberCount, MemberCountPart
from tests.factories import a_fiscal_year, an_account
from tests.ledarna.tables import csv_of, upload, xlsx_of
from tests.pages import reader
from tests.torture import times

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("documents")]

ROWS = {
    "member-counts": (("Datum", "Antal", "Källa"), ("2023-12-31", "8 388", "Åre"), ("31/12 2022", 8101, "")),
    "member-sections": (
        ("Datum", "Sektion", "Antal"),
        ("2023-12-31", "Kommun", "5 214"),
        ("2023-12-31", "Åre", 3174),
    ),
    "channels": (("Kanal", "År", "Värde", "Tillväxt"), ("brev", 2023, 45, "3,54 %")),
    "vouchers": (
        ("Ver", "Datum", "Text", "Konto", "Debet", "Kredit"),
        ("1", date(2023, 1, 31), "Hyra, “kontor”", 5010, 8500.5, None),
        ("1", date(2023, 1, 31), "Hyra, “kontor”", 1930, None, "8 500,50"),
    ),
    "budget": (
        ("Konto", "jan", "feb 2023", "Summa"),
        (5010, 1000, "2 000,00", 3000),
        ("Summa", "", "", 3000),
    ),
    "bank": (
        ("Bokföringsdag", "Beskrivning", "Belopp", "Saldo"),
        (date(2023, 1, 31), "Hyra", -8500.5, "12 500,00"),
        ("2023-01-15", "Avgift", 1000, 21000.5),
    ),
}
WORKBOOKS = {kind: xlsx_of(*rows) for kind, rows in ROWS.items()}
OPTIONS = {
    "vouchers": {"become": "posted"},
    "budget": {"fiscal_year": "2023", "version": "in_force"},
    "bank": {"account": "1930"},
}
FACTS = (MemberCount, MemberCountPart, ChannelFigure, Voucher, VoucherRow, BudgetLine)
NASTY = (
    b"\x00", b"\xff", b";", b",", b"\t", b'"', b"\n", b"\r", b"=", b"-", b"\xe2\x88\x92", b"\xef\xbb\xbf", b"9" * 400,
    b"1e999", b"NaN", b"<", b"&a;", b"\x80", b"0001-01-01", b"9999-12-31", b"\xd9\xa1", b"'=", b"inf", b"\x1f",
)  # fmt: skip


def mutated(data: bytes, chance: random.Random) -> bytes:
    """*data* with some bytes changed, left out, doubled, moved or made nasty."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 5, 20))):
        place = chance.randrange(len(changed) + 1)
        length = chance.choice((0, 1, 1, 4, 30))
        piece = bytes(changed[place : place + length])
        new: Callable[[], bytes] = chance.choice(
            (
                lambda: b"",
                lambda piece=piece: piece * 2,
                lambda: chance.choice(NASTY),
                lambda: chance.randbytes(chance.choice((1, 1, 3))),
                lambda piece=piece: piece[::-1],
            )
        )
        changed[place : place + length] = new()
    return bytes(changed[: chance.randrange(len(changed) + 1)] if chance.random() < 0.05 else changed)


def mutated_workbook(content: bytes, chance: random.Random) -> bytes:
    """The workbook *content*, damaged from outside, or in one of its parts."""
    if chance.random() < 0.2:
        return mutated(content, chance)
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()
        chosen = chance.choice((chance.choice(names), "xl/worksheets/sheet1.xml"))
        for name in names:
            data = old.read(name)
            new.writestr(name, mutated(data, chance) if name == chosen else data)
    return made.getvalue()


def a_damaged_table(kind: str, chance: random.Random) -> bytes:
    rows = ROWS[kind]
    if chance.random() < 0.4:
        return mutated_workbook(WORKBOOKS[kind], chance)
    texts = [["" if cell is None else str(cell).replace(".", ",") for cell in row] for row in rows]
    encoding = chance.choice(("utf-8", "utf-8-sig", "utf-16", "utf-16-le"))
    return mutated(csv_of(*texts, delimiter=chance.choice(";\t"), encoding=encoding), chance)


def facts():
    return [list(model.objects.order_by("pk").values()) for model in FACTS]


@pytest.fixture
def treasurer():
    a_fiscal_year()
    for number in ("1930", "5010"):
        an_account(number)
    Channel.objects.create(slug="brev", name="Brev")
    return reader("treasurer")


def preview_of(page):
    return (getattr(page, "seen", None) or page.context)["preview"]


def send_damaged(client, rounds):
    """Send damaged tables, and insist where they are refused; how many were."""
    refused = 0
    for seed in range(rounds):
        chance = random.Random(seed)
        kind = chance.choice(list(ROWS))
        page = upload(client, kind, a_damaged_table(kind, chance), **OPTIONS.get(kind, {}))
        assert page.status_code == 200, seed
        preview = preview_of(page)
        if preview.refusals or preview.places:
            refused += 1
            sent = {
                "action": "confirm",
                "seen": "1",
                "token": preview.file.token if preview.file else "",
                **{f"column-{column.index}": column.key for column in preview.chosen},
                **OPTIONS.get(kind, {}),
            }
            again = client.post(f"/import/{kind}/", sent)
            assert again.status_code == 200, seed
            assert preview_of(again).refusals or preview_of(again).places, seed
    return refused


def test_a_damaged_table_has_a_page_and_changes_nothing_unasked(treasurer):
    before = facts()
    assert send_damaged(treasurer, times(40, 1_000))
    assert facts() == before


def test_a_damaged_table_is_read_or_refused_and_changes_nothing_unasked(treasurer, monkeypatch):
    def without_its_words(request, page, context):
        answer = HttpResponse()
        answer.seen = context
        return answer

    # The words of the page take most of the time; the test before this one has them.
    for view in ("read_in", "bank"):
        monkeypatch.setattr(f"ledarna.views.{view}.page_of_all", without_its_words)
    before = facts()
    assert send_damaged(treasurer, times(200, 20_000))
    assert facts() == before


TYPED = (
    "",
    "0",
    "-1",
    "9" * 30,
    "1930",
    "date",
    "amount",
    "å" * 600,
    "\x00",
    "1e9",
    "None",
    "'\"<b>",
    "\u202e",
    "2023",
    "on",
)


def test_a_preview_sent_with_anything_in_its_fields_is_answered(treasurer):
    before = facts()
    for seed in range(times(25, 1_000)):
        chance = random.Random(seed)
        kind = chance.choice(list(ROWS))
        page = upload(treasurer, kind, WORKBOOKS[kind], **OPTIONS.get(kind, {}))
        sent = {
            "action": "look",
            "seen": "1",
            "token": preview_of(page).file.token,
            "header": "1",
            **{f"column-{column.index}": column.key for column in preview_of(page).chosen},
            **{f"{name}-{row}": "on" for name in ("take", "account") for row in (2, 3)},
            **OPTIONS.get(kind, {}),
        }
        for field in chance.sample(sorted(sent), chance.randint(1, 4)):
            sent[field] = chance.choice(TYPED)
        if chance.random() < 0.3:
            del sent[chance.choice(sorted(sent))]
        assert treasurer.post(f"/import/{kind}/", sent).status_code == 200, seed
    assert facts() == before
