"""The log: a line for each request, its number at all places where somebody looks for it, and no secret in it."""

import json
import logging
import re
import sys

import pytest
from auditlog.models import LogEntry
from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import get_resolver, reverse
from gunicorn.config import Config

from ledarna import server
from ledarna import settings as settings_module
from ledarna.models import ApiToken
from ledarna.request_log import JsonFormatter, RequestLogMiddleware, TextFormatter, logged, number
from tests.factories import PASSWORD, a_user
from tests.ledarna.test_checks import manage
from tests.pages import main_of, reader, words

pytestmark = pytest.mark.django_db

SECRET = "hJ8x-0aB_" * 5


@pytest.fixture
def lines(caplog):
    """What production writes of the requests so far, read as JSON. Records are formatted as they come, within them."""
    written: list[str] = []

    class Written(logging.Handler):
        def emit(self, record):
            written.append(self.format(record))

    handler = Written()
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.addHandler(handler)
    caplog.set_level(logging.INFO, "ledarna.requests")
    yield lambda: [json.loads(line) for line in written]
    root.removeHandler(handler)


def broken(monkeypatch) -> Client:
    """A browser of somebody to whom the page of verification fails."""
    client = reader("auditor")
    client.raise_request_exception = False
    monkeypatch.setattr("ledarna.views.verification.page_of_all", lambda *arguments, **more: 1 / 0)
    return client


class TestLine:
    def test_an_answer_leaves_one_line_with_what_production_needs(self, lines):
        user = a_user("board")
        client = Client()
        client.force_login(user)
        response = client.get("/you/?text=hemligt")
        [line] = lines()
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", line.pop("time"))
        assert line.pop("ms") > 0
        assert line == {
            "level": "info",
            "logger": "ledarna.requests",
            "message": "answered",
            "request": response["X-Request-ID"],
            "method": "GET",
            "path": "/you/",
            "status": 200,
            "user": user.pk,
        }

    def test_nobody_is_told_as_nobody(self, lines):
        Client().get("/sign-in/")
        assert [line["user"] for line in lines()] == [None]

    def test_a_program_is_told_by_its_user(self, lines):
        user = a_user("board")
        secret = ApiToken(user=user, name="rapport").draw()
        Client().get("/api/v1/years", headers={"authorization": f"Bearer {secret}"})
        assert [line["user"] for line in lines()] == [user.pk]
        assert secret not in json.dumps(lines())

    def test_it_does_not_say_from_where(self, lines):
        Client().get("/sign-in/", REMOTE_ADDR="198.51.100.7", headers={"x-forwarded-for": "203.0.113.9"})
        assert not re.search(r"198\.51|203\.0", json.dumps(lines()))

    @pytest.mark.parametrize(("path", "level"), [("/sign-in/", "info"), ("/nowhere/", "warning")])
    def test_its_level_follows_from_the_answer(self, path, level, lines):
        reader().get(path)
        assert [line["level"] for line in lines()] == [level]

    def test_a_line_break_in_an_address_breaks_no_line(self, lines):
        reader().get("/nowhere%0A%7B%22level%22")
        assert lines()[0]["path"] == "/nowhere%0A%7B%22level%22"

    @pytest.mark.parametrize(
        ("name", "shown"),
        [("calendar-feed", "/calendar/….ics"), ("choose-password", "/sign-in/password/…/")],
    )
    def test_what_opens_something_is_not_written(self, name, shown, lines):
        Client().get(reverse(name, args=[SECRET]))
        assert [line["path"] for line in lines()] == [shown]

    def test_nor_where_the_address_was_copied_badly(self):
        assert logged(f"/calendar/{SECRET}.ics.") == "/calendar/….ics."

    def test_no_address_of_the_site_is_long_enough_to_be_taken_for_a_secret(self):
        addresses = {str(pattern.pattern) for pattern in get_resolver().url_patterns}
        models = {model._meta.model_name for model in apps.get_models()}
        assert {each for each in addresses | models if "…" in logged(each)} == set()


class TestNumber:
    def test_each_request_has_its_own(self):
        client = Client()
        first, second = (client.get("/sign-in/")["X-Request-ID"] for _ in range(2))
        assert re.fullmatch("[0-9a-f]{12}", first)
        assert first != second

    def test_it_is_not_taken_from_whoever_asks(self):
        assert Client().get("/healthz", headers={"x-request-id": "mine"})["X-Request-ID"] != "mine"

    def test_it_ends_with_its_request(self):
        Client().get("/sign-in/")
        assert number() is None

    def test_it_goes_back_also_where_another_layer_answers(self, settings):
        settings.SECURE_SSL_REDIRECT = True
        response = Client().get("/sign-in/")
        assert response.status_code == 301
        assert response["X-Request-ID"]


