"""Another system on the stage: what it says, what it hears, and what it should have heard."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import UUIDField

from amur.base.acting import Actor, system
from amur.base.faults import Invalid
from amur.exchange import acts, declared
from amur.exchange.acts import Came, Told
from amur.exchange.models import Attachment, Link, Message
from amur.ledger.kept import prefetch
from amur.ledger.prepared import prepared
from amur.packs.declarations import PUBLIC, File
from amur.packs.exchange_declarations import Exchanging, HandedOver, Said
from amur.packs.play.papers import content_of
from amur.packs.play.stage import Stage
from amur.procedures.models import Case

_NUMBER = re.compile(r"\{([a-z][a-z0-9_]*)\.number\}")
_VERSION = prepared(lambda case: Case.objects.filter(pk=case).values_list("version", flat=True), UUIDField())
_OPEN = (Message.State.WAITING, Message.State.SENT, Message.State.FAILED)


def hear(stage: Stage) -> None:
    """Let other systems hear of what has happened to the cases of a stage; in a demonstration they answer at once."""
    told_of = declared.everything().procedures
    for case in stage.cases.values() if told_of else ():
        if case.procedure in told_of and (since := _heard(case, stage)) is not None:
            with transaction.atomic():
                acts.hear_of_case(case, stage.now, since)
                if stage.until is not None:
                    acts.imagine_answers(case, stage.now)


def _heard(case: Case, stage: Stage) -> int | None:
    """Return up to which version a case was heard of, None if nothing has happened since; outside a year always 0."""
    if stage.until is None:
        return 0
    version = _VERSION.first(case.pk) or 0
    heard, stage.heard[str(case.pk)] = stage.heard.get(str(case.pk), 0), version
    return None if heard == version else heard


def exchange(said: Exchanging, label: str, stage: Stage, *, name: str | None, reason: str, key: str) -> None:
    """Do what another system does: send a message or a file, or say what became of one of ours.

    Raises:
        AmurError: if it is refused.
    """
    if said.rows:
        _by_file(said, name or PUBLIC, stage, key)
        return
    by = system(f"exchange:{said.exchange_id}")
    case = stage.cases.get(label)
    if said.receive:
        raw = {name: _typed(value, case, said.exchange_id, stage) for name, value in said.values.items()}
        came = Came("play", by, sender=said.sender, files=_brought(said, by, stage.now))
        row, _ = acts.receive(said.exchange_id, said.receive, raw, came=came, by=by, now=stage.now, key=key)
        if row.case is not None:
            stage.cases.setdefault(label, row.case)
        return
    _answer(said, case, stage.now, by, reason)


def _by_file(said: Exchanging, name: str, stage: Stage, key: str) -> None:
    """Take a file of messages in, or compare a list, as the office does that looks after the exchange."""
    scope, by = stage.scope_of(name), stage.actor_of(name)
    with tempfile.TemporaryDirectory(prefix="amur-play-") as folder:
        path = Path(folder) / "rows.csv"
        path.write_text(_NUMBER.sub(lambda found: stage.cases[found[1]].number, said.rows), encoding="utf-8")
        if said.compare:
            made = acts.compare_file(said.exchange_id, said.compare, path, by=by, scope=scope, now=stage.now, key=key)
            stage.counted = {one: getattr(made, one) for one in ("theirs", "ours", "agreed", "differing")}
            return
        came: dict[str, Any] = {"by": by, "scope": scope, "now": stage.now}
        run = acts.check_file(
            said.exchange_id, said.receive or "", path, file_name=path.name, sender=said.sender, key=key, **came
        )
        run = acts.take_in(run.pk, key=f"{key}:rows", **came)
    stage.counted = {one: getattr(run, one) for one in ("total", "taken", "repeated", "refused")}


def _answer(said: Exchanging, case: Case | None, now: datetime, by: Actor, reason: str) -> None:
    """Say what became of the oldest message of an id that waits for it."""
    found = Message.objects.filter(exchange=said.exchange_id, message=said.receipt, case=case, state__in=_OPEN)
    row = found.order_by("sequence").first() if case else None
    if row is None:
        raise Invalid({"exchange": ("no_message", f"no message {said.receipt!r} of this case waits for an answer")})
    some = dict(Attachment.objects.filter(message=row).values_list("name", "sha256"))
    lacked = {some.get(name) for name in said.lacks}
    confirmed = tuple(sha256 for sha256 in some.values() if sha256 not in lacked)
    acts.note_receipt(said.exchange_id, Told(row.pk, said.state, said.number, reason, confirmed), by=by, now=now)


def _brought(said: Exchanging, by: Actor, now: datetime) -> tuple[Mapping[str, object], ...]:
    """Send the files that a message brings, and return them as it names them."""
    named: list[Mapping[str, object]] = []
    for name, file_name in said.brings.items():
        content = content_of(File(name=file_name))
        sha256 = hashlib.sha256(content).hexdigest()
        acts.keep_file(said.exchange_id, sha256, [content], sender=said.sender, by=by, now=now)
        named.append({"name": name, "file_name": file_name, "media_type": "", "size": len(content), "sha256": sha256})
    return tuple(named)


def differing(wanted: HandedOver | None, case: Case | None) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """Yield what is not as expected of the last message of an id about a case."""
    if wanted is None:
        return
    told = Message.objects.filter(exchange=wanted.exchange_id, message=wanted.message, case=case)
    row = told.order_by("-sequence").first() if case else None
    state = row.state if row else "absent"
    if state != wanted.state:
        why = f"{state} ({row.error})" if row and row.error else state
        yield ("handed_over", "state"), wanted.state, why
    body = row.body if row else {}
    for name, value in wanted.fields.items():
        if body.get(name) != value:
            yield ("handed_over", "fields", name), str(value), str(body.get(name, "nothing"))
    if wanted.attachments is not None:
        some = prefetch(Attachment.objects.filter(message=row).order_by("place")) if row else ()
        found = {one.name: one.file_name for one in some}
        if found != wanted.attachments:
            yield ("handed_over", "attachments"), str(wanted.attachments), str(found)


def _typed(value: Said, case: Case | None, exchange_id: str, stage: Stage) -> str:
    text = stage.typed(value)
    if case is not None and "{" in text:
        theirs = Link.objects.filter(exchange=exchange_id, case=case).values_list("number", flat=True).first() or ""
        text = text.replace("{number}", case.number).replace("{theirs}", theirs)
    return text
