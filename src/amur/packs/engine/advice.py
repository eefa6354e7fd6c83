"""What to do about a value that has the wrong type or size, in the words of a pack author and not of the library."""

from __future__ import annotations

from collections.abc import Mapping

_LIST = "write a list: lines that begin with a dash, or [a, b]"
_KEYS = "write keys with their values, such as title: and below it zh: and en:"
_WHOLE = "write a whole number without quotes"
_NUMBER = "write a number"
_DECIMAL = 'write a decimal number in quotes, such as "0.03"'
_TRUTH = "write true or false"
_DAY = "write a day such as 2026-03-09"
_INSTANT = "write a day and a time such as 2026-03-09T09:30"
_TIME = "write a time such as 09:30"
_LENGTH = "write a length of time such as PT2H"
_OTHER = "compare it with an example in docs/reference/declarations.md"

_BY_KIND: Mapping[str, str] = {
    "missing": "add it",
    "extra_forbidden": "delete it, or look for a mistyped name",
    "string_type": "write text; quote numbers",
    "string_too_short": "write at least {min_length} characters",
    "string_too_long": "write at most {max_length} characters",
    "string_pattern_mismatch": "write it in the form that the reference shows; its pattern is {pattern}",
    "literal_error": "choose from {expected}",
    "enum": "choose from {expected}",
    "union_tag_invalid": "choose from {expected_tags}",
    "union_tag_not_found": "add {discriminator}, which says of which kind it is",
    "greater_than": "write a number above {gt}",
    "greater_than_equal": "write {ge} or more",
    "less_than": "write a number below {lt}",
    "less_than_equal": "write {le} or less",
    "multiple_of": "write a multiple of {multiple_of}",
    "too_short": "write at least {min_length} of them",
    "too_long": "write at most {max_length} of them",
    "none_required": "leave it empty",
}
_BY_FAMILY: Mapping[str, str] = {
    "int": _WHOLE,
    "float": _NUMBER,
    "finite": _NUMBER,
    "decimal": _DECIMAL,
    "bool": _TRUTH,
    "date": _DAY,
    "datetime": _INSTANT,
    "time": _TIME,
    "delta": _LENGTH,
    "list": _LIST,
    "tuple": _LIST,
    "set": _LIST,
    "frozen": _LIST,
    "iterable": _LIST,
    "dict": _KEYS,
    "mapping": _KEYS,
    "model": _KEYS,
    "dataclass": _KEYS,
}


def advice(kind: str, said: Mapping[str, object]) -> str:
    """Return what to do about an error of a type, given what the library says with it.

    >>> advice("greater_than", {"gt": 0}), advice("tuple_type", {})
    ('write a number above 0', 'write a list: lines that begin with a dash, or [a, b]')
    >>> advice("literal_error", {"expected": "'a', 'b' or 'c'"}), advice("date_from_datetime_parsing", {})
    ('choose from a, b, c', 'write a day such as 2026-03-09')
    >>> advice("is_instance_of", {})
    'compare it with an example in docs/reference/declarations.md'
    """
    plain = {name: str(value).replace(" or ", ", ").replace("'", "") for name, value in said.items()}
    family = "delta" if kind.startswith("time_delta") else kind.partition("_")[0]
    words = _BY_KIND.get(kind) or _BY_FAMILY.get(family, _OTHER)
    return words.format(**plain)
