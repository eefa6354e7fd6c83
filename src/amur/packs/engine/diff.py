"""What a new edition of a pack changes, declaration by declaration and path by path; pure.

Bodies are compared as they are written. Members of a list are told apart by what names them (``id``, ``code``, …), so
that one more state in the middle is one more state and not a change of all that follow.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from amur.base.canonical import Json
from amur.policy.engine.closures import named_parts

Key = tuple[str, str]
"""Kind and id of a declaration."""

How = Literal["added", "removed", "changed"]

_NAMES = (("id",), ("code",), ("event", "from"), ("event",), ("valid_from",), ("number",), ("language",), ("title",))
"""What names a member of a list; the first of these that tells all of them apart is taken."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing within a declaration that is not as it was; ``before`` or ``after`` is None where it was not there."""

    path: str
    how: How
    before: Json = None
    after: Json = None


@dataclass(frozen=True, slots=True)
class Changed:
    """A declaration that a new edition adds, removes or changes."""

    kind: str
    id: str
    how: How
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a running case is touched: what changed, and whether the case follows it or stays with what it began with."""

    kind: str
    id: str
    follows: bool


def compare(before: Mapping[Key, Json], after: Mapping[Key, Json]) -> list[Changed]:
    """Return what differs between two editions, by kind and id.

    >>> old = {("procedure", "p"): {"clocks": [{"id": "decision", "working_days": 20}]}, ("value", "v"): {}}
    >>> new = {("procedure", "p"): {"clocks": [{"id": "decision", "working_days": 15}]}, ("register", "r"): {}}
    >>> for one in compare(old, new): print(one.how, one.kind, one.id, *one.changes)
    changed procedure p Change(path='clocks[decision].working_days', how='changed', before=20, after=15)
    added register r
    removed value v
    """
    found = []
    for kind, name in sorted({*before, *after}):
        old, new = before.get((kind, name)), after.get((kind, name))
        if old is None or new is None:
            found.append(Changed(kind, name, "added" if old is None else "removed"))
        elif changes := tuple(differences(old, new)):
            found.append(Changed(kind, name, "changed", changes))
    return found


def differences(before: Json, after: Json, path: str = "") -> Iterator[Change]:
    """Yield the innermost differences of two bodies.

    >>> before = {"title": "A", "codes": [{"code": "x"}, {"code": "y"}], "days": ["a", "b"]}
    >>> after = {"codes": [{"code": "x", "title": "X"}, {"code": "z"}], "days": ["b", "c"]}
    >>> for change in differences(before, after): print(change.path, change.how, change.before, change.after)
    codes[x].title added None X
    codes[y] removed {'code': 'y'} None
    codes[z] added None {'code': 'z'}
    days removed a None
    days added None c
    title removed A None
    """
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in sorted({*before, *after}):
            where = f"{path}.{key}" if path else key
            if key not in after:
                yield Change(where, "removed", before[key])
            elif key not in before:
                yield Change(where, "added", None, after[key])
            else:
                yield from differences(before[key], after[key], where)
    elif isinstance(before, list | tuple) and isinstance(after, list | tuple):
        yield from _in_lists(before, after, path)
    elif type(before) is not type(after) or before != after:
        yield Change(path, "changed", before, after)


def _in_lists(before: Sequence[Json], after: Sequence[Json], path: str) -> Iterator[Change]:
    old, new = _named(before, after), _named(after, before)
    for name, value in old.items():
        if name in new:
            yield from differences(value, new[name], f"{path}[{name}]")
        else:
            yield Change(_member(path, name, value), "removed", value)
    for name, value in new.items():
        if name not in old:
            yield Change(_member(path, name, value), "added", None, value)
    kept = [name for name in old if name in new]
    if kept != [name for name in new if name in old]:
        yield Change(path, "changed", ", ".join(old), ", ".join(new))


def _member(path: str, name: str, value: Json) -> str:
    return f"{path}[{name}]" if isinstance(value, Mapping | list | tuple) else path


def _named(members: Sequence[Json], others: Sequence[Json]) -> dict[str, Json]:
    """Return the members of a list by what names them in both lists, or by their places."""
    everything = [*members, *others]
    if all(isinstance(one, str | int) for one in everything) and len({*map(str, members)}) == len(members):
        return {str(one): one for one in members}
    for keys in _NAMES:
        names = [_name_by(one, keys) for one in members]
        rest = [_name_by(one, keys) for one in others]
        if None not in (*names, *rest) and len(set(names)) == len(names) and len(set(rest)) == len(rest):
            return dict(zip(map(str, names), members, strict=True))
    return {str(place): one for place, one in enumerate(members)}


def _name_by(member: Json, keys: tuple[str, ...]) -> str | None:
    if not isinstance(member, Mapping) or any(key not in member for key in keys):
        return None
    return " from ".join(_short(member[key]) for key in keys)


def _short(value: Json) -> str:
    if isinstance(value, list | tuple):
        return "+".join(map(str, value))
    return str(value.get("en", value)) if isinstance(value, Mapping) else str(value)


def touched(changed: Sequence[Changed], bodies: Mapping[Key, Json]) -> dict[str, tuple[Reason, ...]]:
    """Return which procedures of the old edition have running cases that a new edition touches, and why.

    A case stays with the procedure, the code lists and the schemes that it is pinned to; it follows dated values, the
    calendar of its clocks, and the registers that it writes into.

    >>> bodies = {("procedure", "p"): {"values": ["dues"], "pages": [{"codelist": "kinds"}]}, ("procedure", "q"): {}}
    >>> touched([Changed("value", "dues", "changed"), Changed("codelist", "kinds", "changed")], bodies)
    {'p': (Reason(kind='value', id='dues', follows=True), Reason(kind='codelist', id='kinds', follows=False))}
    """
    found = {}
    for (kind, name), body in sorted(bodies.items()):
        if kind == "procedure" and isinstance(body, Mapping):
            pinned, followed = {("procedure", name), *named_parts(body)}, set(_followed(body))
            reasons = [
                Reason(one.kind, one.id, (one.kind, one.id) in followed)
                for one in changed
                if (one.kind, one.id) in pinned | followed
            ]
            if reasons:
                found[name] = tuple(sorted(reasons, key=lambda one: not one.follows))
    return found


def _followed(body: Mapping[str, Json]) -> Iterator[Key]:
    values = body.get("values")
    if isinstance(values, list | tuple):
        yield from (("value", str(name)) for name in values)
    if body.get("clocks"):
        yield "calendar", "calendar"
    yield from (("register", name) for name in _named_under("register", body))


def _named_under(key: str, body: Json) -> Iterator[str]:
    if isinstance(body, Mapping):
        for name, value in body.items():
            if name == key and isinstance(value, str):
                yield value
            else:
                yield from _named_under(key, value)
    elif isinstance(body, list | tuple):
        for item in body:
            yield from _named_under(key, item)
