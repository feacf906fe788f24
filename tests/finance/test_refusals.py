"""What the database refuses, in words."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError

from finance.guard import SQL
from finance.refusals import SENTENCES, sentences


def refusals(vendor: str) -> set[str]:
    """Every sentence with which the guard of *vendor* refuses, as far as its file spells it out."""
    source = (SQL / vendor / "guard.sql").read_text(encoding="utf-8")
    found = set(re.findall(r"'ledarna: ([^'%]+)'", source))
    found |= set(re.findall(r"THEN '(\w+ [^']+)'", source))
    for function, arguments in re.findall(r"EXECUTE FUNCTION (guard_\w+)\(('[^)]*')\)", source):
        said = [argument for argument in re.findall(r"'([^']+)'", arguments) if " " in argument]
        # This one is told of which rows it refuses the change.
        ending = (
            " of a posted voucher cannot be added, changed or deleted" if function == "guard_rows" else ""
        )
        found |= {f"{sentence}{ending}" for sentence in said}
    return found


@pytest.mark.parametrize("vendor", ["sqlite", "postgresql"])
def test_every_refusal_of_the_guard_has_a_sentence(vendor):
    found = refusals(vendor)
    assert len(found) > 10
    assert found - set(SENTENCES) == set()


def test_no_sentence_is_for_a_refusal_that_is_gone():
    assert set(SENTENCES) - refusals("sqlite") - refusals("postgresql") == set()


def test_a_refusal_is_said_in_the_readers_language():
    error = IntegrityError(
        "ledarna: the voucher does not balance\nCONTEXT:  PL/pgSQL function guard_posting()"
    )
    assert sentences(error) == ["Debet och kredit skiljer sig åt. Rätta en rad innan du bokför."]


def test_what_validation_says_is_said_as_it_is():
    assert sentences(ValidationError({"date": ["Fel datum."]})) == ["Fel datum."]


def test_what_no_longer_fits_is_said_to_be_so():
    assert sentences(IntegrityError("UNIQUE constraint failed: finance_account.number")) == [
        "Något annat skrevs in samtidigt, och det här passar inte längre. Titta efter och försök igen."
    ]


def test_a_fault_stays_a_fault():
    with pytest.raises(OperationalError):
        sentences(OperationalError("disk I/O error"))
