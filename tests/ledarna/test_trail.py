"""The trail: what leaves an entry, who sees it, and that nobody edits it."""

import re

import pytest
from auditlog.models import LogEntry
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection, transaction
from django.test import Client

from ledarna.trail import REGISTERED, record, search
from members.models import MemberCount
from tests.factories import PASSWORD, a_draft, a_fiscal_year, a_member_count, a_user, an_account

pytestmark = pytest.mark.django_db


def reader(role="auditor"):
    client = Client()
    client.force_login(a_user(role))
    return client


def page(client, **query):
    return client.get("/trail/", query)


def test_a_change_says_what_was_and_what_became():
    account = an_account("1930")
    account.name = "Nytt namn"
    account.save()
    entry = search(kind="finance.account").first()
    assert entry.action == LogEntry.Action.UPDATE
    assert entry.changes_dict["name"][1] == "Nytt namn"


def test_a_change_made_in_the_admin_names_who_made_it():
    user = a_user("treasurer")
    client = Client()
    client.force_login(user)
    sent = {"date": "2023-03-01", "kind": "newsletter", "title": "Mars"}
    client.post("/admin/members/publication/add/", sent)
    assert search(kind="members.publication").get().actor == user


def test_a_password_is_never_in_the_trail():
    user = a_user("board")
    user.set_password("en ny hemlighet")
    user.save()
    assert not any("password" in (entry.changes_dict or {}) for entry in LogEntry.objects.all())


def test_a_role_that_is_given_is_told():
    user = a_user("board")
    user.groups.add(Group.objects.get(name="auditor"))
    assert any("groups" in (entry.changes_dict or {}) for entry in search(kind="ledarna.user"))


def test_signing_in_and_failing_to_is_told():
    user = a_user("board")
    client = Client()
    client.post("/sign-in/", {"login": user.username, "password": "fel"})
    client.post("/sign-in/", {"login": user.username, "password": PASSWORD})
    events = [
        entry.additional_data["event"]
        for entry in LogEntry.objects.filter(action=LogEntry.Action.ACCESS).order_by("pk")
    ]
    assert events == ["sign-in refused", "sign-in"]


def test_a_posted_voucher_leaves_no_entry_because_the_chain_covers_it():
    a_draft(a_fiscal_year(2023), [("1930", "15.00"), ("8310", "-15.00")])
    assert not search(kind="finance.voucher").exists()
    assert "finance.voucher" not in REGISTERED


@pytest.mark.parametrize(
    "sql", ["UPDATE auditlog_logentry SET object_repr = 'x'", "DELETE FROM auditlog_logentry"]
)
def test_the_database_refuses_to_edit_the_trail(sql):
    a_member_count()
    with (
        pytest.raises(IntegrityError, match="the trail is never"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
    assert LogEntry.objects.exists()


def test_the_page_finds_an_entry_by_what_it_is_about():
    a_member_count(members=8101)
    an_account("1930")
    found = page(reader(), text="8101").content.decode()
    assert "8101" in found
    assert "1930" not in found


def test_the_page_goes_on_where_it_ended():
    MemberCount.objects.all().delete()
    user = a_user("auditor")
    for number in range(105):
        record(user, "download", name=f"fil {number}")
    first = page(reader())
    assert first.context["before"] is not None
    assert len(page(reader(), before=first.context["before"]).context["steps"]) >= 5


def test_the_page_asks_the_database_equally_often_for_few_and_for_many(django_assert_max_num_queries):
    client, user = reader(), a_user("board")
    for number in range(50):
        record(user, "download", name=f"fil {number}")
    page(client)
    with django_assert_max_num_queries(11):
        page(client)


def test_a_page_key_that_is_no_number_is_a_bad_request():
    assert page(reader(), before="x").status_code == 400


def test_who_is_refused_a_page_is_told():
    a_fiscal_year(2023)
    client = Client()
    user = a_user("nominating_committee")
    client.force_login(user)
    client.get("/year/2023/vouchers/")
    entry = search("/year/2023/vouchers/").get()
    assert (entry.actor, entry.additional_data["event"]) == (user, "page refused")


def test_a_change_is_told_in_the_words_of_the_forms_and_without_what_nobody_entered():
    a_member_count(members=8101)
    content = page(reader(), kind="members.membercount").content.decode()
    told = " ".join(re.sub(r"<[^>]+>", " ", content).split())
    assert "lade till Medlemsantal" in told
    assert "Antal 8101" in told
    assert "id:" not in told
    assert "None" not in told


def test_a_role_is_told_by_its_name_on_the_page():
    user = a_user("board")
    user.groups.add(Group.objects.get(name="nominating_committee"))
    content = page(reader(), kind="ledarna.user").content.decode()
    assert "valberedning" in content
    assert "nominating_committee" not in content
