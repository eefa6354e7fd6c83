"""The access keys of the window, said once: digits, since browsers keep letters for themselves."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from amur.web.desk.entry import for_officials
from amur.web.requests import AmurRequest

KEYS = {
    "keys": "0",
    "window": "1",
    "form": "2",
    "materials": "3",
    "identity": "4",
    "hand_in": "5",
    "aside": "6",
    "print": "7",
    "fetch": "8",
    "queue": "9",
}


def _words() -> dict[str, str]:
    return {
        "keys": _("This list of keys"),
        "window": _("To the window, with the focus in the field for codes"),
        "form": _("To the first field of the form"),
        "materials": _("To the papers"),
        "identity": _("To the identity document"),
        "hand_in": _("Hand in; or record that a document was handed over"),
        "aside": _("Put the form aside"),
        "print": _("Print the receipt"),
        "fetch": _("To the handing over of results"),
        "queue": _("To the queue"),
    }


@for_officials
@require_safe
def keys(request: AmurRequest) -> HttpResponse:
    """List all keys of the window."""
    listed = [(KEYS[name], words) for name, words in _words().items()]
    return render(request, "desk/window/keys.html", {"listed": listed, "keys": KEYS})
