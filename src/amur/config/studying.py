"""The thread of the worker that runs studies: an hour of computing holds up no seal, no clock and no message."""

from __future__ import annotations

import threading

from django.db import InterfaceError, OperationalError, close_old_connections, connections

from amur.base.acting import system
from amur.base.journal import journal
from amur.studies import acts as studies
from amur.web import clock

_PAUSE_SECONDS = 2.0
_PAUSE_WITHOUT_DATABASE_SECONDS = 5.0
_PAUSE_AFTER_ERROR_SECONDS = 60.0
log = journal("worker")


def start(stopping: threading.Event) -> threading.Thread:
    """Run studies beside the worker's loop until it stops; what runs then is put back and run again later."""
    thread = threading.Thread(target=_run, args=(stopping,), name="studies")
    thread.start()
    return thread


def _run(stopping: threading.Event) -> None:
    try:
        while not stopping.is_set():
            stopping.wait(_turn(stopping))
    finally:
        connections.close_all()


def _turn(stopping: threading.Event) -> float:
    """Run one study if there is one, and return for how many seconds to look for no other."""
    close_old_connections()
    try:
        study = studies.run_next(by=system("studies"), now=clock.now(), is_over=stopping.is_set)
    except (OperationalError, InterfaceError) as error:
        log.warning("the database does not answer (%s); the study waits", str(error).strip())
        return _PAUSE_WITHOUT_DATABASE_SECONDS
    except Exception:
        log.exception("a study could not be run; it is tried again")
        return _PAUSE_AFTER_ERROR_SECONDS
    if study is not None:
        log.info("the study %s is %s", study.pk, study.state)
    return _PAUSE_SECONDS if study is None else 0.0
