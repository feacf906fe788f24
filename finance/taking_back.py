"""One step back: the last import is taken back while nothing rests on it.

What is posted never changes and never goes (``finance/sql``), with this one exception. The vouchers
of an import are copies of books that are kept elsewhere; as long as nothing was posted, locked or
anchored after them, taking them back leaves the chains as they were before, voucher by voucher. The
database itself sees to that: an ``ImportTakenBack`` is admitted only for the last import and only
under that rule, and only what its import posted can then be removed. The import, its file and its
notes stay, with who took it back, when, why, and the heads of the chains that went with it.
``docs/sie.md`` says why it is done like this.
"""

from collections.abc import Callable, Generator, Iterator
from typing import Any, NamedTuple

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Count, ProtectedError
from django.utils.translation import gettext as _

from finance.anchors import ends
from finance.importing import digest_of_budget, heads_of
from finance.models import (
    Anchor,
    Attachment,
    AuditSample,
    Budget,
    DraftEdit,
    FiscalYear,
    ImportedBalance,
    ImportTakenBack,
    MissingReceipt,
    NumberGap,
    PeriodLock,
    SieImport,
    Trace,
    Voucher,
    VoucherRow,
)
from finance.money import from_ore
from finance.refusals import sentences

MADE = (
    *("openingbalance", "voucherseries", "project", "costcenter", "account"),
    *("fiscalyear", "association"),
)
"""What an import makes beside vouchers, in the order in which it goes: first what refers to the rest."""
AT_ONCE = 500
VOUCHERS_AT_ONCE = 2_000


class Step(NamedTuple):
    """How far it has come: so many more vouchers are gone. The last step carries what is kept of it."""

    gone: int = 0
    taken: ImportTakenBack | None = None


def last_import() -> SieImport | None:
    """The last import that was not taken back."""
    return SieImport.objects.filter(taken_back__isnull=True).order_by("-pk").first()


def hindrances(kept: SieImport) -> list[str]:
    """What keeps *kept* from being taken back, in words; empty when nothing does.

    What the database would refuse is told here first, and what people have done with what the import
    made: the draft they changed, the opening balance they corrected.
    """
    if kept.is_taken_back:
        return [_("The import was taken back already.")]
    found = []
    if not kept.made:
        found.append(_("The import was made by an earlier version, which kept no restore point."))
    if kept != last_import():
        found.append(_("Another file was imported since. Take that import back first."))
    posted = Voucher.objects.posted().filter(sie_import=kept)
    if Voucher.objects.filter(posted_at__gt=kept.at).exists():
        found.append(
            _(
                "Something was posted since the import, so it cannot be taken back. Correct its vouchers instead."
            )
        )
    years = {year.pk: year for year in FiscalYear.objects.filter(vouchers__in=posted).distinct()}
    if any(
        anchor.sequence > (kept.before.get(years[anchor.fiscal_year_id].label) or [0])[0]
        for anchor in Anchor.objects.filter(fiscal_year__in=years)
    ):
        found.append(
            _(
                "The chain was anchored since the import, so it cannot be taken back. Correct its vouchers instead."
            )
        )
    if AuditSample.objects.filter(fiscal_year__in=years, at__gt=kept.at).exists():
        found.append(
            _(
                "The auditors drew a sample since the import, so it cannot be taken back. Correct its vouchers instead."
            )
        )
    for lock in PeriodLock.objects.filter(fiscal_year__in=years, unlocked_at__isnull=True):
        if posted.filter(fiscal_year=lock.fiscal_year_id, date__range=(lock.start, lock.end)).exists():
            found.append(_("%(lock)s is locked. Open it with a reason first.") % {"lock": lock})
    if Voucher.objects.drafts().filter(corrects__in=posted).exists():
        found.append(_("A draft corrects one of its vouchers. Delete the draft first."))
    if MissingReceipt.objects.filter(voucher__in=posted).exists():
        found.append(_("Somebody has written why one of its vouchers has no receipt."))
    drafts = Voucher.objects.drafts().filter(sie_import=kept)
    if (
        DraftEdit.objects.filter(voucher__in=drafts).exists()
        or Attachment.objects.filter(voucher__in=drafts).exists()
    ):
        found.append(_("A draft that it made was worked on since. Delete the draft first."))
    found += [
        _("%(what)s was changed since the import.") % {"what": what} for what in sorted(set(_changed(kept)))
    ]
    return found


def _model(name: str) -> type[models.Model]:
    return apps.get_model("finance", name)


def _changed(kept: SieImport) -> Iterator[str]:
    """The things that the import made and that somebody has changed since, by what the database noted."""
    for name in MADE:
        subjects = [f"{name} {key}" for key in kept.made.get(name, [])]
        for start in range(0, len(subjects), AT_ONCE):
            part = Trace.objects.filter(subject__in=subjects[start : start + AT_ONCE])
            counted = part.order_by().values("subject").annotate(times=Count("pk"))
            for subject in counted.filter(times__gt=1).values_list("subject", flat=True):
                found = _model(name)._default_manager.filter(pk=subject.split()[1]).first()
                yield str(found or _model(name)._meta.verbose_name)
    for key, digest in kept.made.get("budget", []):
        budget = Budget.objects.filter(pk=key).first()
        if budget is None or digest_of_budget(budget) != digest:
            yield str(budget or Budget._meta.verbose_name)


