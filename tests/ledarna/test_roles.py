"""The table of roles, and what follows from it."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser, Group, Permission
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import RequestFactory

from ledarna.access import roles_of
from ledarna.models import User
from ledarna.roles import (
    MODELS,
    ROLES,
    Area,
    Level,
    create_roles,
    levels_of,
    may,
    permissions_of,
    sees,
)

# The table of DESIGN.md, written out once more: (area, level) and the roles that reach it.
EXPECTED = {
    (Area.DASHBOARDS, Level.SEE): "treasurer secretary board auditor administrator",
    (Area.BOOKS, Level.SEE): "treasurer board auditor administrator",
    (Area.BOOKS, Level.ENTER): "treasurer",
    (Area.BOOKS, Level.POST): "treasurer",
    (Area.BOOKS, Level.ATTEST): "treasurer board",
    (Area.BOOKS, Level.AUDIT): "auditor",
    (Area.BOOKS, Level.CLOSE): "treasurer",
    (Area.MEMBERS, Level.SEE): "treasurer secretary board auditor administrator",
    (Area.MEMBERS, Level.ENTER): "treasurer secretary",
    (Area.MEETINGS, Level.SEE): "treasurer secretary board auditor nominating_committee administrator",
    (Area.MEETINGS, Level.ENTER): "secretary",
    (Area.DOCUMENTS, Level.SEE): "treasurer secretary board",
    (Area.DOCUMENTS, Level.ENTER): "secretary",
    (Area.DOCUMENTS, Level.SEE_AS_AUDITOR): "auditor administrator",
    (Area.DOCUMENTS, Level.SEE_AS_NOMINATING): "nominating_committee",
    (Area.ANNUAL_REPORT, Level.SEE): "treasurer secretary board auditor administrator",
    (
        Area.ANNUAL_REPORT,
        Level.SEE_SEALED,
    ): "treasurer secretary board auditor nominating_committee administrator",
    (Area.ANNUAL_REPORT, Level.ENTER): "treasurer secretary board",
    (Area.ANNUAL_REPORT, Level.SEAL): "treasurer",
    (Area.PACKAGE, Level.DOWNLOAD): "treasurer board auditor administrator",
    (Area.USERS, Level.SEE): "administrator",
    (Area.USERS, Level.ENTER): "administrator",
}


@pytest.fixture
def users(db):
    made = {}
    for role in ROLES:
        made[role] = User.objects.create_user(role)
        made[role].groups.add(Group.objects.get(name=role))
    return made


def permissions_in_database(role):
    found = Group.objects.get(name=role).permissions.select_related("content_type")
    return {f"{permission.content_type.app_label}.{permission.codename}" for permission in found}


@pytest.mark.parametrize("area", Area)
@pytest.mark.parametrize("level", Level)
def test_a_user_may_what_the_table_gives_their_role(users, area, level):
    allowed = {role for role, user in users.items() if may(user, area, level)}
    assert allowed == set(EXPECTED.get((area, level), "").split())


def test_the_table_has_one_cell_for_each_role():
    assert all(levels_of(role, area) is not None for role in ROLES for area in Area)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.django_db
def test_a_group_has_exactly_the_permissions_of_the_table(role):
    assert permissions_in_database(role) == permissions_of(role)


def test_nobody_may_delete_what_only_leaves(users):
    assert not any(user.has_perm("ledarna.delete_user") for user in users.values())
    assert not any(user.has_perm("finance.delete_periodlock") for user in users.values())


@pytest.mark.django_db
def test_a_user_without_a_role_may_nothing():
    nobody = User.objects.create_user("nobody", is_staff=True)
    assert not any(may(nobody, area, level) for area in Area for level in Level)


def test_one_who_has_not_signed_in_may_nothing():
    assert not any(may(AnonymousUser(), area, level) for area in Area for level in Level)


def is_let_in(user):
    request = RequestFactory().get("/admin/")
    request.user = User.objects.get(pk=user.pk)
    return admin.site.has_permission(request)


def test_the_admin_is_open_for_those_who_may_enter_anything(users):
    assert {role for role, user in users.items() if is_let_in(user)} == {
        "treasurer",
        "secretary",
        "board",
        "administrator",
    }


def test_one_who_loses_a_role_loses_the_admin(users):
    users["treasurer"].groups.clear()
    assert not is_let_in(users["treasurer"])


def test_a_role_opens_the_admin(users):
    Group.objects.get(name="secretary").user_set.add(users["auditor"])
    assert is_let_in(users["auditor"])


def test_roles_are_named_in_the_order_of_the_table(users):
    users["auditor"].groups.add(Group.objects.get(name="secretary"), Group.objects.create(name="choir"))
    assert roles_of(users["auditor"]) == ["secretary", "auditor"]


@pytest.mark.django_db
def test_making_the_roles_again_takes_away_what_the_table_does_not_give():
    auditor = Group.objects.get(name="auditor")
    auditor.permissions.add(Permission.objects.get(codename="post_voucher"))
    create_roles()
    assert permissions_in_database("auditor") == permissions_of("auditor")


@pytest.mark.django_db
def test_making_the_roles_again_restores_a_lost_group_and_a_lost_permission():
    Group.objects.get(name="treasurer").delete()
    Permission.objects.filter(codename__in=["post_voucher", "see_books"]).delete()
    create_roles()
    assert permissions_in_database("treasurer") == permissions_of("treasurer")


@pytest.mark.django_db
def test_making_the_roles_again_changes_nothing_of_what_is_right():
    before = {role: Group.objects.get(name=role).pk for role in ROLES}
    create_roles()
    assert {role: Group.objects.get(name=role).pk for role in ROLES} == before


def test_every_model_belongs_to_one_area():
    ours = {
        model._meta.label_lower
        for label in ("ledarna", "members", "finance", "board")
        for model in apps.get_app_config(label).get_models()
    }
    named = [
        name
        for models in MODELS.values()
        for group in (models.entered, models.never_deleted, models.closed, models.seen)
        for name in group
    ]
    assert sorted(named) == sorted({*ours, "auth.group"})


def test_a_view_is_shown_to_one_who_sees_its_area(users):
    request = RequestFactory().get("/")
    request.user = users["auditor"]
    assert sees(Area.BOOKS)(lambda request: HttpResponse("the books"))(request).content == b"the books"


def test_a_view_is_refused_to_one_who_does_not_see_its_area(users):
    request = RequestFactory().get("/")
    request.user = users["nominating_committee"]
    with pytest.raises(PermissionDenied):
        sees(Area.BOOKS)(lambda request: HttpResponse("the books"))(request)
