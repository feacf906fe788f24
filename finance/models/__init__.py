"""The facts of the association's money.

Double entry as SIE has it: a ``Voucher`` has rows that sum to zero, debit positive and credit
negative, in whole öre. A voucher is a draft until ``finance.posting`` gives it its number, its place
in the year's chain of digests, and the time of posting; from then on the database itself refuses
every change to it (see ``finance/sql``). What a year began with stands in ``OpeningBalance``; what it
was meant to become, in ``Budget``. ``PeriodTotal`` is a cache that the database keeps by trigger, so
that no statement has to read every row; ``Trace`` what it noted about the facts beside the vouchers.
``Anchor`` and ``VerificationRun`` stand witness for all of it. What the auditors drew, asked and wrote
stands in ``AuditSample`` and what belongs to it.
"""

from .accounts import Account, CostCenter, Project
from .association import Association
from .attests import Attest, AttestRule, DraftEdit
from .audits import AuditNote, AuditRemark, AuditSample, SampleBasis, SampledVoucher
from .bank import BankFormat, BankLine
from .budget import Budget, BudgetLine
from .checks import Anchor, VerificationRun
from .entry import SentForm, VoucherTemplate, VoucherTemplateRow
from .imports import ImportedBalance, ImportTakenBack, SieImport
from .papers import Attachment, MissingReceipt
from .traces import Trace
from .vouchers import NumberGap, PeriodTotal, Voucher, VoucherRow, VoucherSeries
from .years import FiscalYear, OpeningBalance, PeriodLock

__all__ = [
    "Account",
    "Anchor",
    "Association",
    "Attachment",
    "Attest",
    "AttestRule",
    "AuditNote",
    "AuditRemark",
    "AuditSample",
    "BankFormat",
    "BankLine",
    "Budget",
    "BudgetLine",
    "CostCenter",
    "DraftEdit",
    "FiscalYear",
    "ImportTakenBack",
    "ImportedBalance",
    "MissingReceipt",
    "NumberGap",
    "OpeningBalance",
    "PeriodLock",
    "PeriodTotal",
    "Project",
    "SampleBasis",
    "SampledVoucher",
    "SentForm",
    "SieImport",
    "Trace",
    "VerificationRun",
    "Voucher",
    "VoucherRow",
    "VoucherSeries",
    "VoucherTemplate",
    "VoucherTemplateRow",
]
