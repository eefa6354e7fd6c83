"""The one way to turn a value into bytes that are hashed: RFC 8785 (JCS), without floats.

Strings, integers within ±(2**53-1), booleans, null, lists and objects with string keys. A float is refused, because
two languages need not print it alike; money and measures are integers of a stated minor unit.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias

Json: TypeAlias = "str | int | bool | Sequence[Json] | Mapping[str, Json] | None"

_LARGEST = 2**53 - 1


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
    ordered = _ordered(value, "$")
    text = json.dumps(ordered, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
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


def _ordered(value: Json, path: str) -> Json:
    """Check a value and put its keys in the order of their UTF-16 code units, as JCS asks."""
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, int):
        if abs(value) > _LARGEST:
            raise CanonicalError(f"{path}: found {value}; integers beyond 2**53-1 travel as strings")
        return value
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str):
                raise CanonicalError(f"{path}: found key {key!r}; keys are strings")
        keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        return {key: _ordered(value[key], f"{path}.{key}") for key in keys}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [_ordered(item, f"{path}[{number}]") for number, item in enumerate(value)]
    raise CanonicalError(f"{path}: found {type(value).__name__} {value!r}; use an integer of a stated unit or a string")
