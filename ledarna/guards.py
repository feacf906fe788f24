"""The triggers of the board's documents, kept in step with their files as those of the ledger are."""

from django.apps import apps
from django.conf import settings
from django.db.models.signals import post_migrate, pre_migrate

from finance.guard import Guard

BOARD = Guard(settings.BASE_DIR / "board" / "sql", "board_guard_")


def keep_in_step() -> None:
    """Take the triggers away before every migration and put them back after it; called once, at start."""
    board = apps.get_app_config("board")
    pre_migrate.connect(BOARD.remove_before_migrating, sender=board)
    post_migrate.connect(BOARD.install_after_migrating, sender=board)
