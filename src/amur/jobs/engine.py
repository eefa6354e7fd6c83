"""The rules of the queue as plain values: what a handler is, when to try again, when to give up, who may step in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from amur.base.acting import Actor
from amur.base.canonical import Json

Payload: TypeAlias = "Mapping[str, Json]"

ADMINISTRATOR = "system_administrator"
"""The role that may look at dead jobs, revive and discard them."""

LEASE = timedelta(minutes=2)
"""How long a worker may be silent before its job is taken over."""

LONGEST_LEASE = 2 * LEASE
"""A lease that ends later than this was given before the clock was set back, and is over.

Half of it is left for clocks of several machines that do not agree.
"""

MOST_ATTEMPTS = 8
"""After so many attempts a job is dead and waits for a person."""

LONGEST_WAIT = timedelta(hours=1)
"""The cap of the back-off."""

_FIRST_WAIT = timedelta(seconds=30)
_LONGEST_ERROR = 2_000


@dataclass(frozen=True, slots=True)
class Handler:
    """What does the work of one kind of job.

    ``inside``: all effects are in this database; they commit together with the mark that the job is done, so they
    happen exactly once. ``outside``: the effect leaves the process (a message, a call), so no transaction can hold it;
    it happens at least once, and the job's token goes along for the other side to recognise a repetition.
    Make one with ``inside`` or ``outside``.
    """

    effect: Literal["inside", "outside"]
    run: Callable[[Payload, datetime, str], None]


def inside(function: Callable[[Payload, datetime], None]) -> Handler:
    """Return the handler of a function whose effects are all in this database.

    >>> inside(lambda payload, now: None).effect
    'inside'
    """

    def run(payload: Payload, now: datetime, _: str) -> None:
        function(payload, now)

    return Handler("inside", run)


def outside(function: Callable[[Payload, datetime, str], None]) -> Handler:
    """Return the handler of a function that leaves the process; its third argument is the idempotency key.

    >>> outside(lambda payload, now, key: None).effect
    'outside'
    """
    return Handler("outside", function)


def backoff(attempt: int) -> timedelta:
    """Return how long to wait after a failed attempt, the first being 1.

    >>> [str(backoff(attempt)) for attempt in (1, 2, 3, 8, 500)]
    ['0:00:30', '0:01:00', '0:02:00', '1:00:00', '1:00:00']
    """
    doublings = min(max(attempt, 1) - 1, 16)
    return min(_FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def is_spent(attempts: int) -> bool:
    """Say whether a job has had all its attempts.

    >>> is_spent(7), is_spent(8)
    (False, True)
    """
    return attempts >= MOST_ATTEMPTS


def error_text(error: BaseException) -> str:
    r"""Return what is kept of an error: its type and message, bounded, in characters that every database stores.

    >>> error_text(ValueError("no such \0 number"))
    'ValueError: no such � number'
    >>> len(error_text(ValueError("x" * 9_000)))
    2000
    """
    text = f"{type(error).__name__}: {error}".replace("\0", "\ufffd")
    text = text.encode("utf-8", "replace").decode()
    return text if len(text) <= _LONGEST_ERROR else text[: _LONGEST_ERROR - 1] + "…"


def unknown_kind(kind: str, known: Mapping[str, Handler]) -> str:
    """Return what the dead job says when this worker has no handler for it.

    >>> unknown_kind("fax.send", {"mail.send": outside(lambda payload, now, key: None)})
    "no handler for the kind 'fax.send'; this worker knows mail.send. Revive the job with a worker that knows it"
    """
    names = ", ".join(sorted(known)) or "none"
    return f"no handler for the kind {kind!r}; this worker knows {names}. Revive the job with a worker that knows it"


def may_step_in(by: Actor) -> bool:
    """Say whether an actor may revive or discard a job: the system administrator, or the machine's own command.

    >>> may_step_in(Actor("a", role="system_administrator")), may_step_in(Actor("a", role="handler"))
    (True, False)
    """
    return by.role == ADMINISTRATOR or by.actor_id.startswith("system:")
