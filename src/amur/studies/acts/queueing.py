"""Queueing a study: its parameters are read, its inputs kept under their hash, and what was asked before is found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path, PurePath
from typing import Any

from django.conf import settings
from django.db import IntegrityError

from amur.base.acting import Actor, IdempotencyKey, Scope
from amur.base.canonical import Json
from amur.base.declared import Text, cited
from amur.base.faults import Invalid, NotFound, Refused
from amur.base.fields import FieldError, Raw
from amur.ledger import acts as ledger
from amur.people.reads import day_of
from amur.policy import reads as policy
from amur.procedures.transactions import act, check_key
from amur.registers import lookups
from amur.studies import catalogue, engine, reads, sources
from amur.studies.declarations import InputDeclaration, MethodDeclaration
from amur.studies.folders import Folder, hash_of
from amur.studies.models import Study

QUEUED = "study.queued"
_LONGEST = {"title": 200, "scenario": 4_000}
MOST_BYTES = 200 * 2**20
"""How large a file may be that somebody hands over for a study."""


@dataclass(frozen=True, slots=True)
class Given:
    """A file that is handed over: its name and its content, in pieces."""

    name: str
    chunks: Iterable[bytes]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a study asks, once all of it is known."""

    declaration: MethodDeclaration
    content_hash: str
    model: catalogue.Model
    parameters: dict[str, Json]
    values_used: list[Json]
    inputs: list[dict[str, Json]]

    @property
    def question(self) -> str:
        return engine.question(self.declaration.id, self.model.id, self.model.version, self.parameters, self.inputs)


def queue(
    method: str,
    *,
    by: Actor,
    scope: Scope,
    now: datetime,
    title: str | Text,
    scenario: str | Text = "",
    values: Mapping[str, Raw] | None = None,
    files: Mapping[str, Given] | None = None,
    publish: bool = False,
    key: IdempotencyKey = "",
) -> Study:
    """Queue a study of a method, to be run by the worker; one that asks the same is returned in its place.

    Title and scenario are as somebody typed them, or texts of a declaration, which are kept in all their languages.
    ``values`` are parameters as they are typed; what is left out is as the method says. With ``publish`` the study is
    made public as soon as it is done. Must not be called in a transaction.

    Raises:
        NotFound: if the active pack declares no such method.
        Refused: if the actor may not run it, or not publish it.
        Invalid: naming each parameter, file and text that does not fit.
        Conflict: if a dataset is asked for and nothing is sealed yet, or the database is busy.
    """
    check_key(key)
    content_hash, declaration = reads.declared(method)
    _check(declaration, scope, title, scenario, publish=publish)
    if key and (before := Study.objects.filter(created_by=by.actor_id, key=key).first()):
        return before
    model, on = catalogue.model(declaration.model), day_of(now)
    parameters, used = _parameters(declaration, values or {}, on)
    inputs = list(_inputs(declaration, model, files or {}, on, reads.folder()))
    asked = _Asked(declaration, content_hash, model, parameters, used, inputs)
    if found := _same(asked.question):
        return found
    try:
        with act():
            return _stored(asked, {"title": title, "scenario": scenario}, publish=publish, by=by, now=now, key=key)
    except IntegrityError:
        if (found := _same(asked.question)) is None:
            raise
        return found


def _check(
    declaration: MethodDeclaration, scope: Scope, title: str | Text, scenario: str | Text, *, publish: bool
) -> None:
    basis = cited(declaration.basis)
    if not reads.may_run(scope, declaration):
        raise Refused("not_the_analyst", f"only {', '.join(declaration.runs)} run {declaration.id!r}", basis=basis)
    if publish and not reads.may_publish(scope, declaration):
        raise Refused("not_the_publisher", f"you may not publish studies of {declaration.id!r}", basis=basis)
    faults = {
        name: ("too_long", f"at most {_LONGEST[name]} characters; found {len(text)}")
        for name, text in (("title", _typed(title)), ("scenario", _typed(scenario)))
        if len(text) > _LONGEST[name]
    }
    if not _typed(title):
        faults["title"] = ("required", "nothing was entered")
    if faults:
        raise Invalid(faults)


def _typed(said: str | Text) -> str:
    """Return a text as one string: of a declaration that of the language in which its rules stand."""
    return said.zh if isinstance(said, Text) else said.strip()


def _same(question: str) -> Study | None:
    return Study.objects.filter(question=question).exclude(state=Study.State.FAILED).first()


def _parameters(
    declaration: MethodDeclaration, values: Mapping[str, Raw], on: date
) -> tuple[dict[str, Json], list[Json]]:
    """Return the parameters as their fields keep them, and the dated values of the pack that stand behind some."""
    found = lookups.lookups(on)
    faults: dict[str, tuple[str, str]] = {}
    kept: dict[str, Json] = {}
    used: list[Json] = []
    names = [one.field.id for one in declaration.parameters]
    for name in values:
        if name not in names:
            faults[name] = (
                "unknown_field",
                f"there is no parameter {name!r}; choose from {', '.join(names) or 'none'}",
            )
    for one in declaration.parameters:
        raw: Raw = one.default or ""
        if one.value:
            dated = policy.value(one.value, on)
            raw = dated.written
            used.append({"parameter": one.field.id, **dated.as_json()})
        given = values.get(one.field.id)
        try:
            kept[one.field.id] = one.field.parse(raw if given is None or one.fixed else given, found)
            if one.fixed and given is not None and one.field.parse(given, found) != kept[one.field.id]:
                faults[one.field.id] = ("fixed", f"this is fixed at {raw}; leave it as it is")
        except FieldError as error:
            faults |= error.told(one.field.id)
    if faults:
        raise Invalid(faults)
    return {name: value for name, value in kept.items() if value is not None}, used


