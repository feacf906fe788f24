"""What every answer says to the browser: Mozilla Observatory's list, over all addresses, as in production."""

import re
from collections import deque

import pytest
from django.db import transaction
from django.test import Client

from tests.factories import PASSWORD, a_user
from tests.ledarna.test_admin_who_sees_what import ROWS

pytestmark = pytest.mark.django_db

HALF_A_YEAR = 183 * 24 * 3600
INLINE = re.compile(r"<(script|style)\b(?![^>]*\bsrc=)|\s(style|on\w+)=", re.IGNORECASE)
ELSEWHERE = re.compile(
    r"<(?:script|img|iframe|form|link)\b[^>]*(?:src|href|action)=[\"']?(?:https?:)?//", re.IGNORECASE
)


@pytest.fixture
def production(settings):
    """The settings that follow from serving others."""
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 365 * 24 * 3600
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = settings.LANGUAGE_COOKIE_SECURE = True


def faults(response) -> list[str]:
    """What Observatory would take points for, and what ASVS asks for besides."""
    headers = {name.lower(): value for name, value in response.headers.items()}
    policy = dict(
        part.strip().partition(" ")[::2] for part in headers.get("content-security-policy", "").split(";")
    )
    age = re.match(r"max-age=(\d+)", headers.get("strict-transport-security", ""))
    html = "html" in headers.get("content-type", "") and not response.streaming
    body = response.content.decode() if html else ""
    checks = {
        "the policy begins with nothing": policy.get("default-src") == "'none'",
        "nothing unsafe": "unsafe" not in str(policy)
        and "*" not in str(policy)
        and "data:" not in str(policy),
        "no plug-ins": "sandbox" in policy or policy.get("object-src") == "'none'",
        "nobody frames it": "sandbox" in policy or policy.get("frame-ancestors") == "'none'",
        "no other base": "sandbox" in policy or policy.get("base-uri") == "'none'",
        "forms stay": "sandbox" in policy or policy.get("form-action") == "'self'",
        "no frames of old": headers.get("x-frame-options") == "DENY",
        "TLS for half a year": age is not None and int(age[1]) >= HALF_A_YEAR,
        "no sniffing": headers.get("x-content-type-options") == "nosniff",
        "no referrer to others": headers.get("referrer-policy") == "same-origin",
        "windows apart": headers.get("cross-origin-opener-policy") == "same-origin",
        "embedded by nobody": headers.get("cross-origin-resource-policy") == "same-origin",
        "shared with nobody": "access-control-allow-origin" not in headers,
        "no camera": "camera=()" in headers.get("permissions-policy", ""),
        "nothing inline": not INLINE.search(body),
        "nothing from elsewhere": not ELSEWHERE.search(body),
        "cookies": all(
            cookie["secure"] and cookie["httponly"] and cookie["samesite"] == "Lax"
            for cookie in response.cookies.values()
            if cookie.value
        ),
        "no name of the server": "server" not in headers and "x-powered-by" not in headers,
    }
    return [name for name, holds in checks.items() if not holds]


def kept(response, role: str | None) -> list[str]:
    """What a browser may keep of somebody's pages: nothing, or a document that it asks for anew each time."""
    said = response.get("Cache-Control", "")
    return ["kept"] if role and "no-store" not in said and said != "private, no-cache" else []


def client_of(role: str | None) -> Client:
    client = Client(raise_request_exception=False)
    if role:
        client.force_login(a_user(role))
    return client


@pytest.mark.parametrize("role", ["treasurer", "administrator", None])
def test_every_address_answers_with_every_header(production, role):
    client = client_of(role)
    cookies = dict(client.cookies)
    found = {}
    for path, row in ROWS.items():
        with transaction.atomic():
            client.cookies.clear()
            client.cookies.update(cookies)
            response = client.get(row.address(), secure=True)
            found[path] = faults(response) + kept(response, role)
            if response.streaming:
                deque(response.streaming_content, maxlen=0)  # the client closes what was read to its end
            transaction.set_rollback(True)
    print(f"{len(found)} addresses looked at as {role}")
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def test_whoever_comes_without_tls_is_led_to_it(production):
    response = Client().get("/sign-in/")
    assert (response.status_code, response["Location"]) == (301, "https://testserver/sign-in/")


def test_the_cookies_of_a_sign_in_are_kept_from_scripts_and_other_sites(production):
    a_user("board", "bea")
    client = Client()
    client.post("/sign-in/", {"login": "bea", "password": PASSWORD}, secure=True)
    client.post("/language/", {"language": "en", "next": "/"}, secure=True)
    assert set(client.cookies) >= {"sessionid", "csrftoken", "django_language"}
    assert faults(client.get("/healthz", secure=True)) == []
    for cookie in client.cookies.values():
        assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax")
