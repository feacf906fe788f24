#!/usr/bin/env python3
"""Verify a year-end package of Ledarna, without Ledarna and without a network.

    python3 verify.py [DIRECTORY]        the unzipped package; the directory of this file by default
    python3 verify.py --english

Python 3.9 or later, its standard library alone. Everything is computed anew from the files: their
digests, the chain of the vouchers, their numbers, balances and days, the balances of the accounts, the
result, the equity and the other figures, the sealed annual report, the auditors' samples, and that SIE file, journal and statements say the same.
Nothing is written. Exit 0: everything holds. Exit 1: what does not hold is named, with its place.

Amounts are whole öre, debit positive, until they are written out.
"""

import csv
import hashlib
import heapq
import json
import random
import re
import sys
from collections import defaultdict
from contextlib import contextmanager
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

GENESIS = "0" * 64
MANIFEST = "MANIFEST.sha256"
LEDGER = "data/ledger.txt"
BOOKS = "data/books.json"
FIGURES = "data/figures.json"
RECONCILIATION = "data/reconciliation.json"
REPORT = "data/annual-report.json"
AUDIT = "data/audit.json"
SIE = "bokforing/sie4e.se"
JOURNAL = "bokforing/grundbok.csv"
INCOME_STATEMENT = "bokslut/resultatrakning.json"
BALANCE_SHEET = "bokslut/balansrakning.json"
LISTED = 20

RESULT_KINDS = ("income", "cost", "financial")
BALANCE_KINDS = ("asset", "equity", "liability")

UNESCAPED = {"\\\\": "\\", "\\t": "\t", "\\n": "\n", "\\r": "\r"}
ESCAPE = re.compile(r"\\[\\tnr]")
MANIFEST_LINE = re.compile(r"([0-9a-f]{64})  (.+)")
TRANS = re.compile(r"\s*#TRANS\s+(\d+)\s+\{[^}]*\}\s+(-?\d+(?:\.\d{1,2})?)(?:\s|$)")


class Verdict:
    """What was checked, and what does not hold."""

    def __init__(self, english):
        self.english, self.faults, self.done = english, 0, []

    def words(self, swedish, english):
        """The words in the reader's language."""
        return english if self.english else swedish

    def fault(self, place, swedish, english):
        """Say that something at *place* does not hold."""
        self.faults += 1
        if self.faults <= LISTED:
            print(f"FEL    {place}: {self.words(swedish, english)}")

    @contextmanager
    def check(self, swedish, english):
        """A check: said to hold when nothing in it did not."""
        before, counted = self.faults, Counter()
        yield counted
        if self.faults == before:
            print(f"OK     {self.words(swedish, english)} ({counted.number})")


class Counter:
    """How many things a check looked at."""

    number = 0


def kronor(ore):
    """*ore* as kronor with two decimals."""
    return f"{Decimal(ore).scaleb(-2):.2f}"


