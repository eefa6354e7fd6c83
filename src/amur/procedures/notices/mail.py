"""A notice by e-mail: handed to the mail server, and what the server's answer means."""

from __future__ import annotations

import smtplib

from django.core.mail import EmailMessage

from amur.jobs.engine import error_text
from amur.procedures import mailed
from amur.procedures.notices.engine import Outcome, without
from amur.procedures.notices.models import Delivery

_FOR_GOOD = 500


def message_id(delivery: Delivery) -> str:
    """Return the message's id, the same at each attempt, by which a receiver knows a repetition."""
    return f"<{delivery.pk}@amur.invalid>"


def send(delivery: Delivery) -> Outcome:
    """Hand a notice to the mail server. What the server did not confirm may have arrived all the same."""
    notice = delivery.notice
    headers = {"Message-ID": message_id(delivery), "Auto-Submitted": "auto-generated"}
    message = EmailMessage(notice.subject, notice.body, to=[delivery.address], headers=headers)
    try:
        mailed.send(message)
    except Exception as error:  # noqa: BLE001 -- whatever it is, it is said without the address
        said = without(error_text(error), delivery.address)
        return Outcome("refused" if is_for_good(error) else "deferred", error=said)
    return Outcome("accepted", message_id(delivery))


def is_for_good(error: Exception) -> bool:
    """Say whether a mail server refused the message itself; that it does not know us can be put right."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return any(code >= _FOR_GOOD for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPSenderRefused | smtplib.SMTPDataError):
        return int(error.smtp_code) >= _FOR_GOOD
    return False
