"""The people who sign in."""

from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from ledarna.roles import AREA_PERMISSIONS


class User(AbstractUser):
    """Somebody who signs in; what they may do follows from their roles (``ledarna/roles.py``).

    They sign in with the user name or the mail address, so that no two have the same address.
    """

    class Meta(AbstractUser.Meta):
        permissions = AREA_PERMISSIONS
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique",
                condition=~models.Q(email=""),
                violation_error_message=_("Somebody else has this mail address."),
            )
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the mail address in small letters, as it is looked for."""
        self.email = self.email.lower()
        super().save(*args, **kwargs)
