"""SIE files by the page: upload, preview, confirmation, and the imports that were made."""

import hashlib
import json
import re
from io import BytesIO, StringIO
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from auditlog.models import LogEntry
from django.core.management import call_command
from django.utils import timezone

from finance.models import Association, FiscalYear, SieImport, Voucher
from ledarna.reauthentication import SESSION_KEY
from tests.factories import a_posted_voucher, an_account
from tests.pages import reader
from tests.sie import FOR_IMPORT, HEAD, ver

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("documents")]
IMPORTS = "/import/sie/"


@pytest.fixture
def treasurer():
    return reader("treasurer")


def upload(client: Any, text: str | bytes, name: str = "prov.se") -> Any:
    """What comes after *text* was sent as a file."""
    content = text if isinstance(text, bytes) else text.encode("cp437")
    file = BytesIO(content)
    file.name = name
    return client.post(IMPORTS, {"file": file})


def streamed(response: Any) -> str:
    """The whole page, when it has come to its end."""
    assert response.status_code == 200, response.status_code
    return b"".join(response.streaming_content).decode()


def preview(client: Any, text: str | bytes, name: str = "prov.se", **choices: Any) -> tuple[str, str]:
    """The address of the preview of *text*, and its page."""
    sent = upload(client, text, name)
    assert sent.status_code == 302, sent.content.decode()
    query = {**dict(parse_qsl(urlsplit(sent["Location"]).query)), **choices}
    return query["file"], streamed(client.get(f"{IMPORTS}preview/", query))


def confirm(client: Any, page: str, **instead: Any) -> str:
    """The page that comes when the form at the end of the preview *page* is sent."""
    form = page[page.rindex('<form method="post">') :]
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    ticked = re.findall(r'<input type="hidden" name="(\w+)" value="(True|on)"', form)
    assert dict(ticked).items() <= fields.items()
    return streamed(client.post(f"{IMPORTS}preview/", {**fields, **instead}))


def test_a_file_is_looked_at_and_nothing_is_changed(treasurer):
    _token, page = preview(treasurer, HEAD + ver("A", 1))
    assert "Föreningen Prov 802000-0001" in page
    assert "1 januari – 31 december 2023" in page
    assert "2 ingående balanser" in page
    assert not FiscalYear.objects.exists()


def test_what_was_looked_at_is_imported_when_it_is_confirmed(treasurer):
    _token, page = preview(treasurer, HEAD + ver("A", 1))
    done = confirm(treasurer, page)
    kept = SieImport.objects.get()
    assert f'href="{IMPORTS}{kept.pk}/"' in done
    assert Voucher.objects.posted().get().posted_by == kept.by


def test_an_import_is_shown_line_by_line(treasurer):
    _token, page = preview(treasurer, HEAD + ver("A", 1))
    assert 'class="steady"' not in page + confirm(treasurer, page)


def test_an_import_is_in_the_trail_with_what_it_made(treasurer):
    confirm(treasurer, preview(treasurer, HEAD + ver("A", 1))[1])
    entry = LogEntry.objects.get(additional_data__event="sie import")
    assert entry.object_id == SieImport.objects.get().pk
    assert entry.actor.get_username() == SieImport.objects.get().by
    assert LogEntry.objects.filter(content_type__model="fiscalyear", actor=entry.actor).exists()


def test_books_that_moved_in_between_are_shown_anew_and_nothing_is_imported(treasurer):
    _token, page = preview(treasurer, HEAD + ver("A", 1))
    a_posted_voucher()
    moved = confirm(treasurer, page)
    assert "Bokföringen har ändrats sedan du tittade." in moved
    assert not SieImport.objects.exists()
    confirm(treasurer, preview(treasurer, HEAD + ver("B", 1))[1])
    assert SieImport.objects.exists()


def test_a_confirmation_of_what_was_never_shown_is_shown_first(treasurer):
    _token, page = preview(treasurer, HEAD + ver("A", 1))
    assert "har ändrats" in confirm(treasurer, page, seen="")
    assert not SieImport.objects.exists()


