"""The end of a session: when nobody has used it for a while, and in any case when it has lasted a working day.

When it was used is noted once a minute, so that reading writes little; and not while somebody else writes,
so that no reader waits for an import: the next page notes it. Django would let a session that is
written to last anew each time; here its day is counted from the sign-in.
"""

from collections.abc import Callable
from time import time
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse

from ledarna.busy import write_unless_busy

BEGUN, USED = "begun_at", "used_at"
NOTED_SECONDS = 60


def begin(request: HttpRequest | None = None, **kwargs: Any) -> None:
    """Note in the session of who signs in that it begins; receives the signal of the sign-in."""
    if request is not None:
        request.session[BEGUN] = request.session[USED] = time()


def note_sign_ins() -> None:
    """Have each session know when it began; called once, at start."""
    user_logged_in.connect(begin, dispatch_uid="idle")


class IdleMiddleware:
    """Signs out whoever left for longer than ``LEDARNA_IDLE_MINUTES``, or signed in a working day ago."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Look at the session before anything is answered."""
        used, now = request.session.get(USED), time()
        if used is not None:
            if _is_over(request.session[BEGUN], used, now):
                logout(request)
            elif now - used >= NOTED_SECONDS:
                _note(request.session, now)
        return self.get_response(request)


def _note(session: SessionBase, now: float) -> None:
    # In a copy, for what is changed in the session itself is saved when the answer is ready, at any price.
    noted = type(session)(session.session_key)
    noted[USED] = now
    kept = Session.objects.filter(session_key=session.session_key)
    write_unless_busy(lambda: kept.update(session_data=noted.encode(dict(noted.items()))))


def _is_over(begun: float, used: float, now: float) -> bool:
    idle = settings.LEDARNA_IDLE_MINUTES * 60
    return now - begun >= settings.SESSION_COOKIE_AGE or bool(idle and now - used >= idle)
