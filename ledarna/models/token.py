"""Tokens: how a program reads as the person who made them."""

import secrets
from datetime import date, timedelta
from hashlib import sha256

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

HOLDS = timedelta(days=365)
"""How long a token holds: nobody remembers for longer which program has it."""


def digest_of(secret: str) -> str:
    """What is kept of *secret*. It is drawn at random, so that a plain digest cannot be guessed back."""
    return sha256(secret.encode()).hexdigest()


def _in_a_year() -> date:
    return timezone.localdate() + HOLDS


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    """Tokens, and the people they stand for."""

    def holder(self, secret: str) -> "ApiToken | None":
        """The token with *secret*, if it still holds and its user may sign in; notes the day of its use."""
        today = timezone.localdate()
        found = (
            self.select_related("user")
            .filter(digest=digest_of(secret), expires__gte=today, user__is_active=True)
            .first()
        )
        if found and found.last_used != today:
            self.filter(pk=found.pk).update(last_used=today)
        return found


class ApiToken(models.Model):
    """A secret with which a program reads what its user may see. Only its digest is kept."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_tokens", verbose_name=_("user")
    )
    name = models.CharField(_("name"), max_length=100, help_text=_("The program that will use it."))
    digest = models.CharField(_("digest"), max_length=64, unique=True, editable=False)
    made = models.DateField(_("made"), default=timezone.localdate, editable=False)
    expires = models.DateField(_("holds until"), default=_in_a_year, editable=False)
    last_used = models.DateField(_("last used"), null=True, blank=True, editable=False)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name

    def draw(self) -> str:
        """Save the token with a secret drawn at random; returns the secret, which is told only now."""
        secret = f"ledarna_{secrets.token_urlsafe(32)}"
        self.digest = digest_of(secret)
        self.save()
        return secret
