"""The ways of asking that the site answers: reading and sending a form. Whatever else is asked is refused at once."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed

METHODS = ("GET", "HEAD", "POST")


class MethodsMiddleware:
    """Answers 405 to whatever is not of ``METHODS``, before any page is asked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, or refuse."""
        return self.get_response(request) if request.method in METHODS else HttpResponseNotAllowed(METHODS)
