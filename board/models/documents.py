"""Documents of the board: their versions, who is to approve them, and who has."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from board.models.meetings import Meeting
from board.models.people import Person


def digest_of(secret: str) -> str:
    """What is kept of *secret*. It is drawn at random, so that a plain digest cannot be guessed back."""
    return sha256(secret.encode()).hexdigest()


@dataclass(frozen=True)
class Audience:
    """Who reads a document beside the board, which reads them all."""

    auditors: bool = False
    nominating_committee: bool = False


class DocumentQuerySet(models.QuerySet["Document"]):
    """Documents by what has become of them."""

    def settled(self) -> "DocumentQuerySet":
        """Those that say what they are going to say: minutes that were approved, and all that is no minutes."""
        return self.filter(
            ~Q(kind=Document.Kind.MINUTES)
            | Exists(SealedMinutes.objects.filter(version__document=OuterRef("pk")))
        )


class Document(models.Model):
    """Something written: a summons, minutes, an annex. What it says is in its versions."""

    class Kind(models.TextChoices):
        """What it is."""

        SUMMONS = "summons", _("summons")
        AGENDA = "agenda", _("agenda")
        MINUTES = "minutes", _("minutes")
        ANNEX = "annex", _("annex")
        OTHER = "other", _("other document")

    AUDIENCES: Mapping[str, Audience] = {
        Kind.SUMMONS: Audience(auditors=True),
        Kind.AGENDA: Audience(auditors=True),
        Kind.MINUTES: Audience(auditors=True, nominating_committee=True),
        Kind.ANNEX: Audience(auditors=True),
        Kind.OTHER: Audience(),
    }
    """Who reads a document of each kind where nobody has chosen anything else."""

    meeting = models.ForeignKey(
        Meeting,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="documents",
        verbose_name=_("meeting"),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    title = models.CharField(_("title"), max_length=200)
    is_confidential = models.BooleanField(
        _("confidential"), default=False, help_text=_("Only the board reads it; each reading is kept.")
    )
    auditors = models.BooleanField(_("the auditors read it"), default=False)
    nominating_committee = models.BooleanField(_("the nominating committee reads it"), default=False)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["meeting__date", "meeting__pk", "kind", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_confidential=False) | Q(auditors=False, nominating_committee=False),
                name="board_only_the_board_reads_what_is_confidential",
                violation_error_message=_("A confidential document is read by the board alone."),
            ),
            models.UniqueConstraint(
                fields=["meeting", "is_confidential"],
                condition=Q(kind="minutes"),
                name="board_one_minutes_per_meeting",
                violation_error_message=_("The meeting has such minutes already."),
            ),
            models.UniqueConstraint(
                fields=["meeting"],
                condition=Q(kind="summons"),
                name="board_one_summons_per_meeting",
                violation_error_message=_("The meeting has a summons already."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @classmethod
    def begun(cls, kind: str, title: str, *, is_confidential: bool = False, **facts: Any) -> "Document":
        """A document, not saved, that those read whom its *kind* means; nobody but the board if confidential."""
        audience = Audience() if is_confidential else cls.AUDIENCES[kind]
        return cls(
            kind=kind,
            title=title,
            is_confidential=is_confidential,
            auditors=audience.auditors,
            nominating_committee=audience.nominating_committee,
            **facts,
        )

    @property
    def latest(self) -> "DocumentVersion | None":
        """The version with the highest number; None where nothing is written yet."""
        return self.versions.order_by("-number").first()

    @property
    def sealed(self) -> "SealedMinutes | None":
        """The approved minutes; None where it is none, or not approved by all."""
        return SealedMinutes.objects.select_related("version").filter(version__document=self).first()


class DocumentVersion(models.Model):
    """What a document says or said: a text in Markdown, or a file. Kept for ever as it is.

    ``sha256`` is the digest of the text in UTF-8, or of the file, which lies in the document store
    under it. A file has a ``name`` and a ``content_type``; a text has neither.
    """

    document = models.ForeignKey(
        Document, models.PROTECT, related_name="versions", verbose_name=_("document")
    )
    number = models.PositiveIntegerField(_("number"))
    text = models.TextField(_("text"), blank=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    name = models.CharField(_("file name"), max_length=200, blank=True)
    content_type = models.CharField(_("type"), max_length=100, blank=True)
    size = models.PositiveBigIntegerField(_("size"), default=0)
    made_at = models.DateTimeField(_("made at"), default=timezone.now)
    made_by = models.CharField(_("made by"), max_length=150)

    class Meta:
        verbose_name = _("version of a document")
        verbose_name_plural = _("versions of documents")
        ordering = ["document", "number"]
        default_permissions = ["view"]
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="board_one_version_per_number")
        ]
        indexes = [models.Index(fields=["sha256"], name="board_versions_by_digest")]

    def __str__(self) -> str:
        return f"{self.document} ({self.number})"

    @property
    def is_file(self) -> bool:
        """Whether it is a file, and not a text."""
        return bool(self.name)

    @property
    def is_sent(self) -> bool:
        """Whether it was sent to those who are to approve it."""
        return self.signatories.exists()


class Signatory(models.Model):
    """That somebody was asked to approve a version of minutes; ``name`` is what they were called then."""

    class Part(models.TextChoices):
        """As what they approve it."""

        CHAIR = "chair", _("chair of the meeting")
        ADJUSTER = "adjuster", _("adjuster")

    version = models.ForeignKey(
        DocumentVersion, models.PROTECT, related_name="signatories", verbose_name=_("version of a document")
    )
    person = models.ForeignKey(Person, models.PROTECT, related_name="asked_to_sign", verbose_name=_("person"))
    name = models.CharField(_("name"), max_length=200)
    part = models.CharField(_("as"), max_length=10, choices=Part)
    asked_at = models.DateTimeField(_("asked at"), default=timezone.now)
    asked_by = models.CharField(_("asked by"), max_length=150)

    class Meta:
        verbose_name = _("one who is to sign minutes")
        verbose_name_plural = _("those who are to sign minutes")
        ordering = ["version", "pk"]
        default_permissions = ["view"]
        constraints = [
            models.UniqueConstraint(fields=["version", "person"], name="board_asked_once_per_version")
        ]

    def __str__(self) -> str:
        return self.name


class MinutesSignature(models.Model):
    """That somebody approved a version of minutes; ``sha256`` is the digest of what they approved."""

    signatory = models.OneToOneField(
        Signatory, models.PROTECT, related_name="signature", verbose_name=_("signatory")
    )
    by = models.CharField(_("signed by"), max_length=150)
    at = models.DateTimeField(_("signed at"), default=timezone.now)
    sha256 = models.CharField(_("SHA-256"), max_length=64)

    class Meta:
        verbose_name = _("signature of minutes")
        verbose_name_plural = _("signatures of minutes")
        ordering = ["signatory__version", "at", "pk"]
        default_permissions = ["view"]

    def __str__(self) -> str:
        return f"{self.signatory}, {self.at:%Y-%m-%d %H:%M}"


class SealedMinutes(models.Model):
    """The PDF of minutes that all have approved; it lies in the document store under ``pdf_sha256``."""

    version = models.OneToOneField(
        DocumentVersion, models.PROTECT, related_name="sealed", verbose_name=_("version of a document")
    )
    at = models.DateTimeField(_("approved at"), default=timezone.now)
    pdf_sha256 = models.CharField(_("digest of the PDF"), max_length=64)

    class Meta:
        verbose_name = _("approved minutes")
        verbose_name_plural = _("approved minutes")
        ordering = ["version"]
        default_permissions = ["view"]

    def __str__(self) -> str:
        return str(self.version.document)


class SentSummons(models.Model):
    """That a version of a summons was mailed to somebody."""

    version = models.ForeignKey(
        DocumentVersion, models.PROTECT, related_name="sent", verbose_name=_("version of a document")
    )
    person = models.ForeignKey(Person, models.PROTECT, related_name="summoned", verbose_name=_("person"))
    mail = models.EmailField(_("mail"))
    at = models.DateTimeField(_("sent at"), default=timezone.now)

    class Meta:
        verbose_name = _("mailed summons")
        verbose_name_plural = _("mailed summons")
        ordering = ["version", "pk"]
        default_permissions = ["view"]
        constraints = [
            models.UniqueConstraint(fields=["version", "person"], name="board_summoned_once_per_version")
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.at:%Y-%m-%d %H:%M}"


class CalendarAddress(models.Model):
    """The secret address of a person's calendar. Only the digest of the secret is kept."""

    person = models.OneToOneField(
        Person, models.CASCADE, related_name="calendar_address", verbose_name=_("person")
    )
    digest = models.CharField(_("digest"), max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)
    last_used = models.DateField(_("last used"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("address of a calendar")
        verbose_name_plural = _("addresses of calendars")
        default_permissions = ["view"]

    def __str__(self) -> str:
        return str(self.person)

    @classmethod
    def drawn(cls, person: Person) -> str:
        """Give *person* an address, in place of the one they had; returns its secret, told only now."""
        secret = secrets.token_urlsafe(32)
        cls.objects.update_or_create(
            person=person,
            defaults={"digest": digest_of(secret), "made_at": timezone.now(), "last_used": None},
        )
        return secret

    @classmethod
    def of(cls, secret: str) -> "CalendarAddress | None":
        """The address with *secret*; the day of its use is noted."""
        today = timezone.localdate()
        found = cls.objects.select_related("person__user").filter(digest=digest_of(secret)).first()
        if found and found.last_used != today:
            cls.objects.filter(pk=found.pk).update(last_used=today)
        return found
