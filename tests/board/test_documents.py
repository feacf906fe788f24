"""Documents: versions that stay, and minutes that are final when all have signed them."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from board import documents
from board.minutes import begun, laid_out, laid_out_agenda
from board.models import Document, DocumentVersion, Meeting, MinutesSignature, SealedMinutes, Signatory
from ledarna.checks import check_guards
from ledarna.guards import BOARD
from tests.factories import a_decision, a_meeting
from tests.minutes import SECRET, a_held_meeting, approved, minutes_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("documents")]


@pytest.fixture
def held():
    return a_held_meeting()


def raw(sql, *params):
    """Run *sql* past the program."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)


# How minutes begin


def test_minutes_begin_with_the_agenda_the_attendance_and_the_decisions(held):
    text = laid_out(held.meeting, is_confidential=False)
    assert "**Plats:** Hörsalen, fysiskt" in text
    assert "- Anna Ek, ordförande\n" in text
    assert "# 5. Föregående mötes protokoll\n\n**§ 1** Protokollet godkändes.\n" in text


def test_what_is_confidential_has_minutes_of_its_own(held):
    open_text, secret_text = (laid_out(held.meeting, is_confidential=own) for own in (False, True))
    assert "Hemliga AB" not in open_text
    assert "Särskilt protokoll förs." in open_text
    assert f"**§ 2** {SECRET}" in secret_text
    assert "Protokollet godkändes" not in secret_text


def test_minutes_list_the_open_decisions_of_earlier_meetings_but_no_confidential_one(held):
    secret = held.meeting.decisions.get(number=2)
    loose = a_decision(held.meeting, 3, "Stadgarna ses över")
    for decision in (secret, loose):
        decision.state = "open"
        decision.save()
    later = a_meeting(held.meeting.date + timedelta(30))
    later.agenda.create(position=1, title="Öppna beslut", lists_open_decisions=True)
    text = laid_out(later, is_confidential=False)
    assert "Stadgarna ses över" in text
    assert "Hemliga" not in text


def test_an_agenda_does_not_name_what_is_confidential(held):
    held.meeting.agenda.filter(position=6).update(text="Resultatet till dags dato.")
    text = laid_out_agenda(held.meeting)
    assert "6. Ekonomi\n\n   Resultatet till dags dato.\n" in text
    assert "Hemliga" not in text


def test_the_kind_of_a_document_says_who_reads_it(held):
    minutes = begun(held.meeting, is_confidential=False)
    secret = begun(held.meeting, is_confidential=True)
    assert (minutes.auditors, minutes.nominating_committee) == (True, True)
    assert (secret.auditors, secret.nominating_committee) == (False, False)


# Versions


def test_each_save_is_a_version_and_the_ones_before_stay(held):
    first = minutes_of(held, "Ett\r\n")
    second = documents.add_text(first.document, "Två", "sekreterare", after=1)
    assert [first.number, second.number] == [1, 2]
    assert [version.text for version in first.document.versions.all()] == ["Ett\n", "Två\n"]


def test_nobody_writes_over_what_they_have_not_read(held):
    document = minutes_of(held, "Ett").document
    with pytest.raises(ValidationError, match="sekreterare har skrivit"):
        documents.add_text(document, "Två", "anna", after=0)


@pytest.mark.parametrize(("text", "why"), [(" \n", "Inget är skrivet"), ("Ett", "samma sak")])
def test_a_version_says_something_new(held, text, why):
    document = minutes_of(held, "Ett").document
    with pytest.raises(ValidationError, match=why):
        documents.add_text(document, text, "anna")


# Approval


def test_the_chair_and_the_adjusters_are_asked(held):
    found = documents.send_for_approval(minutes_of(held).document, "sekreterare")
    assert [(one.name, one.part) for one in found] == [
        ("Anna Ek", "chair"),
        ("Bo Alm", "adjuster"),
        ("Cilla Dal", "adjuster"),
    ]


def test_minutes_without_adjusters_are_not_sent(held):
    held.meeting.adjusters.clear()
    with pytest.raises(ValidationError, match="justerare"):
        documents.send_for_approval(minutes_of(held).document, "sekreterare")


def test_minutes_of_a_meeting_to_come_are_not_sent(held):
    Meeting.objects.update(state="planned", date=timezone.localdate() + timedelta(1))
    with pytest.raises(ValidationError, match="inte hållits"):
        documents.send_for_approval(minutes_of(held).document, "sekreterare")


def test_a_version_is_sent_once(held):
    document = minutes_of(held).document
    documents.send_for_approval(document, "sekreterare")
    with pytest.raises(ValidationError, match="redan skickats"):
        documents.send_for_approval(document, "sekreterare")


def test_what_was_sent_is_not_signed_once_a_later_version_took_its_place(held):
    version = minutes_of(held, "Ett")
    signatory = documents.send_for_approval(version.document, "sekreterare")[0]
    documents.add_text(version.document, "Två", "sekreterare")
    with pytest.raises(ValidationError, match="senare version"):
        documents.sign(signatory, "anna", version.sha256)


