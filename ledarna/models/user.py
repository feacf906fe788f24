"""The people who sign in."""

from django.contrib.auth.models import AbstractUser

from ledarna.roles import AREA_PERMISSIONS


class User(AbstractUser):
    """Somebody who signs in; what they may do follows from their roles (``ledarna/roles.py``)."""

    class Meta(AbstractUser.Meta):
        permissions = AREA_PERMISSIONS