def digest_of(path):
    """The SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


# The files


def check_files(root, verdict):
    """Every file that the manifest names is there as it was, and no other; the digests of those that are."""
    named: dict[str, str] = {}
    digests: dict[str, str] = {}
    with verdict.check(
        "Filerna är de som står i förteckningen", "The files are those of the manifest"
    ) as counted:
        for number, line in enumerate((root / MANIFEST).read_bytes().splitlines(), 1):
            found = MANIFEST_LINE.fullmatch(line.decode("utf-8", "replace"))
            if not found:
                verdict.fault(f"{MANIFEST}, rad {number}", "raden är skadad", "the line is damaged")
                continue
            named[found[2]] = found[1]
        if not named:
            verdict.fault(MANIFEST, "förteckningen är tom", "the manifest is empty")
        there = {
            path.relative_to(root).as_posix()
            for path in root.rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }
        for name in sorted({*named, *there} - {MANIFEST}):
            counted.number += 1
            if name not in there:
                verdict.fault(
                    name, f"saknas, men står i {MANIFEST}", f"is missing, though {MANIFEST} names it"
                )
            elif name not in named:
                verdict.fault(name, f"står inte i {MANIFEST}", f"is not in {MANIFEST}")
            elif digests.setdefault(name, digest_of(root / name)) != named[name]:
                verdict.fault(
                    name,
                    f"stämmer inte med {MANIFEST}: en av dem har ändrats",
                    f"does not agree with {MANIFEST}: one of the two was changed",
                )
    return digests


# The ledger


class Voucher:
    """A voucher as its canonical form has it; ``rows`` are account, öre, project, cost centre."""

    def __init__(self, lines):
        self.form = b"".join(line + b"\n" for line in lines)
        self.rows, self.attachments = [], []
        for line in lines:
            name, *fields = (unescape(field) for field in line.decode().split("\t"))
            if name == "row":
                number, account, amount, project, center, *_rest = fields
                self.rows.append((int(number), account, int(amount), project, center))
            elif name == "attachment":
                self.attachments.append(fields[0])
            elif name == "previous":
                (self.previous,) = fields
            elif name == "sequence":
                self.sequence = int(fields[0])
            elif name == "voucher":
                self.series, number, self.date = fields
                self.number = int(number)
        self.place = f"{LEDGER}, {self.series} {self.number}"

    @property
    def turnover(self):
        """The sum of the debit rows."""
        return sum(row[2] for row in self.rows if row[2] > 0)

    @property
    def pairs(self):
        """Each pair of an account in debit and one in credit."""
        debit, credit = ({row[1] for row in self.rows if row[2] * sign > 0} for sign in (1, -1))
        return {(one, other) for one in debit for other in credit}


def unescape(field):
    """A field of the canonical form as it was before it was written."""
    if "\\" not in field:
        return field
    return ESCAPE.sub(lambda found: UNESCAPED[found[0]], field)


def vouchers(root):
    """Each voucher of the ledger with the digest that the books give, in the order of the chain."""
    lines: list[bytes] = []
    with (root / LEDGER).open("rb") as file:
        for line in file:
            line = line.rstrip(b"\n")
            if line.startswith(b"digest\t"):
                yield Voucher(lines), line.decode().split("\t")[1]
                lines = []
            else:
                lines.append(line)
    if lines:
        raise ValueError("the last voucher has no digest")


class Sums:
    """What the ledger's rows come to."""

    def __init__(self):
        self.accounts: defaultdict[str, int] = defaultdict(int)
        self.attachments: set[str] = set()
        self.head, self.vouchers = GENESIS, 0


def check_ledger(root, books, verdict):
    """The chain, and each voucher in it; what they come to."""
    sums, year = Sums(), books["year"]
    numbers: defaultdict[str, int] = defaultdict(int)
    gaps = {(gap["series"], gap["first"]): gap["last"] for gap in books["gaps"]}
    accounts = {account["number"] for account in books["accounts"]}
    with verdict.check(
        "Kedjan, numren, dagarna och balansen i varje verifikation",
        "The chain, the numbers, the days and the balance of each voucher",
    ) as counted:
        for voucher, digest in vouchers(root):
            counted.number += 1
            if voucher.previous != sums.head:
                verdict.fault(
                    voucher.place, "bygger inte på verifikationen före", "does not build on the one before"
                )
            if hashlib.sha256(voucher.form).hexdigest() != digest:
                verdict.fault(
                    voucher.place,
                    "kontrollsumman följer inte av innehållet",
                    "the digest does not follow from the content",
                )
            sums.head = digest
            if voucher.sequence != counted.number:
                verdict.fault(voucher.place, "platsen i kedjan är fel", "its place in the chain is wrong")
            expected = numbers[voucher.series] + 1
            if voucher.number != expected:
                expected = gaps.get((voucher.series, expected), 0) + 1
            if voucher.number != expected:
                verdict.fault(
                    voucher.place,
                    f"numret före är {numbers[voucher.series]}: en lucka, eller samma nummer två gånger",
                    f"the number before is {numbers[voucher.series]}: a gap, or the same number twice",
                )
            numbers[voucher.series] = voucher.number
            if not year["start"] <= voucher.date <= year["end"]:
                verdict.fault(
                    voucher.place, f"{voucher.date} ligger utanför året", f"{voucher.date} is not of the year"
                )
            if sum(row[2] for row in voucher.rows) != 0 or len(voucher.rows) < 2:
                verdict.fault(voucher.place, "debet och kredit är inte lika", "debit and credit differ")
            if [row[0] for row in voucher.rows] != list(range(1, len(voucher.rows) + 1)):
                verdict.fault(voucher.place, "raderna är inte 1, 2, 3 …", "the rows are not 1, 2, 3 …")
            for _line, account, ore, _project, _center in voucher.rows:
                if account not in accounts:
                    verdict.fault(
                        voucher.place, f"kontot {account} finns inte", f"there is no account {account}"
                    )
                sums.accounts[account] += ore
            sums.attachments.update(voucher.attachments)
    sums.vouchers = counted.number
    if (sums.head, sums.vouchers) != (books["head"] or GENESIS, books["vouchers"]):
        verdict.fault(
            BOOKS, "kedjans slut är ett annat än det angivna", "the chain has another head than is said"
        )
    return sums


