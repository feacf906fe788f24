"""Trying Ledarna out on one's own machine: a user for each role, with passwords made at random.

The passwords are kept in the data directory, for its owner alone to read. Nothing here is used when
Ledarna is served to others (``settings.SERVED_TO_OTHERS``).
"""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction

USERS = {
    "kassor": "treasurer",
    "sekreterare": "secretary",
    "styrelse": "board",
    "revisor": "auditor",
    "valberedning": "nominating_committee",
    "admin": "administrator",
}
"""The try-out's users and the role of each."""


@dataclass(frozen=True)
class SignIn:
    """A user of the try-out; ``encoded`` is the password as the database has it."""

    username: str
    password: str
    encoded: str


def sign_ins_file(data_dir: Path) -> Path:
    """The file in *data_dir* that keeps the passwords."""
    return data_dir / "tryout-sign-ins"


def sign_ins(data_dir: Path) -> list[SignIn]:
    """One user for each role, made where it is missing; those who changed their password are left out."""
    file = sign_ins_file(data_dir)
    kept = _read(file)
    with transaction.atomic():
        encoded = dict(get_user_model().objects.values_list("username", "password"))
        made = [_make(name, role) for name, role in USERS.items() if name not in encoded]
        if made:
            kept = {**kept, **{sign_in.username: sign_in for sign_in in made}}
            _write(file, kept)
    encoded |= {sign_in.username: sign_in.encoded for sign_in in made}
    return [kept[name] for name in USERS if name in kept and kept[name].encoded == encoded[name]]


def _make(username: str, role: str) -> SignIn:
    password = secrets.token_urlsafe(9)
    user = get_user_model().objects.create_user(username=username, password=password)
    user.groups.add(Group.objects.get(name=role))
    return SignIn(username, password, user.password)


def _read(file: Path) -> dict[str, SignIn]:
    if not file.exists():
        return {}
    return {entry["username"]: SignIn(**entry) for entry in json.loads(file.read_text(encoding="utf-8"))}


def _write(file: Path, kept: dict[str, SignIn]) -> None:
    draft = file.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        json.dump([asdict(sign_in) for sign_in in kept.values()], opened, indent=2)
    draft.replace(file)
