"""On the desk's page of a case: what was promised and is to be verified, what is still to come, which cases belong."""

from __future__ import annotations

from django.utils.timezone import localdate

from amur.procedures import reads
from amur.procedures.reads import CaseView
from amur.web.panels import Panel
from amur.web.requests import AmurRequest


def promise(request: AmurRequest, found: CaseView) -> Panel | None:
    """Return what a party promised, and until when it is verified."""
    one = reads.promise_of(request.scope, found.id) if found.definition.commitment else None
    return Panel("desk/panels/promise.html", {"promise": one}, "main") if one else None


def missing(request: AmurRequest, found: CaseView) -> Panel | None:
    """Return what a party has still to bring."""
    one = reads.missing_of(request.scope, found.id) if found.definition.may_be_missing else None
    return Panel("desk/panels/missing.html", {"missing": one}, "main") if one else None


def together(request: AmurRequest, found: CaseView) -> Panel | None:
    """Return where the cases of one thing stand; those that the reader works on can be opened."""
    if found.definition.one_thing is None:
        return None
    whole = reads.one_thing_of(request.scope, found.id, localdate(request.now))
    if whole is None:
        return None
    mine = {one.pk for one in reads.opened_by(request.scope, found.id)}
    shown = [(part, part.case is not None and part.case.pk in mine) for part in whole.parts]
    return Panel("desk/panels/together.html", {"whole": whole, "parts": shown}, "main")