def test_a_confirmation_that_is_sent_twice_imports_once(treasurer):
    _token, page = preview(treasurer, HEAD + ver("A", 1))
    confirm(treasurer, page)
    assert "har ändrats" in confirm(treasurer, page)
    assert SieImport.objects.count() == Voucher.objects.count() == 1


def test_the_same_file_twice_says_that_there_is_nothing_new(treasurer):
    confirm(treasurer, preview(treasurer, HEAD + ver("A", 1))[1])
    _token, again = preview(treasurer, HEAD + ver("A", 1))
    assert "Inget är nytt i filen" in again
    assert '<form method="post">' not in again.split('class="result"')[1]


def test_a_web_page_is_refused_in_words_and_not_kept(treasurer, documents):
    page = upload(treasurer, "<!doctype html><html></html>").content.decode()
    assert "webbsida" in page
    assert not documents.exists()


def test_an_error_stands_with_its_line_and_the_rest_can_be_asked_for(treasurer):
    text = HEAD + ver("A", 1) + ver("A", 2).replace("-100.00", "-99.00")
    _token, page = preview(treasurer, text)
    assert "A 2 20230301" in page
    assert '<form method="post">' not in page.split('class="result"')[1]
    confirm(treasurer, preview(treasurer, text, skip_broken="on")[1])
    assert Voucher.objects.posted().count() == 1


def test_a_conflict_is_shown_side_by_side(treasurer):
    confirm(treasurer, preview(treasurer, HEAD + ver("A", 1))[1])
    _token, page = preview(treasurer, HEAD + ver("A", 1, "200.00"))
    conflicts = page[page.index('id="conflicts"') :]
    assert "100,00" in conflicts
    assert "200,00" in conflicts


def test_differences_of_the_file_are_listed_by_account(treasurer):
    _token, page = preview(treasurer, HEAD + ver("A", 1) + "#UB 0 1930 1150.00\n")
    assert "50,00" in page[page.index('id="differences-2023"') :]


def test_vouchers_for_import_become_drafts_when_chosen(treasurer):
    confirm(treasurer, preview(treasurer, HEAD + ver("A", 1))[1])
    page = preview(treasurer, FOR_IMPORT + ver("", "", "7.00"), "ny.SI", enter_as="drafts")[1]
    assert "varav 1 utkast" in page
    confirm(treasurer, page)
    assert Voucher.objects.drafts().count() == 1


def test_another_organisations_file_needs_its_number_typed(treasurer):
    Association.objects.create(name="Vi", organisation_number="802000-9999")
    _token, page = preview(treasurer, HEAD + ver("A", 1))
    assert 'name="organisation"' in page
    confirm(treasurer, preview(treasurer, HEAD + ver("A", 1), organisation="802000-0001")[1])
    assert SieImport.objects.exists()


def test_names_are_taken_from_the_file_when_asked_for(treasurer):
    confirm(treasurer, preview(treasurer, HEAD + ver("A", 1))[1])
    renamed = HEAD.replace("Företagskonto", "Banken") + ver("A", 1)
    page = preview(treasurer, renamed, names="on")[1]
    assert "Företagskonto → Banken" in page
    confirm(treasurer, page)
    assert LogEntry.objects.filter(object_repr__contains="Banken", action=LogEntry.Action.UPDATE).exists()


def test_only_what_the_file_gives_a_reason_for_is_asked(treasurer):
    _token, fine = preview(treasurer, HEAD + ver("A", 1))
    assert 'type="checkbox"' not in fine
    _token, twice = preview(treasurer, HEAD + ver("A", 1) + ver("A", 1, "5.00"))
    assert 'type="checkbox" name="renumber"' in twice
    assert 'type="checkbox" name="skip_broken"' in twice
    assert 'type="checkbox" name="mend"' not in twice


