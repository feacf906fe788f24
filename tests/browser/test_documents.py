"""From the summons to the approved minutes in a browser, without script: sent, written, signed, read."""

import email
import os
import subprocess
import sys
from datetime import date, timedelta
from email import policy

import pytest
from icalendar import Calendar

from tests.browser.site import ROOT, Site, a_site, follow
from tests.browser.test_pages_accessible import what_axe_finds_in_both_themes
from tests.paper import what_it_claims

pytestmark = pytest.mark.browser

PASSWORD = "lång-nog-och-bara-för-prov"
PEOPLE = f"""
from datetime import date, timedelta
from django.contrib.auth import get_user_model
from board.agenda import lay_out
from board.models import Attendance, Mandate, Meeting, Person
people = []
for name, office in (("Anna Ek", "chair"), ("Bo Alm", "member"), ("Cilla Dal", "member"), ("Dan Frid", "deputy")):
    first = name.split()[0].lower()
    user = None if first == "dan" else get_user_model().objects.create_user(first, password={PASSWORD!r})
    person = Person.objects.create(name=name, user=user, mail="" if user is None else first + "@example.se")
    Mandate.objects.create(person=person, office=office, start=date(2023, 1, 1))
    people.append(person)
coming = Meeting.objects.create(number=20, date=date.today() + timedelta(7), time="17:00", state="planned")
lay_out(coming)
held = Meeting.objects.create(number=21, date=date(2023, 12, 14), time="17:00", place="Hörsalen", chair=people[0])
held.adjusters.set(people[1:3])
lay_out(held)
held.agenda.create(position=12, title="Avtalet", is_confidential=True)
for mandate in held.called():
    Attendance.objects.create(meeting=held, mandate=mandate, state="present")
print(coming.pk, held.pk)
"""
"""A board with two meetings, one to come and one that was held in 2023; Dan has no mail."""


