"""What happened, in words: the kinds of ledger entries that people meet. An unknown kind is shown as it is."""

from __future__ import annotations

from django.utils.translation import gettext as _


def kind_words(kind: str) -> str:
    """Return what an entry of a kind says happened."""
    words = {
        "case.submitted": _("Submitted"),
        "case.clock_extended": _("Period extended"),
        "case.due_recounted": _("Due date counted anew by the calendar"),
        "ledger.content_read": _("Read"),
        "record.written": _("Written into the register"),
        "record.closed": _("Ended in the register"),
        "edition.imported": _("Official text imported"),
        "release.synced": _("Pack release synced"),
        "release.proved": _("Examples of a pack release played"),
    }
    return words.get(kind, kind)