def test_an_account_of_another_kind_in_the_file_is_named(treasurer):
    an_account("3010", kind="cost")
    _token, page = preview(treasurer, HEAD + "#KTYP 3010 I\n" + ver("A", 1))
    assert "#KTYP I" in page[page.index("Konton av annat slag") :]


def test_an_account_stands_with_what_the_books_hold_before_and_after(treasurer):
    confirm(treasurer, preview(treasurer, HEAD + ver("A", 1))[1])
    _token, page = preview(treasurer, HEAD + ver("A", 1) + ver("A", 2))
    line = page[page.index("1930 Företagskonto</th>") :].split("</tr>")[0]
    amounts = re.findall(r'class="number">([^<]*)<', line.replace("\xa0", " "))
    assert amounts == ["1 000,00", "200,00", "–", "1 100,00", "1 200,00"]


def test_books_that_hold_nothing_are_shown_so_though_the_file_opens_with_something(treasurer):
    _token, page = preview(treasurer, HEAD)
    line = page[page.index("1930 Företagskonto</th>") :].split("</tr>")[0]
    assert re.findall(r'class="number">([^<]*)<', line)[3:] == ["0,00", "1\xa0000,00"]


def test_the_sums_of_the_file_are_shown(treasurer):
    _token, page = preview(treasurer, HEAD + ver("A", 1))
    assert "#RES -1: −700,00" in page.replace("\xa0", " ")


def test_what_is_broken_off_changes_nothing(treasurer):
    _token, page = preview(treasurer, HEAD + ver("A", 1))
    form = dict(
        re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page[page.rindex("<form") :])
    )
    response = treasurer.post(f"{IMPORTS}preview/", form)
    for line in response.streaming_content:
        if "bokförd" in line.decode():
            break
    # As a server does when the reader has gone; the client's own wrapper keeps the connection open.
    response._iterator.close()
    assert not FiscalYear.objects.exists()
    assert not SieImport.objects.exists()


def test_a_token_of_somebody_else_is_refused(treasurer):
    token, _page = preview(treasurer, HEAD)
    assert reader("treasurer").get(f"{IMPORTS}preview/", {"file": token}).status_code == 403


@pytest.mark.parametrize("token", ["", "x", "W10:x:y"])
def test_an_address_that_was_made_up_is_refused(treasurer, token):
    assert treasurer.get(f"{IMPORTS}preview/", {"file": token}).status_code == 400


def test_the_board_sees_the_imports_and_cannot_make_one(treasurer):
    confirm(treasurer, preview(treasurer, HEAD + ver("A", 1))[1])
    board = reader("board")
    page = board.get(IMPORTS).content.decode()
    assert "prov.se" in page
    assert 'type="file"' not in page
    assert upload(board, HEAD).status_code == 403


def test_an_import_has_a_page_with_its_notes_and_vouchers(treasurer):
    confirm(treasurer, preview(treasurer, HEAD.replace("#FLAGGA 0", "#FLAGGA 1") + ver("A", 1))[1])
    kept = SieImport.objects.get()
    page = treasurer.get(f"{IMPORTS}{kept.pk}/").content.decode()
    assert kept.sha256 in page
    assert "#FLAGGA 1" in page
    assert Voucher.objects.get().get_absolute_url() in page


def test_a_voucher_leads_to_the_import_that_it_came_with(treasurer):
    confirm(treasurer, preview(treasurer, HEAD + ver("A", 1))[1])
    page = treasurer.get(Voucher.objects.get().get_absolute_url()).content.decode()
    assert f'href="{IMPORTS}{SieImport.objects.get().pk}/"' in page


def test_an_auditor_finds_the_imports_from_the_verification():
    a_posted_voucher()
    assert f'href="{IMPORTS}"' in reader("auditor").get("/verification/").content.decode()


def test_the_file_is_taken_out_as_it_was_and_the_trail_says_so(treasurer):
    text = (HEAD + ver("A", 1)).encode("cp437")
    confirm(treasurer, preview(treasurer, text)[1])
    kept = SieImport.objects.get()
    assert b"".join(treasurer.get(f"{IMPORTS}{kept.pk}/file/").streaming_content) == text
    assert LogEntry.objects.filter(additional_data__event="download", object_id=kept.pk).exists()


