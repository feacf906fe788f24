"""What belongs to the whole: who signs in, the programs that read for them, what was published, the annual report."""

from .annual_report import AnnualReport, ReportComment, ReportSection, ReportSignature, SealedReport
from .stated import StatedFigure
from .token import ApiToken
from .user import User

__all__ = [
    "AnnualReport",
    "ApiToken",
    "ReportComment",
    "ReportSection",
    "ReportSignature",
    "SealedReport",
    "StatedFigure",
    "User",
]
