"""Links with which somebody chooses their password: an invitation, or help for who forgot it."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ledarna.models.token import digest_of


class PasswordLinkQuerySet(models.QuerySet["PasswordLink"]):
    """Links, by their secret."""

    def open(self, secret: str) -> "PasswordLink | None":
        """The link with *secret*, if it still holds and its user may sign in."""
        found = self.filter(digest=digest_of(secret), used__isnull=True, expires__gt=timezone.now())
        return found.select_related("user").filter(user__is_active=True).first()


class PasswordLink(models.Model):
    """A secret that lets its user choose a password, once, and not for long. Only its digest is kept."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="password_links", verbose_name=_("user")
    )
    digest = models.CharField(_("digest"), max_length=64, unique=True, editable=False)
    expires = models.DateTimeField(_("holds until"), editable=False)
    used = models.DateTimeField(_("used"), null=True, blank=True, editable=False)

    objects = PasswordLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link to choose a password")
        verbose_name_plural = _("links to choose a password")

    def __str__(self) -> str:
        return f"{self.user}, {self.expires:%Y-%m-%d}"

    @classmethod
    def draw(cls, user: models.Model, holds: timedelta) -> str:
        """Make a link for *user* that takes the place of all earlier ones; its secret, told only now."""
        secret = secrets.token_urlsafe(32)
        cls.objects.filter(models.Q(user=user) | models.Q(expires__lt=timezone.now())).delete()
        cls.objects.create(user=user, digest=digest_of(secret), expires=timezone.now() + holds)
        return secret
