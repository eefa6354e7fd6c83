"""The one way to turn a value into bytes that are hashed: RFC 8785 (JCS), without floats.

Strings, integers within ±(2**53-1), booleans, null, lists and objects with string keys. A float is refused, because
two languages need not print it alike; money and measures are integers of a stated minor unit.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import NoneType
from typing import Any, TypeAlias

import msgspec

Json: TypeAlias = "str | int | bool | Sequence[Json] | Mapping[str, Json] | None"

_Path: TypeAlias = "tuple[()] | tuple[_Path, str | int]"

_LARGEST = 2**53 - 1
_SIMPLE, _LISTS = frozenset({str, bool, NoneType}), frozenset({list, tuple})
_simple = msgspec.json.Encoder(order="deterministic")
"""Writes what is simple as JCS does, many times as fast."""
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


class CanonicalError(ValueError):
    """A value that has no canonical form; the message names the path and what was found there."""


def canonical(value: Json) -> bytes:
    """Return the canonical UTF-8 bytes of a value.

    Raises:
        CanonicalError: for a float, a too large integer, a non-string key or a lone surrogate.

    >>> canonical({"b": [1, True, None], "a": "令行"}).decode()
    '{"a":"令行","b":[1,true,null]}'
    >>> canonical({"share": 0.5})
    Traceback (most recent call last):
    ...
    amur.base.canonical.CanonicalError: $.share: found float 0.5; use an integer of a stated unit or a string
    """
    if _is_simple(value):
        with suppress(UnicodeEncodeError):
            return _simple.encode(value)
    text = _encode(_ordered(value))
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise CanonicalError(f"$: found a lone surrogate at character {error.start}; send valid Unicode") from None


def digest(value: Json, algorithm: str = "sha256") -> str:
    """Return the hexadecimal digest of the canonical bytes.

    >>> digest({"a": 1})[:16]
    '015abd7f5cc57a2d'
    """
    return hashlib.new(algorithm, canonical(value)).hexdigest()


def _is_simple(value: Any) -> bool:
    """Say whether a value is of plain types that have a canonical form, with keys whose order nobody disputes."""
    kind = type(value)
    if kind in _SIMPLE:
        return True
    if kind is int:
        return bool(-_LARGEST <= value <= _LARGEST)
    if kind is dict:
        for key, held in value.items():
            if type(key) is not str or not key.isascii() or not (type(held) in _SIMPLE or _is_simple(held)):
                return False
        return True
    return kind in _LISTS and all(map(_is_simple, value))


def _ordered(value: Json, path: _Path = ()) -> Json:
    """Check a value and put its keys in the order of their UTF-16 code units, as JCS asks."""
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, int):
        if abs(value) > _LARGEST:
            raise CanonicalError(f"{_said(path)}: found {value}; integers beyond 2**53-1 travel as strings")
        return value
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str):
                raise CanonicalError(f"{_said(path)}: found key {key!r}; keys are strings")
        # In ASCII the order of characters is that of code units.
        keys = sorted(value) if "".join(value).isascii() else sorted(value, key=_code_units)
        return {key: _ordered(value[key], (path, key)) for key in keys}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [_ordered(item, (path, number)) for number, item in enumerate(value)]
    found = f"{_said(path)}: found {type(value).__name__} {value!r}"
    raise CanonicalError(f"{found}; use an integer of a stated unit or a string")


def _code_units(key: str) -> bytes:
    return key.encode("utf-16-be", "surrogatepass")


def _said(path: _Path) -> str:
    if not path:
        return "$"
    around, place = path
    return f"{_said(around)}[{place}]" if isinstance(place, int) else f"{_said(around)}.{place}"
