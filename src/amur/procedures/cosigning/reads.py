"""What somebody who is asked to agree may read: exactly what would be submitted, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from amur.base.faults import NotFound
from amur.procedures import codes, declared
from amur.procedures.cosigning.models import CoSignature
from amur.procedures.cosigning.saying import KIND, says, standing
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.models import Draft

_NEAR = 20


@dataclass(frozen=True, slots=True)
class ToAgree:
    """What somebody is asked to agree to; ``is_as_asked`` is whether the form is still what it was when asked."""

    row: CoSignature
    draft: Draft
    definition: ProcedureDeclaration
    is_as_asked: bool


def co_signature_by_code(code: str, *, now: datetime) -> ToAgree:
    """Return what a code asks somebody to agree to.

    Raises:
        NotFound: if it opens nothing, has expired, or the form was submitted.
    """
    between = codes.handled(code)
    rows = CoSignature.objects.select_related("draft").filter(expires_at__gt=now, draft__case__isnull=True)
    near = rows.filter(pk__gte=between[0], pk__lte=between[1])[:_NEAR] if between else ()
    fitting = (one for one in near if codes.fits_handle(settings.QUERY_CODE_KEY, KIND, one.pk, code))
    row = next(fitting, None)
    if row is None:
        raise NotFound("no_co_signature", "this code opens nothing; it may have expired, or the form was submitted")
    as_asked = row.state != CoSignature.State.VOID and row.says == says(row.draft)
    return ToAgree(row, row.draft, declared.pinned(row.draft.declaration_hash), as_asked)


def co_signatures(draft: Draft, *, now: datetime) -> dict[str, CoSignature]:
    """Return who was asked about a draft as it stands, by place, for whoever may go on with it."""
    return standing(draft, now)
