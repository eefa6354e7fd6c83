"""The forms of the page that signs: which there are for this person now, and what each asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from amur.base.declared import Text
from amur.base.fields import Raw
from amur.procedures.reads import CaseView, SignOffView
from amur.web.desk.signing.drafting import as_typed
from amur.web.desk.signing.wording import Typed
from amur.web.fields import FieldView, Option
from amur.web.portal.forms import language


@dataclass(frozen=True, slots=True)
class Form:
    """One form: what it does, what its button says, and whether it stands open.

    ``asks_fields`` says that it also asks what the decision asks; ``phrase_into`` names the text that takes phrases.
    """

    verb: str
    title: str
    button: str
    fields: tuple[FieldView, ...]
    is_first: bool = False
    is_open: bool = False
    asks_fields: bool = False
    phrase_into: str = ""


def open_forms(view: SignOffView, typed: Typed) -> list[Form]:
    """Return the forms that this person may send, what is most likely first."""
    made: Mapping[str, Callable[[], Form]] = {
        "sign": lambda: _form(
            typed, "sign", _("Sign"), _("Sign"), _text(typed, "sign", "remark", _("Remark"), is_required=False)
        ),
        "change": lambda: _change(view, typed),
        "vote": lambda: _vote(typed),
        "conclude": lambda: _form(
            typed,
            "conclude",
            _("Close the discussion"),
            _("Close it with these minutes"),
            _text(typed, "conclude", "minutes", _("Minutes"), hint=_("Who sat, what was said. The votes decide.")),
        ),
        "return": lambda: _return(view, typed),
        "urge": lambda: _form(
            typed, "urge", _("Urge"), _("Urge"), _text(typed, "urge", "remark", _("Remark"), is_required=False)
        ),
        "withdraw": lambda: _form(
            typed, "withdraw", _("Give the draft up"), _("Give it up"), _text(typed, "withdraw", "reason", _("Why?"))
        ),
    }
    may = set(view.may) | ({"change"} if "sign" in view.may else set())
    return [make() for verb, make in made.items() if verb in may]


def raw_of(view: SignOffView, typed: Typed) -> Mapping[str, Raw]:
    """Return what the form that changes a draft shows: what was typed, or what the draft says."""
    return typed.raw if typed.verb == "change" else as_typed(view.arrow.asks, view.draft.given)


def redraft(found: CaseView, view: SignOffView) -> list[tuple[Text, str]]:
    """Return what the drafter of a returned draft may propose, each with the address of its form."""
    return [
        (arrow.title, reverse("desk:draft", args=[found.number, arrow.event]))
        for arrow in found.may
        if arrow.sign_off == view.chain.id
    ]


def _form(typed: Typed, verb: str, title: str, button: str, *fields: FieldView) -> Form:
    into = next((field.name for field in fields if field.name in {"reason", "minutes"}), "")
    return Form(verb, title, button, fields, verb in {"sign", "vote"}, typed.verb == verb, phrase_into=into)


def _text(
    typed: Typed, verb: str, name: str, label: str, *, hint: str = "", value: str = "", is_required: bool = True
) -> FieldView:
    return FieldView(
        name,
        "textarea",
        label,
        hint=hint,
        value=typed.text(verb, name) if typed.verb == verb else value,
        error=typed.fault(verb, name),
        is_required=is_required,
        element=f"{verb}-{name}",
    )


def _change(view: SignOffView, typed: Typed) -> Form:
    hint = _("What stood there before stays in the thread beside yours.")
    reason = _text(typed, "change", "reason", _("Reason"), hint=hint, value=view.draft.reason)
    remark = _text(typed, "change", "remark", _("Remark"), is_required=False)
    fields = (remark,) if view.arrow.reason == "none" else (reason, remark)
    return Form(
        "change",
        _("Change the draft and sign"),
        _("Change and sign"),
        fields,
        is_open=typed.verb == "change",
        asks_fields=True,
        phrase_into="reason" if reason in fields else "",
    )


def _return(view: SignOffView, typed: Typed) -> Form:
    steps = [("", _("Drafter")), *((one.id, one.title.say(language())) for one in view.back)]
    to = FieldView(
        "to",
        "radios",
        _("To whom?"),
        options=tuple(Option(name, title, name == typed.to) for name, title in steps),
        error=typed.fault("return", "to"),
        element="return-to",
    )
    return _form(typed, "return", _("Return"), _("Return"), to, _text(typed, "return", "reason", _("Why?")))


def _vote(typed: Typed) -> Form:
    options = (("for", _("For it")), ("against", _("Against it")), ("abstain", _("I abstain")))
    choice = FieldView(
        "choice",
        "radios",
        _("Your vote"),
        options=tuple(Option(name, title, name == typed.choice) for name, title in options),
        error=typed.fault("vote", "choice"),
        element="vote-choice",
    )
    remark = _text(typed, "vote", "remark", _("Remark"), hint=_("Whoever is against it says why."), is_required=False)
    return _form(typed, "vote", _("Vote"), _("Vote"), choice, remark)
