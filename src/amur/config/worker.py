"""The worker: seals the ledger, runs the jobs that are due, tells subscribers what was sealed, tidies up.

The loop, its clock and its signals are here; what a job or a subscriber does is in its room. On PostgreSQL several
workers may run: the ledger lets one seal at a time and the jobs give each job to one worker.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import InterfaceError, OperationalError, close_old_connections, transaction

from amur.base.acting import system
from amur.base.faults import Refused
from amur.base.journal import journal
from amur.config import studying, subject_keys
from amur.exchange import acts as exchange
from amur.indicators import acts as indicators
from amur.jobs import acts as jobs
from amur.jobs.acts import Subscriber
from amur.jobs.engine import Handler, Payload, inside, outside
from amur.ledger import acts as ledger
from amur.ledger.reads import FORGOTTEN, SealedEntry
from amur.packs import acts as packs
from amur.packs.play.demonstration import PLAYED
from amur.people import acts as people
from amur.procedures import acts as procedures
from amur.registers import acts as registers
from amur.search import acts as search
from amur.studies import acts as studies
from amur.web import clock

_RECOUNT = "procedures.recount"
_WRITE_KEYS = "keys.write"


def _recount(payload: Payload, now: datetime) -> None:
    """Count some open clocks anew, and leave the next ones to the next job."""
    if following := procedures.recount(str(payload.get("after", "")), now=now):
        jobs.enqueue(_RECOUNT, {"after": following}, now=now)


def _prove(payload: Payload, now: datetime, _: str) -> None:
    """Play the examples of a release; they leave this process for a database of their own."""
    packs.prove(str(payload["release"]), by=system("prover"), now=now)


def _measure(payload: Payload, now: datetime, _: str) -> None:
    """Bring the snapshot of the datasets up and compute what is due; they are files outside the database."""
    del payload
    indicators.refresh(by=system("indicators"), now=now)


def _queue_studies(payload: Payload, now: datetime, key: str) -> None:
    """Queue the studies that belong to a demonstration; what they read is sealed by now."""
    del payload
    packs.queue_studies(by=system("demonstration"), now=now, key=key)


def _forget_in_snapshots(payload: Payload, now: datetime, key: str) -> None:
    """Take what was erased out of the files of the snapshot."""
    indicators.forget(str(payload["subject"]), by=system("indicators"), now=now, key=key)


def _hear_for_snapshots(entry: SealedEntry, now: datetime) -> None:
    """New declarations and a played demonstration bring new figures; what was erased leaves the files."""
    if entry.kind in {"release.synced", PLAYED}:
        jobs.enqueue(indicators.REFRESH, {}, now=now, key=f"{indicators.REFRESH}:{entry.leaf}")
        if entry.kind == PLAYED:
            jobs.enqueue(packs.STUDIES, {}, now=now, key=f"{packs.STUDIES}:{entry.leaf}")
    elif entry.kind.endswith((".forgotten", ".erased")) and entry.kind != indicators.FORGOTTEN:
        jobs.enqueue(indicators.FORGET, {"subject": entry.subject}, now=now, key=f"{indicators.FORGET}:{entry.leaf}")


def _hear_of_releases(entry: SealedEntry, now: datetime) -> None:
    """A new release may bring a new calendar, and with it other due dates; its examples are to be played."""
    if entry.kind == "release.synced":
        jobs.enqueue(_RECOUNT, {}, now=now, key=f"{_RECOUNT}:{entry.leaf}")
        packs.ask_for_proof(now=now)


def _hear_of_forgetting(entry: SealedEntry, now: datetime) -> None:
    """A key that was destroyed is to be gone from the folder of keys too: once for all of a minute, after it."""
    if entry.kind == FORGOTTEN:
        at = now.replace(second=0, microsecond=0) + timedelta(minutes=1)
        jobs.enqueue(_WRITE_KEYS, {}, now=now, run_at=at, key=f"{_WRITE_KEYS}:{at.isoformat()}")


def _write_keys(_: Payload, __: datetime, ___: str) -> None:
    subject_keys.write_again(Path(settings.LEDGER_KEYS))


HANDLERS: Mapping[str, Handler] = {
    _WRITE_KEYS: outside(_write_keys),
    **procedures.HANDLERS,
    **registers.HANDLERS,
    **exchange.HANDLERS,
    procedures.GO_ON: outside(procedures.go_on_by_itself),
    _RECOUNT: inside(_recount),
    packs.PROVE: outside(_prove),
    packs.STUDIES: outside(_queue_studies),
    indicators.REFRESH: outside(_measure),
    indicators.FORGET: outside(_forget_in_snapshots),
}
"""What does the work of each kind of job."""
SUBSCRIBERS: Mapping[str, Subscriber] = {
    "exchange": exchange.hear_of_acts,
    "procedures.clocks": _hear_of_releases,
    "indicators.snapshots": _hear_for_snapshots,
    "procedures.draws": procedures.hear_of_draws,
    "procedures.erasure": procedures.hear_of_forgetting,
    "procedures.webhooks": procedures.hear_of_cases,
    "registers.erasure": registers.hear_of_forgetting,
    "people.erasure": people.hear_of_forgetting,
    "keys.erasure": _hear_of_forgetting,
}
"""Who hears of what was sealed, by the name of its cursor."""

_PAUSE_SECONDS = 1.0
_PAUSE_WITHOUT_DATABASE_SECONDS = 5.0
_AT_ONCE = 50
_TIDY_EVERY = timedelta(hours=1)
_KEEP_DONE_JOBS = timedelta(days=30)
_RENEW_STAMPS_AFTER = timedelta(days=4 * 365)
"""Before the certificates of time stamps, which are commonly good for five years or more, run out."""

log = journal("worker")


def run() -> None:
    """Work until SIGTERM or SIGINT; what was begun is finished first."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    tidied_at: datetime | None = None
    computing = studying.start(stopping)
    while not stopping.is_set():
        now = clock.now()
        try:
            busy = turn(now)
            if tidied_at is None or not timedelta() <= now - tidied_at < _TIDY_EVERY:
                tidy(now)
                tidied_at = now
        except (OperationalError, InterfaceError) as error:
            log.warning("the database does not answer (%s); trying again", str(error).strip())
            close_old_connections()
            stopping.wait(_PAUSE_WITHOUT_DATABASE_SECONDS)
            continue
        stopping.wait(0.0 if busy else _PAUSE_SECONDS)
    computing.join()