def check_attachments(digests, sums, verdict):
    """Every attached file that the chain names is there, with the content that it names."""
    with verdict.check(
        "Underlagen är de som bokfördes", "The attached files are those that were posted"
    ) as counted:
        there = {Path(name).name[:64]: name for name in digests if name.startswith("underlag/")}
        for sha256 in sorted({*sums.attachments, *there}):
            counted.number += 1
            if sha256 not in there:
                verdict.fault(f"underlag/{sha256}", "saknas", "is missing")
            elif digests[there[sha256]] != sha256:
                verdict.fault(there[sha256], "innehållet är ett annat", "its content is another")


# The figures


def check_figures(root, books, sums, verdict):
    """The figures follow from the ledger, the opening balances and the budget.

    Gives the kind of each account, what it closes with, and what the figures should be, in öre.
    """
    kinds = {account["number"]: account["kind"] for account in books["accounts"]}
    opening = {balance["account"]: balance["ore"] for balance in books["opening"]}
    closing = defaultdict(int, opening)
    for account, ore in sums.accounts.items():
        closing[account] += ore

    def total(of, *wanted, with_result=False):
        return sum(
            ore
            for account, ore in of.items()
            if kinds.get(account) in wanted and (with_result or not account.startswith("899"))
        )

    with verdict.check("Balansen går jämnt upp", "The balance sheet balances") as counted:
        counted.number = len(closing)
        if sum(opening.values()):
            verdict.fault(
                BOOKS, "ingående balanser går inte jämnt upp", "the opening balances do not balance"
            )
        if sum(closing.values()):
            verdict.fault(
                BOOKS, "utgående balanser går inte jämnt upp", "the closing balances do not balance"
            )

    unclosed = -total(closing, *RESULT_KINDS, with_result=True)
    derived = {
        "finance.income": -total(closing, "income"),
        "finance.costs": total(closing, "cost"),
        "finance.financial": -total(closing, "financial"),
        "finance.equity_opening": -total(opening, "equity"),
        "finance.equity_closing": -total(closing, "equity") + unclosed,
        "finance.assets": total(closing, "asset"),
        "finance.liabilities": -total(closing, "liability"),
        "finance.liquidity": sum(ore for account, ore in closing.items() if account.startswith("19")),
    }
    derived["finance.result"] = (
        derived["finance.income"] - derived["finance.costs"] + derived["finance.financial"]
    )
    derived["finance.equity_change"] = derived["finance.equity_closing"] - derived["finance.equity_opening"]
    if books["budget"] is not None:
        budget: defaultdict[str, int] = defaultdict(int)
        for line in books["budget"]["lines"]:
            budget[line["account"]] += line["ore"]
        derived["finance.budget_income"] = -total(budget, "income", with_result=True)
        derived["finance.budget_costs"] = total(budget, "cost", with_result=True)
        derived["finance.budget_result"] = -total(budget, *RESULT_KINDS, with_result=True)
        derived["finance.budget_variance"] = derived["finance.result"] - derived["finance.budget_result"]

    expected = {key: kronor(ore) for key, ore in derived.items()}
    if derived["finance.assets"]:
        share = Decimal(derived["finance.equity_closing"]) * 100 / derived["finance.assets"]
        expected["finance.solidity"] = str(share.quantize(Decimal("0.01"), ROUND_HALF_UP))

    figures = json.loads((root / FIGURES).read_text("utf-8"))["figures"]
    with verdict.check("Nyckeltalen följer av bokföringen", "The figures follow from the books") as counted:
        for key, figure in figures.items():
            if key not in expected or figure["value"] is None:
                continue
            counted.number += 1
            if Decimal(figure["value"]) != Decimal(expected[key]):
                verdict.fault(
                    f"{FIGURES}, {key}",
                    f"{figure['value']} står där, {expected[key]} följer av bokföringen",
                    f"it says {figure['value']}, the books give {expected[key]}",
                )
    with verdict.check(
        "Avstämningen har samma nyckeltal", "The reconciliation has the same figures"
    ) as counted:
        for row in json.loads((root / RECONCILIATION).read_text("utf-8"))["rows"]:
            figure = figures.get(row["key"])
            counted.number += 1
            if row["derived"] != (figure["value"] if figure else None):
                verdict.fault(f"{RECONCILIATION}, {row['key']}", "ett annat nyckeltal", "another figure")
    for key in ("finance.income", "finance.costs", "finance.result", "finance.equity_closing"):
        figure = figures.get(key)
        if figure:
            print(f"       {figure['label']}: {figure['value'] or figure['reason']}")
    return kinds, closing, derived


