"""What the database refuses, as sentences for people.

The guard (``finance/sql``) speaks one language, because it speaks to whoever asks: a program, a
command, a person with ``psql``. Here each of its refusals is a sentence in the reader's language that
says what to do instead.
"""

import re

from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

GUARD = re.compile(r"ledarna: (?P<refusal>[^\n]+)")

_POSTED = gettext_lazy("The voucher is posted, and never changes. Correct it with a new voucher.")
_PAPERS = gettext_lazy("The voucher is posted, and its papers never change. Correct it with a new voucher.")
_MEANWHILE = gettext_lazy("Somebody posted at the same time. Try again.")
_CLOSED = gettext_lazy("The fiscal year is closed. Its opening balances stay as they are.")
_OVERLAP = gettext_lazy("Some of these days already belong to another fiscal year. Correct the dates.")
_REASON = gettext_lazy("The reason for a missing receipt stays as it was written.")
_REPLACED = gettext_lazy("What is in the ledger is not replaced by something else. Change it instead.")
_TRAIL = gettext_lazy(
    "What the trail has told stays as it is. Somebody who has left is made inactive instead."
)
_TRACE = gettext_lazy("What was traced of the books stays as it is.")
_ANCHOR = gettext_lazy("An anchor stays as it was made.")
_VERIFICATION = gettext_lazy("A verification stays as it was made.")
_SEALED = gettext_lazy("A sealed annual report stays as it is. Seal a new one, with a reason.")
_SIGNATURE = gettext_lazy("A signature stays as it was given.")
_ATTEST = gettext_lazy("An attest stays as it was given.")

_TAKEN_BACK = gettext_lazy("That an import was taken back stays as it was written.")

