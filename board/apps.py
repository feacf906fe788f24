"""Configuration of the board app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BoardConfig(AppConfig):
    """Meetings, decisions and activities of the board."""

    name = "board"
    verbose_name = _("Board")
    default_auto_field = "django.db.models.BigAutoField"
