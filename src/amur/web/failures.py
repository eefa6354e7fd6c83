"""Why a channel, a webhook or the cashier did not take something, in the reader's words where they are ours."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

_STATUS = re.compile(r"(?:it answered )?([1-5][0-9]{2})(?: (.+))?", re.DOTALL)


def in_words(error: str) -> str:
    """Return an error in words; what the other side said itself stays as it said it."""
    found = _STATUS.fullmatch(error)
    if found and found[2]:
        return _("It answered %(status)s: %(said)s") % {"status": found[1], "said": found[2]}
    if found:
        return _("It answered %(status)s.") % {"status": found[1]}
    return {
        "no gateway is set up; set AMUR_SMS_URL": _("No gateway for short messages is set up here (AMUR_SMS_URL)."),
        "the text is longer than one short message": _("The text is longer than one short message."),
        "the gateway gave no id, so nothing shows that it took the message": _(
            "The gateway gave no number, so nothing shows that it took the message."
        ),
        "it cannot be read what it answered": _("Its answer could not be read."),
    }.get(error, error)
