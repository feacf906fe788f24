"""What belongs to the whole: who signs in, the programs that read for them, what was published, the annual report."""

from .annual_report import AnnualReport, ReportComment, ReportSection, ReportSignature, SealedReport
from .password_link import PasswordLink
from .stated import StatedFigure
from .token import ApiToken
from .user import User

__all__ = [
    "AnnualReport",
    "ApiToken",
    "PasswordLink",
    "ReportComment",
    "ReportSection",
    "ReportSignature",
    "SealedReport",
    "StatedFigure",
    "User",
]
