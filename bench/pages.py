"""Every page that has an address, as its reader gets it, as a player: ``python -m bench.pages``.

The greeting is the pages' names. A new page is measured as soon as it has an address: its name is read
from the URLs, and what its address wants is taken from the books; where it wants what they do not have,
it is left out.
"""

import logging
import os
from collections.abc import Iterator
from functools import partial

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ledarna.settings")
django.setup()

from django.contrib.auth.models import Group  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import URLPattern, reverse  # noqa: E402

from bench.timing import play  # noqa: E402
from finance.models import CostCenter, FiscalYear, Project  # noqa: E402
from ledarna.models import User  # noqa: E402
from ledarna.urls import urlpatterns  # noqa: E402

NO_PAGES = {"health", "sealed-report", "sign-in", "sign-out", "set_language", "password-again"}
"""What has an address and is no page of the books."""


def addresses(year: FiscalYear) -> Iterator[tuple[str, str]]:
    """The name and the address of each page of *year*."""
    voucher = year.vouchers.posted().order_by("-sequence")[0].pk
    number = "1930"
    of_one: dict[str, dict[str, object]] = {
        "account": {"number": number},
        "voucher": {"pk": voucher},
        "correction": {"pk": voucher},
        "project": {"pk": Project.objects.all()[0].pk},
        "cost-center": {"pk": CostCenter.objects.all()[0].pk},
    }
    for pattern in urlpatterns:
        if not isinstance(pattern, URLPattern) or not pattern.name or pattern.name in NO_PAGES:
            continue
        known = {"label": year.label, "key": "finance.result", **of_one.get(pattern.name, {})}
        wants = pattern.pattern.converters
        if wants.keys() <= known.keys():
            yield pattern.name, reverse(pattern.name, kwargs={name: known[name] for name in wants})
    account = reverse("account", kwargs={"label": year.label, "number": number})
    yield "account, from the middle of a month", f"{account}?after={year.start.year}-06-20.0"
    yield "account, last page", f"{account}?before={year.end.isoformat()}.{10**12}"
    yield "admin: vouchers", reverse("admin:finance_voucher_changelist")


def a_reader(username: str = "bench") -> Client:
    """A browser in which somebody with every role has signed in."""
    user, _made = User.objects.get_or_create(username=username)
    user.groups.set(Group.objects.all())
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(user)
    return client


def _get(client: Client, address: str) -> bytes:
    return client.get(address).getvalue()


def is_page(client: Client, address: str) -> bool:
    """Whether *address* gives a page; else it sends elsewhere, comes after a form, or is of what the reader has not.

    RuntimeError where it fails.
    """
    answer = client.get(address)
    content = answer.getvalue()
    if answer.status_code not in (200, 302, 400, 404, 405):
        raise RuntimeError(f"{address} answers {answer.status_code}")
    return answer.status_code == 200 and b"<html" in content[:500]


def main() -> None:
    """Find the pages, by which each was got once and nothing is measured that happens once a start; then play."""
    logging.disable()
    year = FiscalYear.objects.order_by("-start")[0]
    client = a_reader()
    works = {
        name: partial(_get, client, address) for name, address in addresses(year) if is_page(client, address)
    }
    play(works, greeting="|".join(works))


if __name__ == "__main__":
    main()
