"""Which kind of declaration a file is, by its name alone, and which type reads it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from pydantic import BaseModel

from amur.base.codelists import CodeList
from amur.base.declared import LANGUAGES
from amur.base.identifiers import IdentifierScheme
from amur.base.legal_time import WorkCalendar
from amur.exchange.declarations import ExchangeDeclaration
from amur.indicators.declarations import IndicatorDeclaration
from amur.packs.arrivals.declarations import ArrivalsDeclaration
from amur.packs.declarations import ClosedDeclaration, DemonstrationDeclaration, ExampleDeclaration
from amur.people.declarations import BodiesDeclaration, RegionsDeclaration, RolesDeclaration
from amur.policy.declarations import PackDeclaration, PolicyDeclaration, SourcesDeclaration, ValueDeclaration
from amur.policy.tongues.declarations import TextsDeclaration
from amur.procedures.consultation.declarations import ConsultationDeclaration
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.draws.declarations import DrawDeclaration
from amur.procedures.finders.declarations import FinderDeclaration
from amur.procedures.migrating.declarations import MigrationDeclaration
from amur.procedures.topics.declarations import TopicsDeclaration
from amur.registers.declarations import RegisterDeclaration
from amur.studies.declarations import MethodDeclaration


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind: its name, the type that reads it, and whether it becomes part of a release.

    ``single`` kinds occur once in a pack and have their own name as id.
    """

    name: str
    model: type[BaseModel]
    single: bool = False
    released: bool = True


_BY_NAME = {
    "pack.yaml": Kind("pack", PackDeclaration, single=True),
    "policy.yaml": Kind("policy", PolicyDeclaration, single=True),
    "bodies.yaml": Kind("bodies", BodiesDeclaration, single=True),
    "regions.yaml": Kind("regions", RegionsDeclaration, single=True),
    "roles.yaml": Kind("roles", RolesDeclaration, single=True),
    "calendar.yaml": Kind("calendar", WorkCalendar, single=True),
    "sources.yaml": Kind("sources", SourcesDeclaration, single=True),
    "topics.yaml": Kind("topics", TopicsDeclaration, single=True),
    "demonstration.yaml": Kind("demonstration", DemonstrationDeclaration, single=True, released=False),
    "closed.yaml": Kind("closed", ClosedDeclaration, single=True, released=False),
}
_BY_SUFFIX = {
    "procedure": Kind("procedure", ProcedureDeclaration),
    "register": Kind("register", RegisterDeclaration),
    "indicator": Kind("indicator", IndicatorDeclaration),
    "method": Kind("method", MethodDeclaration),
    "draw": Kind("draw", DrawDeclaration),
    "consultation": Kind("consultation", ConsultationDeclaration),
    "finder": Kind("finder", FinderDeclaration),
    "exchange": Kind("exchange", ExchangeDeclaration),
    "migration": Kind("migration", MigrationDeclaration),
    "scheme": Kind("scheme", IdentifierScheme),
    "codelist": Kind("codelist", CodeList),
    "value": Kind("value", ValueDeclaration),
    "example": Kind("example", ExampleDeclaration),
    "arrivals": Kind("arrivals", ArrivalsDeclaration, released=False),
}
_FOLDERS = {"codelists": "codelist"}
_TEXTS = Kind("texts", TextsDeclaration)
"""Its files are named by their language, such as ``texts.ru.yaml``."""

REQUIRED = ("pack.yaml", "policy.yaml", "bodies.yaml", "regions.yaml", "roles.yaml", "calendar.yaml", "sources.yaml")
"""Files without which a pack cannot run."""

CARRIERS = ("procedure", "register", "indicator", "method", "draw", "consultation", "finder", "exchange")
"""Kinds that carry commitments out."""


def kind_of(file: str) -> Kind | None:
    """Return the kind of a file by its path in the pack, or None where the name says nothing.

    >>> [kind_of(file).name for file in ("03-entry/a.procedure.yaml", "codelists/classes.yaml", "pack.yaml")]
    ['procedure', 'codelist', 'pack']
    >>> kind_of("03-entry/texts.ru.yaml").name, kind_of("03-entry/texts.xx.yaml")
    ('texts', None)
    >>> kind_of("03-entry/pack.yaml"), kind_of("notes.yaml"), kind_of("a.procedure.yml")
    (None, None, None)
    """
    path = PurePosixPath(file)
    if str(path) in _BY_NAME:
        return _BY_NAME[str(path)]
    stem, dot, suffix = path.name.removesuffix(".yaml").rpartition(".")
    if path.suffix != ".yaml":
        return None
    if stem == _TEXTS.name:
        return _TEXTS if suffix in LANGUAGES else None
    if dot and stem:
        return _BY_SUFFIX.get(suffix)
    if len(path.parts) > 1 and path.parts[0] in _FOLDERS:
        return _BY_SUFFIX[_FOLDERS[path.parts[0]]]
    return None


def kinds() -> dict[str, Kind]:
    """Return all kinds by their name, those that occur once in a pack first.

    >>> list(kinds())[:2]
    ['pack', 'policy']
    """
    return {kind.name: kind for kind in (*_BY_NAME.values(), *_BY_SUFFIX.values(), _TEXTS)}


def file_pattern(kind: str) -> str:
    """Return how a file of a kind is named.

    >>> file_pattern("pack"), file_pattern("register")
    ('pack.yaml', 'NAME.register.yaml')
    >>> file_pattern("texts")
    'texts.LANGUAGE.yaml'
    """
    if kind == _TEXTS.name:
        return f"{kind}.LANGUAGE.yaml"
    return f"{kind}.yaml" if f"{kind}.yaml" in _BY_NAME else f"NAME.{kind}.yaml"


def suffixes() -> str:
    """Return the endings that a file may have, for a fault's advice.

    >>> suffixes().split(", ")[0]
    '.arrivals.yaml'
    """
    return ", ".join(f".{name}.yaml" for name in sorted(_BY_SUFFIX))
