"""What belongs to the whole: the people who sign in, and what was published of a year."""

from .stated import StatedFigure
from .user import User

__all__ = ["StatedFigure", "User"]
