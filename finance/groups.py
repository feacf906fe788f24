"""Groups of accounts: the few lines in which a board sees its year.

The table gives each group the BAS numbers that belong to it, for accounts of one kind. Numbers are
compared by their first four digits, so that sub-accounts (58311) follow their account. What no range
names falls into the last group of its kind. The order is that of the pages.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from finance.models import Account
from finance.models.accounts import Kind


@dataclass(frozen=True)
class Group:
    """A group of accounts of one kind; ``ranges`` are first and last number, none for “the rest”."""

    key: str
    name: str | Promise
    kind: Kind
    ranges: tuple[tuple[str, str], ...] = ()

    def holds(self, number: str) -> bool:
        """Whether one of the ranges names *number*."""
        digits = number[:4].ljust(4, "0")
        return any(first <= digits <= last for first, last in self.ranges)

    @property
    def is_the_rest(self) -> bool:
        """Whether it holds what no other group of its kind names."""
        return not self.ranges

    @property
    def name_in_sentence(self) -> str:
        """The name as it stands inside a sentence: ``meetings and travel``."""
        name = str(self.name)
        return name[:1].lower() + name[1:]


GROUPS: tuple[Group, ...] = (
    Group("member-fees", _("Member fees"), Kind.INCOME, (("3890", "3979"),)),
    Group("grants", _("Grants and gifts"), Kind.INCOME, (("3980", "3989"),)),
    Group("other-income", _("Other income"), Kind.INCOME),
    Group(
        "meetings",
        _("Meetings and travel"),
        Kind.COST,
        (("4200", "4299"), ("5600", "5899"), ("6070", "6079"), ("6490", "6490"), ("7320", "7339")),
    ),
    Group("activities", _("Activities for members"), Kind.COST, (("4100", "4199"),)),
    Group("communication", _("Communication"), Kind.COST, (("5900", "5999"), ("6970", "6979"))),
    Group("fees", _("Fees and wages"), Kind.COST, (("7000", "7319"), ("7340", "7699"))),
    Group("premises", _("Premises"), Kind.COST, (("5000", "5199"),)),
    Group("office", _("Office and systems"), Kind.COST, (("5400", "5499"), ("6100", "6299"))),
    Group("other-costs", _("Other costs"), Kind.COST),
    Group("financial", _("Financial items"), Kind.FINANCIAL),
)


def group_of(account: Account) -> Group:
    """The group that *account* belongs to. Raises ValueError for an account of the balance sheet."""
    of_kind = [group for group in GROUPS if group.kind == account.kind]
    if not of_kind:
        raise ValueError(f"The account {account.number} is not one of the income statement.")
    return next((group for group in of_kind if group.holds(account.number)), of_kind[-1])
