"""An import is killed in the middle: nothing of it is left, and it can be done again."""

from finance.importing import import_sie
from finance.models import FiscalYear, SieImport, Voucher
from finance.verification import verify
from tests.sie import HEAD, ver

IMPORT_AND_WAIT = """
import sys, time
import django
django.setup()
from finance.importing import steps
for step in steps(sys.argv[1], "kassor"):
    if step.stage == "post":
        print("posting", flush=True)
        time.sleep(60)
"""


def test_an_import_that_is_killed_after_posting_leaves_nothing(own_database, documents, tmp_path):
    path = tmp_path / "prov.se"
    path.write_bytes((HEAD + "".join(ver("A", number) for number in range(1, 60))).encode("cp437"))
    child = own_database.start("-c", IMPORT_AND_WAIT, str(path))
    assert child.stdout is not None
    assert child.stdout.readline() == "posting\n", child.communicate()[1]
    child.kill()
    child.communicate()
    assert not FiscalYear.objects.exists()
    assert not SieImport.objects.exists()
    assert not import_sie(path, "kassor").refused
    assert Voucher.objects.posted().count() == 59
    assert verify().ok
