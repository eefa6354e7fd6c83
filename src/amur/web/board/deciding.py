"""What the pages of editions share: what things are called, in whose name somebody decides, and what a refusal says."""

from __future__ import annotations

import re

from django.urls import reverse
from django.utils.translation import gettext as _

from amur.base.acting import Actor
from amur.base.declared import Text
from amur.base.faults import AmurError, Invalid
from amur.policy import reads as policy
from amur.policy.declarations import PolicyDeclaration
from amur.policy.editions import reads
from amur.policy.models import Edition
from amur.web.board.view import CarrierLink
from amur.web.requests import AmurRequest

_LONGEST_KEY = 60
_HAN = re.compile(r"[\u3400-\u9fff]")
_ADDRESSES = {
    "procedure": "portal:service",
    "register": "portal:register",
    "indicator": "board:indicator",
    "consultation": "portal:consultation",
    "finder": "portal:finder",
    "codelist": "portal:codelist",
}


def commitment_titles() -> dict[str, Text]:
    """Return what the active pack calls its commitments."""
    declared = next(iter(policy.declarations("policy").values()), None)
    spoken = PolicyDeclaration.model_validate(declared.body) if declared else None
    return {one.id: one.title for one in spoken.commitments} if spoken else {}


def carrier_link(at: reads.CarrierAt) -> CarrierLink:
    """Return a carrier with the page on which it is seen."""
    if at.kind == "draw":
        return CarrierLink(at.kind, at.id, at.title, reverse("portal:draws"))
    if at.kind == "exchange":
        return CarrierLink(at.kind, at.id, at.title, f"{reverse('portal:systems')}#{at.id}")
    address = _ADDRESSES.get(at.kind)
    return CarrierLink(at.kind, at.id, at.title, reverse(address, args=[at.id]) if address else "")


def language_of(edition: Edition) -> str:
    """Return the language that a screen reader reads an edition in."""
    return "zh-Hans" if _HAN.search(edition.document.title) else "en"


def in_office(request: AmurRequest) -> Actor:
    """Return the reader in the office that confirms crosswalks, where they hold it."""
    office = reads.office()
    if office is None or not reads.may_confirm(request.scope):
        return request.actor()
    return request.actor(role=office.role, body=office.body)


def key_of(request: AmurRequest) -> str:
    """Return the key that a form was sent with."""
    return request.POST.get("key", "")[:_LONGEST_KEY]


def refusal_words(fault: AmurError) -> str:
    """Return what a reader should know of what is refused here."""
    code = next((code for code, _message in fault.fields.values()), "") if isinstance(fault, Invalid) else fault.code
    known = {
        "not_your_crosswalk": _("Only the office that the pack names decides what became of a passage."),
        "not_your_recheck": _("Only a body that answers for this commitment closes it, or the coordinating office."),
        "rows_undecided": _("Some rows are not decided yet. Confirm or correct them first."),
        "rows_moved": _("Some of these rows were corrected meanwhile. Look at them again."),
        "crosswalk_changed": _("The crosswalk was changed meanwhile. Look at it again, then put it into effect."),
        "crosswalk_in_effect": _("This crosswalk is in effect, so its rows stand."),
        "recheck_closed": _("This was closed before, by somebody else or by you in another window."),
        "same_edition": _("Choose two different editions."),
        "unknown_passage": _("There is no such passage."),
        "uneven": _("Name one passage on one side, or leave one side empty. Several do not become several."),
        "title_and_text": _("A title becomes a title, and a paragraph a paragraph."),
    }
    return known.get(code, _("Nothing was changed. Load the page again and look."))
