"""What the tests share."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test.utils import setup_databases, teardown_databases
from django.utils import translation

from tests.files import storages_with_documents_in
from tests.own_database import OwnDatabase, copy_of, drop_template, make_template


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark ``database`` what can depend on the engine: every test of a file in which any asks for the database.

    A test that has not asked for it is kept from it, by pytest-django, and fails when it tries.
    """
    asked = {item.path for item in items if _asks_for_the_database(item)}
    for item in items:
        if item.path in asked:
            item.add_marker("database")


def _asks_for_the_database(item: pytest.Item) -> bool:
    return bool(item.get_closest_marker("django_db")) or "django_db_setup" in getattr(
        item, "fixturenames", ()
    )


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_blocker: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """Make the test database, and a copy of it while it is as the migrations left it; the copy's name.

    In place of pytest-django's own, which makes no database where tests ask for ``own_database`` alone.
    """
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False, serialized_aliases=())
        template = make_template(tmp_path_factory.mktemp("template"))
    yield template
    with django_db_blocker.unblock():
        drop_template(template)
        teardown_databases(made, verbosity=0)


@pytest.fixture
def own_database(
    request: pytest.FixtureRequest, django_db_setup: str, django_db_blocker: Any, tmp_path: Path
) -> Iterator[OwnDatabase]:
    """A database of the test's own, in place of the ``django_db`` mark.

    Django is connected to it, what is committed stays committed, and its ``url`` leads other
    processes to it.
    """
    assert not request.node.get_closest_marker("django_db"), "own_database takes the place of django_db"
    with django_db_blocker.unblock(), copy_of(django_db_setup, tmp_path) as database:
        yield database


@pytest.fixture(autouse=True)
def _in_swedish() -> Iterator[None]:
    """Begin each test in Swedish, whatever language the test before left."""
    with translation.override("sv"):
        yield


@pytest.fixture
def documents(settings: Any, tmp_path: Path) -> Path:
    """A place of the test's own for documents."""
    place = tmp_path / "documents"
    settings.STORAGES = storages_with_documents_in(place)
    return place
