"""Whose books these are."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Association(models.Model):
    """The association that the ledger belongs to; there is one."""

    name = models.CharField(_("name"), max_length=200)
    organisation_number = models.CharField(
        _("organisation number"), max_length=20, blank=True, help_text=_("As in SIE files: 802000-0000.")
    )
    address = models.CharField(_("address"), max_length=200, blank=True)
    postal_address = models.CharField(_("postal address"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("association")
        verbose_name_plural = _("association")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(pk=1),
                name="finance_one_association",
                violation_error_message=_("There is one association; change the one that is there."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        """Save as the one association of this ledger."""
        self.pk = 1
        super().save(*args, **kwargs)  # type: ignore[arg-type]