def problems(kept: SieImport, reason: str) -> list[str]:
    """What keeps *kept* from being taken back for *reason*, in words; empty when nothing does."""
    if not reason.strip():
        return [_("Write why the import is taken back. It is kept for the auditors.")]
    return hindrances(kept)


def take_back(kept: SieImport, by: str, reason: str) -> ImportTakenBack:
    """Take *kept* back in the name of the user *by*, for *reason*: the books are as they were before it.

    Raises ValidationError, in words, and changes nothing, where anything rests on the import.
    """
    *_gone, last = steps(kept, by, reason)
    assert last.taken is not None
    return last.taken


def steps(
    kept: SieImport,
    by: str,
    reason: str,
    also: Callable[[ImportTakenBack], object] = lambda taken: None,
) -> Iterator[Step]:
    """Take back as ``take_back`` does, step by step; what is broken off before the last one changes nothing.

    *also* is done with what is kept of it, in the same transaction.
    """
    if found := problems(kept, reason):
        raise ValidationError(found)
    try:
        with transaction.atomic():
            taken = yield from _take_back(kept, by, " ".join(reason.split())[:200])
            also(taken)
    except ProtectedError as error:
        used = sorted({f"{found._meta.verbose_name} {found}" for found in error.protected_objects})
        raise ValidationError(
            _("What the import made is used elsewhere: %(used)s.") % {"used": ", ".join(used[:5])}
        ) from error
    except IntegrityError as error:
        raise ValidationError(sentences(error)) from error
    yield Step(taken=taken)


def _take_back(kept: SieImport, by: str, reason: str) -> Generator[Step, None, ImportTakenBack]:
    posted = Voucher.objects.posted().filter(sie_import=kept)
    years = FiscalYear.objects.filter(vouchers__in=posted).distinct()
    taken = ImportTakenBack.objects.create(
        sie_import=kept, by=by, reason=reason, heads={year.label: heads_of(year) for year in years}
    )
    while keys := list(posted.order_by("-pk").values_list("pk", flat=True)[:VOUCHERS_AT_ONCE]):
        part = posted.filter(pk__gte=keys[-1])
        _remove(VoucherRow.objects.filter(voucher__in=part))
        _remove(Attachment.objects.filter(voucher__in=part))
        _remove(part)
        yield Step(len(keys))
    Voucher.objects.drafts().filter(sie_import=kept).delete()
    _remove(NumberGap.objects.filter(sie_import=kept))
    ImportedBalance.objects.filter(source=kept).delete()
    ImportedBalance.objects.bulk_create(
        ImportedBalance(fiscal_year_id=year, account_id=account, closing=from_ore(ore), source_id=source)
        for year, account, ore, source in kept.made.get("replaced", [])
    )
    Budget.objects.filter(pk__in=[key for key, _digest in kept.made.get("budget", [])]).delete()
    for model, key, before, after in kept.made.get("renamed", []):
        for found in _model(model)._default_manager.filter(pk=key, name=after):
            found.name = before  # type: ignore[attr-defined]
            found.save(update_fields=["name"])
    for name in MADE:
        _model(name)._default_manager.filter(pk__in=kept.made.get(name, [])).delete()
    now = {year.label: heads_of(year) for year in FiscalYear.objects.all()}
    if {label: head for label, head in now.items() if head[0]} != {
        label: head for label, head in kept.before.items() if head[0]
    }:
        raise IntegrityError("The chains would not be as they were before the import.")
    return taken


def find_head(written: str) -> list[ImportTakenBack]:
    """The imports that were taken back and with which the head went that somebody has on paper.

    Raises ValidationError, in words, where *written* is no digest (``finance.anchors.find``).
    """
    start, end = ends(written)
    return [
        taken
        for taken in ImportTakenBack.objects.select_related("sie_import")
        if any(head.startswith(start) and head.endswith(end) for _place, head in taken.heads.values())
    ]


def _remove(found: models.QuerySet[Any]) -> None:
    """Delete *found* by one statement: Django itself takes what is posted for protected."""
    found._raw_delete(found.db)


def faults() -> Iterator[tuple[str, str]]:
    """Each import that was taken back, and what of it is still there; empty where nothing is."""
    for taken in ImportTakenBack.objects.select_related("sie_import").order_by("pk"):
        kept = taken.sie_import
        left = Voucher.objects.posted().filter(sie_import=kept).count()
        left += NumberGap.objects.filter(sie_import=kept).count()
        what = (
            _("It was taken back, but of what it posted there is still something: %(left)s.") if left else ""
        )
        yield f"{kept} ({kept.sha256[:12]})", what % {"left": left} if left else ""