def check_statements(root, kinds, closing, derived, verdict):
    """The lines and sums of the statements follow from the ledger."""
    sums = {
        (INCOME_STATEMENT, "result"): derived["finance.result"],
        (BALANCE_SHEET, "sum-assets"): derived["finance.assets"],
        (BALANCE_SHEET, "sum-equity"): derived["finance.equity_closing"],
        (BALANCE_SHEET, "equity-and-liabilities"): derived["finance.assets"],
    }
    with verdict.check(
        "Resultat- och balansräkningen säger detsamma", "The statements say the same"
    ) as counted:
        for name in (INCOME_STATEMENT, BALANCE_SHEET):
            for row in json.loads((root / name).read_text("utf-8"))["rows"]:
                account = row["account"]
                if row["role"] == "account" and account:
                    sign = 1 if kinds.get(account) in ("asset", "cost") else -1
                    expected = closing[account] * sign
                elif (name, row["key"]) in sums:
                    expected = sums[name, row["key"]]
                else:
                    continue
                counted.number += 1
                said = row.get("actual")  # none in a year in which nothing happened
                if Decimal(said or 0) != Decimal(kronor(expected)):
                    verdict.fault(
                        f"{name}, {account or row['key']}",
                        f"{said} står där, {kronor(expected)} följer av bokföringen",
                        f"it says {said}, the books give {kronor(expected)}",
                    )


# The annual report


