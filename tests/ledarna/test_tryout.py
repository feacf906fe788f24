"""The users of the try-out: one for each role, with passwords that only the machine's owner can read."""

import pytest

from ledarna.access import roles_of
from ledarna.models import User
from ledarna.roles import ROLES
from ledarna.tryout import USERS, sign_ins, sign_ins_file

pytestmark = pytest.mark.django_db


def test_each_role_has_a_user():
    assert list(USERS.values()) == list(ROLES)


def test_each_user_signs_in_with_the_password_given_and_has_the_role(client, tmp_path):
    for person in sign_ins(tmp_path):
        assert client.login(username=person.username, password=person.password)
        assert roles_of(User.objects.get(username=person.username)) == [USERS[person.username]]


def test_the_passwords_stay_the_same_and_are_all_different(tmp_path):
    first = sign_ins(tmp_path)
    assert sign_ins(tmp_path) == first
    assert len({person.password for person in first}) == len(USERS)
    assert sign_ins_file(tmp_path).stat().st_mode & 0o777 == 0o600


def test_another_data_directory_does_not_learn_the_passwords(tmp_path):
    sign_ins(tmp_path)
    other = tmp_path / "other"
    other.mkdir()
    assert sign_ins(other) == []


def test_a_user_whose_password_was_changed_is_left_alone(tmp_path):
    sign_ins(tmp_path)
    user = User.objects.get(username="kassor")
    user.set_password("en egen hemlighet")
    user.save()
    assert "kassor" not in {person.username for person in sign_ins(tmp_path)}
    user.refresh_from_db()
    assert user.check_password("en egen hemlighet")


def test_in_a_new_database_the_users_get_new_passwords(tmp_path):
    first = sign_ins(tmp_path)
    User.objects.all().delete()
    assert {person.password for person in sign_ins(tmp_path)}.isdisjoint(person.password for person in first)
