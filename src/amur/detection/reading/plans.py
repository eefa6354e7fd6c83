"""How JSON of one form is read at once: by a decoder made for it, that refuses whatever is not of this form.

A plan gives what the slow way gives (`flattening`). It is found by asking the slow way where a marked value ends up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Annotated, Any

import msgspec

from amur.detection.reading.columns import Gathering, Named
from amur.detection.reading.flattening import TELLING, flatten
from amur.detection.reading.shippers import NAMES
from amur.detection.reading.values import text_of

_MARK = "\ue100"
_LIST = Annotated[list[str | int | float | bool], msgspec.Meta(min_length=1)]
_KINDS: dict[type, Any] = {str: str, int: int, bool: bool, float: int | float, list: _LIST, type(None): None}
"""What a decoder lets through where an event has a value of a type."""
_PLAIN = frozenset({str, int, float, bool})
_DEEPEST, _MOST_VALUES = 8, 300
OFTEN = 16
"""How often events of a form come before it is worth a plan."""
MOST_PLANS, _MOST_FORMS, _MOST_HINTS, _MOST_ALIKE = 512, 8_192, 4_096, 8
_NUMBER, _AFTER = b'"EventID"', 12

Form = tuple[Any, ...]


class Plan:
    """Reads events of one form; ``decode`` raises ValueError or RecursionError on any other."""

    __slots__ = ("_at", "_named", "_values", "decode", "kind", "skips")

    def __init__(self, form: Any, kind: str, at: str, fields: Mapping[str, tuple[str, type]], *, skips: bool) -> None:
        """Make it of the form as a type, and of the way to each field, which is a path of attributes."""
        self.skips = skips
        self.decode: Callable[[bytes], Any] = msgspec.json.Decoder(form).decode
        self.kind = kind
        self._named = Named(tuple(fields), tuple(type_ for _, type_ in fields.values()))
        self._values = _getter([path for path, _ in fields.values()])
        self._at = attrgetter(at) if at else None

    def put(self, event: Any, gathering: Gathering, raw: bytes, position: int, at: str | None = None) -> None:
        """Put an event that was read; ``at`` counts where it says no time."""
        said = self._at(event) if self._at else None
        if type(said) is not str:
            said = text_of(said)
        gathering.put_values(self._named, self._values(event), raw, position, said or at, self.kind)


class Plans:
    """The plans for events of which some fields are gathered; what forms there are, it learns."""

    def __init__(self, fields: frozenset[str] | None) -> None:
        """Gather some fields, or all."""
        self._fields = fields
        self._outer = {name.partition(".")[0] for name in (fields or frozenset()) | TELLING if "." in name}
        self._of_hint: dict[bytes | int, list[Plan]] = {}
        self.known: dict[Form, Plan | None] = {}
        self._seen: Counter[Form] = Counter()

    def read(self, line: bytes) -> tuple[Plan, Any] | None:
        """Return the plan that fits a line and what it read, or None if none of those fits that are likely."""
        likely = self._of_hint.get(_hint(line)) or []
        for place, plan in enumerate(likely):
            try:
                event = plan.decode(line)
                if plan.skips and not line.isascii():
                    line.decode()  # what it skips, nobody has looked at
            except (ValueError, RecursionError):  # not of this form, no UTF-8, or too deep
                continue
            if place:
                likely.insert(0, likely.pop(place))
            return plan, event
        return None

    def learn(self, line: bytes, event: Mapping[str, Any]) -> None:
        """Learn the form of an event that was read the slow way; of endless forms, it begins anew."""
        if max(len(self.known) / MOST_PLANS, len(self._seen) / _MOST_FORMS, len(self._of_hint) / _MOST_HINTS) > 1:
            self.known.clear()
            self._of_hint.clear()
            self._seen.clear()
        form = form_of(event)
        if form not in self.known:
            self._seen[form] += 1
            if self._seen[form] < OFTEN:
                return
            self.known[form] = self._plan_of(event)
        if (plan := self.known[form]) is not None:
            likely = self._of_hint.setdefault(_hint(line), [])
            if plan not in likely:
                likely.insert(0, plan)
                del likely[_MOST_ALIKE:]

    def _plan_of(self, event: Mapping[str, Any]) -> Plan | None:
        """Return the plan for events of the form of this one, or None where there can be none."""
        is_flat = "Event" not in event and "winlog" not in event and NAMES.isdisjoint(event)
        form = _Marking(self._needless if is_flat and self._fields is not None else lambda _name: False)
        try:
            type_, marked = form.of(event, "", 0)
        except (ValueError, TypeError):  # too deep, a list of lists, or names that no decoder takes
            return None
        flat = flatten(marked)
        fields = {
            name: form.places[int(value[1:])]
            for name, value in flat.fields.items()
            if self._fields is None or name in self._fields
        }
        at, type_of_time = form.places[int(flat.at[1:])] if flat.at else ("", str)
        return None if type_of_time is list else Plan(type_, flat.kind, at, fields, skips=form.skips)

    def _needless(self, name: str) -> bool:
        """Say whether nothing depends on what an outer member of a flat event says."""
        return not (name in (self._fields or ()) or name in TELLING or name in self._outer)


class _Marking:
    """Turns an event into the type of its form, and into the same event with a mark in place of each value."""

    def __init__(self, is_needless: Callable[[str], bool]) -> None:
        self.places: list[tuple[str, type]] = []
        self.skips = False
        self._is_needless = is_needless

    def of(self, event: Mapping[str, Any], before: str, depth: int) -> tuple[Any, dict[str, Any]]:
        """Return the type and the marked event; ValueError where it is too deep or too large."""
        if depth > _DEEPEST:
            raise ValueError("too deep")
        members: list[tuple[str, Any, Any]] = []
        marked: dict[str, Any] = {}
        for name, value in event.items():
            attribute = f"f{len(members)}"
            if depth == 0 and self._is_needless(name):
                type_: Any = msgspec.Raw
                self.skips = True
            elif isinstance(value, dict):
                type_, marked[name] = self.of(value, f"{before}{attribute}.", depth + 1)
            else:
                type_ = self._plain(value, f"{before}{attribute}", name, marked)
            members.append((attribute, type_, msgspec.field(name=name)))
        return msgspec.defstruct("Form", members, forbid_unknown_fields=True, gc=False), marked

    def _plain(self, value: Any, path: str, name: str, marked: dict[str, Any]) -> Any:
        if len(self.places) >= _MOST_VALUES or (isinstance(value, list) and not _PLAIN.issuperset(map(type, value))):
            raise ValueError("too many values, or a list of more than values")
        marked[name] = None
        if value is not None:
            marked[name] = f"{_MARK}{len(self.places)}"
            self.places.append((path, type(value)))
        return _KINDS[type(value)]


def _getter(paths: Sequence[str]) -> Callable[[Any], Iterable[Any]]:
    """Return what gets the values at some paths of attributes."""
    if len(paths) > 1:
        return attrgetter(*paths)
    one = attrgetter(*paths) if paths else None
    return lambda event: (one(event),) if one else ()


@lru_cache(maxsize=8)
def plans_of(fields: frozenset[str] | None) -> Plans:
    """Return the plans for some fields, those that other files have taught among them."""
    return Plans(fields)


def form_of(event: Mapping[str, Any], depth: int = 0) -> Form:
    """Return what has to be alike for two events to be read by one plan.

    >>> form_of({"a": 1, "b": {"c": None}}) == form_of({"a": 2, "b": {"c": None}}) != form_of({"a": 1, "b": {}})
    True
    """
    return tuple(
        (name, form_of(value, depth + 1) if type(value) is dict and value and depth <= _DEEPEST else type(value))
        for name, value in event.items()
    )


def _hint(line: bytes) -> bytes | int:
    """Return what events of one form most often have alike, and others not: a number of an event, or of members."""
    at = line.find(_NUMBER)
    return line[at + len(_NUMBER) : at + len(_NUMBER) + _AFTER] if at >= 0 else line.count(b'":')