def plain(declaration: MethodDeclaration, parameters: Mapping[str, Json]) -> dict[str, Any]:
    """Return parameters as a model takes them: numbers, texts and truths; money in its major unit."""
    cells = {name: declaration.parameter(name).field.cell(value) for name, value in parameters.items()}
    return {name: float(one) if isinstance(one, Decimal) else one for name, one in cells.items()}


def _inputs(
    declaration: MethodDeclaration, model: catalogue.Model, files: Mapping[str, Given], on: date, folder: Folder
) -> Iterable[dict[str, Json]]:
    """Yield what is known of each input, with its content kept under its hash.

    Raises:
        Invalid: naming each file that nobody asked for, that is missing or too large.
    """
    wanted = {one.id: one for one in declaration.inputs if one.given}
    faults = {name: ("unknown_field", f"there is no file {name!r} to be given") for name in files if name not in wanted}
    for one in wanted.values():
        if one.id not in files and not one.optional:
            faults[one.id] = ("required", "no file was given")
    if faults:
        raise Invalid(faults)
    for one in declaration.inputs:
        if one.given and one.id not in files:
            continue
        said: dict[str, Json] = {"id": one.id, "origin": one.origin, "source": one.source}
        if one.simulated:
            said["simulated"] = one.simulated.model_dump(mode="json")
        ending = model.inputs[one.id].endings[0]
        yield said | _content(one, ending, files.get(one.id), on, folder)


def _content(one: InputDeclaration, ending: str, given: Given | None, on: date, folder: Folder) -> dict[str, Json]:
    """Return where the content of an input is, and its hash as far as it can be known before the run."""
    if one.dataset:
        table = sources.taken(one.dataset, one.columns, on)
        content_hash, _ = folder.keep_input([table.content])
        place: dict[str, Json] = {"from": one.dataset, "rows": table.rows, "index": table.index, "root": table.root}
        return {"file": f"{one.id}.csv", "sha256": content_hash, **place}
    if one.package:
        return {"from": one.package.name, "file": one.package.file, "sha256": one.sha256}
    if one.file:
        path = Path(settings.DATA) / "inputs" / one.file
        if not path.is_file():
            raise NotFound("no_input", f"there is no {one.file} in the folder inputs of the data; put it there")
        content_hash = hash_of(path)
        if one.sha256 and content_hash != one.sha256:
            raise Refused("input_changed", f"{one.file} is not the file that the pack means; its hash differs")
        return {"file": one.file, "sha256": content_hash}
    if given:
        content_hash, size = folder.keep_input(_bounded(one.id, given.chunks))
        return {"file": _name(given.name) or f"{one.id}{ending}", "sha256": content_hash, "bytes": size}
    content_hash, _ = folder.keep_input([(one.content or "").encode()])
    return {"file": f"{one.id}{ending}", "sha256": content_hash}


def _name(said: str) -> str:
    """Return the name of a file as it is kept: without folders, no control characters, no longer than a disk takes."""
    plain_name = "".join(sign for sign in PurePath(said.replace("\\", "/")).name if sign.isprintable())
    return plain_name.lstrip(".")[-60:]


def _bounded(name: str, chunks: Iterable[bytes]) -> Iterable[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > MOST_BYTES:
            raise Invalid({name: ("too_large", f"the file has more than {MOST_BYTES // 2**20} MB; give a smaller one")})
        yield chunk


def _stored(
    asked: _Asked, said: Mapping[str, str | Text], *, publish: bool, by: Actor, now: datetime, key: IdempotencyKey
) -> Study:
    release = policy.active_release()
    entry = ledger.record(
        subject=f"study:{asked.question}",
        kind=QUEUED,
        by=by,
        now=now,
        body={
            "method": asked.declaration.id,
            "declaration": asked.content_hash,
            "model": asked.model.id,
            "version": asked.model.version,
            "parameters": asked.parameters,
            "values": asked.values_used,
            "inputs": [{"id": one["id"], "sha256": one.get("sha256", "")} for one in asked.inputs],
            "publish": publish,
            "key": key,
        },
        basis=cited(asked.declaration.basis),
        release=release.hash if release else "",
    )
    return Study.objects.create(
        method=asked.declaration.id,
        declaration_hash=asked.content_hash,
        model=asked.model.id,
        model_version=asked.model.version,
        **{name: _typed(one) for name, one in said.items()},
        texts={name: one.model_dump(exclude_defaults=True) for name, one in said.items() if isinstance(one, Text)},
        parameters=asked.parameters,
        values_used=asked.values_used,
        inputs=asked.inputs,
        question=asked.question,
        publish_when_done=publish,
        created_at=now,
        created_by=by.actor_id,
        key=key,
        queued_entry=entry.leaf,
    )
