"""To exactly which words somebody agrees: one hash over what was typed, the files, and the form it is typed into."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from uuid import UUID

from django.conf import settings

from amur.base.canonical import Json, canonical
from amur.base.faults import Refused
from amur.procedures import codes
from amur.procedures.cosigning.models import CoSignature
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.models import Draft, Upload

KIND = "co-signature"
"""For what its code is computed."""


def says(draft: Draft) -> str:
    """Return the hash of a draft as it stands; with a key of ours, so that nobody finds answers by trying."""
    files = sorted(Upload.objects.filter(draft=draft, case__isnull=True).values_list("field", "sha256"))
    whole: dict[str, Json] = {
        "declaration": draft.declaration_hash,
        "typed": draft.raw,
        "files": [[name, digest] for name, digest in files],
    }
    return hmac.new(settings.QUERY_CODE_KEY.encode(), canonical(whole), hashlib.sha256).hexdigest()


def code_of(row_id: UUID) -> str:
    """Return the code by which somebody who is asked reads what they are asked to agree to."""
    return codes.handle_code(settings.QUERY_CODE_KEY, KIND, row_id)


def standing(draft: Draft, now: datetime) -> dict[str, CoSignature]:
    """Return the co-signatures that are about a draft as it stands and have not expired, by place."""
    rows = CoSignature.objects.filter(draft=draft, says=says(draft), expires_at__gt=now)
    return {row.place: row for row in rows.exclude(state=CoSignature.State.VOID)}


def agreed(draft: Draft, definition: ProcedureDeclaration, now: datetime) -> tuple[str, ...]:
    """Return the places that agreed to a draft as it stands; all that the form needs.

    Raises:
        Refused: naming those who have not agreed.
    """
    if definition.cosign is None:
        return ()
    rows = standing(draft, now)
    wanted = [one.id for one in definition.cosign.signers]
    open_ = [name for name in wanted if name not in rows or rows[name].state != CoSignature.State.AGREED]
    if open_:
        raise Refused("agreement_missing", f"not agreed yet: {', '.join(open_)}", missing=",".join(open_))
    return tuple(wanted)
