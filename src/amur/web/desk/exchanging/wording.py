"""What the pages of an exchange call its states and faults."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.utils.translation import gettext as _

from amur.base.faults import AmurError, Invalid
from amur.web import errors, failures

_MOST = 10
_NAMED = re.compile(r"the code '(.*)' has no counterpart in ")
"""How the rules name a code that is not in a list."""


def message_states() -> Mapping[str, str]:
    """Return how far a message can be, in words."""
    return {
        "waiting": _("Waiting to be sent"),
        "sent": _("Sent, no receipt yet"),
        "received": _("Received there"),
        "refused": _("Not wanted there"),
        "failed": _("Failed"),
        "dropped": _("Set aside"),
        "overdue": _("Receipt overdue"),
    }


def attachment_states() -> Mapping[str, str]:
    """Return how far a file of a message can be, in words."""
    return {
        "waiting": _("Not with them yet"),
        "given": _("Sent, not confirmed"),
        "confirmed": _("Confirmed by its hash"),
        "taken": _("Came here whole"),
        "gone": _("Erased"),
    }


def meaning(state: str) -> str:
    """Return of which colour the state of a message is.

    >>> meaning("received"), meaning("failed"), meaning("waiting")
    ('yes', 'no', '')
    """
    return {"received": "yes", "failed": "no", "refused": "no", "overdue": "no", "sent": "ask"}.get(state, "")


def ways() -> Mapping[str, str]:
    """Return by which way something went or came."""
    return {
        "api": _("by call"),
        "file": _("by file"),
        "hand": _("typed in"),
        "simulated": _("to an imagined other side"),
        "play": _("played"),
    }


def kinds() -> Mapping[str, str]:
    """Return in what two sides differ."""
    return {
        "missing_here": _("Missing here"),
        "missing_there": _("Missing there"),
        "differs": _("Different"),
    }


def fault_words(code: str, found: str = "") -> str:
    """Return what is wrong with a field or a row; what the sender wrote is told where the page may show it."""
    known = {
        "required": _("Nothing was entered."),
        "unknown_code": _("This code has no counterpart in our lists."),
        "no_case": _("There is no case under this number."),
        "other_content": _("This message id came with something else before."),
        "number_taken": _("There is a case under this number already."),
        "no_such_event": _("The case cannot take this where it stands."),
        "case_closed": _("The case is closed."),
        "unknown_sender": _("This sender is not in the list of those who send."),
        "bad_columns": _("The first row does not name the columns that are needed."),
        "key_twice": _("This stands in the list twice."),
        "attachment_missing": _("This file has not arrived whole. They send it first, and then the message again."),
        "attachment_hash": _("Its hash cannot be read."),
        "attachment_size": _("Its size is not what the message says."),
        "attachment_twice": _("This file is named twice."),
        "unknown_attachment": _("This message brings no such file."),
        "hash_mismatch": _("What arrived is not what its hash says; they send it again."),
        "upload_interrupted": _("The file was cut off on the way; they send it again."),
        "bad_bundle": _("The archive is broken, or does not hold what it must. Send it again."),
    }
    if code == "unknown_code" and (named := _NAMED.match(found)):
        return _("The code %(code)s has no counterpart in our lists.") % {"code": named[1]}
    return known.get(code) or found or code


def error_words(error: str) -> str:
    """Return why a message did not get on, in words where they are ours."""
    known = {
        "no other side is set up here": _("No other side is set up here."),
        "a file of it cannot be read here": _("A file of it cannot be read here."),
        "their number is not known yet": _("Their number is not known yet; it waits for their receipt."),
    }
    moved = "the case did not move: "
    if error.startswith(moved):
        return _("The case did not move: %(why)s") % {"why": error.removeprefix(moved)}
    unsure = "not confirmed by hash: "
    if error.startswith(unsure):
        names = error.removeprefix(unsure)
        return _("They have not confirmed these files, which go again: %(names)s") % {"names": names}
    return known.get(error) or failures.in_words(error.removesuffix(", and not as agreed"))


def said(fault: AmurError) -> str:
    """Return why something was not done."""
    if isinstance(fault, Invalid):
        lines = [f"{name}: {fault_words(code, found)}" for name, (code, found) in fault.fields.items()]
        return "; ".join(lines[:_MOST])
    known = {
        "cannot_be_told": _("It still cannot be told: %(why)s") % {"why": fault.message},
        "not_failed": _("Only what failed or was refused is sent again."),
        "receipt_contradiction": _("The other side said otherwise of this before, or the number is another case's."),
        "file_dropped": _("This file was given up. Send it again."),
    }
    return known.get(fault.code) or errors.wording(fault) or fault_words(fault.code, fault.message)
