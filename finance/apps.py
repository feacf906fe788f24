"""Configuration of the finance app: the ledger, its guard and its figures."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class FinanceConfig(AppConfig):
    """Fiscal years, accounts, vouchers, budget, and the statements derived from them."""

    name = "finance"
    verbose_name = _("Finance")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Keep the guard in the database in step with its files around every migration."""
        from finance import checks, guard

        assert checks
        pre_migrate.connect(guard.remove_before_migrating, sender=self)
        post_migrate.connect(guard.install_after_migrating, sender=self)
