"""How a page says that something was a mistake and was voided: when, why, and what took its place."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from amur.base.legal_time import span
from amur.procedures.reads import TimelineLine


def words(line: TimelineLine, lines: Sequence[TimelineLine]) -> str:
    """Return why a line of the course is struck; empty where it is not."""
    if line.struck is None:
        return ""
    language = get_language() or "en"
    on = localdate(line.struck.at)
    said = _("Voided on %(day)s: %(reason)s") % {"day": span(on, on, language), "reason": line.struck.reason}
    new = next((one for one in lines if one.version == line.struck.new_version), None)
    if new is None:
        return said
    instead = _("Superseded by: %(title)s") % {"title": new.title.say(language)}
    return f"{said} {instead}"
