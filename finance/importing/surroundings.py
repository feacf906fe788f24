"""What vouchers stand among: the association, fiscal years, accounts, objects, series and balances."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from finance import sie
from finance.importing.work import (
    LONGEST,
    LONGEST_NAME,
    Work,
)
from finance.models import (
    Account,
    Association,
    CostCenter,
    FiscalYear,
    ImportedBalance,
    OpeningBalance,
    Project,
    VoucherSeries,
)
from finance.models.accounts import BALANCE_KINDS, RESULT_KINDS, Kind, kind_of
from finance.money import from_ore, to_ore
from finance.sie.document import COST_CENTER, PROJECT
from finance.sie.values import amount_text
from finance.waiting import Entry

KINDS: Mapping[str, tuple[Kind, ...]] = {
    "T": (Kind.ASSET,),
    "S": (Kind.LIABILITY, Kind.EQUITY),
    "K": (Kind.COST, Kind.FINANCIAL),
    "I": (Kind.INCOME, Kind.FINANCIAL),
}
"""What each #KTYP can be; the account's number decides between them, else it is the first."""


def enter_association(work: Work) -> None:
    """The association of the file where there is none; another one's file is refused unless it was confirmed."""
    company, ours = work.document.company, Association.objects.first()
    if ours is None:
        if company.name or company.org_number:
            place = company.address or sie.Address()
            made = Association.objects.create(
                name=company.name[:200] or company.org_number,
                organisation_number=company.org_number[:20],
                address=place.street[:200],
                postal_address=place.postal[:100],
            )
            work.keys["association"].append(made.pk)
            work.outcome.created["association"] += 1
        return
    theirs, digits = company.org_digits, _digits(ours.organisation_number)
    if theirs and digits and theirs != digits:
        work.outcome.other_organisation = True
    if work.outcome.other_organisation and _digits(work.choices.organisation) != theirs:
        work.hinder(
            "#ORGNR",
            _("The file is of %(theirs)s %(number)s, but these books are of %(ours)s %(own)s.")
            % {
                "theirs": company.name,
                "number": company.org_number,
                "ours": ours.name,
                "own": ours.organisation_number,
            },
            _("If it is meant, confirm it by typing the organisation number of the file."),
        )


def enter_years(work: Work) -> None:
    """The fiscal years of the file by their number in it; those it has balances for are made."""
    work.years = {}
    d = work.document
    spoken_of = {b.year for b in (*d.opening, *d.closing, *d.results) if b.amount}
    spoken_of |= {line.year for line in d.budget if line.amount}
    for declared in sorted(d.years, key=lambda year: -year.index):
        start, end = declared.start, declared.end
        if start is None or end is None:
            continue
        year = FiscalYear.objects.filter(start=start, end=end).first()
        if year is None and (declared.index == 0 or declared.index in spoken_of):
            year = FiscalYear(start=start, end=end)
            try:
                year.clean()
            except ValidationError as error:
                what = " ".join(error.messages)
                if declared.index == 0:
                    work.hinder(
                        "#RAR",
                        what,
                        _(
                            "Correct the dates of the fiscal year, here or in the program the file comes from."
                        ),
                    )
                else:
                    work.note(None, "#RAR", what, _("The balances of this earlier year were left aside."))
                continue
            if declared.index == 0 and work.book.label:
                year.label = work.book.label
            if FiscalYear.objects.filter(label=year.label).exists():
                year.label = f"{start:%Y%m%d}-{end:%Y%m%d}"
            year.save()
            work.keys["fiscalyear"].append(year.pk)
            work.outcome.created["fiscal_years"] += 1
            work.outcome.made["years"].append(
                {"label": year.label, "start": start.isoformat(), "end": end.isoformat()}
            )
        if year is not None:
            work.years[declared.index] = year