class TestError:
    def test_its_page_and_its_lines_carry_one_number(self, monkeypatch, lines):
        response = broken(monkeypatch).get("/verification/")
        assert response.status_code == 500
        given = response["X-Request-ID"]
        assert f"Ange det här numret, så att det går att hitta i loggen: {given}" in main_of(response)
        error, answered = lines()
        assert (error["logger"], error["level"], error["request"]) == ("django.request", "error", given)
        assert "ZeroDivisionError" in error["traceback"]
        assert (answered["status"], answered["level"], answered["request"]) == (500, "error", given)

    def test_its_line_has_no_secret_of_the_address(self, monkeypatch, lines):
        monkeypatch.setattr("ledarna.views.calendar.CalendarAddress.of", lambda secret: 1 / 0)
        client = Client(raise_request_exception=False)
        assert client.get(reverse("calendar-feed", args=[SECRET])).status_code == 500
        assert [line["message"] for line in lines()] == [
            "Internal Server Error: /calendar/….ics",
            "answered",
        ]
        assert SECRET not in json.dumps(lines())


class TestTrail:
    def test_an_entry_carries_the_number_of_the_request_that_left_it(self):
        a_user("board", "bea")
        response = Client().post("/sign-in/", {"login": "bea", "password": PASSWORD})
        entry = LogEntry.objects.filter(additional_data__event="sign-in").get()
        assert entry.cid == response["X-Request-ID"]

    def test_a_change_carries_it_too(self):
        sent = {"date": "2023-03-01", "kind": "newsletter", "title": "Mars"}
        response = reader("treasurer").post("/admin/members/publication/add/", sent)
        entry = LogEntry.objects.get(content_type__model="publication")
        assert entry.cid == response["X-Request-ID"]

    def test_the_trail_is_searched_by_it(self):
        a_user("board", "bea")
        given = Client().post("/sign-in/", {"login": "bea", "password": PASSWORD})["X-Request-ID"]
        Client().post("/sign-in/", {"login": "bosse", "password": "fel"})
        page = words(reader("auditor").get("/trail/", {"text": given}))
        assert "loggade in" in page
        assert "bosse" not in page


def a_record(**more) -> logging.LogRecord:
    record = logging.LogRecord("ledarna.requests", logging.INFO, "", 0, "answered", (), None)
    record.__dict__.update(more)
    return record


def test_a_person_at_a_terminal_reads_text():
    line = TextFormatter().format(a_record(facts={"method": "GET", "status": 200}))
    assert line.endswith(" INFO ledarna.requests answered method=GET status=200")


def test_a_traceback_is_text_for_a_person_and_part_of_the_line_for_a_program():
    try:
        raise ValueError("två\nrader")
    except ValueError:
        record = a_record(exc_info=sys.exc_info())
    assert "ValueError: två\nrader" in TextFormatter().format(record)
    assert "\n" not in JsonFormatter().format(record)
    assert "ValueError: två\nrader" in json.loads(JsonFormatter().format(record))["traceback"]


def test_text_carries_the_number_too():
    def answer(request: HttpRequest) -> HttpResponse:
        return HttpResponse(TextFormatter().format(a_record()))

    response = RequestLogMiddleware(answer)(RequestFactory().get("/"))
    assert f"[{response['X-Request-ID']}] answered" in response.content.decode()


def test_a_try_out_is_told_in_text_and_only_what_went_wrong():
    assert settings_module.LOGGING["handlers"]["console"]["formatter"] == "text"
    assert settings_module.LOGGING["loggers"]["ledarna.requests"]["level"] == "WARNING"


def test_production_writes_json_of_every_request(tmp_path):
    asked = (
        "from django.test import Client;"
        "Client().get('/healthz', headers={'host': 'ledarna.example.se'});"
        "import logging; logging.getLogger('gunicorn.error').warning('slow')"
    )
    (tmp_path / "static").mkdir()
    done = manage(
        "shell",
        "--no-imports",
        "-c",
        asked,
        LEDARNA_DATA_DIR=str(tmp_path),
        ALLOWED_HOSTS="ledarna.example.se",
    )
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["path"] for line in lines if line["logger"] == "ledarna.requests"] == ["/healthz"]
    # Without its tables the site is not well: said by the check, in the line, and by Django, under one number.
    *of_request, other = lines
    assert [line["level"] for line in of_request] == ["error"] * 3
    assert len({line["request"] for line in of_request}) == 1
    assert (other["message"], other["request"]) == ("slow", None)


def test_what_the_server_itself_says_is_a_line_of_the_log(lines):
    log = server._Log(Config())
    log.warning("a worker is slow")
    assert [(line["logger"], line["message"]) for line in lines()] == [("gunicorn.error", "a worker is slow")]
