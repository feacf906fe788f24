"""Nobody signs up: people are invited, by a link that works once and not for long."""

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ledarna.access import roles_of
from ledarna.invitations import FORGOTTEN_HOLDS, INVITATION_HOLDS, choose_password, path_for
from ledarna.models import PasswordLink, User
from ledarna.reauthentication import SESSION_KEY
from ledarna.second_factor import has_second_factor
from ledarna.trail import search
from tests.codes import an_app
from tests.factories import PASSWORD, a_fiscal_year, a_user
from tests.pages import main_of

pytestmark = pytest.mark.django_db

ADD, USERS = reverse("admin:ledarna_user_add"), reverse("admin:ledarna_user_changelist")
FORGOTTEN = reverse("forgotten")
CHOSEN = {"new_password1": PASSWORD, "new_password2": PASSWORD}


@pytest.fixture
def administrator(client):
    a_fiscal_year()
    client.force_login(a_user("administrator", "adam"))
    session = client.session
    session[SESSION_KEY] = timezone.now().timestamp()
    session.save()
    return client


def invitation(**facts):
    return {
        "username": "kajsa",
        "email": "Kajsa@example.se",
        "groups": [Group.objects.get(name="treasurer").pk],
        **facts,
    }


def link_in(mail) -> str:
    return re.search(r"http://testserver(/\S+)", mail.body)[1]


def sign_in(login: str):
    return Client().post("/sign-in/", {"login": login, "password": PASSWORD})


def events() -> list[str]:
    return [entry.additional_data["event"] for entry in search().order_by("pk") if entry.additional_data]


def test_one_who_is_invited_chooses_a_password_and_signs_in(administrator, mailoutbox):
    administrator.post(ADD, invitation())
    (mail,) = mailoutbox
    assert mail.to == ["kajsa@example.se"]
    assert "kajsa" in mail.body
    guest = Client()
    assert "Välj ditt lösenord" in main_of(guest.get(link_in(mail)))
    assert guest.post(link_in(mail), CHOSEN)["Location"] == "/sign-in/"
    assert sign_in("kajsa@example.se").status_code == 302
    assert roles_of(User.objects.get(username="kajsa")) == ["treasurer"]
    assert [event for event in events() if event in ("invited", "password chosen")] == [
        "invited",
        "password chosen",
    ]


def test_until_then_no_password_signs_in(administrator):
    administrator.post(ADD, invitation())
    assert not User.objects.get(username="kajsa").has_usable_password()
    assert sign_in("kajsa").status_code == 200


def test_an_invitation_needs_a_mail_address_that_nobody_else_has(administrator, mailoutbox):
    a_user("board", email="kajsa@example.se")
    for facts in ({"email": ""}, {}):
        assert administrator.post(ADD, invitation(**facts)).status_code == 200
    assert not User.objects.filter(username="kajsa").exists()
    assert mailoutbox == []


def test_a_link_is_kept_as_a_digest():
    path = path_for(a_user("board"))
    secret = path.rstrip("/").rpartition("/")[2]
    kept = str(list(PasswordLink.objects.values()))
    assert secret not in kept
    assert len(secret) >= 43


def test_a_link_works_once(client):
    path = path_for(a_user("board"))
    assert client.post(path, CHOSEN).status_code == 302
    response = client.post(path, CHOSEN)
    assert response.status_code == 404
    assert "Länken gäller inte längre" in main_of(response)


def test_two_who_use_it_at_once_do_not_both_get_in():
    user = a_user("board")
    path = path_for(user)
    first = PasswordLink.objects.open(path.rstrip("/").rpartition("/")[2])
    assert choose_password(first, "en-första-fras-7")
    assert not choose_password(first, "en-andra-fras-7")
    user.refresh_from_db()
    assert user.check_password("en-första-fras-7")


@pytest.mark.parametrize("holds", [INVITATION_HOLDS, FORGOTTEN_HOLDS])
def test_a_link_does_not_hold_for_long(client, holds, monkeypatch):
    path = path_for(a_user("board"), holds)
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now + holds - timedelta(minutes=1))
    assert client.get(path).status_code == 200
    monkeypatch.setattr(timezone, "now", lambda: now + holds + timedelta(minutes=1))
    assert client.get(path).status_code == 404
    assert (timedelta(hours=72), timedelta(hours=1)) == (INVITATION_HOLDS, FORGOTTEN_HOLDS)


def test_a_new_link_takes_the_place_of_the_old_one(client):
    user = a_user("board")
    old, new = path_for(user), path_for(user)
    assert (client.get(old).status_code, client.get(new).status_code) == (404, 200)


def test_a_link_of_one_who_may_sign_in_no_longer_is_dead(client):
    user = a_user("board")
    path = path_for(user)
    user.is_active = False
    user.save()
    assert client.get(path).status_code == 404


def test_a_weak_password_is_refused_and_the_link_lives_on(client):
    path = path_for(a_user("board"))
    assert client.post(path, {"new_password1": "kort", "new_password2": "kort"}).status_code == 200
    assert client.post(path, CHOSEN).status_code == 302


