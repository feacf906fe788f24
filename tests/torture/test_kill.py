"""Who writes to the ledger is killed at a random instant, time after time: what was acknowledged is there, and no half.

The one that is killed is the process that posts or imports. On PostgreSQL that leaves the server
alive, which rolls back; so there the server's process is killed too, which makes all of the server
start again from its log. In ``make torture`` only: the suite's other tests use the same server.
"""

import os
import signal
from pathlib import Path
from random import Random
from time import monotonic, perf_counter, sleep

import pytest
from django.core.files.storage import storages
from django.db import OperationalError, connection

from finance.models import FiscalYear, SieImport, Voucher, VoucherSeries
from finance.verification import verify
from tests.factories import a_fiscal_year, a_series, an_account
from tests.torture import WHOLE, times
from tests.torture.workers import (
    ROWS,
    import_until_killed,
    post_until_killed,
    post_until_the_server_fails,
    worker,
)

KILLS = times(3, 500)
KILLS_OF_THE_SERVER = 100
KILLS_IN_A_YEAR = 25
"""A new fiscal year after so many: verification then reads a year and not all of them."""
FIRST = 0.03
"""How long the first work takes, in seconds, more or less."""
MOST = 5
"""It finishes fewer works than these before it is killed."""
FILES, VOUCHERS_IN_A_FILE = 10, 25


@pytest.fixture
def chance():
    return Random(int(os.environ.get("TORTURE_SEED", "20231231")))


@pytest.fixture
def books(own_database):
    """A database whose server keeps what it acknowledges, as a server out in the world does."""
    for account, _amount in ROWS:
        an_account(account)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f'ALTER DATABASE "{connection.settings_dict["NAME"]}" SET synchronous_commit = on')
    return own_database


def year_of(kill: int) -> FiscalYear:
    """The fiscal year that is written to when it is killed for the *kill*-th time."""
    year = a_fiscal_year(2001 + kill // KILLS_IN_A_YEAR)
    a_series(year)
    return year


def told_until_killed(chance, work, *arguments):
    """What a process told that was killed at a random instant of its work, once nobody works for it any more."""
    # Nobody else has the database open: so who comes next finds it just as the dead one left it.
    disconnect()
    with worker(work, *arguments) as victim:
        victim.hear()
        told = work_for_a_while(chance, victim)
        victim.kill()
        told += victim.hear_all()
    wait_until_alone()
    return told


def work_for_a_while(chance, victim):
    """Let it finish none or some of its works, and a random part of the next; what it told."""
    told, took = [], FIRST
    for _each in range(chance.randrange(MOST)):
        began = perf_counter()
        told.append(victim.hear())
        took = perf_counter() - began
    sleep(chance.uniform(0, took))
    return told


def disconnect():
    connection.close()
    if connection.vendor == "postgresql":
        connection.close_pool()


def wait_until_alone():
    """PostgreSQL may still be at the last that the dead one asked for."""
    if connection.vendor != "postgresql":
        return
    others = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND backend_type = 'client backend' AND pid <> pg_backend_pid() AND state <> 'idle'"
    )
    with connection.cursor() as cursor:
        while cursor.execute(others).fetchone()[0]:
            sleep(0.002)


def broken(year=None):
    return [(check.name, place) for check in verify(year).checks.values() for place in check.broken]


def see_that_it_is_whole(year, name, acknowledged):
    """The vouchers by *name* in *year*: all that were acknowledged, one more at the most, and none by half."""
    present = set(Voucher.objects.filter(posted_by=name).values_list("pk", "number", "digest"))
    assert set(acknowledged) <= present
    assert len(present) <= len(acknowledged) + 1
    assert not Voucher.objects.drafts().exists()
    assert broken(year.label) == []
    return len(present)


def test_whoever_is_killed_while_posting_loses_nothing_and_leaves_no_half(books, chance):
    acknowledged = present = 0
    for kill in range(KILLS):
        year, name = year_of(kill), f"kill-{kill}"
        told = told_until_killed(chance, post_until_killed, year.label, name)
        present += see_that_it_is_whole(year, name, told)
        acknowledged += len(told)
    assert Voucher.objects.count() == present
    assert broken() == []
    report("while posting", KILLS, f"{acknowledged} vouchers", present)