def check_annual_report(root, digests, derived, sums, verdict):
    """What was sealed of the annual report is whole, was signed as it is, and says what the books say."""
    sealed = json.loads((root / REPORT).read_text("utf-8"))
    with verdict.check(
        "Den förseglade berättelsen är hel, och säger vad bokföringen säger",
        "The sealed report is whole, and says what the books say",
    ) as counted:
        for report in sealed:
            counted.number += 1
            place = f"{REPORT}, {report['number']}"
            if hashlib.sha256(report["content"].encode()).hexdigest() != report["content_sha256"]:
                verdict.fault(
                    place,
                    "kontrollsumman följer inte av innehållet",
                    "the digest does not follow from the content",
                )
            for signed in [report, *report["signatures"]]:
                if digests.get(report["pdf"]) != signed["pdf_sha256"]:
                    verdict.fault(
                        report["pdf"], "är en annan än den som förseglades", "is not the one that was sealed"
                    )
            content = json.loads(report["content"])
            if (content["head"], content["vouchers"]) != (report["head"], report["vouchers"]):
                verdict.fault(place, "ett annat slut på kedjan", "another head of the chain")
        if sealed:
            check_sealed_figures(sealed[-1], derived, sums, verdict)
            names = [signature["name"] for signature in sealed[-1]["signatures"]]
            print("       " + verdict.words("Undertecknad av: ", "Signed by: ") + (", ".join(names) or "–"))


def check_sealed_figures(report, derived, sums, verdict):
    """The last sealed report has the head of these books, and each of its figures of money follows from them."""
    if (report["head"] or GENESIS, report["vouchers"]) != (sums.head, sums.vouchers):
        verdict.fault(
            REPORT,
            "bokföringen har ändrats sedan berättelsen förseglades",
            "the books have moved since the report was sealed",
        )
    for key, figure in json.loads(report["content"])["figures"].items():
        if key not in derived or figure["value"] is None:
            continue
        if Decimal(figure["value"]) != Decimal(kronor(derived[key])):
            verdict.fault(
                f"{REPORT}, {key}",
                f"{figure['value']} förseglades, {kronor(derived[key])} följer av bokföringen",
                f"{figure['value']} was sealed, the books give {kronor(derived[key])}",
            )


# The auditors' samples


def check_audit(root, verdict):
    """The samples are of these books, and are drawn again as they were drawn."""
    with verdict.check(
        "Revisorernas urval är av denna bokföring, och dras likadant igen",
        "The auditors' samples are of these books, and are drawn the same again",
    ) as counted:
        samples = [Sample(sample) for sample in json.loads((root / AUDIT).read_text("utf-8"))["samples"]]
        counted.number = len(samples)
        lay_out(root, [sample.count for sample in samples if sample.method == "pairs"])
        lay_out(root, [sample.see for sample in samples])
        for sample in samples:
            sample.judge(verdict)
    for sample in samples:
        sample.tell_what_is_unknown(verdict)


def lay_out(root, viewers):
    """Show each of *viewers* the place, the voucher and its digest, for all of the chain, in its order."""
    if viewers:
        for place, (voucher, digest) in enumerate(vouchers(root), 1):
            for view in viewers:
                view(place, voucher, digest)


