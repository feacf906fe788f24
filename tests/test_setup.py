"""``tools/setup.sh``: what a fresh machine is told, and that nothing is done twice."""

import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parent.parent / "tools" / "setup.sh"

OLD = 'case "$2" in *version_info*) exit 1;; esac'
WITHOUT_VENV = 'case "$2" in *ensurepip*) exit 1;; esac'
WHOLE = """
case "$1 $2" in
"-m venv") mkdir -p "$3/bin"; cp "$0" "$3/bin/python";;
"-m pip")
    [ "$3" != --version ] || exit 0
    echo "pip $*" >> "$(dirname "$0")/log"
    [ ! -e "$(dirname "$0")/offline" ];;
esac
"""


@pytest.fixture
def clone(tmp_path):
    """A directory with the script and a lock file."""
    (tmp_path / "tools").mkdir()
    shutil.copy(SCRIPT, tmp_path / "tools")
    (tmp_path / "requirements.lock").write_text("django==5.2\n")
    return tmp_path


@pytest.fixture
def set_up(clone):
    """Run the script with Pythons that do as the given shell scripts say."""

    def run(*pythons: str) -> "subprocess.CompletedProcess[str]":
        files = []
        for number, behaviour in enumerate(pythons):
            file = clone / f"python-{number}"
            file.write_text(f"#!/bin/sh\n{behaviour}\n")
            file.chmod(0o755)
            files.append(str(file))
        return subprocess.run(
            ["sh", "tools/setup.sh"],
            cwd=clone,
            env={"PATH": "/usr/bin:/bin", "PYTHON": " ".join(files) or "no-such-python"},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.mark.parametrize("pythons", [(), (OLD,)])
def test_without_a_python_that_is_new_enough_one_sentence_says_what_to_install(set_up, pythons):
    done = set_up(*pythons)
    assert done.returncode == 1
    assert done.stderr.startswith("Ledarna needs Python 3.11 or later. Install it (")
    assert done.stderr.count("\n") == 1


def test_without_venv_one_sentence_says_what_to_install(set_up):
    done = set_up(OLD, WITHOUT_VENV)
    assert done.returncode == 1
    assert done.stderr == (
        "Python's venv is missing. Install it (sudo apt install python3-venv) and run make again.\n"
    )


def test_the_first_python_that_has_all_is_taken_and_installs_by_hash(set_up, clone):
    done = set_up(OLD, WITHOUT_VENV, WHOLE)
    assert (done.returncode, done.stderr) == (0, "")
    log = (clone / ".venv/bin/log").read_text()
    assert log == "pip -m pip install --quiet --require-hashes -r requirements.lock\n"


def test_nothing_is_installed_again_until_the_lock_changes(set_up, clone):
    for _ in range(2):
        set_up(WHOLE)
    assert (clone / ".venv/bin/log").read_text().count("\n") == 1
    (clone / "requirements.lock").write_text("django==5.3\n")
    set_up(WHOLE)
    assert (clone / ".venv/bin/log").read_text().count("\n") == 2


def test_an_installation_that_failed_is_begun_again(set_up, clone):
    set_up(WHOLE)
    (clone / "requirements.lock").write_text("django==5.3\n")
    (clone / ".venv/bin/offline").touch()
    assert set_up(WHOLE).returncode != 0
    (clone / ".venv/bin/offline").unlink()
    assert set_up(WHOLE).returncode == 0
    assert (clone / ".venv/bin/log").read_text().count("\n") == 3