def a_file(path: Path, year: FiscalYear) -> Path:
    """A SIE file at *path*, with a series of its own."""
    vouchers = "".join(
        f'#VER "{path.stem}" {number} {year.start.year}0{number % 9 + 1}15 "Hyra"\n'
        "{\n#TRANS 5010 {} 10.25\n#TRANS 7210 {} 1.00\n#TRANS 1930 {} -11.25\n}\n"
        for number in range(1, VOUCHERS_IN_A_FILE + 1)
    )
    accounts = "".join(f'#KONTO {account} "Konto {account}"\n' for account, _amount in ROWS)
    path.write_text(
        '#FLAGGA 0\n#PROGRAM "Prov" 1.0\n#FORMAT PC8\n#GEN 20230101\n#SIETYP 4\n#FNAMN "Prov"\n'
        f"#RAR 0 {year.start:%Y%m%d} {year.end:%Y%m%d}\n"
        f"{accounts}#IB 0 1930 0.00\n{vouchers}",
        encoding="cp437",
    )
    return path


def test_whoever_is_killed_while_importing_loses_no_file_and_leaves_no_half(books, chance, tmp_path):
    acknowledged = 0
    for kill in range(KILLS):
        year = year_of(kill)
        files = [a_file(tmp_path / f"{kill}-{each}.se", year) for each in range(FILES)]
        told = set(told_until_killed(chance, import_until_killed, files))

        imported = set(
            SieImport.objects.filter(file_name__startswith=f"{kill}-").values_list("file_name", flat=True)
        )
        assert told <= imported
        assert len(imported) <= len(told) + 1
        acknowledged += len(told)
        series = VoucherSeries.objects.filter(fiscal_year=year, code__startswith=f"{kill}-")
        assert {f"{each.code}.se" for each in series} == imported
        assert {each.vouchers.posted().count() for each in series} <= {VOUCHERS_IN_A_FILE}
        assert not Voucher.objects.drafts().exists()
        assert broken(year.label) == []
        for file in files:
            file.unlink()
    assert Voucher.objects.count() == SieImport.objects.count() * VOUCHERS_IN_A_FILE
    assert all(
        storages["documents"].exists(sha256) for sha256 in SieImport.objects.values_list("sha256", flat=True)
    )
    assert broken() == []
    report("while importing", KILLS, f"{acknowledged} files", SieImport.objects.count())


def test_a_server_that_is_killed_while_it_posts_loses_nothing_and_leaves_no_half(books, chance):
    if connection.vendor != "postgresql" or not WHOLE:
        pytest.skip("kills the process of a PostgreSQL server, in `make torture` only")
    acknowledged = present = 0
    for kill in range(KILLS_OF_THE_SERVER):
        year, name = year_of(kill), f"kill-{kill}"
        disconnect()
        with worker(post_until_the_server_fails, year.label, name) as victim:
            process = victim.hear()
            told = work_for_a_while(chance, victim)
            os.kill(process, signal.SIGKILL)
            told += victim.hear_all()
        wait_for_the_server()
        present += see_that_it_is_whole(year, name, told)
        acknowledged += len(told)
    assert Voucher.objects.count() == present
    assert broken() == []
    report("of the server while posting", KILLS_OF_THE_SERVER, f"{acknowledged} vouchers", present)


def wait_for_the_server():
    """Wait until it has read its log and takes connections again."""
    patience = monotonic() + 60
    while True:
        try:
            with connection.wrap_database_errors:
                connection.Database.connect(**connection.get_connection_params()).close()
        except OperationalError:
            assert monotonic() < patience
            sleep(0.02)
        else:
            return


def report(when: str, kills: int, acknowledged: str, present: int) -> None:
    print(
        f"{connection.vendor}: {kills} kills {when}: {acknowledged} acknowledged, {present} present, 0 lost, 0 halves, verified"
    )
