"""What a password may not be made of: the names that anybody tries first."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from finance.models import Association

SHORTEST_NAME = 5


def names() -> set[str]:
    """The name of the program, and the words of the association's that are long enough to be one."""
    association = Association.objects.first()
    words = association.name.split() if association else []
    return {"ledarna", *(word.casefold() for word in words if len(word) >= SHORTEST_NAME)}


class NoNamesValidator:
    """Refuses a password with a name in it that everybody here knows."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError, in words, where one is in it."""
        found = sorted(name for name in names() if name in password.casefold())
        if found:
            raise ValidationError(
                _("“%(name)s” is what anybody tries first. Leave it out.") % {"name": found[0]},
                code="password_has_name",
            )

    def get_help_text(self) -> str:
        """The rule."""
        return _("Leave out the name of the association and of the program.")
