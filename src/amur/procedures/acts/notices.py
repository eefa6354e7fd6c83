"""Sending notices: the job that hands one to the mail server, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.core.mail import EmailMessage

from amur.base.acting import system
from amur.base.canonical import Json
from amur.base.faults import AmurError, NotFound
from amur.jobs.engine import Handler, error_text, inside, outside
from amur.procedures.acts.clocks import LAPSE
from amur.procedures.acts.effects import NOTICE
from amur.procedures.acts.erasing import ERASE_FILES, erase_files
from amur.procedures.acts.events import lapse
from amur.procedures.acts.reminding import HANDLERS as REMINDING
from amur.procedures.models import Notice
from amur.procedures.opinions.acts.asking import CLOSE
from amur.procedures.opinions.acts.closing import look_at_round


def send_notice(payload: Mapping[str, Json], now: datetime, key: str) -> None:
    """Send a notice by mail. The job's key is the message's id, so a repetition is one message for the receiver.

    What fails is said on the notice, and the job is tried again.

    Raises:
        NotFound: if there is no such notice.
    """
    notice = Notice.objects.filter(pk=str(payload["notice"])).first()
    if notice is None:
        raise NotFound("no_notice", f"there is no notice {payload['notice']}")
    if notice.state == Notice.State.SENT or not notice.address:
        return  # it was sent, or erased with its case before it could be
    message_id = f"<{key}@amur.invalid>"
    message = EmailMessage(notice.subject, notice.body, to=[notice.address], headers={"Message-ID": message_id})
    try:
        message.send()
    except Exception as error:  # noqa: BLE001 -- whatever it is, it is said without the address
        said = _without(error_text(error), notice.address)
        Notice.objects.filter(pk=notice.pk).update(state=Notice.State.FAILED, error=said)
        # The job keeps what it is told, and it is no place for an address.
        raise NotSent("notice_not_sent", said) from None
    Notice.objects.filter(pk=notice.pk).update(state=Notice.State.SENT, sent_at=now, receipt=message_id, error="")


class NotSent(AmurError):
    """The mail server did not take a notice; what it said, without the address."""


def _without(said: str, address: str) -> str:
    """Return what a mail server said without the address that it was told."""
    for part in (address, *address.split("@")):
        said = said.replace(part, "…")
    return said


def look_for_lapse(payload: Mapping[str, Json], now: datetime) -> None:
    """Move a case on if one of its clocks has lapsed; what happened meanwhile decides."""
    lapse(UUID(str(payload["case"])), by=system("clocks"), now=now)


HANDLERS: Mapping[str, Handler] = {
    NOTICE: outside(send_notice),
    ERASE_FILES: outside(erase_files),
    LAPSE: inside(look_for_lapse),
    CLOSE: inside(look_at_round),
    **REMINDING,
}
"""What the worker does for this room."""
