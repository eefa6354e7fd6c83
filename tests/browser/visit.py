"""Somebody with a browser. Every page they come to is looked at: axe, width, errors of the console, bytes."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, field
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, Response

from tests.web.house import FORM, PASSWORD, PROCEDURE, House

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
FIRST_VIEW_BYTES = 60_000
_FILE_TYPES = ("document", "stylesheet", "script", "image", "font")


@dataclass
class Visitor:
    """A browser of one width and language, and what it has seen."""

    page: Page
    address: str
    language: str
    faults: list[str] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self._note(f"script: {error}"))

    @property
    def root(self) -> str:
        """Return where the addresses of the language begin."""
        return f"{self.address}/en" if self.language == "en" else self.address

    def go(self, path: str) -> None:
        """Open an address, count what its first view weighs, and look at it."""
        answers: list[Response] = []

        def note(answer: Response) -> None:
            answers.append(answer)

        self.page.on("response", note)
        self.page.goto(f"{self.root}{path}", wait_until="load")
        self.page.remove_listener("response", note)
        self.seen[path] = sum(_weight(one) for one in answers if one.request.resource_type in _FILE_TYPES)
        self.look()

    def press(self, selector: str) -> None:
        """Press something that leads to another page, and look at that."""
        with self.page.expect_navigation():
            self.page.click(selector)
        self.look()

    def look(self) -> None:
        """Note what axe finds, and a page that is wider than the screen."""
        for found in Axe().run(self.page, options=RULES).response["violations"]:
            nodes = [node["html"][:160] for node in found["nodes"][:3]]
            self._note(f"axe {found['id']}: {json.dumps(nodes, ensure_ascii=False)}")
        if self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            self._note("wider than the screen")

    def sign_in(self, who: str) -> None:
        """Sign in by the form."""
        self.go("/accounts/login/")
        self.page.fill("input[name=login]", who)
        self.page.fill("input[name=password]", PASSWORD)
        self.press("main form[action*=login] button[type=submit]")

    def file_a_service(self, plan: Path) -> tuple[str, str]:
        """Fill the form of the first service to its receipt; return number and query code."""
        self.go(f"/services/{PROCEDURE}/")
        self.press("form.amur-start button")
        while not self.page.url.endswith("/check/"):
            self.fill(plan)
            self.press("main form button[type=submit]:not([name])")
        self.press("main form.amur-section button[type=submit]")
        number, code = self.page.locator(".amur-receipt dd").all_inner_texts()
        return number, code

    def fill(self, plan: Path) -> None:
        """Fill whatever of the form this page asks."""
        for name, value in FORM.items():
            parts = dict(zip(("year", "month", "day"), value.split("-"), strict=False))
            if name == "starts_on" and self.page.locator(f"#{name}-year").count():
                for part, number in parts.items():
                    self.page.fill(f"#{name}-{part}", number)
            elif self.page.locator(f"select[name={name}]").count():
                self.page.select_option(f"select[name={name}]", value)
            elif self.page.locator(f"main [name={name}]:not([type=hidden])").count():
                self.page.fill(f"main [name={name}]", value)
        if self.page.locator("input[type=file]").count():
            self.page.set_input_files("input[type=file]", plan)

    def _heard(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self._note(f"console: {said.text} {said.location.get('url')}")

    def _note(self, fault: str) -> None:
        self.faults.append(f"{self.page.url.removeprefix(self.address)}: {fault}")


def _weight(answer: Response) -> int:
    """Return the bytes of an answer as a server that compresses sends it, pictures as they are."""
    try:
        body = answer.body()
    except Exception:  # noqa: BLE001  # a redirect has no body, and the driver has no error of its own for that
        return 0
    return min(len(body), len(gzip.compress(body, 9)))


def heavy(visitor: Visitor) -> dict[str, int]:
    """Return the pages whose first view weighs too much."""
    return {path: weight for path, weight in visitor.seen.items() if weight > FIRST_VIEW_BYTES}


def decide(visitor: Visitor, house: House, who: str, number: str, event: str) -> None:
    """Sign in as an official, find the case in the queue, do one thing, sign out again."""
    visitor.page.context.clear_cookies()
    visitor.sign_in(who)
    visitor.go("/desk/")
    visitor.press(f".amur-queue a:has-text('{number}')")
    visitor.page.check(f"input[value={event}]")
    visitor.press("main form:has(#reason) button[type=submit]:not([name]):not([tabindex])")
    house.seal()
