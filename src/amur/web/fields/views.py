"""What templates show of a field that is asked: plain values, in the language of the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from amur.web.fields.shown import NOTHING, Shown

DATE_PARTS = ("year", "month", "day")


@dataclass(frozen=True, slots=True)
class Option:
    """One choice."""

    value: str
    label: str
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class OptionGroup:
    """Choices under a common heading; without a label they stand alone."""

    label: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class DatePart:
    """One of the three boxes of a date."""

    name: str
    label: str
    value: str
    width: int


@dataclass(frozen=True, slots=True)
class Received:
    """A file that was received."""

    id: str
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class GroupItem:
    """One item of a group with its own fields; ``drop`` is what its button sends, empty where it has none."""

    label: str
    inner: tuple[FieldView, ...]
    id: str
    error: str = ""
    drop: str = ""


@dataclass(frozen=True, slots=True)
class FieldView:
    """What the field template shows. ``control`` names the kind of control.

    ``inner`` are the boxes of a value that has several, ``items`` those of a group, which ``add`` offers to extend;
    ``note`` stands under the control. A field of the kind ``told`` has an answer to read and no control.
    """

    name: str
    control: str
    label: str
    hint: str = ""
    error: str = ""
    note: str = ""
    value: str = ""
    is_required: bool = True
    is_heading: bool = False
    input_type: str = "text"
    input_mode: str = ""
    autocomplete: str = ""
    width: int = 0
    prefix: str = ""
    suffix: str = ""
    lang: str = ""
    is_code: bool = False
    options: tuple[Option, ...] = ()
    groups: tuple[OptionGroup, ...] = ()
    parts: tuple[DatePart, ...] = ()
    inner: tuple[FieldView, ...] = ()
    items: tuple[GroupItem, ...] = ()
    add: str = ""
    accept: str = ""
    received: tuple[Received, ...] = ()
    is_inline: bool = False
    is_chosen: bool = False
    element: str = ""
    told: Shown = NOTHING

    @property
    def id(self) -> str:
        """Return the id of the control; the name, unless a script of a library expects another."""
        return self.element or self.name

    @property
    def described_by(self) -> str:
        """Return the ids of hint, error and note, for ``aria-describedby``."""
        told = (("hint", self.hint), ("error", self.error), ("note", self.note))
        return " ".join(f"{self.id}-{name}" for name, words in told if words)

    @property
    def anchor(self) -> str:
        """Return the id that the error summary leads to: the first control of the field."""
        if self.control in {"radios", "checkboxes"}:
            return f"{self.id}-0"
        if self.control == "date":
            return f"{self.id}-{DATE_PARTS[0]}"
        inner = self.inner or (self.items[0].inner if self.items else ())
        return inner[0].anchor if inner else self.id

    @property
    def problems(self) -> Iterator[tuple[str, str]]:
        """Yield what is wrong with the field or with its parts, each with the control that it is about."""
        if self.error:
            yield self.anchor, self.error
        for inner in self.inner:
            yield from inner.problems
        for item in self.items:
            if item.error:
                yield item.id, item.error
            for inner in item.inner:
                yield from inner.problems


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """A question and its answer; ``change`` leads to where it can be altered."""

    key: str
    value: Shown = field(default=NOTHING)
    change: str = ""
    error: str = ""
    name: str = ""
    files: tuple[Received, ...] = ()
