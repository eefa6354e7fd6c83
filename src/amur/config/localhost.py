"""Sends whoever comes to 127.0.0.1 on to localhost, since passkeys belong to a name and browsers refuse an address."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

_ADDRESS = re.compile(r"(?:127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?")
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def named(application: Application) -> Application:
    """Wrap a WSGI application; the status 308 keeps method and body."""

    def answer(environment: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        address = _ADDRESS.fullmatch(environment.get("HTTP_HOST", ""))
        if address is None:
            return application(environment, start)
        place = f"http://localhost{address[1] or ''}{_target(environment)}"
        start("308 Permanent Redirect", [("Location", place), ("Content-Length", "0")])
        return []

    return answer


def _target(environment: dict[str, Any]) -> str:
    """Return path and query as they were asked for.

    >>> _target({"PATH_INFO": "/a b", "QUERY_STRING": "q=1"})
    '/a%20b?q=1'
    """
    path = quote((environment.get("SCRIPT_NAME", "") + environment.get("PATH_INFO", "/")).encode("latin-1"))
    query = environment.get("QUERY_STRING", "")
    return f"{path}?{query}" if query else path
