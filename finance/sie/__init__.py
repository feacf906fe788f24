"""SIE 1–4, the text format of all Swedish bookkeeping programs: read widely, write strictly. No Django here.

    bytes ─ source ─ encoding ─ lines ─ reader ─┬─ vouchers, one by one        (checks, summary)
             is it SIE?  code page   fields     └─ building: all the rest → SieDocument ─ writer → bytes

- Read what can be read without guessing; say what was odd (`Note`: line, label, what, what was done); refuse
  the voucher that cannot be booked honestly (an error, by line) and read on; refuse the file that is none
  (`NotSie`) or that would take unbounded memory (`SieLimit`). Nothing else is ever raised, whatever the
  bytes.
- Amounts are whole öre, debit positive. Nothing is rounded, balanced or adjusted.
- `labels.SHAPES` is the table of labels, `building.HANDLERS` the table of who takes them in,
  `notes.CATALOGUE` the table of all that can be said. To know a further label is to add a row to the first
  two; to say something new is to add a row to the third (and its Swedish to the catalogue of translations).
- The hot path is `#TRANS`: `reader._quick_row` takes the form that most rows have, and leaves all others to
  the careful way (`lines.fields`, `reader._row`), which alone notes oddities.
- Memory is constant in the number of vouchers: lines come in blocks, vouchers are handed on, voucher numbers
  are kept as runs, sums per account, notes of a kind up to a bound and then counted.

`read(source)` gives a small file at once, `SieReader(source)` streams; `summary(reading)` is the JSON
contract of `import_sie`; `write(document)` and `SieWriter(document, vouchers)` make files. docs/sie.md is for
the user.
"""

from finance.sie.building import Limits
from finance.sie.checks import Difference, differences
from finance.sie.document import (
    Account,
    Address,
    Balance,
    Change,
    Company,
    Dimension,
    Extra,
    PeriodBalance,
    Row,
    SieDocument,
    SieObject,
    Voucher,
    Year,
)
from finance.sie.notes import CATALOGUE, Note, NotSie, SieLimit, SieRefused
from finance.sie.reader import Reading, SieReader, read
from finance.sie.summary import summary
from finance.sie.writer import SieWriter, write

__all__ = [
    "CATALOGUE",
    "Account",
    "Address",
    "Balance",
    "Change",
    "Company",
    "Difference",
    "Dimension",
    "Extra",
    "Limits",
    "NotSie",
    "Note",
    "PeriodBalance",
    "Reading",
    "Row",
    "SieDocument",
    "SieLimit",
    "SieObject",
    "SieReader",
    "SieRefused",
    "SieWriter",
    "Voucher",
    "Year",
    "differences",
    "read",
    "summary",
    "write",
]
