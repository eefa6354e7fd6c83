"""What the walks over the pack of Heilongjiang share: pictures of what was seen, forms by their names, more people.

With ``AMUR_PICTURES`` naming a folder each page that a walk stops at is kept there as a picture, by walk, language and
width, so that people can look at them too.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from amur.packs.declarations import Player
from amur.packs.play.stage import machine
from tests.browser.visit import Visitor
from tests.web.house import PASSWORD, PLAN, House

EACH_WAY = [(language, width) for language in ("zh", "en") for width in (390, 1280)]
NEXT = "main form.amur-form .govuk-button-group button"
SEND = "main form.amur-section button[type=submit]"
_UNASKED = "status of 422"
"""The answer to a form that was sent with faults on purpose."""


class Pictures:
    """A folder of pictures of one walk, numbered in the order in which they were taken."""

    def __init__(self, walk: str, language: str, width: int) -> None:
        self.folder = os.environ.get("AMUR_PICTURES", "")
        self.name = f"{walk}.{language}{width}"
        self.count = 0

    def take(self, visitor: Visitor, what: str) -> None:
        """Keep the page as it is, and look at it by axe and by its width."""
        visitor.look()
        self.count += 1
        if self.folder:
            file = Path(self.folder) / f"{self.name}.{self.count:02}-{what}.png"
            visitor.page.screenshot(path=file, full_page=True)


def enter(house: House, name: str, roles: Iterable[str], body: str) -> None:
    """Let somebody more work, who can sign in."""
    player = Player(id=name, name=f"演示 {name}", roles=tuple(roles), body=body)
    house.stage.enter(player, by=machine(), key="walks", password=PASSWORD)


def paper(folder: Path, name: str = "演示材料.pdf") -> Path:
    """Return a file to hand in."""
    file = folder / name
    file.write_bytes(PLAN)
    return file


def fill(visitor: Visitor, values: Mapping[str, str], file: Path) -> None:
    """Fill what this page asks of a whole form, whatever its control is, and give a file wherever one is asked."""
    page = visitor.page
    for name, value in values.items():
        dated = page.locator(f"main [name='{name}-year']")
        control = page.locator(f"main [name='{name}']:not([type=hidden])")
        if dated.count():
            for part, number in zip(("year", "month", "day"), value.split("-"), strict=True):
                page.fill(f"main [name='{name}-{part}']", number)
        elif control.count():
            kind = control.first.evaluate("one => one.type || one.tagName")
            if kind == "radio":
                page.check(f"main [name='{name}'][value='{value}']")
            elif kind == "select-one":
                page.select_option(f"main [name='{name}']", value)
            else:
                control.first.fill(value)
    for one in page.locator("main input[type=file]").all():
        one.set_input_files(file)


def faults(*visitors: Visitor) -> list[str]:
    """Return what was found on any page, but for refusals that the walk asked for."""
    return [fault for one in visitors for fault in one.faults if _UNASKED not in fault]