class Sample:
    """A sample, and what is drawn anew by its method while the vouchers go by; nothing else of them is kept.

    ``basis`` is what it followed from beside the vouchers, if that was kept when it was drawn.
    """

    def __init__(self, said):
        self.said, self.place = said, f"{AUDIT}, {said['number']}"
        self.method, self.parameter, self.drawn_from = said["method"], said["parameter"], said["drawn_from"]
        self.basis = json.loads(said["basis"] or "{}")
        self.sampled = {voucher["place"]: voucher for voucher in said["vouchers"]}
        self.faults, self.head, self.drawn = [], None, {}
        self.chance, self.lowest = random.Random(said["seed"]), []
        self.laid = self.next_hit = 0
        if self.method == "monetary":
            self.next_hit = int(self.chance.random() * self.parameter)
        self.counted = defaultdict(int)
        for debit, credit, before in self.basis.get("pairs", []):
            self.counted[debit, credit] = before
        self.hit = getattr(self, f"hit_{self.method}")

    @property
    def is_left_out(self):
        """Whether it cannot be drawn again: the account pairs of the years before were not kept with it."""
        return self.method == "pairs" and not self.said["basis"]

    def count(self, place, voucher, _digest):
        """Count the account pairs of a voucher."""
        if place <= self.drawn_from:
            for pair in voucher.pairs:
                self.counted[pair] += 1

    def see(self, place, voucher, digest):
        """Draw the voucher, where the method does, and compare it with what the sample says is there."""
        if place > self.drawn_from:
            return
        self.head = digest
        hit = self.hit(place, voucher)
        if hit is not None:
            self.drawn[place] = str(hit)
        said = self.sampled.get(place)
        if said and (said["series"], said["number"], said["digest"]) != (
            voucher.series,
            voucher.number,
            digest,
        ):
            self.faults.append(said)

    def judge(self, verdict):
        """Say what does not hold of it, when all vouchers went by."""
        if self.said["basis"] is not None:
            digest = hashlib.sha256(self.said["basis"].encode()).hexdigest()
            if digest != self.said["basis_sha256"]:
                verdict.fault(
                    self.place,
                    "kontrollsumman följer inte av det som urvalet byggde på",
                    "the digest does not follow from what the sample was based on",
                )
        if self.head != self.said["head"]:
            verdict.fault(self.place, "draget ur en annan kedja", "drawn from another chain")
            return
        for said in self.faults:
            verdict.fault(
                f"{self.place}, {said['series']} {said['number']}",
                "en annan verifikation står på den platsen",
                "another voucher stands in that place",
            )
        lowest = sorted((-number, -place) for number, place in self.lowest)
        self.drawn.update((place, str(rank)) for rank, (_number, place) in enumerate(lowest, 1))
        said = [(voucher["place"], voucher["hit"]) for voucher in self.said["vouchers"]]
        if not self.is_left_out and sorted(self.drawn.items()) != said:
            verdict.fault(self.place, "dras inte likadant igen", "is not drawn the same again")

    def tell_what_is_unknown(self, verdict):
        """Say what of it does not follow from this package."""
        number = self.said["number"]
        if self.is_left_out:
            print(
                "       "
                + verdict.words(
                    f"Urval {number} drogs innan de tidigare årens kontopar sparades, och dras inte om.",
                    f"Sample {number} was drawn before the account pairs of earlier years were kept; it is not"
                    " drawn again.",
                )
            )
        elif self.method == "pairs" and self.basis["years"]:
            years = ", ".join(f"{year['label']} {year['head']}" for year in self.basis["years"])
            print(
                "       "
                + verdict.words(
                    f"Urval {number}: att de tidigare årens kontopar är rätt räknade följer av de årens paket, med"
                    f" kedjans slut: {years}",
                    f"Sample {number}: that the account pairs of earlier years are counted right follows from the"
                    f" packages of those years, with the heads: {years}",
                )
            )

    # What each method says of a voucher: why it is drawn, or None

    def hit_random(self, place, _voucher):
        """Those to which chance gives the lowest numbers; they are known when all have gone by."""
        number = (-self.chance.random(), -place)
        if len(self.lowest) < self.parameter:
            heapq.heappush(self.lowest, number)
        else:
            heapq.heappushpop(self.lowest, number)

    def hit_monetary(self, _place, voucher):
        """How many units of the turnover, laid end to end, are hit."""
        self.laid += voucher.turnover
        if self.laid <= self.next_hit:
            return None
        hits = (self.laid - 1 - self.next_hit) // self.parameter + 1
        self.next_hit += hits * self.parameter
        return hits

    def hit_above(self, _place, voucher):
        """The turnover, where it is above the limit."""
        return voucher.turnover if voucher.turnover > self.parameter else None

    def hit_round(self, _place, voucher):
        """The turnover, where it is a whole number of the unit."""
        return voucher.turnover if voucher.turnover and voucher.turnover % self.parameter == 0 else None

    def hit_weekend(self, _place, voucher):
        """The name of the day, or its number in a week that begins on Monday, where the day is free."""
        name = self.basis.get("days", {}).get(voucher.date)
        weekday = date.fromisoformat(voucher.date).isoweekday()
        return name or (weekday if weekday in (6, 7) else None)

    def hit_pairs(self, _place, voucher):
        """How often the rarest account pair occurs, and the pair, where it is rare enough."""
        rarest = min(((self.counted[pair], *pair) for pair in voucher.pairs), default=None)
        return " ".join(map(str, rarest)) if rarest and rarest[0] <= self.parameter else None


