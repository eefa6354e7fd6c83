"""What studies say, to whom: everybody reads what was published, those who run a method read all studies of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from amur.base.acting import Scope
from amur.base.canonical import Json
from amur.base.declared import Text
from amur.base.faults import NotFound
from amur.base.listing import MOST_COUNTED, Listing, bounds, valid_page
from amur.policy import reads as policy
from amur.registers import lookups
from amur.studies import catalogue, engine
from amur.studies.declarations import MethodDeclaration
from amur.studies.folders import Folder
from amur.studies.models import Study
from amur.studies.tables import Table, read_rows


@dataclass(frozen=True, slots=True)
class FigureView:
    """A figure of a summary, with what it is called; ``of`` is the definition, where there is one of each."""

    name: str
    title: Text
    unit: Text | None
    value: Decimal | None
    decimals: int
    is_share: bool
    of: str = ""


@dataclass(frozen=True, slots=True)
class StudyView:
    """A study as its reader may see it: to a stranger only what its method calls public.

    Title and scenario are as somebody typed them, or texts in several languages where a declaration says them.
    """

    id: int
    method: str
    method_title: Text
    declaration_hash: str
    model: str
    model_version: str
    title: str | Text
    scenario: str | Text
    parameters: Mapping[str, Json]
    inputs: tuple[Mapping[str, Json], ...]
    values_used: tuple[Mapping[str, Json], ...]
    ran_on: Mapping[str, Json]
    state: str
    progress: int
    doing: str
    step: Mapping[str, Any]
    reason: str
    faults: tuple[Mapping[str, Any], ...]
    figures: tuple[FigureView, ...]
    simulated: tuple[Text, ...]
    files: Mapping[str, str]
    result_hash: str
    seconds: float | None
    memory_mb: int | None
    is_public: bool
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    published_at: datetime | None
    created_by: str
    queued_entry: str
    ended_entry: str

    def figure(self, name: str) -> FigureView | None:
        """Return a figure by its name."""
        return next((one for one in self.figures if one.name == name), None)


@dataclass(frozen=True, slots=True)
class ProgressView:
    """How far a study is, in thousandths."""

    state: str
    progress: int
    doing: str
    reason: str


def folder() -> Folder:
    """Return the folder of this installation's studies."""
    return Folder(Path(settings.DATA) / "studies")


def declared(method: str) -> tuple[str, MethodDeclaration]:
    """Return hash and declaration of a method of the active pack.

    Raises:
        NotFound: if there is none of this id.
    """
    content_hash, _ = policy.declaration("method", method)
    return content_hash, lookups.by_hash(MethodDeclaration, content_hash)


def methods(_: Scope) -> tuple[MethodDeclaration, ...]:
    """Return the methods of the active pack, in the order of their ids; what a pack declares is public."""
    return tuple(lookups.active(MethodDeclaration, "method").values())


def may_run(scope: Scope, declaration: MethodDeclaration) -> bool:
    """Say whether a reader runs studies of a method."""
    return scope.kind == "system" or bool(role_for(scope, declaration.runs))


def may_publish(scope: Scope, declaration: MethodDeclaration) -> bool:
    """Say whether a reader makes studies of a method public."""
    is_possible = declaration.public is not None
    return is_possible and (scope.kind == "system" or bool(role_for(scope, declaration.publishes)))


def role_for(scope: Scope, roles: tuple[str, ...]) -> str:
    """Return the first of some roles that a reader holds; empty where there is none."""
    return next((role for role in roles if scope.kind == "office" and scope.holds(role)), "")


def sees_all(scope: Scope, declaration: MethodDeclaration) -> bool:
    """Say whether a reader sees every study of a method, and all of each."""
    return may_run(scope, declaration) or bool(role_for(scope, declaration.publishes))


def studies(scope: Scope, *, method: str = "", page: int = 1) -> Listing[StudyView]:
    """Return one page of studies that a reader may see, the newest first; of one method, or of all."""
    found = _visible(scope).order_by("-id")
    if method:
        found = found.filter(method=method)
    counted = found[: MOST_COUNTED + 1].count()
    return Listing(tuple(_view(scope, one) for one in found[bounds(page)]), valid_page(page), counted)


def study(scope: Scope, study_id: int) -> StudyView:
    """Return a study.

    Raises:
        NotFound: if there is none, or the reader may not see it.
    """
    return _view(scope, _row(scope, study_id))


