"""The forms of the page where SIE files are imported: the file, and what the user decides about it."""

from pathlib import Path
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from finance.entry import FIRST_SERIES
from finance.importing import LONGEST, Choices, Outcome
from finance.sie import Limits, SieReader, SieRefused


class FileForm(forms.Form):
    """The file: any name, and what begins as a SIE file does."""

    file = forms.FileField(
        label=gettext_lazy("SIE file"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".se,.si,.sie,.SE,.SI,.SIE,text/plain"}),
    )

    def clean_file(self) -> UploadedFile:
        """Refuse what is no SIE file before anything is kept of it."""
        file: UploadedFile = self.cleaned_data["file"]
        if file.size and file.size > Limits().file_bytes:
            raise ValidationError(
                _("The file is larger than %(limit)s MB. Export one fiscal year at a time.")
                % {"limit": Limits().file_bytes >> 20}
            )
        try:
            SieReader(file.file).close()  # type: ignore[arg-type]
        except SieRefused as refused:
            raise ValidationError(f"{refused.note.what_in(_)} {refused.note.done_in(_)}") from None
        return file

    @property
    def name(self) -> str:
        """The file's name, without what no page can show."""
        name = Path(self.cleaned_data["file"].name).name
        return "".join(sign for sign in name if sign.isprintable())[-150:] or "fil.se"


class ChoicesForm(forms.Form):
    """What the user decides about a file that was looked at."""

    enter_as = forms.ChoiceField(
        label=gettext_lazy("Vouchers of a file for import (4I)"),
        choices=[
            ("post", gettext_lazy("are posted, with the next numbers of the series")),
            ("drafts", gettext_lazy("become drafts in the series")),
        ],
        required=False,
    )
    series = forms.CharField(
        label=gettext_lazy("Series for vouchers to which the file gives none"),
        max_length=LONGEST["series"],
        required=False,
    )
    skip_broken = forms.BooleanField(
        label=gettext_lazy("Import the rest although there are errors"), required=False
    )
    new_only = forms.BooleanField(
        label=gettext_lazy("Import what is new although other vouchers are in conflict"), required=False
    )
    renumber = forms.BooleanField(
        label=gettext_lazy("Give a voucher whose number the file uses twice the next number"), required=False
    )
    names = forms.BooleanField(
        label=gettext_lazy("Take the names of accounts and objects from the file"), required=False
    )
    mend = forms.BooleanField(
        label=gettext_lazy("Mend letters that were read in the wrong code page"), required=False
    )
    plain = forms.BooleanField(
        label=gettext_lazy("Leave aside the lines that only Ledarna knows"), required=False
    )
    organisation = forms.CharField(
        label=gettext_lazy("Organisation number of the file, to say that it is meant"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""

    def asked_about(self, outcome: Outcome) -> list[forms.BoundField]:
        """The fields that *outcome* gives a reason to decide about, and those in which something is chosen."""
        codes = {note["code"] for note in outcome.notes}
        reasons = {
            "enter_as": outcome.file["type"] == "4I",
            "series": outcome.needs_series,
            "skip_broken": outcome.errors,
            "new_only": outcome.conflicts,
            "renumber": "voucher_number_twice" in codes,
            "names": "name" in codes,
            "mend": codes & {"wrong_code_page", "wrong_code_page_mended"},
            "plain": outcome.is_of_ledarna,
            "organisation": outcome.other_organisation,
        }
        return [field for field in self if reasons[field.name] or field.value()]

    def choices(self, dry_run: bool) -> Choices:
        """What was chosen; what is left out is as the command has it."""
        given: dict[str, Any] = self.cleaned_data
        return Choices(
            series=given["series"].strip() or FIRST_SERIES,
            drafts=given["enter_as"] == "drafts",
            skip_broken=given["skip_broken"],
            new_only=given["new_only"],
            renumber=given["renumber"],
            names=given["names"],
            mend=given["mend"],
            plain=given["plain"],
            organisation=given["organisation"],
            dry_run=dry_run,
        )