def enter_accounts(work: Work) -> None:
    """The accounts that the file declares or uses; vouchers on one that cannot be made are refused."""
    d = work.document
    declared = {account.number: account for account in d.accounts}
    balanced = {b.account: b.line for b in (*d.opening, *d.closing)}
    of_result = {b.account: b.line for b in d.results}
    of_result |= {b.account: b.line for b in d.budget}
    used = {**of_result, **balanced, **work.used_accounts}
    new = []
    for number in sorted({*declared, *used}):
        told = declared.get(number) or sie.Account(number)
        ours = work.accounts.get(number)
        kind = work.book.account_facts(number).get("kind") or _kind(number, told.kind)
        if ours is not None:
            _compare_account(work, ours, told)
            continue
        if not kind and number in used and number not in work.used_accounts:
            kind = Kind.COST if number in of_result else Kind.ASSET
        if number.startswith("0") or not kind:
            say = work.error if number in used else work.note
            say(
                used.get(number) or told.line,
                "#KONTO",
                _("Neither its number nor #KTYP says what kind of account %(number)s is.")
                % {"number": number},
                _("Give it a #KTYP in the program it comes from, or enter the account here first.")
                if number in used
                else _("It is not used, and was left aside."),
            )
            continue
        facts = {"kind": kind, "sru": ",".join(told.sru)[:20], **work.book.account_facts(number)}
        new.append(Account(number=number, name=(told.name or number)[:LONGEST_NAME], **facts))
    work.keys["account"] += [account.pk for account in Account.objects.bulk_create(new)]
    work.outcome.created["accounts"] += len(new)
    work.outcome.made["accounts"] += [
        {"number": account.number, "name": account.name, "kind": str(account.kind)} for account in new
    ]
    work.accounts = {account.number: account for account in Account.objects.all()}
    if not work.used_accounts.keys() <= work.accounts.keys():
        for part in work.waiting.entries():
            work.waiting.drop([entry for entry in part if not _has_accounts(work, entry)])


def _has_accounts(work: Work, entry: Entry) -> bool:
    lacking = {row.account for row in work.waiting.facts(entry).rows} - work.accounts.keys()
    if lacking:
        voucher = f"{entry.series} {entry.number or ''}".strip()
        what = _("Voucher %(voucher)s uses the account %(number)s, which could not be made.") % {
            "voucher": voucher,
            "number": min(lacking),
        }
        work.error(entry.line, "#VER", what, _("The whole voucher is refused. See the error of the account."))
        work.broken[entry.series, entry.number or 0] = what
    return not lacking


def _compare_account(work: Work, ours: Account, told: sie.Account) -> None:
    if told.name and told.name[:LONGEST_NAME] != ours.name:
        work.note(
            told.line,
            "#KONTO",
            _("Account %(number)s is called “%(theirs)s” in the file and “%(ours)s” here.")
            % {"number": ours.number, "theirs": told.name, "ours": ours.name},
            _renamed(work, "account", ours.number, ours, told.name),
            code="name",
        )
    if told.kind and ours.kind not in KINDS[told.kind]:
        work.note(
            told.line,
            "#KTYP",
            _("Account %(number)s is of another kind in the file than here: %(kind)s.")
            % {"number": ours.number, "kind": told.kind},
            _("The kind here was kept."),
        )
        work.outcome.made["other_kinds"].append(
            {"number": ours.number, "name": ours.name, "here": str(ours.kind), "file": told.kind}
        )


def _renamed(work: Work, what: str, number: str, ours: Account | Project | CostCenter, name: str) -> str:
    """Take the *name* of the file where that was asked for; in words, what was done."""
    if not work.choices.names:
        return _("The name here was kept.")
    work.outcome.made["renamed"].append(
        {"what": what, "number": number, "before": ours.name, "after": name[:LONGEST_NAME]}
    )
    work.outcome.created["renamed"] += 1
    work.keys["renamed"].append([ours._meta.model_name, ours.pk, ours.name, name[:LONGEST_NAME]])
    ours.name = name[:LONGEST_NAME]
    ours.save(update_fields=["name"])
    return _("The name in the file was taken, as was asked for.")


def enter_objects(work: Work) -> None:
    """The projects and cost centres that the file names or uses."""
    named = {(o.dimension, o.number): (o.name, o.line) for o in work.document.objects}
    for pair, line in work.used_objects.items():
        named.setdefault(pair, ("", line))
    for budget in work.document.budget:
        for pair in budget.objects:
            named.setdefault(pair, ("", budget.line))
    kinds: tuple[tuple[str, type[Project] | type[CostCenter], str], ...] = (
        (PROJECT, Project, "projects"),
        (COST_CENTER, CostCenter, "cost_centers"),
    )
    for dimension, model, counted in kinds:
        there: dict[str, Any] = {found.code: found for found in model.objects.all()}
        new = {}
        for (of, code), (name, line) in named.items():
            if of != dimension:
                continue
            if code not in there and len(code) <= LONGEST["code"]:
                facts = work.book.object_facts(dimension, code)
                new[code] = model(code=code, name=(name or code)[:LONGEST_NAME], **facts)
            elif code in there and name and name[:LONGEST_NAME] != there[code].name:
                work.note(
                    line,
                    "#OBJEKT",
                    _("“%(code)s” is called “%(theirs)s” in the file and “%(ours)s” here.")
                    % {"code": code, "theirs": name, "ours": there[code].name},
                    _renamed(work, counted, code, there[code], name),
                    code="name",
                )
        model.objects.bulk_create(new.values())  # type: ignore[arg-type]
        work.keys[str(model._meta.model_name)] += [found.pk for found in new.values()]
        work.outcome.created[counted] += len(new)
        work.outcome.made[counted] += [{"code": code, "name": made.name} for code, made in new.items()]


