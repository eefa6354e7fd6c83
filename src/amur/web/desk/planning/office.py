"""Which methods and studies a reader works with, and in which office: the roles that the method names, nobody else."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.utils.timezone import localdate
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from amur.base.acting import Actor, Scope
from amur.base.faults import NotFound
from amur.base.fields import Lookups, MoneyField
from amur.people import reads as people
from amur.policy.declarations import SourcesDeclaration
from amur.registers.lookups import active, by_hash, lookups
from amur.studies import catalogue, reads
from amur.studies.catalogue import Model
from amur.studies.declarations import MethodDeclaration
from amur.studies.reads import StudyView
from amur.web.requests import AmurRequest

_WHOLE = 1_000
_ENOUGH = 50
"""From how many thousandths on it can be said how long the rest takes."""
_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Found:
    """A study that the reader works with: the method as it was then and as it is now, and what its fields refer to."""

    study: StudyView
    declaration: MethodDeclaration
    now: MethodDeclaration | None
    model: Model | None
    lookups: Lookups

    @property
    def currency(self) -> str:
        """Return the currency of its sums: that of its first parameter of money; none where there is none."""
        return currency_of(self.declaration)


def methods(scope: Scope) -> list[MethodDeclaration]:
    """Return the methods whose studies a reader works with."""
    return [one for one in reads.methods(scope) if reads.sees_all(scope, one)]


def method(request: AmurRequest, method_id: str) -> MethodDeclaration:
    """Return a method that the reader runs.

    Raises:
        NotFound: if there is none, or the reader does not run it.
    """
    found = next((one for one in reads.methods(request.scope) if one.id == method_id), None)
    if found is None or not reads.may_run(request.scope, found):
        raise NotFound("no_method", f"there is no method {method_id!r} that you run")
    return found


def study(request: AmurRequest, study_id: int) -> Found:
    """Return a study that the reader works with.

    Raises:
        NotFound: if there is none, or the reader runs and publishes no studies of its method.
    """
    found = reads.study(request.scope, study_id)
    declaration = by_hash(MethodDeclaration, found.declaration_hash)
    now = next((one for one in reads.methods(request.scope) if one.id == found.method), None)
    if not reads.sees_all(request.scope, now or declaration):
        raise NotFound("no_study", f"there is no study {study_id} that you work with")
    return Found(found, declaration, now, catalogue.MODELS.get(found.model), lookups(localdate(request.now)))


def runner(request: AmurRequest, declaration: MethodDeclaration) -> Actor:
    """Return the reader in the office that runs a method."""
    return request.actor(role=reads.role_for(request.scope, declaration.runs))


def publisher(request: AmurRequest, declaration: MethodDeclaration) -> Actor:
    """Return the reader in the office that publishes studies of a method."""
    return request.actor(role=reads.role_for(request.scope, declaration.publishes))


def currency_of(declaration: MethodDeclaration) -> str:
    """Return the currency of the first parameter that is money; empty where there is none."""
    fields = (one.field for one in declaration.parameters)
    return next((one.currency for one in fields if isinstance(one, MoneyField)), "")


def source(named: str) -> str:
    """Return the title of a source that the pack lists; what it does not list is told as it stands."""
    for listed in active(SourcesDeclaration, "sources").values():
        for one in listed.sources:
            if one.id == named:
                return one.title.say(get_language() or "zh-hans")
    return named


def names(scope: Scope, actors: Collection[str]) -> Mapping[str, str]:
    """Return who asked for studies: colleagues by name, the machine as such."""
    accounts = {actor for actor in actors if _is_account(actor)}
    return dict.fromkeys(set(actors) - accounts, _("the machine")) | dict(people.names(scope, accounts))


def states() -> dict[str, tuple[str, str]]:
    """Return how far a study can be, in words, with the colour of each."""
    return {
        "queued": (_("waiting"), ""),
        "running": (_("running"), "ask"),
        "done": (_("done"), "yes"),
        "failed": (_("failed"), "no"),
    }


def time_left(found: StudyView, now: datetime) -> str:
    """Return how long a running study still takes, in words; empty where nobody can say."""
    if found.state != "running" or found.started_at is None or not _ENOUGH <= found.progress < _WHOLE:
        return ""
    taken = max((now - found.started_at).total_seconds(), 0)
    seconds = taken * (_WHOLE - found.progress) / found.progress
    if seconds < _MINUTE:
        return _("less than a minute left")
    minutes = round(seconds / _MINUTE)
    return ngettext("about %(count)s minute left", "about %(count)s minutes left", minutes) % {"count": minutes}


def took(seconds: float | None) -> str:
    """Return how long a run took, in words."""
    if seconds is None:
        return ""
    if seconds < 1:
        return _("took less than a second")
    if seconds < _MINUTE:
        return _("took %(seconds)s seconds") % {"seconds": f"{Decimal(str(round(seconds, 1))):f}"}
    minutes = round(seconds / _MINUTE)
    return ngettext("took %(count)s minute", "took %(count)s minutes", minutes) % {"count": minutes}


def _is_account(actor: str) -> bool:
    try:
        UUID(actor)
    except ValueError:
        return False
    return True