def newest_public(_: Scope, method: str) -> StudyView | None:
    """Return the study of a method that was published last, as everybody sees it; None before the first.

    Raises:
        NotFound: if the active pack declares no such method.
    """
    declared(method)
    found = Study.objects.filter(method=method, is_public=True).order_by("-published_at", "-id").first()
    return _view(Scope("public"), found) if found else None


def progress(scope: Scope, study_id: int) -> ProgressView:
    """Return how far a study is.

    Raises:
        NotFound: if there is none, or the reader may not see it.
    """
    found = _row(scope, study_id)
    return ProgressView(found.state, found.progress, found.doing, found.reason)


def waiting(scope: Scope, method: str) -> bool:
    """Say whether a study of a method waits or runs that is published as soon as it is done."""
    del scope
    states = (Study.State.QUEUED, Study.State.RUNNING)
    return Study.objects.filter(method=method, state__in=states, publish_when_done=True).exists()


def file(scope: Scope, study_id: int, name: str) -> Path:
    """Return a file of a study's result, looked at by its hash.

    Raises:
        NotFound: if there is no such study or file, or the reader may not see it.
        AmurError: ``file_missing`` or ``file_changed``.
    """
    found = _view(scope, _row(scope, study_id))
    if name not in found.files:
        raise NotFound("no_file", f"the study {study_id} has no file {name!r}")
    return folder().result(found.result_hash, found.files, name)


def rows(
    scope: Scope, study_id: int, name: str, *, where: Mapping[str, str] | None = None, offset: int = 0, limit: int = 100
) -> Table:
    """Return rows of a table of a study's result (CSV or Parquet): those that say what ``where`` wants of a column.

    Raises:
        NotFound: as `file`, and if it is no table.
        AmurError: as `file`.
    """
    return read_rows(file(scope, study_id, name), where or {}, offset, limit)


def _visible(scope: Scope) -> QuerySet[Study]:
    if scope.kind == "system":
        return Study.objects.all()
    own = [one.id for one in methods(scope) if sees_all(scope, one)]
    return Study.objects.filter(Q(is_public=True) | Q(method__in=own))


def _row(scope: Scope, study_id: int) -> Study:
    found = _visible(scope).filter(pk=study_id).first()
    if found is None:
        raise NotFound("no_study", f"there is no study {study_id}, or you may not see it")
    return found


def _view(scope: Scope, found: Study) -> StudyView:
    declaration = lookups.by_hash(MethodDeclaration, found.declaration_hash)
    is_inside = sees_all(scope, lookups.active(MethodDeclaration, "method").get(found.method, declaration))
    public = declaration.public
    files = {name: one for name, one in found.results.items() if is_inside or (public and public.shows_file(name))}
    shown = [one for one in _figures(found) if is_inside or (public and public.shows_figure(one.name, one.of))]
    return StudyView(
        id=found.pk,
        method=found.method,
        method_title=declaration.title,
        declaration_hash=found.declaration_hash,
        model=found.model,
        model_version=found.model_version,
        title=_text(found, "title") or found.title,
        scenario=_text(found, "scenario") or found.scenario,
        parameters=found.parameters,
        inputs=tuple(found.inputs),
        values_used=tuple(found.values_used),
        ran_on=found.ran_on,
        state=found.state,
        progress=found.progress,
        doing=found.doing,
        step=found.step,
        reason=found.reason,
        faults=tuple(found.faults),
        figures=tuple(shown),
        simulated=tuple(Text.model_validate(one) for one in found.simulated),
        files=files,
        result_hash=found.result_hash,
        seconds=found.seconds,
        memory_mb=found.memory_mb,
        is_public=found.is_public,
        created_at=found.created_at,
        started_at=found.started_at,
        ended_at=found.ended_at,
        published_at=found.published_at,
        created_by=found.created_by if is_inside else "",
        queued_entry=found.queued_entry,
        ended_entry=found.ended_entry or "",
    )


def _text(found: Study, name: str) -> Text | None:
    return Text.model_validate(found.texts[name]) if name in found.texts else None


def _figures(found: Study) -> Iterator[FigureView]:
    """Yield the figures of a study in the order of its model; what the model no longer has is left out."""
    known: Mapping[str, Any] = catalogue.MODELS
    model = known.get(found.model)
    for name, value in found.figures.items():
        figure = model.figure(name) if model else None
        if model is None or figure is None:
            continue
        of = "" if name in model.figures else name.partition("_")[2]
        shown = engine.number(value) if value is not None else None
        yield FigureView(name, figure.title, figure.unit, shown, figure.decimals, figure.is_share, of)
