"""Names of the domain name system: one spelling for each, and which of them nobody can register.

A name is compared as it travels: in ASCII, lower case, without the dot at its end. A name in Chinese and the same name
in punycode (RFC 3492) are one; so are full-width and half-width characters and the ideographic full stop, as UTS #46
maps them. Underscores are let through, since real queries have them.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib.resources import files

_HALF = re.compile("[\ud800-\udfff]")
LONGEST_NAME = 253
LONGEST_LABEL = 63
_PLAIN = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\Z")
_UNSEEN = re.compile("[\u00ad\u200b\u2060\ufe00-\ufe0f\ufeff]")
"""Characters that UTS #46 ignores; lists that were copied from pages have them."""


def name_of(text: str) -> str | None:
    """Return the one spelling of a name, or None if the text is none.

    >>> name_of("WWW.Example.COM.")
    'www.example.com'
    >>> name_of("中国互联网络信息中心。中国") == name_of("xn--fiqa61au8b7zsevnm8ak20mc4a87e.xn--fiqs8s")
    True
    >>> name_of("no name") is None
    True
    """
    name = text.strip().lower()
    if not name.isascii():
        name = _in_ascii(name)
    name = name.removesuffix(".")
    return name if len(name) <= LONGEST_NAME and _PLAIN.match(name) else None


def _in_ascii(name: str) -> str:
    mapped = unicodedata.normalize("NFKC", _UNSEEN.sub("", name)).replace("。", ".")
    lowered = unicodedata.normalize("NFKC", "".join(character.lower() for character in mapped))
    return ".".join(_label(label) for label in lowered.split("."))


def _label(label: str) -> str:
    if label.isascii() or len(label) > LONGEST_LABEL:
        return label
    if _HALF.search(label):
        return label
    return "xn--" + label.encode("punycode").decode("ascii")


@cache
def _rules() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Return the public suffixes that are said by name, those below which every name is one, and the exceptions.

    They are the list that the package `publicsuffixlist` carries, with its private part.
    """
    exact, below, exceptions = set[str](), set[str](), set[str]()
    source = files("publicsuffixlist").joinpath("public_suffix_list.dat").read_text(encoding="utf-8")
    for line in source.splitlines():
        rule = line.split(" ", 1)[0].strip()
        if not rule or rule.startswith("//"):
            continue
        group = below if rule.startswith("*.") else exceptions if rule.startswith("!") else exact
        if name := name_of(rule.removeprefix("*.").removeprefix("!")):
            group.add(name)
    return frozenset(exact), frozenset(below), frozenset(exceptions)


def is_public_suffix(name: str) -> bool:
    """Say whether people who have nothing to do with each other register names directly below this one.

    A single label always is one; so is a name below which every name is one (``*.kawasaki.jp``).

    >>> [is_public_suffix(name) for name in ("com.cn", "xn--fiqs8s", "github.io", "example.com.cn", "city.kawasaki.jp")]
    [True, True, True, False, False]
    """
    exact, below, exceptions = _rules()
    if name in exact or "." not in name or name in below:
        return True
    return name.partition(".")[2] in below and name not in exceptions


def is_registrable(name: str) -> bool:
    """Say whether somebody can register a name: it lies below a public suffix that exists and is none itself.

    >>> is_registrable("example.cn"), is_registrable("com.cn"), is_registrable("setup.exe")
    (True, False, False)
    """
    exact, below, exceptions = _rules()
    if name in exact or name in below or not ends_as_known(name):
        return False
    return name in exceptions or name.partition(".")[2] not in below


def ends_as_known(name: str) -> bool:
    """Say whether the last label of a name is one that exists, so that `setup.exe` is not taken for a domain.

    >>> ends_as_known("example.cn"), ends_as_known("setup.exe")
    (True, False)
    """
    exact, below, _ = _rules()
    ending = name.rpartition(".")[2]
    return ending in exact or ending in below
