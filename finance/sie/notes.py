"""What is said about a file: notes (odd, yet read), errors (cannot be booked honestly), refusals.

Every sentence is one row of `CATALOGUE`: a code, whether it is an error, what was seen and what was done (or,
for an error, how to mend it). The English texts are message ids with named parameters, marked for translation
without importing a translation library: `Note.what_in(gettext)` gives them in another language.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


def gettext_noop(message: str) -> str:
    """Mark a sentence for the message catalogue and give it back unchanged."""
    return message


_ = gettext_noop


@dataclass(frozen=True, slots=True)
class Kind:
    """One row of the catalogue.

    `what`: the sentence on what was seen. `done`: what was done about it; for an error, how to mend it.
    `gathered`: said once for the whole file, with the first line and a count, instead of once a line.
    """

    what: str
    done: str
    error: bool = False
    gathered: bool = False


_IGNORED = _("It was left aside.")
_REFUSED = _("The whole voucher is refused. Correct it in the program it comes from, and export anew.")
_ROW_MEND = _("Correct it in the program it comes from, and export anew.")

CATALOGUE: dict[str, Kind] = {
    # The file as a whole.
    "byte_order_mark": Kind(_("The file begins with a byte order mark."), _("It was skipped.")),
    "not_code_page_437": Kind(
        _("#FORMAT says %(format)s, but the bytes are %(encoding)s."),
        _("The file was read as %(encoding)s."),
    ),
    "utf16": Kind(_("The file is written in UTF-16."), _("It was read as such.")),
    "mixed_encoding": Kind(
        _("Lines that are not %(encoding)s like the rest of the file: %(count)s."),
        _("They were read as %(fallback)s."),
        gathered=True,
    ),
    "letters_lost": Kind(
        _("Letters were lost (�) before the file came here. Lines: %(count)s, e.g. “%(text)s”."),
        _("The lines were kept as they stand. Export anew in code page 437 to get the letters back."),
        gathered=True,
    ),
    "wrong_code_page": Kind(
        _("Fields that seem read in the wrong code page: %(count)s, e.g. “%(text)s” for “%(proposal)s”."),
        _("They were kept as they stand; they can be mended on request."),
        gathered=True,
    ),
    "wrong_code_page_mended": Kind(
        _("Fields that had been read in the wrong code page: %(count)s, e.g. “%(text)s”."),
        _("They were mended, as was asked for: “%(proposal)s”."),
        gathered=True,
    ),
    "carriage_returns_only": Kind(
        _("The lines end with a carriage return alone."), _("They were read as lines.")
    ),
    "end_of_file_character": Kind(
        _("The file ends with filling: NUL, Ctrl-Z or ÿ (end of file)."), _("It was skipped.")
    ),
    "control_characters": Kind(
        _("Lines with control characters, which the standard forbids: %(count)s."),
        _("The characters were removed."),
        gathered=True,
    ),
    "label_lower_case": Kind(
        _("Labels that are not in capitals: %(count)s."), _("They were read as if they were."), gathered=True
    ),
    "label_unknown": Kind(
        _("The label %(label)s is not part of SIE 1–4; lines: %(count)s."),
        _("They were left aside, as the standard demands."),
    ),
    "stray_line": Kind(
        _("Lines that begin with neither # nor a brace: %(count)s, the first: “%(text)s”."),
        _("They were left aside."),
        gathered=True,
    ),
    "more_of_the_same": Kind(
        _("More of this kind: %(count)s. The first: %(what)s"),
        _("They are counted here and not listed one by one."),
    ),
    "type_missing": Kind(
        _("#SIETYP is missing."), _("The file was read as type %(type)s, going by what it holds.")
    ),
    "type_unknown": Kind(
        _("#SIETYP says “%(text)s”, which is no type from 1 to 4."),
        _("The file was read as type %(type)s, going by what it holds."),
    ),
    "type_differs": Kind(
        _("#SIETYP says %(text)s, but the file holds vouchers."), _("It was read as type %(type)s.")
    ),
    "already_read": Kind(
        _("#FLAGGA 1: another program has already read this file."), _("It was read all the same.")
    ),
    "nothing_booked": Kind(
        _("The file is of type 4 and holds no vouchers."), _("There is nothing to add from it.")
    ),
    "checksum_differs": Kind(
        _("#KSUMMA says %(stated)s, the lines give %(computed)s: the file may have been changed by hand."),
        _("It was read all the same."),
    ),
    "checksum_unreadable": Kind(_("#KSUMMA holds no number: “%(text)s”."), _("The sum was not checked.")),
    "checksum_not_ended": Kind(
        _("#KSUMMA begins a check sum that never comes: the file may have been cut off."),
        _("What is there was read."),
    ),
    "checksum_not_begun": Kind(
        _("#KSUMMA gives a sum, but no line before it says where the sum begins."),
        _("The sum was not checked."),
    ),
    # Lines and fields.
    "quote_unescaped": Kind(
        _("A quotation mark inside a text is not escaped: “%(text)s”."),
        _("It was taken as part of the text."),
    ),
    "quote_not_closed": Kind(
        _("A quotation mark is opened and never closed: “%(text)s”."),
        _("The text was taken to end with the line."),
    ),
    "text_over_lines": Kind(
        _("A text goes on over several lines: “%(text)s”."), _("The lines were joined by a blank.")
    ),
    "brace_not_closed": Kind(
        _("An object list is opened and never closed."),
        _("Close it with } and read the file again."),
        error=True,
    ),
    "brace_nested": Kind(
        _("A brace is opened inside of braces, which SIE does not know."),
        _("Correct the line and read the file again."),
        error=True,
    ),
    "brace_stray": Kind(_("A brace stands where none belongs."), _IGNORED),
    "brace_on_line": Kind(
        _("Braces of a voucher's block that share a line with other fields: %(count)s."),
        _("They were read as if on lines of their own."),
        gathered=True,
    ),
    "fields_missing": Kind(
        _("%(label)s needs at least %(needed)s fields and has %(found)s."),
        _ROW_MEND,
        error=True,
    ),
    "fields_missing_note": Kind(_("%(label)s needs %(needed)s fields and has %(found)s."), _IGNORED),
    "fields_extra": Kind(_("%(label)s has more fields than it should: “%(text)s”."), _IGNORED),
    "fields_joined": Kind(
        _("A text with blanks is not in quotes: “%(text)s”."), _("The words were joined to one text.")
    ),
    "list_quoted": Kind(
        _("Object lists in quotes: %(count)s."), _("They were read as object lists."), gathered=True
    ),
    "list_missing": Kind(
        _("Lines without an object list: %(count)s."),
        _("They were read as if the list were empty."),
        gathered=True,
    ),
    "list_odd": Kind(
        _("An object list ends in the middle of a pair: “%(text)s”."),
        _("The last element was left aside."),
    ),
    "list_empty_object": Kind(
        _("Object lists that name a dimension without an object: %(count)s."),
        _("They were read as if the dimension were not there."),
        gathered=True,
    ),
    # Amounts, dates, quantities.
    "amount_comma": Kind(
        _("The amount “%(text)s” has a comma as decimal sign."), _("It was read as %(amount)s.")
    ),
    "amount_blanks": Kind(
        _("The amount “%(text)s” has marks between the thousands."), _("It was read as %(amount)s.")
    ),
    "amount_zeros": Kind(
        _("Amounts with further decimals that are all zero: %(count)s, the first: “%(text)s”."),
        _("They were read as whole öre."),
        gathered=True,
    ),
    "amount_plus": Kind(
        _("Amounts with a leading plus sign: %(count)s."), _("They were read as positive."), gathered=True
    ),
    "amount_minus": Kind(
        _("The amount “%(text)s” has an unusual minus sign."), _("It was read as %(amount)s.")
    ),
    "amount_unreadable": Kind(_("“%(text)s” is not an amount."), _ROW_MEND, error=True),
    "amount_ambiguous": Kind(
        _("The amount “%(text)s” can be read in two ways."),
        _("Write it with a full stop and two decimals, and read the file again."),
        error=True,
    ),
    "amount_parts_of_ore": Kind(
        _("The amount “%(text)s” has parts of an öre."),
        _("Amounts are never rounded here. Correct it where it comes from, and export anew."),
        error=True,
    ),
    "amount_too_large": Kind(_("The amount “%(text)s” is too large to be true."), _ROW_MEND, error=True),
    "amount_split": Kind(
        _("The amount seems to be cut in two by a blank: “%(text)s”."),
        _("Write it without blanks, and read the file again."),
        error=True,
    ),
    "quantity_unreadable": Kind(_("“%(text)s” is not a quantity."), _IGNORED),
    "date_form": Kind(
        _("Dates that are not written as YYYYMMDD: %(count)s, the first: “%(text)s”."),
        _("They were read as the dates they are; zeros as no date."),
        gathered=True,
    ),
    "date_unreadable": Kind(_("“%(text)s” is not a date."), _IGNORED),
    "row_date_unreadable": Kind(
        _("The row's date “%(text)s” is not a date."), _("The voucher's date holds for the row.")
    ),
    "row_text_for_date": Kind(
        _("The row has a text where its date belongs: “%(text)s”."),
        _("It was taken as the row's text; the voucher's date holds."),
    ),
    "period_unreadable": Kind(_("“%(text)s” is not a period (YYYYMM)."), _ROW_MEND, error=True),
    # Years, accounts, objects, balances.
    "year_unreadable": Kind(_("“%(text)s” is not the number of a year (0, -1, …)."), _ROW_MEND, error=True),
    "year_without_dates": Kind(
        _("#RAR %(year)s has no dates."), _("The year was read without beginning and end.")
    ),
    "year_backwards": Kind(
        _("The fiscal year %(year)s ends (%(end)s) before it begins (%(start)s)."), _ROW_MEND, error=True
    ),
    "year_long": Kind(
        _("Fiscal year %(year)s (%(start)s–%(end)s) is %(months)s months long; 18 is the longest allowed."),
        _("It was read as it stands."),
    ),
    "year_twice": Kind(_("#RAR %(year)s is there twice with the same dates."), _("It was taken once.")),
    "year_twice_differs": Kind(
        _("#RAR %(year)s is there twice with different dates."),
        _("Take away the wrong one and read the file again."),
        error=True,
    ),
    "year_undeclared": Kind(
        _("%(label)s speaks of year %(year)s, which no #RAR declares."), _("The line was read all the same.")
    ),
    "account_number": Kind(
        _("“%(text)s” is not an account of 3 to 6 digits."),
        _("The line was left aside; a voucher that uses the account would be refused."),
    ),
    "account_number_used": Kind(_("“%(text)s” is not an account of 3 to 6 digits."), _ROW_MEND, error=True),
    "account_twice": Kind(
        _("Account %(account)s is declared twice with the same name."), _("It was taken once.")
    ),
    "account_twice_differs": Kind(
        _("Account %(account)s is declared twice: “%(first)s” and “%(second)s”."),
        _("The later name was taken."),
    ),
    "account_without_name": Kind(
        _("Accounts without a name: %(count)s, the first: %(text)s."),
        _("They were read so."),
        gathered=True,
    ),
    "account_undeclared": Kind(
        _("Account %(account)s is used but never declared with #KONTO."), _("It was read without a name.")
    ),
    "account_kind": Kind(
        _("#KTYP of account %(account)s is “%(text)s”, none of T, S, K, I."),
        _("The kind was left to the account's number."),
    ),
    "attribute_without_account": Kind(
        _("%(label)s speaks of account %(account)s, which no #KONTO declares."), _IGNORED
    ),
    "dimension_undeclared": Kind(
        _("Dimension %(dimension)s is used but never declared with #DIM."), _("It was read without a name.")
    ),
    "dimension_without_parent": Kind(
        _("#UNDERDIM %(dimension)s does not say which dimension it is under."),
        _("It was read as a dimension of its own."),
    ),
    "dimension_twice": Kind(
        _("Dimension %(dimension)s is declared twice: “%(first)s” and “%(second)s”."),
        _("The later was taken."),
    ),
    "object_undeclared": Kind(
        _("Object %(object)s of dimension %(dimension)s is used but never declared with #OBJEKT."),
        _("It was read without a name."),
    ),
    "object_twice": Kind(
        _("Object %(object)s of dimension %(dimension)s is declared twice: “%(first)s” and “%(second)s”."),
        _("The later name was taken."),
    ),
    "balance_twice": Kind(
        _("%(label)s of account %(account)s in year %(year)s is there twice with the same amount."),
        _("It was taken once."),
    ),
    "balance_twice_differs": Kind(
        _("%(label)s of account %(account)s in year %(year)s is there twice with different amounts."),
        _("Take away the wrong one and read the file again."),
        error=True,
    ),
    "opening_sum": Kind(
        _("The opening balances of year %(year)s sum to %(amount)s, not to zero."),
        _("They were read as they stand. Often the result of the year before was never moved to equity."),
    ),
    "differences": Kind(
        _("Year %(year)s: opening balance and vouchers do not give the closing one; accounts: %(count)s."),
        _("Nothing was adjusted. The first: %(text)s."),
    ),
    "period_twice": Kind(
        _("Lines that repeat account, period and objects of an earlier line: %(count)s."),
        _("All of them were kept."),
        gathered=True,
    ),
    "balance_with_objects": Kind(
        _("Lines with an object list where %(label)s has none: %(count)s."),
        _("An empty list was left aside; a balance with objects was read as one of the objects."),
        gathered=True,
    ),
    # Vouchers and rows.
    "row_outside": Kind(_("%(label)s stands outside of a voucher."), _ROW_MEND, error=True),
    "voucher_unbalanced": Kind(
        _("Voucher %(voucher)s does not balance: debit and credit differ by %(amount)s."),
        _REFUSED,
        error=True,
    ),
    "voucher_refused": Kind(
        _("Voucher %(voucher)s holds lines that could not be read: %(count)s."), _REFUSED, error=True
    ),
    "voucher_date": Kind(_("Voucher %(voucher)s has no readable date: “%(text)s”."), _REFUSED, error=True),
    "voucher_date_from_rows": Kind(
        _("Voucher %(voucher)s has no date of its own."),
        _("All of its rows have the same date, %(date)s; it was taken."),
    ),
    "voucher_empty": Kind(_("Voucher %(voucher)s has no rows."), _("It keeps its number.")),
    "voucher_unnumbered": Kind(
        _("Vouchers without a number: %(count)s."), _("They get one where they are booked."), gathered=True
    ),
    "voucher_number_twice": Kind(
        _("The number %(voucher)s was already used earlier in the file."), _("Both vouchers were read.")
    ),
    "voucher_outside_years": Kind(
        _("Vouchers dated outside of the file's fiscal year: %(count)s, the first: %(text)s."),
        _("They were read as they stand."),
        gathered=True,
    ),
    "voucher_without_opening": Kind(
        _("The { before the rows of voucher %(voucher)s is missing."), _("The rows were read all the same.")
    ),
    "voucher_not_closed": Kind(
        _("The } after the rows of voucher %(voucher)s is missing."),
        _("The voucher was taken to end before this line."),
    ),
    "label_inside_voucher": Kind(
        _("%(label)s stands inside of a voucher's braces."), _("It was read as if it stood outside.")
    ),
    "rows_zero": Kind(
        _("Rows with the amount zero: %(count)s."), _("They were read as they stand."), gathered=True
    ),
    "added_row_alone": Kind(
        _("#RTRANS is not followed by the same row as #TRANS, as the standard demands."),
        _("It was kept as history and does not count in the voucher's sum."),
    ),
    "rows_removed": Kind(
        _("Rows removed from vouchers after posting (#BTRANS): %(count)s."),
        _("They are kept as history and do not count."),
        gathered=True,
    ),
    "rows_added": Kind(
        _("Rows added to vouchers after posting (#RTRANS): %(count)s."),
        _("The #TRANS that follows each counts, once."),
        gathered=True,
    ),
    # Writing.
    "character_replaced": Kind(
        _("Code page 437 has no “%(text)s”, or none that others read safely; times: %(count)s."),
        _("“%(proposal)s” was written instead."),
    ),
    "control_removed": Kind(
        _("Texts with line breaks or control characters, which SIE forbids: %(count)s."),
        _("A blank was written instead."),
        gathered=True,
    ),
    "backslash_last": Kind(
        _("Texts that end with a backslash, which SIE would take for a quotation mark: %(count)s."),
        _("A blank was written after it."),
        gathered=True,
    ),
    "text_too_long": Kind(
        _("A text of %(count)s characters is too long for a SIE line."), _("It was cut to %(limit)s.")
    ),
    # The file is refused.
    "empty": Kind(_("The file is empty."), _("Export it anew as SIE type 4."), error=True),
    "html": Kind(
        _("This is a web page (HTML), not a SIE file; often the error page of a sign-in that ran out."),
        _("Sign in to the other program again and export anew as SIE type 4."),
        error=True,
    ),
    "sie5": Kind(
        _("This is SIE 5 (XML), which is not read here."),
        _("Export the books as SIE type 4 (extension .se or .si) instead."),
        error=True,
    ),
    "xml": Kind(_("This is an XML file, not a SIE file."), _("Export the books as SIE type 4."), error=True),
    "archive": Kind(
        _("This is a ZIP archive or an Excel or Word document, not a SIE file."),
        _("Unpack the archive, or export the books as SIE type 4."),
        error=True,
    ),
    "pdf": Kind(_("This is a PDF, not a SIE file."), _("Export the books as SIE type 4."), error=True),
    "binary": Kind(
        _("This is a binary file, not a SIE file."), _("Export the books as SIE type 4."), error=True
    ),
    "no_labels": Kind(
        _("This is not a SIE file: no line begins with a label such as #KONTO or #VER."),
        _("Export the books as SIE type 4."),
        error=True,
    ),
    "cut_off": Kind(
        _("The file is cut off: it ends inside voucher %(voucher)s, which begins on line %(start)s."),
        _("Export or download the file anew; nothing of it is taken."),
        error=True,
    ),
    "file_too_large": Kind(
        _("The file is larger than %(limit)s MB."), _("Export one fiscal year at a time."), error=True
    ),
    "line_over_limit": Kind(
        _("A line is longer than %(limit)s characters: this is hardly a SIE file."),
        _("Export the books anew as SIE type 4."),
        error=True,
    ),
    "too_many_rows": Kind(
        _("A voucher holds more than %(limit)s rows: this is hardly a SIE file."),
        _("Export the books anew as SIE type 4."),
        error=True,
    ),
    "too_many_series": Kind(
        _("The file holds more than %(limit)s voucher series: this is hardly a SIE file."),
        _("Export the books anew as SIE type 4."),
        error=True,
    ),
    "too_many_things": Kind(
        _("The file holds more than %(limit)s accounts, objects and balances."),
        _("Export one fiscal year at a time."),
        error=True,
    ),
    "too_many_at_once": Kind(
        _("The file holds more than %(limit)s rows, too many to be held at once."),
        _("Export one fiscal year at a time."),
        error=True,
    ),
}


@dataclass(frozen=True, slots=True)
class Note:
    """One thing said about a file.

    `line` is None for the file as a whole; `label` is "" where none is meant.
    """

    code: str
    line: int | None = None
    label: str = ""
    params: Mapping[str, object] = field(default_factory=dict)

    @property
    def is_error(self) -> bool:
        """Whether this says that something was refused."""
        return CATALOGUE[self.code].error

    @property
    def what(self) -> str:
        """What was seen, in English."""
        return self.what_in(str)

    @property
    def done(self) -> str:
        """What was done, or for an error how to mend it, in English."""
        return self.done_in(str)

    def what_in(self, translate: Callable[[str], str]) -> str:
        """What was seen, in the language of `translate` (e.g. Django's gettext)."""
        return translate(CATALOGUE[self.code].what) % self._params(translate)

    def done_in(self, translate: Callable[[str], str]) -> str:
        """What was done, or how to mend it, in the language of `translate`."""
        return translate(CATALOGUE[self.code].done) % self._params(translate)

    def _params(self, translate: Callable[[str], str]) -> dict[str, object]:
        """The parameters; a Note among them (see `more_of_the_same`) is said in the same language."""
        return {
            "label": self.label,
            **{k: v.what_in(translate) if isinstance(v, Note) else v for k, v in self.params.items()},
        }

    def as_dict(self) -> dict[str, object]:
        """For `import_sie --json`: line, label, what; and done and the code besides."""
        return {
            "line": self.line,
            "label": self.label,
            "what": self.what,
            "done": self.done,
            "code": self.code,
        }


class SieRefused(ValueError):
    """The file is refused as a whole; `note` says where and why, and what to do. `str()` is the sentence."""

    def __init__(self, code: str, line: int | None = None, label: str = "", **params: object) -> None:
        self.note = Note(code, line, label, params)
        super().__init__(f"{self.note.what} {self.note.done}")


class NotSie(SieRefused):
    """Not a SIE 1–4 file, or not a whole one: a web page, XML, a workbook, empty, binary, cut off."""


class SieLimit(SieRefused):
    """A limit is passed that keeps memory and time bounded: file, line, rows of one voucher, balances."""


SHOWN_PER_CODE = 200  # of one kind of note; the rest are counted
SHOWN_ERRORS = 1000


class Notebook:
    """Collects notes and errors within bounds: of each kind so many are kept, the rest are counted."""

    def __init__(self) -> None:
        self._listed: list[Note] = []
        self._seen: dict[str, int] = {}
        self._gathered: dict[tuple[str, str], tuple[Note, int]] = {}

    def add(self, code: str, line: int | None = None, label: str = "", **params: object) -> None:
        """Note one thing; of a gathered kind only the first is kept, with how many there were."""
        kind = CATALOGUE[code]
        if kind.gathered:
            first, count = self._gathered.get((code, label), (None, 0))
            if first is None:
                first = Note(code, line, label, _short(params))
            self._gathered[code, label] = (first, count + 1)
            return
        count = self._seen[code] = self._seen.get(code, 0) + 1
        if count <= (SHOWN_ERRORS if kind.error else SHOWN_PER_CODE):
            self._listed.append(Note(code, line, label, _short(params)))

    def count(self, code: str) -> int:
        """How many notes of this kind were made."""
        return self._seen.get(code, 0) + sum(n for (c, _l), (_n, n) in self._gathered.items() if c == code)

    def notes(self) -> tuple[Note, ...]:
        """All that is not an error, by line; what speaks of the whole file comes first."""
        return self._sorted(error=False)

    def errors(self) -> tuple[Note, ...]:
        """All errors, by line."""
        return self._sorted(error=True)

    def _sorted(self, *, error: bool) -> tuple[Note, ...]:
        found = [n for n in self._listed if n.is_error is error]
        if not error:
            found += [
                Note(n.code, n.line, n.label, {**n.params, "count": count})
                for n, count in self._gathered.values()
            ]
        kept: dict[str, int] = {}
        for note in found:
            kept[note.code] = kept.get(note.code, 0) + 1
        found.sort(key=lambda n: n.line or 0)
        for code, total in self._seen.items():
            if CATALOGUE[code].error is error and total > kept.get(code, 0):
                first = next(n for n in found if n.code == code)
                found.append(
                    Note("more_of_the_same", None, first.label, {"count": total - kept[code], "what": first})
                )
        return tuple(found)


def _short(params: dict[str, object]) -> dict[str, object]:
    """Cut long texts, so that a hostile line does not fill the page that shows the notes."""
    return {k: v[:79] + "…" if isinstance(v, str) and len(v) > 80 else v for k, v in params.items()}
