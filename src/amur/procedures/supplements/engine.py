"""What an item of a request may say, and when the answer may be sent: pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from amur.base.canonical import Json
from amur.base.declared import Text
from amur.base.fields import FieldError, FileField, Lookups, Raw, TextField

PAPER, WORDS = "+paper", "+words"
"""In place of a field: a file that the form does not ask for, and an explanation in words."""
ITEMS = "+items"
"""The name under which raw items come with an event; no field has it."""

_TITLES = {
    "title": (Text(zh="材料名称", en="Name of the paper"), 120, False),
    "wrong": (Text(zh="有什么问题", en="What is wrong"), 2000, True),
    "how": (Text(zh="要什么形式", en="In what form it is wanted"), 500, True),
}
TEXTS: Mapping[str, TextField] = {
    name: TextField(id=name, type="text", title=title, max_length=most, multiline=lines, required=name == "wrong")
    for name, (title, most, lines) in _TITLES.items()
}
"""The texts of an item. What is wrong must be said; the form in which it is wanted may be plain."""

ANY_PAPER = FileField(
    id="paper",
    type="file",
    title=Text(zh="材料", en="Paper"),
    media_types=("application/pdf", "image/jpeg", "image/png"),
)
"""How a paper is received that the form does not ask for."""
EXPLANATION = TextField(
    id="words", type="text", title=Text(zh="说明", en="Explanation"), max_length=5000, multiline=True
)
"""How an explanation is asked for."""
LONGEST_WHY = 2_000
"""How long the reason may be why something is not given."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is asked: a field of the form, a further paper or an explanation, and what is wrong with it.

    ``how`` is the form in which it is wanted. One that is not ``required`` may stay unanswered.
    """

    part: str
    title: str
    wrong: str
    how: str = ""
    required: bool = True

    def told(self) -> dict[str, Json]:
        """Return it as plain values.

        >>> Item("plan", "", "too small").told()["wrong"]
        'too small'
        """
        return {
            "part": self.part,
            "title": self.title,
            "wrong": self.wrong,
            "how": self.how,
            "required": self.required,
        }


Faults = dict[str, tuple[str, str]]


def read_items(
    rows: Sequence[Mapping[str, Raw]], fields: Collection[str], most: int
) -> tuple[tuple[Item, ...], Faults]:
    """Return the items of raw input, and what is wrong with it, by place and name.

    >>> items, faults = read_items([{"part": "plan", "wrong": " too small "}, {"part": "+paper"}], {"plan"}, 5)
    >>> items[0].wrong, sorted(faults)
    ('too small', ['items.1.title', 'items.1.wrong'])
    >>> read_items([], {"plan"}, 5)[1], read_items([{}] * 6, {"plan"}, 5)[1]["items"][0]
    ({'items': ('required', 'list what is missing')}, 'too_many')
    """
    if not rows:
        return (), {"items": ("required", "list what is missing")}
    if len(rows) > most:
        return (), {"items": ("too_many", f"found {len(rows)} items; at most {most} are asked")}
    faults: Faults = {}
    items = [_item(row, fields, f"items.{place}", faults) for place, row in enumerate(rows)]
    seen: set[str] = set()
    for place, item in enumerate(items):
        if item.part in seen:
            faults[f"items.{place}.part"] = ("twice", f"{item.part!r} is asked twice; say all of it in one item")
        if item.part not in {PAPER, WORDS}:
            seen.add(item.part)
    return tuple(items), faults


def _item(row: Mapping[str, Raw], fields: Collection[str], at: str, faults: Faults) -> Item:
    part = str(row.get("part", ""))
    if part not in {*fields, PAPER, WORDS}:
        faults[f"{at}.part"] = ("required", "say what it is about: a field of the form, a paper or an explanation")
    texts: dict[str, str] = {}
    for name, field in TEXTS.items():
        try:
            texts[name] = str(field.parse(row.get(name, ""), Lookups(date.min)) or "")
        except FieldError as error:
            faults[f"{at}.{name}"] = (error.code, str(error))
    if part == PAPER and not texts.get("title") and f"{at}.title" not in faults:
        faults[f"{at}.title"] = ("required", "give the paper a name")
    return Item(
        part, texts.get("title", ""), texts.get("wrong", ""), texts.get("how", ""), required=not row.get("optional")
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the answer to an item stands."""

    place: int
    required: bool
    given: bool
    declined: bool

    @property
    def is_open(self) -> bool:
        """Say whether the answer still has to come.

        >>> [Standing(1, required, False, declined).is_open for required, declined in ((True, False), (True, True))]
        [True, False]
        """
        return self.required and not self.given and not self.declined


def still_open(items: Iterable[Standing]) -> tuple[int, ...]:
    """Return the places of the items that stand against sending the answer.

    >>> still_open([Standing(1, True, True, False), Standing(2, False, False, False), Standing(3, True, False, False)])
    (3,)
    """
    return tuple(item.place for item in items if item.is_open)
