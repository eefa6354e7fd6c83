"""How a process is killed: SIGKILL before its first, second, third … statement, or beside a commit.

What is done meanwhile, and what must be true afterwards, is in ``scenarios``.
"""

from __future__ import annotations

import itertools
import os
import signal
import time
from collections.abc import Callable
from typing import Any


def die_at(point: int) -> None:
    """Arrange for death before the given statement, or just before or just after a commit."""
    from django.db import connection

    count = itertools.count()

    def step() -> None:
        if next(count) == point:
            os.kill(os.getpid(), signal.SIGKILL)

    def wrapper(execute: Callable[..., Any], *arguments: Any) -> Any:
        step()
        return execute(*arguments)

    commit = connection._commit

    def dying_commit() -> Any:
        step()
        commit()
        step()

    connection.ensure_connection()
    connection.execute_wrappers.append(wrapper)
    connection._commit = dying_commit


def wait_until_noticed() -> None:
    """Wait until the server has noticed that its client is gone: until then its rows are held, and workers pass them by."""
    from django.db import connection

    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with connection.cursor() as cursor:
        for _ in range(500 if connection.vendor == "postgresql" else 0):
            cursor.execute(others)
            if cursor.fetchone() == (0,):
                return
            time.sleep(0.02)


def in_a_child(work: Callable[[], object]) -> int:
    """Run in a forked process; return the signal that killed it, or 0."""
    from django.db import connections

    connections.close_all()
    child = os.fork()
    if child:
        status = os.waitpid(child, 0)[1]
        if os.WIFEXITED(status) and os.WEXITSTATUS(status):
            raise SystemExit(f"a child failed with {os.WEXITSTATUS(status)}")
        wait_until_noticed()
        return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    try:
        work()
    except BaseException:  # noqa: BLE001 -- a forked child must never return into pytest's or the parent's code
        import traceback

        traceback.print_exc()
        os._exit(9)
    connections.close_all()
    os._exit(0)
