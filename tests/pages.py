"""Pages as a reader sees them: signed in with a role, words without markup."""

import re
from html import unescape
from typing import Any

from django.conf import settings
from django.test import Client

from tests.factories import a_user

SPACES = re.compile(r"[\s\u00a0\u202f]+")
UNSEEN = re.compile(r"<(head|script|style)\b.*?</\1>", re.DOTALL)


def reader(role: str | None = "board", language: str = "sv") -> Client:
    """A browser in which somebody with *role* has signed in."""
    client = Client()
    client.force_login(a_user(role))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return client


def _words(html: str) -> str:
    html = re.sub(r"<[^>]+>", " ", UNSEEN.sub(" ", html))
    return SPACES.sub(" ", unescape(html)).strip()


def words(response: Any) -> str:
    """The words of a page; every kind of space is a plain one."""
    return _words(response.content.decode())


def main_of(response: Any) -> str:
    """The words of a page's main part."""
    html = response.content.decode()
    return _words(html[html.index("<main") : html.index("</main>")])


def row_in(html: str, name: str) -> str:
    """The words of the table row in *html* whose heading is *name*."""
    rows = [_words(row) for row in re.findall(r"<tr.*?</tr>", html, re.DOTALL)]
    return next(row for row in rows if row.startswith(name))


def row_of(response: Any, name: str) -> str:
    """The words of the table row of a page whose heading is *name*."""
    return row_in(response.content.decode(), name)
