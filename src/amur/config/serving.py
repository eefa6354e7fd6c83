"""The server. All of the program is loaded before its processes part, so that one that died is replaced at once.

``python -m amur.config.serving`` takes what ``granian`` takes. Where processes cannot be forked each loads the program
itself, which takes seconds and is as good otherwise.
"""

from __future__ import annotations

import gc
import importlib
import os
import signal

from granian.cli import entrypoint

from amur.config.children import follow_parent

_COLLECTED = (50_000, 20, 50)
"""After how many new things the collector looks through the youngest, and how much more rarely through the others."""


def load() -> None:
    """Load what a request needs: settings, rooms, and every address with its view; no connection is opened."""
    importlib.import_module("amur.config.wsgi")
    from django.urls import get_resolver

    _loaded(get_resolver().url_patterns)
    # What is loaded stays; to look through all of it as often as pages make things would take a fifth of their time.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECTED)


def _follow() -> None:
    """End with the server, however it ends: a process that outlived it would keep the port and go on answering.

    It is killed, since one that has only just begun still has the server's way of hearing a request to end.
    """
    follow_parent(signal.SIGKILL)


def _loaded(patterns: object) -> None:
    for one in patterns if isinstance(patterns, list | tuple) else ():
        _loaded(getattr(one, "url_patterns", None))


if __name__ == "__main__":
    os.register_at_fork(after_in_child=_follow)
    load()
    entrypoint()  # type: ignore[no-untyped-call]  # granian gives it no types
