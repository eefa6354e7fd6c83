"""What the ledger says of appeals: with the first case, so that its party and its office read it there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from amur.base.acting import Actor
from amur.base.canonical import Json
from amur.base.declared import cited
from amur.ledger import acts as ledger
from amur.policy import reads as policy
from amur.procedures import declared
from amur.procedures.appeals.models import Appeal

LODGED, ADMITTED, SUSPENDED = "appeal.lodged", "appeal.admitted", "appeal.suspended"
LIFTED, ENDED = "appeal.lifted", "appeal.ended"


def record(appeal: Appeal, kind: str, body: Mapping[str, Json], *, by: Actor, now: datetime) -> None:
    """Write an entry about an appeal; the numbers of both cases stand in it, and no reason."""
    release = policy.active_release()
    ledger.record(
        subject=appeal.first.key_subject,
        kind=kind,
        by=by,
        now=now,
        body={"number": appeal.first.number, "review": appeal.case.number, **body},
        basis=cited(declared.pinned(appeal.first.declaration_hash).appeal.basis),
        release=release.hash if release else "",
    )
