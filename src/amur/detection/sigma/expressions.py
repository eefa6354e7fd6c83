r"""Expressions of rules, asked in a time that grows with the value alone, whatever the rule and the value are.

Who writes a log chooses the values, and an engine that goes back over what it read can be kept busy for years by forty
letters. RE2 never goes back; what it cannot say, look-around and back references, no rule may ask for.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import re2  # type: ignore[import-untyped] # it has no types

from amur.base.faults import AmurError
from amur.detection.events import SEVERAL

_SHOWN = 60
_MEMORY = 8 * 2**20
"""How many bytes a compiled expression may have, with what it remembers of what it met."""
_LONGEST = 10_000
_FLAGS = "ims"
_CLASS = r"\[\^?\]?(?:\[:\^?\w{1,9}:\]|\\.|[^\]\\])*\]"
_PART = re.compile(rf"(?P<set>{_CLASS})|(?P<escape>\\.)|(?P<end>\$)|\{{,(?P<most>\d+)\}}", re.DOTALL)
_IN_SET = re.compile(r"\\(.)", re.DOTALL)
_BY_NUMBER = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))")
_NAMED = {"s": "[:space:]", "S": "[:^space:]", "v": r"\n-\r"}
"""What they mean in the engines that Sigma was made for: a vertical tab is blank, and ends of lines are such tabs."""
_END = r"(?:$|\n\z)"
"""The end, or what stands before a last end of a line, as in other engines."""


def asking(pattern: str, more: str) -> Callable[[str], bool]:
    r"""Return whether an expression is found in a value; ``more`` are its flags, of ``ims``.

    >>> found = asking(r"(a+)+$", "i")
    >>> found("xaA\n"), found("a" * 1_000_000 + "!")
    (True, False)

    Raises:
        AmurError: if the expression cannot be asked in bounded time.
    """
    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    if len(pattern) > _LONGEST:
        raise _fault(pattern, f"it has {len(pattern)} signs; at most {_LONGEST} are read")
    flags = "".join(f"(?{letter})" for letter in _FLAGS if letter in more)
    try:
        search = re2.compile(flags + as_linear(pattern), options).search
    except re2.error as error:
        raise _fault(pattern, _said(error)) from error
    return lambda value: search(value) is not None


def as_linear(pattern: str) -> str:
    r"""Return an expression as RE2 writes it, where that is another way than Python's or Hyperscan's.

    >>> as_linear(r"a\s$"), as_linear(r"[\s\]]{,3}\Z")
    ('a[[:space:]](?:$|\\n\\z)', '[[:space:]\\]]{0,3}\\z')
    """
    return _PART.sub(_part, _BY_NUMBER.sub(lambda found: rf"\x{{{found[1] or found[2]}}}", pattern))


def _part(found: re.Match[str]) -> str:
    if found["set"]:
        return _IN_SET.sub(_in_set, found["set"])
    if found["end"]:
        return _END
    if found["most"]:
        return f"{{0,{found['most']}}}"
    sign = found["escape"][1]
    if sign == "Z":
        return r"\z"
    if sign in _NAMED:
        return f"[{_NAMED[sign]}]"
    return found["escape"] if sign.isascii() else sign


def _in_set(found: re.Match[str]) -> str:
    sign = found[1]
    return r"\x08" if sign == "b" else _NAMED.get(sign) or (found[0] if sign.isascii() else sign)


def _said(error: re2.error) -> str:
    said = error.args[0] if error.args else ""
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)


def _fault(pattern: str, why: str) -> AmurError:
    shown = pattern[:_SHOWN].replace(SEVERAL, " ") + ("…" if len(pattern) > _SHOWN else "")
    told = "write it without look-around, back references and counts over 1,000, since a log could make it run for long"
    return AmurError("unbounded_expression", f"the expression {shown!r} cannot be used: {why}; {told}")
