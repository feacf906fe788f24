"""Facts that are made once and stood on by many tests."""

from collections.abc import Callable, Iterator
from typing import Any

from django.db import transaction
from django.utils import translation


def made_once(django_db_blocker: Any, make: Callable[[], Any]) -> Iterator[None]:
    """What a fixture yields from, for *make* to be called once for its module or its class.

    Each test begins with what *make* left in the database. What a test changes is undone after it,
    and what *make* made after the last. A test reads the facts anew, for an object would carry along
    what a test before has set on it. The fixture asks for ``django_db_setup``; where its scope is a
    module it is ``autouse``, so that no test of the module stands on it unknowingly.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        with translation.override("sv"):
            make()
        with django_db_blocker.block():
            yield
        transaction.set_rollback(True)