def turn(now: datetime) -> bool:
    """Do what there is to do once; say whether more may be waiting."""
    close_old_connections()
    ledger.seal(now)
    turned = registers.turn_due(now, _AT_ONCE)
    ran = jobs.run_due(HANDLERS, now, _AT_ONCE)
    heard = [jobs.advance(name, subscriber, now, _AT_ONCE) for name, subscriber in SUBSCRIBERS.items()]
    return _AT_ONCE in {ran, turned, *heard}


def tidy(now: datetime) -> None:
    """Forget what nobody needs: expired drafts with their files, what is personal and has passed its time, done jobs.

    What was taken out of the search, and what was forgotten, is wiped from the files of the database.

    Here a new version of the kernel also comes to play the examples again, and indicators to be computed every hour.
    """
    procedures.tidy(now)
    registers.tidy_imports(now)
    while registers.erase_due(now):
        pass
    exchange.look_after(now)
    packs.ask_for_proof(now=now)
    studies.tidy(now)
    with transaction.atomic():
        jobs.enqueue(indicators.REFRESH, {}, now=now, key=f"{indicators.REFRESH}:{now:%Y-%m-%dT%H}")
    search.purge(now=now)
    ledger.wipe()
    stamp_heads(now)
    jobs.forget_done(now - _KEEP_DONE_JOBS)
    Session.objects.filter(expire_date__lt=now).delete()


def stamp_heads(now: datetime) -> None:
    """Have the ledger's heads stamped by the authority that is named, if any; one that is away is asked next time."""
    try:
        ledger.stamp(now)
        ledger.renew_stamps(now, made_before=now - _RENEW_STAMPS_AFTER)
    except (OSError, Refused) as error:
        log.warning("the time-stamp authority did not stamp the heads: %s", error)
