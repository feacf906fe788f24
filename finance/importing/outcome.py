"""What the user said about a file, and what came of it."""

import hashlib
import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Choices:
    """What the user said about a file.

    ``series`` takes the vouchers to which the file gives none; ``drafts`` enters those of a 4I file as
    drafts; ``skip_broken`` imports what is left when broken vouchers are refused; ``new_only`` what is
    new beside vouchers in conflict; ``renumber`` gives a voucher whose number the file uses twice the
    next number; ``names`` takes the names of accounts, projects and cost centres from the file; ``mend``
    brings back letters that another program read in the wrong code page; ``organisation`` is the number
    typed to say that another organisation's file is meant; ``plain`` leaves Ledarna's own lines aside, as
    another program would.
    """

    series: str = "A"
    drafts: bool = False
    skip_broken: bool = False
    new_only: bool = False
    renumber: bool = False
    names: bool = False
    mend: bool = False
    organisation: str = ""
    plain: bool = False
    dry_run: bool = False


@dataclass
class Outcome:
    """What an import did or would do; ``refused`` when nothing was changed because of what is listed.

    ``created`` counts what ``made`` names: ``{"years": [{"label", "start", "end"}], "accounts":
    [{"number", "name", "kind"}], "projects" and "cost_centers": [{"code", "name"}], "series": [{"year",
    "code", "vouchers", "first", "last"}], "renamed": [{"what", "number", "before", "after"}],
    "other_kinds": [{"number", "name", "here", "file"}]}``; the last are kept as they are here.
    ``balances`` puts the file beside the books, account by account (``comparison.compare``).
    """

    file: dict[str, Any]
    company: str = ""
    program: str = ""
    sha256: str = ""
    created: Counter[str] = field(default_factory=Counter)
    made: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    balances: list[dict[str, Any]] = field(default_factory=list)
    unchanged: int = 0
    conflicts: list[dict[str, Any]] = field(default_factory=list)
    notes: list[dict[str, Any]] = field(default_factory=list)
    errors: list[dict[str, Any]] = field(default_factory=list)
    refused: bool = False
    moved: bool = False
    other_organisation: bool = False
    needs_series: bool = False
    is_of_ledarna: bool = False
    sie_import: int | None = None

    @property
    def is_new(self) -> bool:
        """Whether anything was, or would be, made."""
        return not self.refused and any(self.created.values())

    def as_json(self) -> dict[str, Any]:
        """As ``import_sie --json`` writes it."""
        return {
            **self.file,
            "company": self.company,
            "program": self.program,
            "sha256": self.sha256,
            "created": dict(self.created),
            "made": {what: things for what, things in self.made.items() if things},
            "balances": self.balances,
            "unchanged": self.unchanged,
            "conflicts": self.conflicts,
            "notes": self.notes,
            "errors": self.errors,
            "refused": self.refused,
        }

    @property
    def digest(self) -> str:
        """A digest of all that is said here: two imports with the same digest do the same."""
        return hashlib.sha256(json.dumps(self.as_json(), sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Step:
    """How far an import has come: ``count`` bytes are "read", or as many more vouchers posted ("post").

    The last step ("done") carries the outcome.
    """

    stage: str
    count: int = 0
    outcome: Outcome | None = None
