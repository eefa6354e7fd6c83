"""The server. All of the program is loaded before its processes part, so that one that died is replaced at once.

``python -m amur.config.serving`` takes what ``granian`` takes. Where processes cannot be forked each loads the program
itself, which takes seconds and is as good otherwise.
"""

from __future__ import annotations

import gc
import importlib
import os
import signal
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from wsgiref.util import setup_testing_defaults

from granian.cli import entrypoint

from amur.config.children import follow_parent

_COLLECTED = (50_000, 20, 50)
"""After how many new things the collector looks through the youngest, and how much more rarely through the others."""
_FIRST = ("/", "/en/")
"""Pages that everybody comes to, in the two languages that each page has: they read what all others need too."""
_TURN = 0.0005
"""After how many seconds a thread that computes lets go on one that has heard from the database.

A page asks dozens of times. With Python's own 5 ms each answer would wait so long beside a thread that computes, and
one act would take half a second where it needs a tenth.
"""


def load() -> None:
    """Load what a request needs: settings, rooms, every address with its view, templates and the pack's declarations.

    The connection that this takes is closed again: processes that part may not share one.
    """
    answering = importlib.import_module("amur.config.wsgi").answering
    from django.urls import get_resolver

    _loaded(get_resolver().url_patterns)
    _warm(answering)
    sys.setswitchinterval(_TURN)
    # What is loaded stays; to look through all of it as often as pages make things would take a fifth of their time.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECTED)


def _follow() -> None:
    """End with the server, however it ends: a process that outlived it would keep the port and go on answering.

    It is killed, since one that has only just begun still has the server's way of hearing a request to end.
    """
    follow_parent(signal.SIGKILL)


def _warm(answering: Callable[..., Iterable[bytes]]) -> None:
    """Read every template, and answer the first pages once as if somebody had asked for them."""
    from django.db import connections
    from django.template import engines
    from django.template.loader import get_template

    for folder in map(Path, engines["django"].dirs):
        for page in folder.rglob("*.html"):
            get_template(page.relative_to(folder).as_posix())
    for place in _FIRST:
        environment: dict[str, object] = {"PATH_INFO": place, "HTTP_HOST": "localhost", "HTTPS": "on"}
        setup_testing_defaults(environment)
        b"".join(answering(environment, lambda *_: None))
    connections.close_all()


def _loaded(patterns: object) -> None:
    for one in patterns if isinstance(patterns, list | tuple) else ():
        _loaded(getattr(one, "url_patterns", None))


if __name__ == "__main__":
    os.register_at_fork(after_in_child=_follow)
    load()
    entrypoint()  # type: ignore[no-untyped-call]  # granian gives it no types
