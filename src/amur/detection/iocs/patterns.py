"""Patterns of STIX 2.1 that compare a property with values, alone or joined by OR.

What says more (AND, NOT, LIKE, MATCHES, FOLLOWEDBY, WITHIN, …) is refused with what it was: an indicator that matched
only a part of what it says would tell lies.
"""

from __future__ import annotations

import re

from amur.detection.iocs.kinds import NotUsable

LONGEST = 1 << 20
"""The longest pattern, in characters."""

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<text>'(?:[^'\\]|\\.)*')
    | (?P<path>[A-Za-z0-9_-]+:(?:[A-Za-z0-9_-]+|'[^']*')(?:\.(?:[A-Za-z0-9_-]+|'[^']*')|\[(?:[0-9]+|\*)\])*)
    | (?P<word>[A-Za-z]+)
    | (?P<mark>\[|\]|\(|\)|,|==|=|!=|<=|>=|<|>|[^\s])
    )""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_EQUAL = {"=", "==", "ISSUBSET"}
_Token = tuple[str, str]


def comparisons(pattern: str) -> list[tuple[str, str]]:
    r"""Return what a pattern compares: (path of the property, value), one of which must hold.

    >>> comparisons("[domain-name:value = 'evil.example' OR file:name = 'it\\'s'] OR [file:name IN ('a', 'b')]")
    [('domain-name:value', 'evil.example'), ('file:name', "it's"), ('file:name', 'a'), ('file:name', 'b')]
    >>> comparisons("[file:name = 'a' AND file:size > 7]")  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
        ...
    amur.detection.iocs.kinds.NotUsable: 'AND' in a pattern is not matched; only '=', IN, ISSUBSET and OR are

    Raises:
        NotUsable: if it is not such a pattern.
    """
    if len(pattern) > LONGEST:
        raise NotUsable("pattern.long", f"the pattern has {len(pattern)} characters; {LONGEST} is the most")
    tokens = [(found.lastgroup or "", found[found.lastgroup or 0]) for found in _TOKEN.finditer(pattern.strip())]
    tokens.reverse()
    found: list[tuple[str, str]] = []
    while True:
        _want(tokens, "[")
        while True:
            found += _comparison(tokens)
            if not _is_or(tokens):
                break
        _want(tokens, "]")
        if not tokens:
            return found
        if not _is_or(tokens):
            _refuse(tokens[-1][1])


def _comparison(tokens: list[_Token]) -> list[tuple[str, str]]:
    kind, path = _next(tokens)
    if kind != "path":
        _refuse(path)
    _, operator = _next(tokens)
    if operator.upper() in _EQUAL:
        return [(path, _text(tokens))]
    if operator.upper() != "IN":
        _refuse(operator)
    _want(tokens, "(")
    values = [_text(tokens)]
    while tokens and tokens[-1][1] == ",":
        tokens.pop()
        values.append(_text(tokens))
    _want(tokens, ")")
    return [(path, value) for value in values]


def _next(tokens: list[_Token]) -> _Token:
    if not tokens:
        raise NotUsable("pattern.end", "the pattern ends in the middle")
    return tokens.pop()


def _want(tokens: list[_Token], mark: str) -> None:
    _, found = _next(tokens)
    if found != mark:
        _refuse(found)


def _is_or(tokens: list[_Token]) -> bool:
    if tokens and tokens[-1][0] == "word" and tokens[-1][1].upper() == "OR":
        tokens.pop()
        return True
    return False


def _text(tokens: list[_Token]) -> str:
    kind, found = _next(tokens)
    if kind != "text":
        _refuse(found)
    return _ESCAPED.sub(r"\1", found[1:-1])


def _refuse(found: str) -> None:
    message = f"'{found[:60]}' in a pattern is not matched; only '=', IN, ISSUBSET and OR are"
    raise NotUsable("pattern", message, found=found[:60])
