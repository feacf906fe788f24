"""The settings under which the tests run: a data directory of their own, thrown away afterwards."""

import os
import shutil
import tempfile
from atexit import register
from pathlib import Path

# What the operator of this machine has set shall not change what the tests see.
for name in ("ALLOWED_HOSTS", "DEBUG", "EMAIL_URL", "LEDARNA_CURRENCY", "SECRET_KEY"):
    os.environ.pop(name, None)

# One directory a run, made by the first process; a part of it for each worker.
if "LEDARNA_TESTS_DIR" not in os.environ:
    os.environ["LEDARNA_TESTS_DIR"] = tempfile.mkdtemp(prefix="ledarna-tests-")
    register(shutil.rmtree, os.environ["LEDARNA_TESTS_DIR"], ignore_errors=True)
if "LEDARNA_OWN_DATABASE" not in os.environ:
    part = Path(os.environ["LEDARNA_TESTS_DIR"]) / os.environ.get("PYTEST_XDIST_WORKER", "main")
    part.mkdir(exist_ok=True)
    os.environ["LEDARNA_DATA_DIR"] = str(part)

from ledarna.catalogues import compile_catalogues  # noqa: E402
from ledarna.settings import *  # noqa: E402, F403
from ledarna.settings import BASE_DIR, STATIC_ROOT  # noqa: E402

# Before anything is translated: Django keeps the catalogues it has read.
compile_catalogues(BASE_DIR)

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    **STORAGES,  # noqa: F405
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_ROOT.mkdir(exist_ok=True)
