"""Entering published figures and users in the admin, and the admin as a part of the site."""

import html
from decimal import Decimal

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone

from ledarna.access import roles_of
from ledarna.models import StatedFigure, User
from ledarna.reauthentication import SESSION_KEY
from tests.factories import PASSWORD, a_fiscal_year, a_mandate, a_person, a_user

pytestmark = pytest.mark.django_db

ADD_FIGURE = "/admin/ledarna/statedfigure/add/"
ADD_USER = "/admin/ledarna/user/add/"


@pytest.fixture
def treasurer(client):
    client.force_login(a_user("treasurer"))
    return client


@pytest.fixture
def administrator(client):
    user = a_user("administrator", username="chefen")
    client.force_login(user)
    client.user = user
    session = client.session
    session[SESSION_KEY] = timezone.now().timestamp()
    session.save()
    return client


def text_of(response):
    return html.unescape(response.content.decode())


def role(name):
    return Group.objects.get(name=name).pk


def figure_form(**facts):
    return {
        "fiscal_year": a_fiscal_year(2023).pk,
        "key": "finance.result",
        "value": "−1 420 596",
        "tolerance": "",
        "document": "Verksamhetsberättelsen",
        **facts,
    }


def test_a_published_figure_is_written_as_people_write_numbers(treasurer):
    treasurer.post(ADD_FIGURE, figure_form())
    assert StatedFigure.objects.get().value == Decimal("-1420596.00")


FIGURES_REFUSED = {
    "a key that is none": (
        figure_form,
        {"key": "finance.resultat"},
        "key",
        "”finance.resultat” är ingen uppgift i ordlistan.",
    ),
    "a letter": (
        figure_form,
        {"value": "13,4x"},
        "value",
        "”13,4x” är inget belopp. Skriv det som 1 928 072,00.",
    ),
    "a negative tolerance": (
        figure_form,
        {"tolerance": "-1"},
        "tolerance",
        "En tolerans kan inte vara negativ.",
    ),
}


@pytest.mark.parametrize("case", FIGURES_REFUSED)
def test_what_is_no_published_figure_is_refused_in_words_at_its_field(treasurer, case):
    form, facts, field, sentence = FIGURES_REFUSED[case]
    response = treasurer.post(ADD_FIGURE, form(**facts))
    assert response.context["adminform"].form.errors[field] == [sentence]
    assert not StatedFigure.objects.exists()


def test_the_keys_of_the_vocabulary_are_suggested(treasurer):
    assert '<option value="finance.equity_closing">' in text_of(treasurer.get(ADD_FIGURE))


def test_a_user_is_made_with_a_role(administrator):
    sent = {"username": "kassören", "email": "kassor@example.se", "groups": [role("treasurer")]}
    administrator.post(ADD_USER, sent)
    made = User.objects.get(username="kassören")
    assert roles_of(made) == ["treasurer"]


def user_form(user, *roles, **facts):
    return {"username": user.username, "is_active": "on", "groups": [role(name) for name in roles], **facts}


def change(user):
    return reverse("admin:ledarna_user_change", args=[user.pk])


def test_a_role_is_taken_away_and_the_admin_with_it(administrator, client):
    secretary = a_user("secretary")
    administrator.post(change(secretary), user_form(secretary, "auditor"))
    secretary = User.objects.get(pk=secretary.pk)
    assert roles_of(secretary) == ["auditor"]
    client.force_login(secretary)
    assert client.get("/admin/", follow=True).status_code == 403


@pytest.mark.parametrize("facts", [{"roles": ()}, {"roles": ("administrator",), "is_active": ""}])
def test_the_only_administrator_stays(administrator, facts):
    user = administrator.user
    sent = user_form(user, *facts["roles"], **{k: v for k, v in facts.items() if k != "roles"})
    response = administrator.post(change(user), sent)
    assert "Det här är den enda administratören. Ge först rollen till någon annan." in text_of(response)
    assert roles_of(User.objects.get(pk=user.pk)) == ["administrator"]


def test_one_of_two_administrators_may_go(administrator):
    a_user("administrator")
    administrator.post(change(administrator.user), user_form(administrator.user))
    assert roles_of(User.objects.get(pk=administrator.user.pk)) == []


def test_who_was_invited_and_has_not_come_is_nobody_to_leave_it_to(administrator):
    invited = a_user("administrator")
    invited.set_unusable_password()
    invited.save()
    administrator.post(change(administrator.user), user_form(administrator.user))
    assert roles_of(User.objects.get(pk=administrator.user.pk)) == ["administrator"]


def test_nobody_can_be_made_a_superuser_or_given_single_permissions(administrator):
    user = a_user("board")
    sent = user_form(user, "board", is_superuser="on", is_staff="on", user_permissions=["1"])
    administrator.post(change(user), sent)
    user = User.objects.get(pk=user.pk)
    assert not user.is_superuser
    assert not user.user_permissions.exists()


def test_an_administrator_cannot_touch_a_superuser(administrator):
    root = User.objects.create_superuser("root", password=PASSWORD)
    assert administrator.get(change(root)).status_code == 302


def test_the_roles_are_named_in_swedish(administrator):
    assert "Valberedning" in text_of(administrator.get(ADD_USER))


def test_the_admin_has_the_header_of_the_site(treasurer):
    page = text_of(treasurer.get("/admin/"))
    assert 'class="site-head"' in page
    assert "Inmatning" in page


@pytest.mark.parametrize("path", ["/admin/", "/admin/finance/voucher/add/", "/admin/finance/account/"])
def test_no_page_of_the_admin_has_a_script_or_a_style_of_its_own(treasurer, path):
    page = text_of(treasurer.get(path))
    assert " style=" not in page
    assert "<style" not in page
    assert " onclick=" not in page
    assert "<script>" not in page


def test_totals_and_gaps_are_not_entered():
    entered = {model._meta.label for model in admin.site._registry}
    assert entered.isdisjoint(
        {"finance.PeriodTotal", "finance.NumberGap", "finance.VoucherRow", "auth.Group"}
    )


def test_a_user_is_told_to_be_a_person_whose_mandates_bring_roles(administrator):
    user, person = a_user("auditor"), a_person("Anna Ek")
    a_mandate("chair", end=None, person=person)
    administrator.post(change(user), user_form(user, "auditor", person=person.pk))
    assert roles_of(User.objects.get(pk=user.pk)) == ["board", "auditor"]
    administrator.post(change(user), user_form(user, "auditor"))
    assert roles_of(User.objects.get(pk=user.pk)) == ["auditor"]


def test_a_person_is_one_user_only(administrator):
    user, person = a_user("auditor"), a_person("Anna Ek", user=a_user())
    response = administrator.post(change(user), user_form(user, "auditor", person=person.pk))
    assert "Anna Ek är redan en annan användare." in text_of(response)
