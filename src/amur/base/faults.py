"""What can go wrong, said once: the errors an act raises and the faults a checker finds.

::

    AmurError
    ├── Invalid    the input is not acceptable: says which field, what was found, what to do
    ├── Refused    the actor may not, or the rule does not allow it now: says the basis
    ├── Conflict   somebody else was faster, or the form is out of date: says what to reload
    └── NotFound   there is no such thing, or the reader may not know of it
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason why something cannot be: its stable code, what it says in English, and what fills its sentence."""

    code: str
    message: str
    details: Mapping[str, str | int] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return the English sentence.

        >>> str(Reason("too_dear", "it costs 9 at least", {"least": 9}))
        'it costs 9 at least'
        """
        return self.message


class AmurError(Exception):
    """The root of all errors that a person may be shown.

    ``code`` is stable and is what the pages translate; ``details`` fills its sentence.
    """

    def __init__(self, code: str, message: str, **details: str | int) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Return why, reason by reason; an error that has several says each.

        >>> AmurError("late", "it took 3 hours", hours=3).reasons
        (Reason(code='late', message='it took 3 hours', details={'hours': 3}),)
        """
        return (Reason(self.code, self.message, self.details),)


class Refused(AmurError):
    """The actor may not do this, or the rule does not allow it in this state."""


class Conflict(AmurError):
    """The thing was changed by somebody else since it was read."""


class NotFound(AmurError):
    """There is no such thing, or the reader may not know that there is."""


class Invalid(AmurError):
    """The input cannot be accepted; ``fields`` maps each field to (code, message)."""

    def __init__(self, fields: Mapping[str, tuple[str, str]], message: str = "the input has faults") -> None:
        super().__init__("invalid", message)
        self.fields = dict(fields)


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One finding of a checker: where it is, what was found, what to do."""

    file: str
    line: int
    check: str
    found: str
    fix: str

    def __str__(self) -> str:
        """Print as editors expect, so that a click opens the line.

        >>> print(Fault("a.procedure.yaml", 3, "procedure.state", "unknown state 'filed'", "declare it"))
        a.procedure.yaml:3: [procedure.state] unknown state 'filed'; declare it
        """
        return f"{self.file}:{self.line}: [{self.check}] {self.found}; {self.fix}"