def enter_series(work: Work) -> None:
    """The series of Ledarna's own lines, with their names, used or not."""
    year = work.years.get(0)
    if year is not None and work.book.series:
        there = set(year.series.values_list("code", flat=True))
        new = [
            VoucherSeries(fiscal_year=year, code=code, name=name)
            for code, name in work.book.series.items()
            if code not in there
        ]
        made = VoucherSeries.objects.bulk_create(new)
        work.keys["voucherseries"] += [series.pk for series in made]
        work.outcome.created["series"] += len(new)


def enter_opening_balances(work: Work) -> None:
    """The opening balances of year 0, unless the year has some; other ones are a conflict."""
    year = work.years.get(0)
    # Other programs write a zero for each account; Ledarna only what was entered.
    told = {b.account: b for b in work.document.opening if b.year == 0 and (b.amount or work.book.is_there)}
    for number, balance in list(told.items()):
        account = work.accounts.get(number)
        if account is not None and account.kind in BALANCE_KINDS:
            continue
        del told[number]
        work.error(
            balance.line,
            "#IB",
            _("%(number)s is no account of the balance sheet, and cannot have an opening balance.")
            % {"number": number},
            _("Correct it in the program it comes from, and export anew."),
        )
    if year is None or not told:
        return
    there = {
        number: to_ore(amount)
        for number, amount in year.opening_balances.values_list("account__number", "amount")
    }
    if not there:
        if year.is_closed:
            work.hinder_locked(str(year), year.start, year.end)
            return
        made = OpeningBalance.objects.bulk_create(
            OpeningBalance(fiscal_year=year, account=work.accounts[number], amount=from_ore(balance.amount))
            for number, balance in told.items()
        )
        work.keys["openingbalance"] += [balance.pk for balance in made]
        work.outcome.created["opening_balances"] += len(told)
        return
    for number in sorted({*there, *told}):
        theirs = told[number].amount if number in told else 0
        if theirs != there.get(number, 0):
            work.outcome.conflicts.append(
                {
                    "line": told[number].line if number in told else None,
                    "label": "#IB",
                    "voucher": None,
                    "account": number,
                    "file": amount_text(theirs),
                    "ledger": amount_text(there.get(number, 0)),
                }
            )


def enter_closing_balances(work: Work) -> None:
    """What the years without vouchers ended with, to be compared with."""
    with_vouchers = {year.pk for year in work.new}
    for index, year in work.years.items():
        if year.pk in with_vouchers or year.vouchers.filter(posted_at__isnull=False).exists():
            continue
        told = {
            balance.account: balance.amount
            for kinds, balances in (
                (BALANCE_KINDS, work.document.closing),
                (RESULT_KINDS, work.document.results),
            )
            for balance in balances
            if balance.year == index
            and balance.account in work.accounts
            and work.accounts[balance.account].kind in kinds
        }
        there = {
            number: to_ore(amount)
            for number, amount in year.imported_balances.values_list("account__number", "closing")
        }
        changed = {number: ore for number, ore in told.items() if there.get(number) != ore}
        before = {b.account.number: b for b in year.imported_balances.select_related("account")}
        work.keys["replaced"] += [
            [year.pk, before[n].account_id, to_ore(before[n].closing), before[n].source_id]
            for n in changed
            if n in before
        ]
        for number, ore in changed.items():
            ImportedBalance.objects.update_or_create(
                fiscal_year=year,
                account=work.accounts[number],
                defaults={"closing": from_ore(ore), "source": work.sie_import},
            )
        work.outcome.created["imported_balances"] += len(changed)


def _kind(number: str, told: str) -> Kind | None:
    """The kind of an account by its number and its #KTYP, which decides where they disagree."""
    by_number, possible = kind_of(number), KINDS.get(told, ())
    return by_number if by_number and (not possible or by_number in possible) else next(iter(possible), None)


def _digits(number: str) -> str:
    return sie.Company(org_number=number).org_digits
