"""How a study came about: its parameters and inputs, each with where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from amur.base.canonical import Json
from amur.base.declared import Basis, Text
from amur.base.fields import FieldError, Lookups
from amur.studies import results, sources
from amur.studies.declarations import InputDeclaration, MethodDeclaration, ParameterDeclaration
from amur.studies.reads import StudyView
from amur.web.desk.planning import office, wording
from amur.web.desk.planning.office import Found
from amur.web.requests import AmurRequest


@dataclass(frozen=True, slots=True)
class ParameterRow:
    """A parameter with its value in words, where that comes from, and the rule behind it."""

    id: str
    title: str
    value: str
    origin: str
    basis: tuple[Basis, ...] = ()


@dataclass(frozen=True, slots=True)
class InputRow:
    """An input: where it comes from, its hash, and what of it is made up."""

    id: str
    title: str
    origin: str
    sha256: str
    source: str = ""
    simulated: str = ""

    @property
    def known_by(self) -> str:
        """Return where it comes from with the beginning of its hash, by which two of one name are told apart."""
        return f"{self.origin}{wording.separator()}{self.sha256[:8]}" if self.sha256 else self.origin


def values(request: AmurRequest, found: Found) -> dict[str, Any]:
    """Return what the page says of how a study came about."""
    study = found.study
    return {
        "parameters": parameter_rows(study, found.declaration, found.lookups),
        "inputs": input_rows(study, found.declaration),
        "files": [(name, _words(study.model, name)) for name in sorted(study.files)],
        "who": office.names(request.scope, [study.created_by]).get(study.created_by, study.created_by),
        "seconds": office.took(study.seconds),
        "versions": _versions(study.ran_on),
        "commitments": [(name, int(name.partition(".")[0])) for name in found.declaration.carries_out],
    }


def parameter_rows(study: StudyView, declaration: MethodDeclaration, lookups: Lookups) -> list[ParameterRow]:
    """Return the parameters of a study in the order of its method."""
    language = wording.language()
    return [
        ParameterRow(
            one.field.id,
            one.field.title.say(language),
            one.field.display(study.parameters.get(one.field.id), language, lookups),
            _origin(one, study.parameters.get(one.field.id), lookups),
            one.basis,
        )
        for one in declaration.parameters
    ]


def _origin(one: ParameterDeclaration, value: Json, lookups: Lookups) -> str:
    """Return where the value of a parameter comes from."""
    if one.fixed:
        words = _("set by the method")
    elif one.value is not None:
        words = _("dated value of the pack, unless it was changed")
    elif value is None:
        words = _("left empty")
    elif _is_default(one, value, lookups):
        words = _("default of the method")
    else:
        words = _("chosen for this study")
    return f"{words}{wording.separator()}{office.source(one.source)}" if one.source else words


def _is_default(one: ParameterDeclaration, value: Json, lookups: Lookups) -> bool:
    if one.default is None:
        return False
    try:
        return one.field.parse(one.default, lookups) == value
    except FieldError:
        return False


def input_rows(study: StudyView, declaration: MethodDeclaration) -> list[InputRow]:
    """Return the inputs of a study, in the order in which they were given."""
    known = {one.id: one for one in declaration.inputs}
    titles = sources.titles() if any(one.get("origin") == "dataset" for one in study.inputs) else {}
    return [_input_row(one, known.get(str(one.get("id"))), titles) for one in study.inputs]


def _input_row(one: Mapping[str, Json], declared: InputDeclaration | None, titles: Mapping[str, Text]) -> InputRow:
    name, language = str(one.get("id")), wording.language()
    return InputRow(
        name,
        declared.title.say(language) if declared else name,
        _from(one, titles),
        str(one.get("sha256") or ""),
        office.source(declared.source) if declared else "",
        declared.simulated.say(language) if declared and declared.simulated else "",
    )


def _from(one: Mapping[str, Json], titles: Mapping[str, Text]) -> str:
    """Return where an input comes from, in words; a file that the machine named itself is not told."""
    origin, source, file = (str(one.get(name) or "") for name in ("origin", "from", "file"))
    title = titles.get(source)
    words = {
        "dataset": (_("dataset"), title.say(wording.language()) if title else source),
        "package": (_("package of data"), f"{source} {file}".strip()),
        "file": (_("file of this installation"), file),
        "content": (_("written in the method"), ""),
        "given": (pgettext("a file", "given for this study"), file),
    }
    kind, named = words.get(origin, (origin, f"{source} {file}".strip()))
    return f"{kind}{wording.separator()}{named}" if named else kind


def _words(model: str, file: str) -> str:
    """Return what the rows of a file are; empty where it is no table."""
    found = results.table(model, file)
    return found.title.say(wording.language()) if found else ""


def _versions(ran_on: Mapping[str, Json]) -> list[tuple[str, str]]:
    found = ran_on.get("versions")
    return [(str(name), str(one)) for name, one in found.items()] if isinstance(found, Mapping) else []
