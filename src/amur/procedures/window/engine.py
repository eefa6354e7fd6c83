"""What is handed in over a counter: what became of each paper, whose a name is, where a scanned code leads; pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from amur.base.canonical import Json
from amur.base.declared import Text
from amur.procedures.window.declarations import Material, Window

Faults = dict[str, tuple[str, str]]
Way = Literal["seen", "copy", "returned", "missing"]
WAYS: tuple[Way, ...] = ("seen", "copy", "returned", "missing")
"""What can become of a paper: the original was seen, a copy is kept, the original went back, it is not there."""

_SAID: Mapping[Way, Text] = {
    "seen": Text(zh="已核对原件", en="original seen"),
    "copy": Text(zh="已留存复印件", en="copy kept"),
    "returned": Text(zh="原件已退还", en="original returned"),
    "missing": Text(zh="未提交", en="missing"),
}
_LONGEST_CODE = 100
_DRAFT = re.compile(r"[0-9a-f]{32}")
_FORM = re.compile(r"([a-z][a-z0-9_]*)/([0-9a-f]{8})")


def materials_of(window: Window, ticked: Mapping[str, Sequence[str]]) -> tuple[dict[str, list[Way]], Faults]:
    """Return what became of each paper, and what is wrong with what was said about it.

    >>> paper = Material(id="licence", title=Text(zh="执照", en="Licence"))
    >>> window = Window(by="clerk", materials=(paper,))
    >>> materials_of(window, {"licence": ["returned", "seen", "seen", "x"]})
    ({'licence': ['seen', 'returned']}, {})
    >>> [materials_of(window, {"licence": ways})[1]["material-licence"][0] for ways in ([], ["missing", "copy"])]
    ['material_unsaid', 'material_both']
    """
    found: dict[str, list[Way]] = {}
    faults: Faults = {}
    for material in window.materials:
        ways = [way for way in WAYS if way in ticked.get(material.id, ())]
        if not ways and material.required:
            faults[f"material-{material.id}"] = ("material_unsaid", "say what became of this paper")
        elif "missing" in ways and len(ways) > 1:
            faults[f"material-{material.id}"] = ("material_both", "a paper that is missing was not seen")
        elif ways:
            found[material.id] = ways
    return found, faults


def told(materials: Sequence[Material], ways: Mapping[str, Json]) -> tuple[Text, ...]:
    """Return each paper with what became of it, in words for a receipt.

    >>> paper = Material(id="licence", title=Text(zh="执照", en="Licence"), copies=1)
    >>> told((paper,), {"licence": ["seen", "copy"]})[0].en
    'Licence: original seen, copy kept'
    >>> told((paper,), {})
    ()
    """
    found = []
    for material in materials:
        said = ways.get(material.id)
        words = [_SAID[way] for way in WAYS if isinstance(said, list | tuple) and way in said]
        if words:
            zh, en = (sep.join(one.say(to) for one in words) for sep, to in (("、", "zh"), (", ", "en")))
            found.append(Text(zh=f"{material.title.zh}：{zh}", en=f"{material.title.say('en')}: {en}"))
    return tuple(found)


def same_name(shown: str, declared: str) -> bool:
    """Say whether a name on a document is the one of the form; width, case and spaces do not matter.

    >>> same_name("ＬＩ  Ming", "Li Ming"), same_name("李 明", "李明"), same_name("李明", "李铭"), same_name("", "")
    (True, True, False, False)
    """
    return bool(_plain(shown)) and _plain(shown) == _plain(declared)


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a code is: the number of a service in the list, a draft, a blank form, or words such as a case number."""

    kind: Literal["number", "draft", "form", "words"]
    text: str
    edition: str = ""

    @property
    def draft(self) -> UUID:
        """Return the id of a draft."""
        return UUID(hex=self.text)


def scanned(code: str) -> Scanned | None:
    """Return what a code is that was typed or scanned; scanners and Chinese keyboards vary in case and width.

    >>> scanned(" ３ "), scanned("FILING/0123ABCD")
    (Scanned(kind='number', text='3', edition=''), Scanned(kind='form', text='filing', edition='0123abcd'))
    >>> scanned("0B5A9C1E8D6F4F579A572F5F1F3C0A11") == scanned("0b5a 9c1e 8d6f 4f57 9a57 2f5f 1f3c 0a11")
    True
    >>> scanned("0B5A9C1E8D6F4F579A572F5F1F3C0A11").draft
    UUID('0b5a9c1e-8d6f-4f57-9a57-2f5f1f3c0a11')
    >>> scanned("lan-2026-1").text, scanned(" ")
    ('lan-2026-1', None)
    """
    plain = " ".join(unicodedata.normalize("NFKC", code[:_LONGEST_CODE]).split())
    if not plain:
        return None
    low = plain.lower()
    if plain.isdecimal() and plain.isascii() and len(plain) < len("1000"):
        return Scanned("number", str(int(plain)))
    bare = low.replace("-", "").replace(" ", "")
    if _DRAFT.fullmatch(bare):
        return Scanned("draft", bare)
    if found := _FORM.fullmatch(low):
        return Scanned("form", found[1], found[2])
    return Scanned("words", plain)


def narrowed(words: str, services: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Return the services whose id, series or title begins with some letters; else those whose title holds them.

    >>> known = {"boat": ("BOA", "小船许可", "Licence of a boat"), "ship": ("SHP", "船", "Ship licence")}
    >>> narrowed("boa", known), narrowed("许可", known), narrowed("LICENCE", known), narrowed("licence ", known)
    (['boat'], ['boat'], ['boat'], ['boat'])
    >>> narrowed("x", known), narrowed("licen", {"a": ("A", "A licence"), "b": ("B", "B licence")})
    ([], ['a', 'b'])
    """
    sought = _plain(words)
    names = {name: [_plain(one) for one in (name, *known)] for name, known in services.items()}
    first = [name for name, known in names.items() if any(one.startswith(sought) for one in known)]
    return first or [name for name, known in names.items() if any(sought in one for one in known)]
