"""The people who sign in."""

from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """Somebody who signs in; what they may do follows from their roles (``ledarna/roles.py``)."""