@pytest.fixture(scope="module")
def board(tmp_path_factory):
    """A server with that board, the keys of its two meetings, and where its mail goes."""
    data_dir = tmp_path_factory.mktemp("documents")
    mails = data_dir / "mail"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EMAIL_URL", f"filemail:///{mails}")
        with a_site(data_dir) as running:
            environment = {
                **{name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"},
                "LEDARNA_DATA_DIR": str(data_dir),
                "DATABASE_URL": f"sqlite:///{data_dir}/ledarna.sqlite3",
            }
            made = subprocess.run(
                [sys.executable, "manage.py", "shell", "-v", "0", "-c", PEOPLE],
                cwd=ROOT,
                env=environment,
                check=True,
                capture_output=True,
                text=True,
            )
            passwords = {**running.passwords, **dict.fromkeys(("anna", "bo", "cilla"), PASSWORD)}
            yield Site(running.url, passwords), made.stdout.split()[-2:], mails


@pytest.fixture
def signed_in(browser, board):
    """Open a page, without script, on which somebody has signed in."""
    contexts = []

    def open_page(username, **how):
        contexts.append(browser.new_context(**{"java_script_enabled": False, **how}))
        return board[0].page(contexts[-1], username)

    yield open_page
    for context in contexts:
        context.close()


def test_the_secretary_sends_a_summons(signed_in, board):
    site, (coming, _held), mails = board
    page = signed_in("sekreterare")
    page.goto(f"{site.url}/meetings/{coming}/")
    follow(page.get_by_role("link", name="Skicka kallelsen"))
    assert "Dan Frid" in page.locator(".attention").inner_text()
    follow(page.get_by_role("button", name="Mejla kallelsen"))
    assert "Mejlad till 3 personer." in page.locator("main").inner_text()
    sent = [
        email.message_from_string(one.lstrip(), policy=policy.default)
        for file in sorted(mails.iterdir())
        for one in file.read_text(encoding="utf-8").split("-" * 79)
        if one.strip()
    ]
    assert [message["To"] for message in sent] == ["anna@example.se", "bo@example.se", "cilla@example.se"]
    part = next(part for part in sent[0].walk() if part.get_content_type() == "text/calendar")
    calendar = Calendar.from_ical(part.get_content())
    event = calendar.walk("VEVENT")[0]
    assert (calendar["METHOD"], event["SEQUENCE"]) == ("REQUEST", 0)
    assert event["DTSTART"].params["TZID"] == "Europe/Stockholm"


@pytest.fixture(scope="module")
def minutes(browser, board):
    """The address of minutes that the secretary wrote and that the chair and two adjusters have signed."""
    site, (_coming, held), _mails = board
    secretary = site.page(browser.new_context(java_script_enabled=False), "sekreterare")
    secretary.goto(f"{site.url}/meetings/{held}/minutes/confidential/")
    secretary.fill("#text", "# 12. Avtalet\n\nAvtalet med Hemliga AB sades upp.")
    follow(secretary.get_by_role("button", name="Spara"))
    secretary.goto(f"{site.url}/meetings/{held}/minutes/")
    text = secretary.locator("#text").input_value()
    assert "- Anna Ek, ordförande" in text
    secretary.fill("#text", text.replace("# 6. Ekonomi", "# 6. Ekonomi\n\n*Kassören* berättade."))
    follow(secretary.get_by_role("button", name="Spara"))
    assert secretary.locator(".prose em").inner_text() == "Kassören"
    follow(secretary.get_by_role("button", name="Skicka för justering"))
    address = secretary.url
    for username in ("anna", "bo", "cilla"):
        page = site.page(browser.new_context(java_script_enabled=False), username)
        page.goto(address)
        follow(page.get_by_role("link", name="Läs och skriv under"))
        page.fill("[name=password]", PASSWORD)
        follow(page.locator("main button").first)
        follow(page.get_by_role("button", name="Skriv under"))
        assert "Undertecknat." in page.locator("main").inner_text()
        page.context.close()
    secretary.goto(address)
    assert "Justerat" in secretary.locator(".facts").inner_text()
    secretary.context.close()
    return address


def test_the_auditor_reads_the_approved_minutes_as_pdf(signed_in, board, minutes):
    page = signed_in("revisor")
    page.goto(f"{board[0].url}/year/2023/documents/")
    follow(page.locator("main").get_by_role("link", name="Protokoll, styrelsemöte 21"))
    assert page.url == minutes
    assert "Kassören berättade." in page.locator("main").inner_text()
    address = page.get_by_role("link", name="Hämta som PDF").get_attribute("href")
    content = page.request.get(board[0].url + address).body()
    assert what_it_claims(content) == {"part": "2", "conformance": "A", "ua": "1", "tagged": True}


def test_the_nominating_committee_sees_what_it_may_and_not_one_thing_more(signed_in, board, minutes):
    site, (coming, held), _mails = board
    page = signed_in("valberedning")
    page.goto(f"{site.url}/year/2023/documents/")
    titles = page.locator("main table th a").all_inner_texts()
    assert titles == ["Protokoll, styrelsemöte 21, 2023-12-14"]
    page.goto(f"{site.url}/meetings/{held}/")
    assert "Hemliga" not in page.content()
    assert "Avtalet" not in page.content()
    refused = [
        page.request.get(f"{site.url}{path}").status
        for path in (
            *(f"/documents/{pk}/" for pk in range(1, 5) if not minutes.endswith(f"/documents/{pk}/")),
            f"/meetings/{held}/minutes/",
            f"/meetings/{coming}/summons/",
        )
    ]
    assert refused == [404, 404, 404, 403, 403]


def test_nothing_stands_in_the_way(signed_in, board, minutes):
    site, (coming, held), _mails = board
    page = signed_in("sekreterare", java_script_enabled=True)
    found = []
    for path in (
        f"/meetings/{held}/documents/",
        f"/meetings/{coming}/minutes/",
        f"/meetings/{held}/minutes/confidential/",
        f"/meetings/{coming}/summons/",
        "/year/2023/documents/",
        "/you/calendar/",
        minutes.removeprefix(site.url),
    ):
        page.goto(site.url + path)
        found += what_axe_finds_in_both_themes(page)
    assert found == []


def test_the_secretary_plans_the_year_and_holds_a_meeting(signed_in, board):
    site, _meetings, _mails = board
    page = signed_in("sekreterare")
    page.goto(f"{site.url}/year/2023/meetings/")
    follow(page.get_by_role("link", name="Planera årets möten"))
    page.select_option("[name=kind]", "extra")
    page.fill("[name=at]", "17:00")
    follow(page.get_by_role("button", name="Visa dagarna"))
    assert page.get_by_text("Tisdag 17 januari 2023").is_visible()
    follow(page.get_by_role("button", name="Planera dessa möten"))
    assert "11 möten är planerade." in page.locator(".said").inner_text()
    follow(page.get_by_role("link", name="Extra styrelsemöte").first)
    follow(page.get_by_role("link", name="Skriv dagordningen"))
    follow(page.get_by_role("button", name="Flytta ner ”Beslut att följa upp”"), "Enter")
    assert page.locator(".agenda > li a").first.inner_text() == "Mötets öppnande"
    follow(page.get_by_role("link", name="Till mötet"))
    follow(page.get_by_role("link", name="Fyll i närvaro"))
    page.get_by_label("Anna Ek", exact=True).first.select_option("present")
    page.get_by_label("Bo Alm", exact=True).first.select_option("digital")
    page.select_option("[name=is_quorate]", "true")
    follow(page.get_by_role("button", name="Spara"))
    assert "2 av de 3 som röstar var där. Mötet fann sig beslutfört." in page.locator("main").inner_text()
    follow(page.get_by_role("link", name="Lägg in ett beslut"))
    page.fill("[name=text]", "Att delta i Almedalen")
    page.select_option("[name=responsible]", label="Bo Alm")
    follow(page.get_by_role("button", name="Spara"))
    assert page.locator("#decisions + .list li").filter(has_text="Att delta i Almedalen").count() == 1


def test_a_member_whose_term_ended_yesterday_is_out_today(signed_in, board):
    site, _meetings, _mails = board
    member, secretary = signed_in("cilla"), signed_in("sekreterare")
    member.goto(f"{site.url}/year/2023/")
    assert member.locator("h1").inner_text() == "Året 2023"
    secretary.goto(f"{site.url}/mandates/")
    follow(secretary.get_by_role("link", name="Cilla Dal"))
    yesterday = date.today() - timedelta(days=1)
    secretary.fill("[name=mandates-0-end]", yesterday.isoformat())
    follow(secretary.get_by_role("button", name="Spara", exact=True))
    assert member.goto(f"{site.url}/year/2023/").status == 403
