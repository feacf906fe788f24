"""Configuration of the app that holds the whole together."""

from django.apps import AppConfig
from django.db.models.signals import m2m_changed, post_migrate
from django.utils.translation import gettext_lazy as _


class LedarnaConfig(AppConfig):
    """Roles, the vocabulary of figures, the year's pages, and what was published."""

    name = "ledarna"
    verbose_name = _("The year")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Keep the roles in step with their table, and who is let into the admin with the roles."""
        from ledarna import checks, roles
        from ledarna.models import User

        assert checks
        post_migrate.connect(roles.create_roles, sender=self)
        m2m_changed.connect(roles.roles_changed, sender=User.groups.through)
