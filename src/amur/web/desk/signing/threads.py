"""The thread of a draft: who did what with it and when, who holds it now, who comes after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amur.base.acting import Scope
from amur.people import reads as people
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.reads import SignOffView
from amur.procedures.signing.models import SignOffLine
from amur.web.portal.forms import language
from amur.web.threads import Knot, KnotState

_STATES: Mapping[str, KnotState] = {
    "returned": "refused",
    "overtaken": "paused",
    "withdrawn": "refused",
    "urged": "paused",
}


def knots(scope: Scope, view: SignOffView, definition: ProcedureDeclaration) -> list[Knot]:
    """Return a course as a thread, from the first draft to the last step that is still to come."""
    names = names_of(scope, {line.actor_id for line in view.lines})
    titles = {step.id: step.title.say(language()) for step in view.chain.steps}
    told = [_knot(line, names, titles, definition) for line in view.lines]
    return [*told, *(_ahead(view) if view.is_open else _ended(view))]


def names_of(scope: Scope, actors: set[str]) -> Mapping[str, str]:
    """Return the names of those actors who have an account."""
    return people.names(scope, {actor for actor in actors if _is_account(actor)})


def verb_words(line: SignOffLine) -> str:
    """Return what was done, in words."""
    votes = {"for": _("Voted for it"), "against": _("Voted against it"), "abstain": _("Abstained")}
    closed = {"carried": _("Carried by vote"), "failed": _("Not carried by vote")}
    return {
        "drafted": _("Drafted"),
        "signed": _("Signed"),
        "changed": _("Changed and signed"),
        "returned": _("Returned"),
        "voted": votes.get(line.choice, ""),
        "concluded": closed.get(line.choice, ""),
        "urged": _("Urged"),
        "overtaken": _("The case moved, so the draft is to be looked at again"),
        "withdrawn": _("Draft withdrawn"),
    }[line.verb]


def _knot(
    line: SignOffLine, names: Mapping[str, str], titles: Mapping[str, str], definition: ProcedureDeclaration
) -> Knot:
    office = titles.get(line.step, _("Drafter"))
    who = names.get(line.actor_id) or _("Office")
    took = line.verb not in {"urged", "overtaken"}
    said = [f"{office} · {who}" if took else who, *_told(line, titles, definition)]
    return Knot(verb_words(line), "\n".join(said), at=line.at, state=_STATES.get(line.verb, ""))


def _told(line: SignOffLine, titles: Mapping[str, str], definition: ProcedureDeclaration) -> Iterator[str]:
    """Yield what stands under a line: what was proposed, to whom it went back, what was said, what was changed."""
    if line.verb == "drafted":
        arrow = next((one for one in definition.transitions if one.event == line.event), None)
        yield _("Proposed: %(what)s") % {"what": arrow.title.say(language()) if arrow else line.event}
    if line.verb == "returned":
        yield _("To: %(whom)s") % {"whom": titles.get(line.to, _("Drafter"))}
    if line.text:
        yield line.text
    if line.before:
        yield _("Before: %(text)s") % {"text": line.before}
    if line.after:
        yield _("Reason: %(text)s") % {"text": line.after}
    fields = {field.id: field.title.say(language()) for field in definition.data_fields}
    for name, both in line.changes.items():
        old, new = both if isinstance(both, list) else (None, both)
        shown = "–" if new is None else str(new)
        yield f"{fields.get(name, name)}: {shown}" if old is None else f"{fields.get(name, name)}: {old} → {shown}"


def _ahead(view: SignOffView) -> Iterator[Knot]:
    title = view.step.title.say(language()) if view.step else _("Drafter")
    text = _("overdue") if view.is_late else ""
    if view.urged:
        urged = ngettext("urged %(count)d time", "urged %(count)d times", view.urged) % {"count": view.urged}
        text = f"{text} · {urged}" if text else urged
    yield Knot(title, text, when=_("Now"), state="now")
    for step in view.coming:
        yield Knot(step.title.say(language()), when=_("Then"), state="next")


def _ended(view: SignOffView) -> Iterator[Knot]:
    words = {
        "decided": _("Decided with the last signature"),
        "withdrawn": _("Given up"),
        "void": _("Nothing is left of it: the case went another way"),
    }
    yield Knot(words[view.draft.ended], at=view.draft.ended_at)


def _is_account(actor: str) -> bool:
    try:
        UUID(actor)
    except ValueError:
        return False
    return True