def test_choosing_a_password_ends_all_sessions(client):
    user = a_user("board")
    client.force_login(user)
    Client().post(path_for(user), CHOSEN)
    assert client.get("/you/").status_code == 302


def test_a_link_does_not_go_past_the_second_factor():
    user = a_user("treasurer", "kassor")
    an_app(user)
    Client().post(path_for(user), CHOSEN)
    assert sign_in("kassor")["Location"] == reverse("mfa_authenticate")


class TestForgotten:
    def test_a_link_is_mailed(self, client, mailoutbox):
        a_user("board", email="bea@example.se")
        client.post(FORGOTTEN, {"email": "BEA@example.se"})
        assert client.get(link_in(mailoutbox[0])).status_code == 200

    def test_the_answer_is_the_same_for_an_address_that_nobody_has(self, client, mailoutbox):
        a_user("board", email="bea@example.se")
        said = {
            main_of(client.post(FORGOTTEN, {"email": email}, follow=True))
            for email in ("bea@example.se", "ingen@example.se")
        }
        assert len(said) == 1
        assert len(mailoutbox) == 1

    def test_nobody_is_flooded(self, client, mailoutbox):
        a_user("board", email="bea@example.se")
        answers = [client.post(FORGOTTEN, {"email": "bea@example.se"}).status_code for _ask in range(7)]
        assert answers[-1] == 429
        assert len(mailoutbox) == 5

    def test_a_mail_that_does_not_get_away_is_told_in_words(self, client, settings):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
        a_user("board", email="bea@example.se")
        assert "kom inte iväg" in main_of(client.post(FORGOTTEN, {"email": "bea@example.se"}))


class TestGivingRoles:
    def test_who_gives_roles_shows_anew_who_they_are(self, client):
        client.force_login(a_user("administrator"))
        for path in (ADD, reverse("admin:ledarna_user_change", args=[a_user("board").pk])):
            assert client.get(path)["Location"].startswith("/password-again/")
        client.post(ADD, invitation())
        assert not User.objects.filter(username="kajsa").exists()

    def test_a_new_link_is_sent(self, administrator, mailoutbox):
        user = a_user("board", email="bea@example.se")
        administrator.post(USERS, {"action": "invite_anew", "_selected_action": [user.pk]})
        assert len(mailoutbox) == 1

    def test_one_without_a_mail_address_is_told_of(self, administrator, mailoutbox):
        user = a_user("board", "bea")
        sent = {"action": "invite_anew", "_selected_action": [user.pk]}
        assert "Bea har ingen e-postadress" in main_of(administrator.post(USERS, sent, follow=True))

    @pytest.mark.parametrize("action", ["invite_anew", "take_second_factor_away", "end_sessions"])
    def test_nothing_is_done_without_showing_who_asks(self, client, mailoutbox, action):
        client.force_login(a_user("administrator"))
        user = a_user("board", email="bea@example.se")
        an_app(user)
        response = client.post(USERS, {"action": action, "_selected_action": [user.pk]})
        assert response["Location"].startswith("/password-again/")
        assert has_second_factor(user)
        assert mailoutbox == []

    def test_a_lost_second_factor_is_taken_away(self, administrator):
        user = a_user("treasurer")
        an_app(user)
        sent = {"action": "take_second_factor_away", "_selected_action": [user.pk]}
        administrator.post(USERS, sent)
        assert not user.authenticator_set.exists()
        assert "factors taken" in events()

    def test_an_administrator_takes_nothing_from_a_superuser(self, administrator):
        root = a_user(is_superuser=True)
        an_app(root)
        sent = {"action": "take_second_factor_away", "_selected_action": [root.pk]}
        administrator.post(USERS, sent)
        assert has_second_factor(root)


class TestFirstAdministrator:
    def run(self, *arguments: str) -> str:
        output = StringIO()
        call_command("create_administrator", *arguments, stdout=output)
        return re.search(r"http://127\.0\.0\.1:8000(\S+)", output.getvalue())[1]

    def test_the_link_leads_to_a_password_and_the_role(self, client):
        path = self.run("adam", "--email", "adam@example.se")
        assert client.post(path, CHOSEN).status_code == 302
        assert sign_in("adam@example.se").status_code == 302
        assert roles_of(User.objects.get(username="adam")) == ["administrator"]

    def test_served_to_others_the_link_is_of_the_site(self, settings):
        settings.SERVED_TO_OTHERS, settings.ALLOWED_HOSTS = True, ["127.0.0.1", "ledarna.example.se"]
        output = StringIO()
        call_command("create_administrator", "adam", stdout=output)
        assert "https://ledarna.example.se/sign-in/password/" in output.getvalue()

    def test_one_who_lost_everything_comes_in_again(self, client):
        user = a_user("administrator", "adam")
        an_app(user)
        client.post(self.run("adam", "--take-second-factor-away"), CHOSEN)
        assert not has_second_factor(user)

    @pytest.mark.parametrize("name", ["adam adamsson", "x" * 200])
    def test_what_is_no_user_name_is_refused_in_words(self, name):
        with pytest.raises(CommandError):
            self.run(name)
        assert not User.objects.exists()
