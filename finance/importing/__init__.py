"""SIE into the ledger: one file, one transaction, and an answer that says what was or would be made.

    file ─ finance.sie ─ vouchers to a temporary file, the rest to a Reading
         ─ the books around them: association, years, accounts, objects, opening balances, budget
         ─ each voucher: new, unchanged, or in conflict ─ gaps ─ finance.posting.post_many

The rules, which ``docs/sie.md`` tells the user: what is in the ledger is never written over; a voucher
keeps its series and number, and a number that the file leaves out is recorded as missing; nothing is
rounded, balanced or renumbered unasked; what the file cannot answer for is refused by line, and then
nothing at all is changed. A dry run does all of it and takes it back.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from django.core.files import File
from django.core.files.storage import storages
from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from finance import refusals
from finance.importing.budget import digest_of_budget, enter_budgets
from finance.importing.comparison import compare, compare_after, compare_chain
from finance.importing.outcome import Choices, Outcome, Step
from finance.importing.reading import read
from finance.importing.surroundings import (
    enter_accounts,
    enter_association,
    enter_closing_balances,
    enter_objects,
    enter_opening_balances,
    enter_series,
    enter_years,
)
from finance.importing.vouchers import post, sort_vouchers
from finance.importing.work import LISTED, LONGEST, Work, anew, closings, heads_of
from finance.models import Account, FiscalYear, SieImport
from finance.waiting import Waiting

__all__ = [
    "LONGEST",
    "Choices",
    "Outcome",
    "Progress",
    "Step",
    "digest_of_budget",
    "heads_of",
    "import_sie",
    "steps",
]

Progress = Callable[[str, int], None]


class _Refused(Exception):
    """Takes the transaction back."""


def import_sie(
    path: Path | str,
    by: str,
    choices: Choices | None = None,
    name: str = "",
    progress: Progress = lambda stage, count: None,
) -> Outcome:
    """Import the SIE file at *path* in the name of the user *by*, and say what came of it.

    Raises ``finance.sie.SieRefused`` where it is no SIE file, and OSError where it cannot be read.
    What stands in the way otherwise is in the outcome, which is then ``refused``.
    """
    for step in steps(path, by, choices, name):
        progress(step.stage, step.count)
    assert step.outcome is not None
    return step.outcome


def steps(
    path: Path | str,
    by: str,
    choices: Choices | None = None,
    name: str = "",
    seen: str = "",
    also: Callable[[SieImport], object] = lambda kept: None,
) -> Iterator[Step]:
    """Import as ``import_sie`` does, step by step; what is broken off before the last one changes nothing.

    *seen* is the ``digest`` of the outcome that the user was shown. Where the import would come to
    another one by now, nothing is changed, and the outcome, which is then ``moved``, is the new one.
    *also* is done with the import that is kept, in the same transaction.
    """
    choices = choices or Choices()
    path = Path(path)
    with Waiting() as waiting:
        work = Work(path, name or path.name, by, choices, waiting)
        yield from read(work)
        outcome = work.outcome
        with suppress(_Refused), transaction.atomic():
            yield from _write(work)
            if choices.dry_run or (seen and seen != outcome.digest):
                raise _Refused
            also(_keep(work))
        outcome.moved = bool(seen) and seen != outcome.digest
        yield Step("done", outcome=outcome)


def _write(work: Work) -> Iterator[Step]:
    """Make what is new, all of it or nothing; raises _Refused after saying why."""
    outcome = work.outcome
    work.seen_before = SieImport.objects.filter(sha256=outcome.sha256, taken_back__isnull=True).exists()
    # Made first, because vouchers and balances name it; taken back where nothing comes of it.
    work.sie_import = SieImport.objects.create(
        file_name=work.name[:150],
        sha256=outcome.sha256,
        by=work.by,
        sie_type=work.document.type,
        encoding=work.reading.encoding,
        program=outcome.program[:200],
        before={year.label: heads_of(year) for year in FiscalYear.objects.all()},
    )
    work.accounts = {account.number: account for account in Account.objects.all()}
    enter_association(work)
    enter_years(work)
    # Before the opening balances of the file join those of the books.
    work.held = {year.pk: closings(year) for year in work.years.values()}
    if not work.hindrances:
        enter_accounts(work)
        enter_objects(work)
        enter_series(work)
        enter_opening_balances(work)
        sort_vouchers(work)
        enter_budgets(work)
        enter_closing_balances(work)
        _see_that_something_is_left(work)
    outcome.notes, outcome.errors = work.notes, work.hindrances + work.errors
    outcome.refused = bool(
        work.hindrances
        or (work.errors and not work.choices.skip_broken)
        or (outcome.conflicts and not work.choices.new_only)
    )
    compared = compare(work)
    if outcome.refused:
        raise _Refused
    try:
        for year in work.new:
            yield from post(work, year)
    except DatabaseError as error:
        # What a file of Ledarna's own may claim, and the guard of the ledger refuses.
        for what in refusals.sentences(error):
            work.hinder("#VER", what, anew())
        outcome.errors, outcome.refused = work.hindrances + work.errors, True
        raise _Refused from None
    compare_chain(work)
    for year, lines in compared:
        compare_after(work, year, lines)
    if not outcome.is_new:
        raise _Refused


def _see_that_something_is_left(work: Work) -> None:
    """Refuse a 4I file, which is there for its vouchers alone, when every one of them is refused."""
    if work.is_4i and work.errors and not work.new and not work.outcome.unchanged:
        work.hinder(
            "#VER",
            _("Every voucher of the file is refused, so there is nothing to import."),
            _("Correct them in the program they come from, and export anew."),
        )


def _keep(work: Work) -> SieImport:
    """Keep the file, and what was said about it."""
    with work.path.open("rb") as file:
        storages["documents"].save(work.name, File(file))
    kept = work.sie_import
    kept.notes, kept.errors = work.outcome.notes[:LISTED], work.outcome.errors[:LISTED]
    kept.created, kept.made = dict(work.outcome.created), dict(work.keys)
    kept.save(update_fields=["notes", "errors", "created", "made"])
    work.outcome.sie_import = kept.pk
    return kept
