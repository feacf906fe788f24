"""The papers of a voucher: taking a file in, leaving one out, and the vouchers that have none.

A file is taken from anybody's machine, so that its kind is found from its content
(``finance/contents.py``), its name is made harmless, and its size is bounded. The content itself goes
into ``storages["documents"]``; seven years and longer it stays there, whatever becomes of a draft.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from django.core.exceptions import SuspiciousFileOperation, ValidationError
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import Exists, Max, OuterRef
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from finance.contents import ContentType, content_type_of, is_of_type
from finance.models import Attachment, FiscalYear, MissingReceipt, Voucher
from finance.models.vouchers import VoucherQuerySet

LARGEST = 25 * 1024 * 1024
"""Bytes of one file."""
LONGEST_NAME = 150


@dataclass(frozen=True)
class Paper:
    """A file that lies in the storage and can be attached to a voucher."""

    sha256: str
    name: str
    content_type: str
    size: int


def harmless_name(name: str, kind: ContentType) -> str:
    """*name* without directories, without signs that hide or turn text, and with *kind*'s extension.

    ``../../etc/passwd`` becomes ``passwd.pdf``: what is not a receipt by name is one by content.
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    visible = "".join(sign for sign in last if not unicodedata.category(sign).startswith("C"))
    plain = re.sub(r"\s+", " ", re.sub(r'[<>:"|?*]', "_", visible)).strip(" .")
    if PurePosixPath(plain).suffix.lower() not in kind.extensions:
        plain = (plain or _("receipt")) + kind.extensions[0]
    stem, suffix = plain[: -len(PurePosixPath(plain).suffix)], PurePosixPath(plain).suffix
    return stem[: LONGEST_NAME - len(suffix)] + suffix


def take_in(file: Any, name: str) -> Paper:
    """Put *file* into the storage and say what it is; nothing refers to it yet.

    Raises ValidationError, in words, for a file that is larger than 25 MB or no receipt.
    """
    size = file.seek(0, 2) if getattr(file, "size", None) is None else file.size
    if size > LARGEST:
        raise ValidationError(
            _("“%(name)s” is larger than %(largest)s. Save it with less detail."),
            code="too_large",
            params={"name": name, "largest": filesizeformat(LARGEST)},
        )
    kind = content_type_of(file)
    return Paper(storages["documents"].save(name, file), harmless_name(name, kind), kind.mime, size)


def attach(voucher: Voucher, paper: Paper, by: str) -> Attachment:
    """Attach *paper* to the draft *voucher* as its last, in the name of the user *by*.

    Raises ValidationError where the voucher is posted, or has the same file already.
    """
    with transaction.atomic():
        draft = _locked_draft(voucher)
        last = draft.attachments.aggregate(last=Max("line"))["last"] or 0
        attachment = Attachment(
            voucher=draft,
            line=last + 1,
            sha256=paper.sha256,
            name=paper.name,
            content_type=paper.content_type,
            size=paper.size,
            uploaded_by=by,
        )
        attachment.validate_constraints()
        attachment.save()
    return attachment


def detach(attachment: Attachment) -> None:
    """Take *attachment* off its draft; the document itself is kept (BFL 7:2).

    Raises ValidationError where the voucher is posted.
    """
    with transaction.atomic():
        _locked_draft(attachment.voucher)
        attachment.delete()


def _locked_draft(voucher: Voucher) -> Voucher:
    draft = Voucher.objects.select_for_update(of=("self",)).get(pk=voucher.pk)
    if draft.is_posted:
        raise ValidationError(
            _("%(reference)s is posted: its papers cannot be changed. Correct it with a new voucher."),
            code="posted",
            params={"reference": draft.reference},
        )
    return draft


def without_receipt(year: FiscalYear) -> VoucherQuerySet:
    """The posted vouchers of *year* that have no attachment, and of which nobody has said why.

    A correction says itself why it was made, and its papers are those of what it corrects.
    """
    return (
        Voucher.objects.posted()
        .filter(fiscal_year=year, corrects__isnull=True)
        .filter(
            ~Exists(Attachment.objects.filter(voucher=OuterRef("pk"))),
            ~Exists(MissingReceipt.objects.filter(voucher=OuterRef("pk"))),
        )
        .select_related("series")
        .order_by("sequence")
    )


def say_why_no_receipt(voucher: Voucher, reason: str, by: str) -> MissingReceipt:
    """Keep the *reason* why *voucher* has no receipt, in the name of the user *by*.

    Raises ValidationError for a draft, for a voucher that has an attachment, and without a reason.
    """
    if not voucher.is_posted:
        raise ValidationError(_("The voucher is a draft. Attach the receipt to it."), code="draft")
    if voucher.attachments.exists():
        raise ValidationError(_("The voucher has a receipt."), code="has_receipt")
    missing = MissingReceipt(voucher=voucher, reason=reason.strip(), by=by)
    missing.full_clean()
    missing.save()
    return missing


def faults() -> Iterator[tuple[str, str]]:
    """Read every attached document again: where it is attached, and what is wrong with it, if anything.

    Each content is read once, in pieces, so that memory is constant.
    """
    documents = storages["documents"]
    read, found = "", ""
    attachments = Attachment.objects.select_related("voucher__series", "voucher__fiscal_year")
    for attachment in attachments.order_by("sha256", "pk").iterator(chunk_size=2_000):
        if attachment.sha256 != read:
            read, found = attachment.sha256, _fault_of(documents, attachment.sha256)
        what = found or _disagreement(documents, attachment)
        voucher = attachment.voucher
        yield f"{voucher.fiscal_year.label} {voucher}: {attachment.name}", what


def _disagreement(documents: Any, attachment: Attachment) -> str:
    """How the document differs from what its attachment says; empty when it does not."""
    size = documents.size(attachment.sha256)
    if size != attachment.size:
        return _("The attachment says %(said)s bytes, and the document has %(size)s.") % {
            "said": attachment.size,
            "size": size,
        }
    with documents.open(attachment.sha256) as document:
        if is_of_type(document.file, attachment.content_type):
            return ""
    return _("The document is no %(said)s.") % {"said": attachment.content_type}


def _fault_of(documents: Any, sha256: str) -> str:
    """What is wrong with the content kept under *sha256*; empty when nothing is."""
    try:
        with documents.open(sha256) as document:
            read = hashlib.file_digest(document.file, "sha256").hexdigest()
    except SuspiciousFileOperation:
        return _("“%(sha256)s” is no digest of a document.") % {"sha256": sha256}
    except FileNotFoundError:
        return _("The document %(sha256)s is not there.") % {"sha256": sha256}
    except OSError as error:
        return _("The document %(sha256)s cannot be read: %(reason)s.") % {
            "sha256": sha256,
            "reason": error.strerror,
        }
    return "" if read == sha256 else _("The document %(sha256)s was altered.") % {"sha256": sha256}
