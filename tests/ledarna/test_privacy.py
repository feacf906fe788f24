"""What is kept of persons: given out, forgotten, reminded of, told in a register."""

import json
from datetime import date, timedelta

import pytest
from auditlog.models import LogEntry
from django.utils import timezone

from board.models import CalendarAddress, Person
from ledarna.models import ApiToken, User
from ledarna.privacy import REGISTER, forget, kept_of_person, to_forget
from ledarna.roles import Area, may
from tests.factories import a_decision, a_fiscal_year, a_mandate, a_meeting, a_person, a_user
from tests.pages import main_of, reader

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 1)


def somebody(**facts):
    return a_person("Anna Ek", mail="anna@example.org", **facts)


class TestTheRegister:
    def test_it_says_of_each_what_whose_why_by_which_right_and_for_how_long(self):
        page = main_of(reader("administrator").get("/privacy/"))
        assert all(
            str(text)[:20] in page
            for row in REGISTER
            for text in (row.what, row.whose, row.purpose, row.basis, row.kept)
        )


class TestWhatIsKept:
    def test_it_is_given_out_whole(self):
        person = somebody(user=a_user("board", username="anna"))
        a_mandate("chair", person=person)
        meeting = a_meeting(chair=person)
        decision = a_decision(meeting)
        decision.responsible = person
        decision.save()
        kept = kept_of_person(person)
        assert kept["person"] == {"name": "Anna Ek", "mail": "anna@example.org"}
        assert kept["mandates"][0]["office"] == "chair"
        assert kept["chaired"] == [str(meeting)]
        assert kept["responsible_for"] == [str(decision)]
        assert kept["user"]["roles"] == ["board"]

    def test_an_administrator_takes_it_out_as_a_file_and_the_trail_says_so(self):
        person = somebody()
        response = reader("administrator").get(f"/privacy/{person.pk}.json")
        assert json.loads(response.content)["person"]["mail"] == "anna@example.org"
        assert LogEntry.objects.filter(object_repr="Anna Ek", additional_data__event="download").exists()

    def test_everybody_takes_out_their_own(self):
        response = reader("auditor").get("/you/kept.json")
        assert json.loads(response.content)["user"]["roles"] == ["auditor"]

    def test_no_password_and_no_secret_is_in_it(self):
        user = a_user("board")
        secret = ApiToken(user=user, name="Kalkyl").draw()
        written = json.dumps(kept_of_person(somebody(user=user)), default=str)
        assert secret not in written
        assert user.password not in written


class TestForgetting:
    def test_who_is_forgotten_can_no_longer_be_reached_nor_sign_in(self):
        user = a_user("board", email="anna@example.org", first_name="Anna")
        person = somebody(user=user)
        a_mandate("member", end=None, person=person)
        ApiToken(user=user, name="Kalkyl").draw()
        CalendarAddress.drawn(person)
        forget(person)
        user = User.objects.get(pk=user.pk)
        assert (user.is_active, user.email, user.first_name) == (False, "", "")
        assert not user.has_usable_password()
        assert not may(user, Area.BOOKS)
        assert not ApiToken.objects.exists()
        assert not CalendarAddress.objects.exists()

    def test_the_name_stays_where_the_minutes_speak_of_it(self):
        person = somebody()
        meeting = a_meeting(chair=person)
        forget(person)
        meeting.refresh_from_db()
        assert (meeting.chair.name, meeting.chair.mail) == ("Anna Ek", "")

    def test_of_whom_nothing_speaks_is_gone_altogether(self):
        forget(somebody())
        assert not Person.objects.exists()

    def test_no_mail_address_is_in_the_trail_to_be_forgotten_there(self):
        person = somebody(user=a_user("board", email="anna@example.org"))
        person.mail = "anna.ek@example.org"
        person.save()
        forget(person)
        told = LogEntry.objects.filter(object_repr="Anna Ek")
        assert told.exists()
        assert not any("example.org" in json.dumps(entry.changes) for entry in LogEntry.objects.all())

    def test_an_administrator_forgets_after_showing_who_they_are(self):
        person, client = somebody(), reader("administrator")
        asked = client.post(f"/privacy/{person.pk}/forget/")
        assert asked["Location"].startswith("/password-again/")
        session = client.session
        session["password_given_at"] = timezone.now().timestamp()
        session.save()
        client.post(f"/privacy/{person.pk}/forget/")
        assert not Person.objects.exists()


class TestWhoIsDue:
    @pytest.mark.parametrize(
        ("ends", "due"),
        [
            ([date(2025, 5, 31)], True),
            ([date(2025, 6, 1)], False),
            ([date(2020, 1, 1), date(2026, 12, 31)], False),
            ([date(2020, 1, 1), None], False),
            ([], False),
        ],
    )
    def test_a_year_after_the_last_term_somebody_is_due(self, ends, due):
        person = somebody()
        for end in ends:
            a_mandate(start=date(2019, 1, 1), end=end, person=person)
        assert list(to_forget(TODAY)) == ([person] if due else [])

    def test_who_can_no_longer_be_reached_is_not_due(self):
        a_mandate(start=date(2019, 1, 1), end=date(2020, 1, 1), person=a_person("Bo Al"))
        assert not to_forget(TODAY).exists()

    def test_the_administrator_is_reminded_on_the_page_of_the_year(self):
        a_fiscal_year()
        end = timezone.localdate() - timedelta(days=400)
        a_mandate(start=date(2019, 1, 1), end=end, person=somebody())
        assert "1 person ska glömmas" in main_of(reader("administrator").get("/year/2023/"))
        assert "ska glömmas" not in main_of(reader("board").get("/year/2023/"))