def test_the_preview_is_what_the_command_says_with_dry_run(treasurer, tmp_path):
    text = HEAD + ver("A", 1) + ver("A", 3)
    _token, page = preview(treasurer, text)
    path = tmp_path / "prov.se"
    path.write_bytes(text.encode("cp437"))
    out = StringIO()
    call_command("import_sie", str(path), "--dry-run", "--json", stdout=out)
    said = json.dumps(json.loads(out.getvalue()), sort_keys=True)
    assert f'name="seen" value="{hashlib.sha256(said.encode()).hexdigest()}"' in page


# One step back -------------------------------------------------------------------------------------


@pytest.fixture
def imported(treasurer):
    """The page of an import that was made, and a treasurer who has just given the password."""
    confirm(treasurer, preview(treasurer, HEAD + ver("A", 1))[1])
    session = treasurer.session
    session[SESSION_KEY] = timezone.now().timestamp()
    session.save()
    return f"{IMPORTS}{SieImport.objects.get().pk}/"


def take_back(treasurer, imported) -> str:
    """What the page says that follows while the import is taken back."""
    response = treasurer.post(f"{imported}take-back/", {"reason": "Fel fil"})
    return b"".join(response.streaming_content).decode()


def test_what_is_taken_back_is_shown_line_by_line(treasurer, imported):
    assert 'class="steady"' not in take_back(treasurer, imported)


def test_what_comes_to_hinder_while_it_is_taken_back_is_told(treasurer, imported, monkeypatch):
    monkeypatch.setattr("ledarna.views.sie_import.problems", lambda *asked: [])
    a_posted_voucher(FiscalYear.objects.get(label="2023"))
    page = take_back(treasurer, imported)
    assert "Något har bokförts sedan inläsningen" in page
    assert "är återtagen" not in page
    assert Voucher.objects.posted().count() == 2


def test_the_last_import_is_taken_back_with_a_reason_and_the_trail_says_so(treasurer, imported):
    assert f"{imported}take-back/" in treasurer.get(imported).content.decode()
    page = take_back(treasurer, imported)
    assert "1 verifikation återtagen" in page
    assert "Inläsningen av prov.se är återtagen." in page
    assert f'href="{imported}"' in page
    assert not FiscalYear.objects.exists()
    assert LogEntry.objects.filter(additional_data__event="sie taken back").exists()
    assert "återtagen" in treasurer.get(IMPORTS).content.decode()


def test_the_password_is_asked_for_first(treasurer, imported):
    session = treasurer.session
    del session[SESSION_KEY]
    session.save()
    sent = treasurer.post(f"{imported}take-back/", {"reason": "Fel fil"})
    assert sent["Location"].startswith("/password-again/")
    assert SieImport.objects.filter(taken_back__isnull=True).exists()


def test_what_hinders_is_told_and_nothing_is_offered(treasurer, imported):
    a_posted_voucher(FiscalYear.objects.get(label="2023"))
    page = treasurer.get(f"{imported}take-back/").content.decode()
    assert "Något har bokförts sedan inläsningen" in page
    assert 'name="reason"' not in page
    treasurer.post(f"{imported}take-back/", {"reason": "Fel fil"})
    assert Voucher.objects.posted().count() == 2


def test_a_head_on_paper_that_went_with_the_import_is_explained_on_the_page_of_the_chain(treasurer, imported):
    head = Voucher.objects.posted().get().digest
    take_back(treasurer, imported)
    a_posted_voucher()
    page = treasurer.get("/year/2023/chain/", {"digest": head}).content.decode()
    assert f'href="{imported}"' in page
    assert "står ingenstans" not in page


def test_without_a_reason_nothing_is_taken_back(treasurer, imported):
    page = treasurer.post(f"{imported}take-back/", {"reason": " "}).content.decode()
    assert "Skriv varför" in page
    assert Voucher.objects.exists()
