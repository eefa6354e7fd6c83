"""What the worker does for this room, by the kind of the job; the subjects bring their own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from amur.base.acting import system
from amur.base.canonical import Json
from amur.jobs.engine import Handler, inside, outside
from amur.procedures.acts.clocks import LAPSE
from amur.procedures.acts.erasing import ERASE_FILES, erase_files
from amur.procedures.acts.events import lapse
from amur.procedures.acts.reminding import HANDLERS as REMINDING
from amur.procedures.consents.acts import SEND, send_consent_code
from amur.procedures.cosigning.acts import ASK, send_code
from amur.procedures.fees.acts import ASKING
from amur.procedures.joint.acts.ending import look_at_hand_over
from amur.procedures.joint.acts.offering import LAPSE as LAPSE_OFFER
from amur.procedures.notices.acts import SENDING
from amur.procedures.notices.webhooks.acts import CALLING
from amur.procedures.opinions.acts.asking import CLOSE
from amur.procedures.opinions.acts.closing import look_at_round


def look_for_lapse(payload: Mapping[str, Json], now: datetime) -> None:
    """Move a case on if one of its clocks has lapsed; what happened meanwhile decides."""
    lapse(UUID(str(payload["case"])), by=system("clocks"), now=now)


HANDLERS: Mapping[str, Handler] = {
    **SENDING,
    **CALLING,
    **ASKING,
    ERASE_FILES: outside(erase_files),
    LAPSE: inside(look_for_lapse),
    ASK: outside(send_code),
    SEND: outside(send_consent_code),
    CLOSE: inside(look_at_round),
    LAPSE_OFFER: inside(look_at_hand_over),
    **REMINDING,
}
"""What the worker does for this room."""
