"""What a page weighs, and that nothing of it comes from elsewhere, on every page with the example in it.

Counted is what Ledarna itself sends to a browser that comes for the first time: the HTML as it is, for
Ledarna leaves compressing it to the web server in front, and stylesheets, scripts and pictures as gzip,
as WhiteNoise sends them. With brotli or gzip in front it is less.
"""

import gzip
import re
from html.parser import HTMLParser
from io import StringIO
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command

from tests.browser.pages import PAGES
from tests.pages import reader

pytestmark = pytest.mark.django_db

MOST_BYTES = 150_000
FETCHES = {"src", "href", "srcset", "action", "formaction", "poster", "data", "xlink:href"}
COMPRESSED = (".css", ".js", ".svg")
OF_STYLES = re.compile(r"url\(\s*['\"]?([^'\")]+)|@import\s+['\"]([^'\"]+)")


class Read(HTMLParser):
    """What a page fetches at once, and every address that stands in it."""

    def __init__(self, html):
        super().__init__()
        self.fetched, self.addresses = set(), set()
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        self.addresses |= {value for name, value in attrs if name in FETCHES and value}
        if tag in ("script", "img", "source", "iframe", "audio", "video") and told.get("src"):
            self.fetched.add(told["src"])
        if tag == "link" and told.get("rel") in ("stylesheet", "icon", "preload", "modulepreload"):
            self.fetched.add(told["href"])


def static(address):
    """The file of an address under ``/static/``, and what it weighs as it is sent."""
    with open(finders.find(urlsplit(address).path.removeprefix("/static/")), "rb") as file:  # noqa: PTH123
        content = file.read()
    return content, len(gzip.compress(content, 9)) if address.endswith(COMPRESSED) else len(content)


def foreign(addresses):
    """Those of *addresses* that lead to another host."""
    return {address for address in addresses if urlsplit(address).netloc or address.startswith("data:")}


@pytest.fixture
def example(documents):
    call_command("load_example", stdout=StringIO())


def test_no_page_weighs_more_than_its_budget_or_names_another_host(example):
    client, weights, elsewhere = reader("treasurer"), {}, {}
    for name, path in PAGES.items():
        html = client.get(path, follow=True).content
        read = Read(html.decode())
        weight = len(html)
        for address in read.fetched - foreign(read.fetched):
            content, size = static(address)
            weight += size
            if address.endswith(".css"):
                found = {first or second for first, second in OF_STYLES.findall(content.decode())}
                read.addresses |= found
        weights[name] = weight
        if found := foreign(read.addresses):
            elsewhere[name] = found
    assert elsewhere == {}
    assert {name: weight for name, weight in weights.items() if weight > MOST_BYTES} == {}
