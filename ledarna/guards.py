"""The triggers of the board's documents and of the members' sections, kept in step with their files as the ledger's."""

from django.apps import apps
from django.conf import settings
from django.db.models.signals import post_migrate, pre_migrate

from finance.guard import Guard

BOARD = Guard(settings.BASE_DIR / "board" / "sql", "board_guard_")
MEMBERS = Guard(settings.BASE_DIR / "members" / "sql", "members_guard_")


def keep_in_step() -> None:
    """Take the triggers away before every migration and put them back after it; called once, at start."""
    for label, guard in (("board", BOARD), ("members", MEMBERS)):
        app = apps.get_app_config(label)
        pre_migrate.connect(guard.remove_before_migrating, sender=app)
        post_migrate.connect(guard.install_after_migrating, sender=app)
