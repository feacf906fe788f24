"""Taking files in for documents: by the same door as the receipts of vouchers, whatever is in them."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from board.documents import KeptFile, add_file
from board.models import Document
from finance.papers import take_in
from ledarna.board_documents.access import name_in_trail
from ledarna.trail import record


class FileForm(forms.Form):
    """A file; its kind is found from its content, as that of a receipt is."""

    file = forms.FileField(
        label=_("File"), help_text=_("PDF or picture, at most 25 MB."), widget=forms.FileInput
    )

    def clean_file(self) -> Any:
        """Put the file into the document store, or say in words why it cannot be kept."""
        file = self.cleaned_data["file"]
        self.paper = take_in(file, file.name)
        return file


def kept_file(form: Any) -> KeptFile:
    """The file that *form*, which is valid, has put into the document store."""
    paper = form.paper
    return KeptFile(paper.sha256, paper.name, paper.content_type, paper.size)


class DocumentForm(FileForm, forms.ModelForm):
    """A document that is a file, and who reads it."""

    class Meta:
        model = Document
        fields = ["kind", "title", "is_confidential", "auditors", "nominating_committee"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = (Document.Kind.ANNEX, Document.Kind.OTHER)
        self.fields["kind"] = forms.ChoiceField(
            label=_("Kind"), choices=[(kind.value, capfirst(str(kind.label))) for kind in kinds]
        )
        if not self.is_bound:
            self.fields["auditors"].initial = Document.AUDIENCES[Document.Kind.ANNEX].auditors

    def clean(self) -> dict[str, Any]:
        """Nobody but the board reads what is confidential."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("is_confidential") and (
            cleaned.get("auditors") or cleaned.get("nominating_committee")
        ):
            raise ValidationError(_("A confidential document is read by the board alone."))
        return cleaned

    def save_with(self, user: Any) -> Document:
        """Save the document with its file as its first version, in the name of *user*."""
        document: Document = self.save()
        add_file(document, kept_file(self), user.get_username())
        record(user, "written", document, name_in_trail(document))
        return document
