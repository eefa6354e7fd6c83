"""The phrases that an official may put into a reason: those of the pack, filled for the case, and their own."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import CharField

from amur.base.acting import Scope
from amur.ledger.kept import prefetch
from amur.ledger.prepared import prepared
from amur.procedures import moments
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.models import Case
from amur.procedures.phrases.models import OwnPhrase
from amur.procedures.wording import filled


@dataclass(frozen=True, slots=True)
class PhraseView:
    """A phrase as it is offered: what names it, and its words for this case."""

    id: str
    title: str
    text: str
    is_own: bool


_OWN = prepared(lambda account: OwnPhrase.objects.filter(account_id=account), CharField())


def own_phrases(scope: Scope) -> tuple[OwnPhrase, ...]:
    """Return the phrases that a reader keeps, by their names."""
    if not scope.account_id:
        return ()
    return tuple(sorted(prefetch(_OWN(scope.account_id)), key=lambda one: one.title))


def phrases_for(
    scope: Scope, case: Case, definition: ProcedureDeclaration, *, language: str, event: str = ""
) -> tuple[PhraseView, ...]:
    """Return what can be put into a reason about a case: first what the pack says, then one's own.

    They are named in ``language`` and written in that of the case, whose party reads them. Without ``event`` those are
    offered that fit every event.
    """
    words = moments.words(case, definition, "", case.language)
    declared = tuple(
        PhraseView(one.id, one.title.say(language), filled(one.text.say(case.language), words), is_own=False)
        for one in definition.phrases
        if not one.events or event in one.events
    )
    own = (PhraseView(str(one.pk), one.title, filled(one.text, words), is_own=True) for one in own_phrases(scope))
    return (*declared, *own)