SENTENCES: dict[str, str | Promise] = {
    "a voucher is entered as a draft and then posted": gettext_lazy(
        "A voucher is entered as a draft first, and then posted."
    ),
    "a posted voucher cannot be replaced": _POSTED,
    "a posted voucher cannot be changed; correct it with a new voucher": _POSTED,
    "a posted voucher cannot be deleted; correct it with a new voucher": _POSTED,
    "a posted voucher gains no row": _POSTED,
    "a row of a posted voucher cannot be added, changed or deleted": _POSTED,
    "a row of a posted voucher cannot be changed": _POSTED,
    "a row of a posted voucher cannot be deleted": _POSTED,
    "a posted voucher gains no attachment": _PAPERS,
    "an attachment of a posted voucher cannot be added, changed or deleted": _PAPERS,
    "an attachment of a posted voucher cannot be changed": _PAPERS,
    "an attachment of a posted voucher cannot be deleted": _PAPERS,
    "the reason for a missing receipt cannot be changed": _REASON,
    "the reason for a missing receipt cannot be deleted": _REASON,
    "a ledger with posted vouchers cannot be emptied": _POSTED,
    "a voucher keeps its identity": _POSTED,
    "the voucher does not balance": gettext_lazy("Debit and credit differ. Correct a row before posting."),
    "a row has another date than its voucher": gettext_lazy("A row has another date than its voucher."),
    "a row has another date than its voucher, or a part of an öre": gettext_lazy(
        "A row has another date than its voucher, or a part of an öre."
    ),
    "an opening balance has a part of an öre": gettext_lazy("An opening balance has a part of an öre."),
    "the date is outside of the fiscal year": gettext_lazy("The date is outside of the fiscal year."),
    "the series belongs to another fiscal year": gettext_lazy("The series belongs to another fiscal year."),
    "the period is locked": gettext_lazy("The period is locked. Choose a date in an open period."),
    "the number is taken": _MEANWHILE,
    "the number leaves a gap": _MEANWHILE,
    "the number is recorded as missing": gettext_lazy(
        "The number is recorded as missing in its series, and cannot be used."
    ),
    "what it corrects is not posted": gettext_lazy(
        "What the voucher corrects is not posted. Change that draft instead."
    ),
    "the place in the chain is taken": _MEANWHILE,
    "the chain has a gap": _MEANWHILE,
    "an account with posted rows or opening balances keeps its number": gettext_lazy(
        "The account is used in the books, so it keeps its number."
    ),
    "a project with posted rows keeps its code": gettext_lazy(
        "Vouchers are posted on the project, so it keeps its code."
    ),
    "a cost centre with posted rows keeps its code": gettext_lazy(
        "Vouchers are posted on the cost centre, so it keeps its code."
    ),
    "a series with posted vouchers keeps its code and year": gettext_lazy(
        "Vouchers are posted in the series, so it keeps its code and its year."
    ),
    "a fiscal year with posted vouchers keeps its dates": gettext_lazy(
        "Vouchers are posted in the fiscal year, so it keeps its dates."
    ),
    "a series cannot be replaced": _REPLACED,
    "an account cannot be replaced": _REPLACED,
    "a project cannot be replaced": _REPLACED,
    "a cost centre cannot be replaced": _REPLACED,
    "a recorded gap cannot be replaced": _REPLACED,
    "an opening balance cannot be replaced": _REPLACED,
    "an opening balance keeps its identity": _REPLACED,
    "fiscal years cannot overlap": _OVERLAP,
    "these days are already locked": gettext_lazy("These days are already locked."),
    "the ledger is written to at the isolation level read committed alone": gettext_lazy(
        "The database is set to another isolation level than READ COMMITTED. Set it back before anything is entered."
    ),
    "the fiscal year is closed": _CLOSED,
    "an attest is given by somebody who neither entered nor changed the voucher": gettext_lazy(
        "Somebody who neither entered nor changed the voucher has to attest it."
    ),
    "an attest cannot be replaced": _ATTEST,
    "an attest cannot be changed": _ATTEST,
    "an attest of a posted voucher cannot be deleted": _ATTEST,
    "who changed a draft is kept as it was": gettext_lazy("Who changed a draft is kept as it was."),
    "a recorded gap cannot be changed": gettext_lazy("A recorded gap in the numbers stays as it is."),
    "a recorded gap cannot be deleted": gettext_lazy("A recorded gap in the numbers stays as it is."),
    "a lock is never deleted; open the period with a reason instead": gettext_lazy(
        "A lock is never deleted. Open the period with a reason instead."
    ),
    "a lock can only be opened, once, with a reason": gettext_lazy(
        "A lock can only be opened, once, with a reason."
    ),
    "the rows of a voucher go before it": _POSTED,
    "the import that it came with was taken back": gettext_lazy(
        "The import that the voucher came with was taken back, so it cannot be posted."
    ),
    "an import of the year is half taken back": gettext_lazy(
        "An import of the year is only half taken back. Run verify_ledger before anything else is posted."
    ),
    "the import was taken back already": gettext_lazy("The import was taken back already."),
    "another import was made since": gettext_lazy(
        "Another file was imported since. Take that import back first."
    ),
    "something was posted since the import": gettext_lazy(
        "Something was posted since the import, so it cannot be taken back. Correct its vouchers instead."
    ),
    "an annual report was sealed since the import": gettext_lazy(
        "An annual report was sealed since the import, so it cannot be taken back. Correct its vouchers instead."
    ),
    "an anchor holds what was imported": gettext_lazy(
        "The chain was anchored since the import, so it cannot be taken back. Correct its vouchers instead."
    ),
    "an audit sample was drawn from what was imported": gettext_lazy(
        "The auditors drew a sample since the import, so it cannot be taken back. Correct its vouchers instead."
    ),
    "that an import was taken back is kept as it was": _TAKEN_BACK,
    "a trace cannot be changed": _TRACE,
    "a trace cannot be deleted": _TRACE,
    "a trace cannot be replaced": _TRACE,
    "an anchor cannot be changed": _ANCHOR,
    "an anchor cannot be deleted": _ANCHOR,
    "a verification that was made cannot be changed": _VERIFICATION,
    "a verification that was made cannot be deleted": _VERIFICATION,
    "a sealed annual report cannot be changed": _SEALED,
    "a sealed annual report cannot be deleted": _SEALED,
    "a signature cannot be changed": _SIGNATURE,
    "a signature cannot be deleted": _SIGNATURE,
    "what auditors drew, asked and wrote stays as it is": gettext_lazy(
        "What the auditors drew, asked and wrote stays as it is. Add a remark instead."
    ),
    "the trail is never changed": _TRAIL,
    "the trail is never deleted": _TRAIL,
}
"""Each refusal of the guard, word by word, and the sentence for it."""


def sentences(error: ValidationError | DatabaseError) -> list[str]:
    """*error* in words for people. Raises *error* again where it is no refusal but a fault."""
    if isinstance(error, ValidationError):
        return error.messages
    if (said := GUARD.search(str(error))) and (sentence := SENTENCES.get(said["refusal"].strip())):
        return [str(sentence)]
    if isinstance(error, IntegrityError):
        return [
            _("Something else was entered at the same time, and this no longer fits. Look and try again.")
        ]
    raise error
