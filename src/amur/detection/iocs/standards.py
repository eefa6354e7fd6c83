"""What the national format for threat information, GB/T 36643-2018, calls what is here.

The names of its eight components are known from two pages about the standard, not from its own text. The names of its
fields, which its annex A shows in JSON, are not known here: each stands with no name until somebody who has the text
enters it, and nothing is written or read under a name that was guessed.
"""

from __future__ import annotations

from dataclasses import dataclass

STANDARD = "GB/T 36643-2018"
SOURCE = "pages about the standard at bzxz.net and anquan114.com; the standard's own text was not seen"


@dataclass(frozen=True, slots=True)
class Mapped:
    """What of ours is called how in the standard; ``name`` is empty where that is not known.

    ``verified`` says that the name was compared with the text of the standard.
    """

    ours: str
    name: str
    verified: bool = False


COMPONENTS: tuple[Mapped, ...] = (
    Mapped("Event", "可观测数据"),
    Mapped("Indicator of compromise", "攻击指标"),
    Mapped("Incident", "安全事件"),
    Mapped("", "攻击活动"),
    Mapped("Technique of a rule", "攻击方法"),
    Mapped("Rectification", "应对措施"),
    Mapped("", "威胁主体"),
    Mapped("Asset", "攻击目标"),
)
"""The eight components of the standard; ``ours`` is empty where nothing here is of that kind."""
FIELD_NAMES: tuple[Mapped, ...] = tuple(
    Mapped(ours, "")
    for ours in ("id", "kind", "value", "source", "description", "valid_from", "valid_to", "tlp", "confidence")
)
"""The fields of an indicator; none of the standard's names for them is known."""


def component_of(ours: str) -> Mapped | None:
    """Return what the standard calls something of ours, or None if it has no word for it.

    >>> component_of("Indicator of compromise").name, component_of("Case")
    ('攻击指标', None)
    """
    return next((each for each in COMPONENTS if ours and each.ours == ours), None)