# The same books in other forms


def check_sie(root, sums, verdict):
    """The vouchers of the SIE file come to the same on each account."""
    with verdict.check("SIE-filen säger detsamma", "The SIE file says the same") as counted:
        found: defaultdict[str, int] = defaultdict(int)
        with (root / SIE).open(encoding="cp437") as file:
            for line in file:
                if row := TRANS.match(line):
                    counted.number += 1
                    found[row[1]] += int(Decimal(row[2]).scaleb(2))
        compare(SIE, found, sums, verdict)


def check_journal(root, sums, verdict):
    """The rows of the journal come to the same on each account."""
    with verdict.check("Grundboken säger detsamma", "The journal says the same") as counted:
        found: defaultdict[str, int] = defaultdict(int)
        with (root / JOURNAL).open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file, delimiter=";")
            header = next(rows)
            account, debit, credit = header.index("Konto"), header.index("Debet"), header.index("Kredit")
            for row in rows:
                counted.number += 1
                found[row[account]] += ore_of(row[debit]) - ore_of(row[credit])
        compare(JOURNAL, found, sums, verdict)


def ore_of(text):
    """An amount with a decimal comma, in öre; an empty field is nothing."""
    return int(Decimal(text.replace(",", ".") or 0).scaleb(2))


def compare(name, found, sums, verdict):
    """Say on which accounts *found*, from the file *name*, and the ledger differ."""
    for account in sorted({*found, *sums.accounts}):
        if found[account] != sums.accounts[account]:
            verdict.fault(
                f"{name}, konto {account}",
                f"{kronor(found[account])} här, {kronor(sums.accounts[account])} i bokföringen",
                f"{kronor(found[account])} here, {kronor(sums.accounts[account])} in the ledger",
            )


def verify(root, english=False):
    """Verify the package in *root*; whether everything holds."""
    verdict = Verdict(english)
    step = MANIFEST
    try:
        digests = check_files(root, verdict)
        step = BOOKS
        books = json.loads((root / BOOKS).read_text("utf-8"))
        print(f"       {books['association']}, {books['year']['label']}")
        step = LEDGER
        sums = check_ledger(root, books, verdict)
        check_attachments(digests, sums, verdict)
        step = FIGURES
        kinds, closing, derived = check_figures(root, books, sums, verdict)
        step = INCOME_STATEMENT
        check_statements(root, kinds, closing, derived, verdict)
        step = REPORT
        check_annual_report(root, digests, derived, sums, verdict)
        step = AUDIT
        check_audit(root, verdict)
        step = SIE
        check_sie(root, sums, verdict)
        step = JOURNAL
        check_journal(root, sums, verdict)
    except (
        OSError,
        ArithmeticError,
        AttributeError,
        LookupError,
        TypeError,
        ValueError,
        StopIteration,
    ) as error:
        verdict.fault(step, f"kan inte läsas: {error}", f"cannot be read: {error}")
    if verdict.faults > LISTED:
        print(f"       … {verdict.faults - LISTED}")
    if verdict.faults:
        print(
            verdict.words(
                f"PAKETET HÅLLER INTE: {verdict.faults} fel.", f"THE PACKAGE DOES NOT HOLD: {verdict.faults}."
            )
        )
        return False
    print(
        verdict.words(
            f"PAKETET HÅLLER. Kedjans slut: {sums.head}", f"THE PACKAGE HOLDS. Head of the chain: {sums.head}"
        )
    )
    print(
        verdict.words(
            "Jämför kedjans slut med det som du fick på papper.",
            "Compare the head of the chain with the one that you have on paper.",
        )
    )
    return True


if __name__ == "__main__":
    arguments = [argument for argument in sys.argv[1:] if argument != "--english"]
    directory = Path(arguments[0]) if arguments else Path(__file__).resolve().parent
    sys.exit(0 if verify(directory, "--english" in sys.argv) else 1)
