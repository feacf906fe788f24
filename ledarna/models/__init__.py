"""What belongs to the whole: the people who sign in, the programs that read for them, what was published of a year."""

from .stated import StatedFigure
from .token import ApiToken
from .user import User

__all__ = ["ApiToken", "StatedFigure", "User"]
