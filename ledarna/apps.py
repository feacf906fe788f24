"""Configuration of the app that holds the whole together."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class LedarnaConfig(AppConfig):
    """Roles, the vocabulary of figures, the year's pages, and what was published."""

    name = "ledarna"
    verbose_name = _("The year")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Keep the roles in step with their table after every migration."""
        from ledarna import checks, roles

        assert checks
        post_migrate.connect(roles.create_roles)
