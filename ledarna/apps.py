"""Configuration of the app that holds the whole together, and of the admin as a part of it."""

from django.apps import AppConfig
from django.contrib.admin import apps as django_admin
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class LedarnaConfig(AppConfig):
    """Roles, the vocabulary of figures, the year's pages, and what was published."""

    default = True
    name = "ledarna"
    verbose_name = _("The year")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Keep the roles in step with their table, the board's guard in place, every change in the trail."""
        from finance import verification
        from ledarna import checks, confidential, guards, idle, roles, trail
        from ledarna.annual_report import sealed

        assert checks
        post_migrate.connect(roles.create_roles, sender=self)
        guards.keep_in_step()
        idle.note_sign_ins()
        trail.register()
        confidential.keep_out_of_the_trail()
        verification.join(
            "annual_reports",
            _("Every sealed annual report is what was sealed and signed, and its head stands in the chain"),
            sealed.faults,
        )


class LedarnaAdminConfig(django_admin.AdminConfig):
    """Makes Ledarna's own admin site the one that everything is registered at."""

    default = False
    default_site = "ledarna.administration.LedarnaAdminSite"
