"""A person who shows who they are: number and name are compared here, in memory, and only the kind goes on; pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from amur.base.declared import Text
from amur.base.fields import FieldError, Lookups, PersonField
from amur.procedures.window.declarations import DocumentKind, IdentityCheck
from amur.procedures.window.engine import Faults, same_name

KIND, NUMBER, NAME = "identity-kind", "identity-number", "identity-name"
"""The controls of a form that ask for it; what came in the last two is never shown again."""
_NUMBER, _NAME = Text(zh="证件号码", en="Number of the document"), Text(zh="证件上的姓名", en="Name on the document")


@dataclass(frozen=True, slots=True)
class Person:
    """What somebody shows at the window. Neither number nor name stands in its representation, so no log has them."""

    kind: str = ""
    number: str = field(default="", repr=False)
    name: str = field(default="", repr=False)

    @property
    def is_shown(self) -> bool:
        """Say whether anything was shown.

        >>> Person().is_shown, Person(number=" 1").is_shown, Person("card", "230102", "x")
        (False, True, Person(kind='card'))
        """
        return any(one.strip() for one in (self.kind, self.number, self.name))


def number_field(check: IdentityCheck, kind: DocumentKind) -> PersonField:
    """Return the field that reads the number of a kind of document: checked in flight, never kept."""
    return _field(check, NUMBER, "document", _NUMBER, kind.scheme)


def name_field(check: IdentityCheck) -> PersonField:
    """Return the field that reads the name on the document: compared in flight, never kept."""
    return _field(check, NAME, "name", _NAME, None)


def _field(check: IdentityCheck, name: str, of: str, title: Text, scheme: str | None) -> PersonField:
    return PersonField.model_validate(
        {"id": name.replace("-", "_"), "type": "person", "of": of, "title": title, "purpose": check.purpose}
        | {"retention_days": 1, "keep": False, "scheme": scheme, "required": True}
    )


def checked(check: IdentityCheck | None, person: Person, declared_name: str | None, found: Lookups) -> Faults:
    """Return what is wrong with what a person shows; ``declared_name`` is what the form says, where that counts.

    >>> from datetime import date
    >>> from tests.procedures.window.shown import CHECK, LOOKUPS
    >>> checked(CHECK, Person("card", "123", "李 明"), "李明", LOOKUPS)
    {}
    >>> wrong = checked(CHECK, Person("card", "124", "x"), "李明", LOOKUPS)
    >>> sorted((name, code) for name, (code, _) in wrong.items())
    [('identity-name', 'name_differs'), ('identity-number', 'bad_identifier')]
    >>> [checked(CHECK, one, None, LOOKUPS) for one in (Person(), Person("pass", "1", ""))][0]
    {'identity-kind': ('required', 'no document was shown')}
    >>> asked = CHECK.model_copy(update={"required": False})
    >>> checked(None, Person(), None, LOOKUPS), checked(asked, Person(), "x", LOOKUPS)
    ({}, {})
    """
    if check is None or (not check.required and not person.is_shown):
        return {}
    kind = check.kind(person.kind)
    if kind is None:
        return {KIND: ("required", "no document was shown")}
    faults: Faults = {}
    try:
        number_field(check, kind).parse(person.number, found)
    except FieldError as error:
        faults[NUMBER] = (error.code, str(error))
    if declared_name is not None and not person.name.strip():
        faults[NAME] = ("required", "say the name on the document")
    elif declared_name is not None and not same_name(person.name, declared_name):
        faults[NAME] = ("name_differs", "the name on the document is not that of the form")
    return faults
