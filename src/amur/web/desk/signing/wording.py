"""What stands against an act of sign-off, in words, and the reading of its forms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from amur.base.acting import Actor
from amur.base.fields import Raw
from amur.procedures.signing.models import SignOff
from amur.web.desk import choices
from amur.web.portal import forms
from amur.web.requests import AmurRequest

LONGEST = 5_000
LONGEST_KEY = 60
_SAID = ("remark", "reason", "minutes")


@dataclass(slots=True)
class Typed:
    """What a form of this page brought; ``verb`` names the form that is shown again with it."""

    verb: str = ""
    said: dict[str, str] = field(default_factory=dict)
    choice: str = ""
    to: str = ""
    raw: dict[str, Raw] = field(default_factory=dict)
    faults: forms.Faults = field(default_factory=dict)
    refusal: str = ""

    def text(self, verb: str, name: str) -> str:
        """Return what was typed into a form."""
        return self.said.get(name, "") if self.verb == verb else ""

    def fault(self, verb: str, name: str) -> str:
        """Return what is wrong with what was typed into a form, in words."""
        return fault_words(self.faults[name][0]) if self.verb == verb and name in self.faults else ""


def typed_from(request: AmurRequest) -> Typed:
    """Return what a form brought."""
    post = request.POST
    return Typed(
        verb=post.get("verb", ""),
        said={name: post.get(name, "")[: LONGEST + 1] for name in _SAID},
        choice=post.get("choice", ""),
        to=post.get("to", ""),
    )


def version_from(request: AmurRequest) -> int:
    """Return the version that the writer of a form saw; -1 if it brings none."""
    version = request.POST.get("version", "")
    return int(version) if version.isascii() and version.isdecimal() and len(version) < LONGEST_KEY // 10 else -1


def key_from(request: AmurRequest) -> str:
    """Return the key of a form, which a second click brings again."""
    return request.POST.get("key", "")[:LONGEST_KEY]


def signer(request: AmurRequest, draft: SignOff) -> Actor:
    """Return the actor in the office that holds a draft, or without an office where the reader does not hold that.

    Only urging is done without one, and the act says itself who may.
    """
    at = {"body_id": draft.body_id, "region": draft.case.region, "procedure": draft.case.procedure}
    if not request.scope.reads_as(draft.role, **at):
        return request.actor()
    return request.actor(role=draft.role, body=draft.body_id, procedure=draft.case.procedure)


def fault_words(code: str) -> str:
    """Return what is wrong with a text or a choice, in words."""
    words: Mapping[str, str] = {
        "required": _("Fill this in."),
        "not_offered": _("Choose one of these."),
        "too_long": _("Shorten it to at most 5,000 characters."),
    }
    return words.get(code) or choices.reason_fault({"reason": (code, "")})
