"""What the association did beside its meetings."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Activity(models.Model):
    """Something the association did in a year, beside its meetings."""

    year_end = models.DateField(_("year ending"), help_text=_("The last day of the year it belongs to."))
    name = models.CharField(_("name"), max_length=200)
    body = models.CharField(
        _("body"), max_length=200, blank=True, help_text=_("The body or the partners it was done with.")
    )
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        ordering = ["year_end", "pk"]

    def __str__(self) -> str:
        return self.name
