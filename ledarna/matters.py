"""What needs somebody: drafts, payments to attest, missing receipts, the auditors' questions,
figures that do not agree.

Each matter says what, whose it is, and where to go. The list is derived anew on every page; nobody
ticks anything off but by doing it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from finance import attestation, auditing, papers
from finance.models import FiscalYear
from finance.posting import chain_head
from finance.presentation import format_count
from ledarna.decisions import decisions_for
from ledarna.privacy import to_forget
from ledarna.reconciliation import Reconciliation
from ledarna.roles import Area, Level, may
from ledarna.sentences import miscount_sentence
from members.figures import miscounts

COUNTED = 100
"""Up to so many are counted; beyond it says “more than”."""

VOUCHERS_SEARCHED = 20_000
"""In a year with more vouchers the page itself is pointed to, so that this list takes no time."""


@dataclass(frozen=True)
class Matter:
    """Something to take a stand on: what, whose it is, and where it is seen to; ``href`` may be empty.

    ``rule`` says why it waits, and when it is done with.
    """

    what: str
    whose: str
    href: str
    rule: str


def number_of(found: Any) -> tuple[int, str]:
    """How many *found* holds, and how that is written: counted up to a limit."""
    number = found[: COUNTED + 1].count()
    if number > COUNTED:
        return number, _("more than %(number)s") % {"number": format_count(COUNTED)}
    return number, format_count(number)


@dataclass(frozen=True)
class Search:
    """What the search for matters needs to know of a year: how large it is, above what costs are attested."""

    year: FiscalYear
    user: Any
    vouchers: int
    limit: int | None

    @property
    def is_large(self) -> bool:
        """Whether looking through all vouchers would take time."""
        return self.vouchers > VOUCHERS_SEARCHED

    def page_of_books(self, page: str) -> str:
        """The address of *page* for who may see the books, else nothing."""
        return reverse(page, args=[self.year.label]) if may(self.user, Area.BOOKS) else ""


def _drafts(search: Search) -> Iterator[Matter]:
    number, written = number_of(search.year.vouchers.drafts())
    if number:
        yield Matter(
            ngettext("%(number)s draft is not posted", "%(number)s drafts are not posted", number)
            % {"number": written},
            _("The treasurer"),
            f"{reverse('admin:finance_voucher_changelist')}?posted_at__isnull=True"
            if may(search.user, Area.BOOKS, Level.ENTER)
            else "",
            _("A draft is not in the books yet. Cash is booked by the next working day (BFL 5:2)."),
        )


def _to_attest(search: Search) -> Iterator[Matter]:
    number = 0 if search.limit is None else len(attestation.waiting(search.year))
    if number:
        yield Matter(
            ngettext(
                "%(number)s payment waits for an attest", "%(number)s payments wait for an attest", number
            )
            % {"number": format_count(number)},
            _("Those who attest"),
            search.page_of_books("attest"),
            _("A payment above the limit is posted when another person has attested it."),
        )


def _rule_of_costs() -> str:
    return _("A cost above the limit has an attest, or a decision that allows it.")


def _rule_of_receipts() -> str:
    return _("Each voucher has a receipt, or says why there is none (BFL 5:6).")


def _unapproved(search: Search) -> Iterator[Matter]:
    if search.limit is None:
        return
    page = search.page_of_books("attest")
    if search.is_large:
        yield Matter(
            _("See which costs above the limit nobody has approved"), _("The board"), page, _rule_of_costs()
        )
        return
    number, written = number_of(attestation.unapproved(search.year))
    if number:
        yield Matter(
            ngettext(
                "%(number)s cost above the limit has neither attest nor decision",
                "%(number)s costs above the limit have neither attest nor decision",
                number,
            )
            % {"number": written},
            _("The board"),
            page,
            _rule_of_costs(),
        )


def _without_receipt(search: Search) -> Iterator[Matter]:
    page = search.page_of_books("missing-receipts")
    if search.is_large:
        yield Matter(_("See which vouchers have no receipt"), _("The treasurer"), page, _rule_of_receipts())
        return
    number, written = number_of(papers.without_receipt(search.year))
    if number:
        yield Matter(
            ngettext("%(number)s voucher has no receipt", "%(number)s vouchers have no receipt", number)
            % {"number": written},
            _("The treasurer"),
            page,
            _rule_of_receipts(),
        )


def _asked_by_auditors(search: Search) -> Iterator[Matter]:
    questions, answers = auditing.waiting(search.year)
    page = search.page_of_books("audit")
    href = page and f"{page}#questions"
    if questions:
        yield Matter(
            ngettext(
                "%(number)s question of the auditors waits for an answer",
                "%(number)s questions of the auditors wait for an answer",
                questions,
            )
            % {"number": format_count(questions)},
            _("The treasurer"),
            href,
            _("The auditors ask about a voucher that they looked at, and wait for what you say."),
        )
    if answers:
        yield Matter(
            ngettext(
                "%(number)s answer waits for the auditors",
                "%(number)s answers wait for the auditors",
                answers,
            )
            % {"number": format_count(answers)},
            _("The auditors"),
            href,
            _("The auditors read the answer, and say whether they are content with it."),
        )


OF_BOOKS: tuple[Callable[[Search], Iterator[Matter]], ...] = (
    _drafts,
    _to_attest,
    _unapproved,
    _without_receipt,
    _asked_by_auditors,
)
"""What is looked for in the books, in the order in which it is told."""


def _miscounts(year: FiscalYear, user: Any) -> Iterator[Matter]:
    """The counts of members that do not add up, to those who may see them."""
    if not may(user, Area.MEMBERS):
        return
    for found in miscounts(year.start, year.end):
        yield Matter(
            miscount_sentence(found),
            _("Those who enter members"),
            f"{reverse('members', args=[year.label])}#counts",
            _("Those at the beginning, and who joined and left, give those at the end."),
        )


def search_of(year: FiscalYear, user: Any) -> Search:
    """What the search in *year* for what waits for *user* needs to know."""
    return Search(year, user, chain_head(year).sequence, attestation.limit())


def matters_of_books(search: Search) -> list[Matter]:
    """What waits in the books."""
    return [matter for look in OF_BOOKS for matter in look(search)]


def _of_people(year: FiscalYear, user: Any) -> Iterator[Matter]:
    """Decisions that are late, and persons who are still reached though nobody needs to reach them."""
    today = timezone.localdate()
    if may(user, Area.MEETINGS):
        late = decisions_for(user).late(today).count()
        if late:
            yield Matter(
                ngettext("%(number)s decision is late", "%(number)s decisions are late", late)
                % {"number": format_count(late)},
                _("Those who are responsible"),
                f"{reverse('decisions', args=[year.label])}?state=open&all_years=on",
                _("A decision is done, or dropped with a reason, by the day that the meeting said."),
            )
    if may(user, Area.USERS):
        due = to_forget(today).count()
        if due:
            yield Matter(
                ngettext(
                    "%(number)s person is to be forgotten", "%(number)s persons are to be forgotten", due
                )
                % {"number": format_count(due)},
                _("The administrator"),
                f"{reverse('privacy')}#due",
                _("A year after the last term, a person can no longer be reached nor sign in."),
            )


def matters_of_year(year: FiscalYear, user: Any, reconciliation: Reconciliation) -> list[Matter]:
    """What is late, and what does not agree with the books or with itself: counts of members, published figures."""
    found = [*_miscounts(year, user), *_of_people(year, user)]
    differing = len(reconciliation.differing)
    if differing:
        found.append(
            Matter(
                ngettext(
                    "%(number)s published figure does not agree",
                    "%(number)s published figures do not agree",
                    differing,
                )
                % {"number": format_count(differing)},
                _("The board"),
                reverse("reconciliation", args=[year.label]),
                _("What was published and what the facts give are the same, or it is said why not."),
            )
        )
    return found


def matters(year: FiscalYear, user: Any, reconciliation: Reconciliation) -> list[Matter]:
    """What needs somebody in *year*, as far as *user* may go there. A fixed number of queries."""
    return [
        *matters_of_books(search_of(year, user)),
        *matters_of_year(year, user, reconciliation),
    ]
