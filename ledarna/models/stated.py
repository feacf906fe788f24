"""What a document says of a year, to be checked against what the facts say."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from finance.models import FiscalYear


class StatedFigure(models.Model):
    """A figure that a document states; the reconciliation puts it beside the derived one.

    ``value`` is in the unit of its key (kronor, a count, or percent). ``nearly`` is for statements
    such as “nearly 50 %”: the derived figure agrees when it lies below, by a tenth at the most.
    """

    fiscal_year = models.ForeignKey(
        FiscalYear, models.PROTECT, related_name="stated_figures", verbose_name=_("fiscal year")
    )
    key = models.CharField(_("figure"), max_length=100)
    value = models.DecimalField(_("stated value"), max_digits=18, decimal_places=2)
    tolerance = models.DecimalField(
        _("tolerance"),
        max_digits=18,
        decimal_places=2,
        default=Decimal(0),
        validators=[MinValueValidator(0, _("A tolerance cannot be negative."))],
        help_text=_("How far the derived figure may lie from it and still agree."),
    )
    nearly = models.BooleanField(
        _("nearly"), default=False, help_text=_("Stated as “nearly”: agrees up to a tenth below.")
    )
    document = models.CharField(_("document"), max_length=200)
    page = models.CharField(_("page"), max_length=50, blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("published figure")
        verbose_name_plural = _("published figures")
        ordering = ["fiscal_year", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["fiscal_year", "key", "document"],
                name="ledarna_one_stated_figure_per_document",
                violation_error_message=_("The document's statement of this figure is already entered."),
            ),
            models.CheckConstraint(condition=Q(tolerance__gte=0), name="ledarna_tolerance_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.value}"

    def clean(self) -> None:
        """See that the key is in the vocabulary of figures."""
        from ledarna.figures import is_known_key

        if self.key and not is_known_key(self.key):
            raise ValidationError({"key": _("“%(key)s” is no figure of the vocabulary.") % {"key": self.key}})
