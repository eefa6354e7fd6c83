"""What an official may do with a case now, what it asks, and why something that the office could do is not theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from amur.base.acting import Scope
from amur.base.declared import Basis, Text
from amur.base.fields import Lookups, Raw
from amur.procedures import engine
from amur.procedures.declarations import Transition
from amur.procedures.facts import facts_of, history_of
from amur.procedures.reads import CaseView
from amur.web import errors
from amur.web.fields import FieldView, Received, takes_files
from amur.web.portal import forms

_REASON_WORDS = {
    "required": lambda: _("Say why. The applicant reads it."),
    "too_long": lambda: _("Shorten the reason to at most 5,000 characters."),
    "control_characters": lambda: _("Type the reason again; it holds characters that cannot be shown."),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that this person may do now."""

    event: str
    title: Text
    target: Text
    reason: str
    is_ending: bool
    basis: tuple[Basis, ...]
    fields: tuple[FieldView, ...]
    has_file: bool

    @property
    def has_group(self) -> bool:
        """Say whether there are buttons that only add or remove."""
        return any(field.control == "group" for field in self.fields)


@dataclass(frozen=True, slots=True)
class Withheld:
    """What cannot be done now: which earlier act of this person stands against it, or why nobody can do it."""

    title: Text
    earlier: Text | None
    why: str = ""


def choices(
    case: CaseView,
    found: Lookups,
    raw: Mapping[str, Raw],
    faults: forms.Faults,
    received: Mapping[str, Sequence[Received]],
) -> list[Choice]:
    """Return what this person may do, with what was typed before and what is wrong with it."""
    return [
        Choice(
            event=one.event,
            title=one.title,
            target=case.definition.state(one.target).title,
            reason=one.reason,
            is_ending=one.outcome == "refused",
            basis=one.basis,
            fields=tuple(forms.views(one.asks, raw, faults, found, received)),
            has_file=takes_files(one.asks),
        )
        for one in case.may
        if one.supplement is None and one.sign_off is None
    ]


def withheld(case: CaseView, scope: Scope) -> list[Withheld]:
    """Return what separation of duties keeps from this person, and what the guards of the procedure hold back."""
    if case.state.final:
        return []
    here = case.leading
    found = [Withheld(one.title, None, errors.wording(case.held[one.event])) for one in here if one.event in case.held]
    leading = [one for one in here if one not in case.may and one.event not in case.held]
    facts, history = facts_of(case.case), history_of(case.case, *leading)
    for one in leading:
        refusal = engine.why_not(one, scope, scope.account_id, facts, history)
        if refusal is not None and refusal.code == "separation_of_duties":
            found.append(Withheld(one.title, _title(case, str(refusal.details.get("earlier", "")))))
    return found


def reason_fault(faults: forms.Faults) -> str:
    """Return what is wrong with the reason, in words."""
    if "reason" not in faults:
        return ""
    words = _REASON_WORDS.get(faults["reason"][0])
    return words() if words else _("Check this entry")


def chosen(case: CaseView, event: str) -> Transition | None:
    """Return what was chosen, if this person may do it now."""
    return next((one for one in case.may if one.event == event), None)


def _title(case: CaseView, event: str) -> Text | None:
    return next((one.title for one in case.definition.transitions if one.event == event), None)