def test_only_what_was_read_is_signed(held):
    signatory = documents.send_for_approval(minutes_of(held).document, "sekreterare")[0]
    with pytest.raises(ValidationError, match="senare version"):
        documents.sign(signatory, "anna", "0" * 64)


def test_nobody_signs_twice(held):
    version = minutes_of(held)
    signatory = documents.send_for_approval(version.document, "sekreterare")[0]
    documents.sign(signatory, "anna", version.sha256)
    with pytest.raises(ValidationError, match="redan"):
        documents.sign(signatory, "anna", version.sha256)


def test_minutes_that_all_have_signed_take_no_further_version(held):
    document = approved(held)
    with pytest.raises(ValidationError, match="justerat"):
        documents.add_text(document, "Något annat", "sekreterare")


# What the database refuses, whoever asks

TABLES = [DocumentVersion, Signatory, MinutesSignature, SealedMinutes]
COLUMN = {DocumentVersion: "text", Signatory: "name", MinutesSignature: "sha256", SealedMinutes: "pdf_sha256"}


@pytest.mark.parametrize("model", TABLES)
@pytest.mark.parametrize("sql", ["UPDATE {table} SET {column} = 'x'", "DELETE FROM {table}"])
def test_what_was_written_and_signed_neither_changes_nor_vanishes(held, model, sql):
    approved(held)
    with pytest.raises(DatabaseError, match="ledarna: "):
        raw(sql.format(table=model._meta.db_table, column=COLUMN[model]))


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="SQL of SQLite")
@pytest.mark.parametrize("model", TABLES)
def test_what_was_written_and_signed_is_not_replaced(held, model):
    approved(held)
    with pytest.raises(DatabaseError, match="ledarna: "):
        raw(f"INSERT OR REPLACE INTO {model._meta.db_table} SELECT * FROM {model._meta.db_table}")


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQL of PostgreSQL")
@pytest.mark.parametrize("model", TABLES)
def test_what_was_written_and_signed_is_not_emptied(held, model):
    approved(held)
    raw("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(DatabaseError, match="ledarna: "):
        raw(f"TRUNCATE {model._meta.db_table} CASCADE")


def a_version(document, number):
    return DocumentVersion(document=document, number=number, text="x", sha256="0" * 64, made_by="x")


def test_the_database_takes_no_version_of_approved_minutes(held):
    document = approved(held)
    with pytest.raises(DatabaseError, match="approved minutes take no further version"), transaction.atomic():
        a_version(document, 2).save()


def test_the_database_takes_further_versions_while_one_has_not_signed(held):
    version = minutes_of(held)
    for signatory in documents.send_for_approval(version.document, "sekreterare")[1:]:
        documents.sign(signatory, "någon", version.sha256)
    a_version(version.document, 2).save()
    assert version.document.latest.number == 2


def test_the_database_takes_no_signature_of_another_text(held):
    signatory = documents.send_for_approval(minutes_of(held).document, "sekreterare")[0]
    with pytest.raises(DatabaseError, match="the very text"), transaction.atomic():
        MinutesSignature.objects.create(signatory=signatory, by="anna", sha256="0" * 64)


def test_the_database_takes_no_signature_of_a_version_that_is_not_the_latest(held):
    version = minutes_of(held)
    signatory = documents.send_for_approval(version.document, "sekreterare")[0]
    documents.add_text(version.document, "Två", "sekreterare")
    with pytest.raises(DatabaseError, match="only the latest version"), transaction.atomic():
        MinutesSignature.objects.create(signatory=signatory, by="anna", sha256=version.sha256)


def test_the_database_seals_nothing_that_somebody_has_not_signed(held):
    version = minutes_of(held)
    documents.send_for_approval(version.document, "sekreterare")
    with pytest.raises(DatabaseError, match="when all have signed"), transaction.atomic():
        SealedMinutes.objects.create(version=version, pdf_sha256="0" * 64)


def test_the_database_takes_no_further_signatory_once_somebody_has_signed(held):
    version = minutes_of(held)
    signatory = documents.send_for_approval(version.document, "sekreterare")[0]
    documents.sign(signatory, "anna", version.sha256)
    held.meeting.adjusters.clear()
    with pytest.raises(DatabaseError, match="gain no signatory"), transaction.atomic():
        Signatory.objects.create(
            version=version, person=a_held_meeting(day=date(2023, 2, 2)).people[0], name="X", part="adjuster"
        )


def test_a_confidential_document_is_meant_for_nobody_but_the_board(held):
    with pytest.raises(DatabaseError), transaction.atomic():
        Document.objects.create(kind="annex", title="Bilaga", is_confidential=True, auditors=True)


def test_the_guard_is_whole_after_the_migrations():
    assert BOARD.faults(connection) == []


def test_a_trigger_that_is_gone_is_told_and_put_back():
    name, table = next(iter(BOARD.expected_triggers(connection.vendor).items()))
    raw(f"DROP TRIGGER {name}" + (f" ON {table}" if connection.vendor == "postgresql" else ""))
    assert [fault.name for fault in BOARD.faults(connection)] == [name]
    assert [message.id for message in check_guards(databases=["default"])] == ["ledarna.W002"]
    BOARD.install_after_migrating("default")
    assert BOARD.faults(connection) == []
