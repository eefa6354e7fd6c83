"""What stands in the file of a case: answers with who may read them, files, the course, and the ledger's entries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.urls import reverse
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext as _

from amur.base.acting import Scope
from amur.base.fields import Lookups
from amur.ledger import reads as ledger
from amur.people import reads as people
from amur.procedures import reads
from amur.procedures.models import Upload
from amur.procedures.reads import CaseView, TimelineLine
from amur.procedures.window.reads import SLIP
from amur.web import striking
from amur.web.dates import moment
from amur.web.fields import Shown, value_shown
from amur.web.open.kinds import kind_words
from amur.web.portal.forms import language
from amur.web.threads import Knot


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of the form, with who may read it."""

    title: str
    value: Shown
    openness: Literal["public", "restricted"]
    is_personal: bool


@dataclass(frozen=True, slots=True)
class Paper:
    """One file of the case."""

    title: str
    upload: Upload
    address: str


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One entry of the ledger about the case."""

    words: str
    at: datetime
    who: str
    role: str
    client: str
    leaf: str
    index: int | None


def answers(case: CaseView, found: Lookups) -> list[Answer]:
    """Return what was entered, field by field; files stand on their own."""
    return [
        Answer(
            title=field.title.say(language()),
            value=value_shown(field, value, language(), found),
            openness=field.openness,
            is_personal=field.personal_class != "none",
        )
        for field, value in case.answers
        if field.type != "file"
    ]


def files(case: CaseView) -> list[Paper]:
    """Return the files of the case, with what they were asked for."""
    titles = {field.id: field.title.say(language()) for field in case.definition.data_fields}
    titles.setdefault(SLIP, _("Slip signed by whoever fetched a document"))
    if any(one.field not in titles for one in case.uploads):
        titles |= reads.titles_of_papers(case.case, case.definition)
    return [
        Paper(titles.get(one.field, one.field), one, reverse("desk:file", args=[case.number, one.pk]))
        for one in case.uploads
    ]


def knots(scope: Scope, lines: Sequence[TimelineLine], case: CaseView | None) -> list[Knot]:
    """Return the course as a thread; with the case, also where it stands now."""
    names = _names(scope, {line.actor_id for line in lines})
    course = [replace(_knot(line, names.get(line.actor_id, "")), struck=striking.words(line, lines)) for line in lines]
    if case is not None and not case.state.final:
        course.append(Knot(case.state.title.say(language()), when=_("Now"), state="now"))
    return course


def _knot(line: TimelineLine, name: str) -> Knot:
    who = _("Applicant") if line.by_applicant else name or _("Office")
    if line.lapsed_at:
        since = moment(line.lapsed_at, language(), get_default_timezone())
        who = _("By law, since %(moment)s: the period was over") % {"moment": since}
    separator = "：" if language().startswith("zh") else ": "
    text = f"{who}{separator}{line.reason}" if line.reason else who
    state: Literal["", "refused", "paused"] = (
        "refused" if line.outcome == "refused" else "paused" if line.state.needs_applicant else ""
    )
    return Knot(line.title.say(language()), text, at=line.at, state=state)


def _names(scope: Scope, actors: set[str]) -> Mapping[str, str]:
    """Return the names of those actors who have an account; strangers and the machine have none."""
    return people.names(scope, {actor for actor in actors if _is_account(actor)})


def _is_account(actor: str) -> bool:
    try:
        UUID(actor)
    except ValueError:
        return False
    return True


def entries(scope: Scope, case: CaseView, lines: Sequence[TimelineLine]) -> list[EntryLine]:
    """Return every entry about the case, reading included: who, in which office, through which door."""
    found = ledger.entries_of(scope, f"case:{case.id}")
    titles = {line.entry_hash: line.title.say(language()) for line in lines}
    names = _names(scope, {str((entry.act or {}).get("actor_id", "")) for entry in found})
    roles = {name: title.say(language()) for name, title in people.role_titles().items()}
    return list(_entry_lines(found, titles, {**_doors(), **roles, **names}))


def _doors() -> dict[str, str]:
    """Return the doors of the web in words, by their names in entries; other programs are named as they are."""
    return {"portal": _("Portal"), "desk": _("Desk"), "board": _("Board"), "open": _("Open data")}


def _entry_lines(
    found: Sequence[ledger.EntryView], titles: dict[str, str], names: Mapping[str, str]
) -> Iterator[EntryLine]:
    for entry in found:
        act = entry.act or {}
        actor, role, client = (str(act.get(name, "")) for name in ("actor_id", "role", "client"))
        yield EntryLine(
            words=titles.get(entry.leaf) or kind_words(entry.kind),
            at=entry.recorded_at,
            who=names.get(actor) or (_("erased") if entry.act is None else actor),
            role=names.get(role, role),
            client=names.get(client, client),
            leaf=entry.leaf,
            index=entry.index,
        )
