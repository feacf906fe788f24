#!/bin/sh
# Makes .venv with what requirements.lock names; with --dev, with what requirements-dev.lock names.
# Does nothing where that was done before. Works in any POSIX shell.
set -eu
cd "$(dirname "$0")/.."
lock=requirements.lock
[ "${1:-}" != --dev ] || lock=requirements-dev.lock
export PIP_DISABLE_PIP_VERSION_CHECK=1

make_venv() {
    wanted="Ledarna needs Python 3.11 or later. Install it (Debian, Ubuntu: sudo apt install python3 python3-venv; macOS: brew install python) and run make again."
    for python in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
        if "$python" -c 'import ensurepip, venv' 2>/dev/null; then
            echo "Making .venv with $("$python" --version)."
            rm -rf .venv
            "$python" -m venv .venv
            return
        fi
        wanted="Python's venv is missing. Install it (sudo apt install python3-venv) and run make again."
    done
    echo "$wanted" >&2
    exit 1
}

# The copy of the lock file is made last, so that it is there only when all of it was installed.
if ! [ -x .venv/bin/python ] || ! cmp -s "$lock" ".venv/$lock"; then
    .venv/bin/python -m pip --version >/dev/null 2>&1 || make_venv
    echo "Installing what $lock names."
    .venv/bin/python -m pip install --quiet --require-hashes -r "$lock"
    cp "$lock" ".venv/$lock"
fi
.venv/bin/python -m ledarna.catalogues
