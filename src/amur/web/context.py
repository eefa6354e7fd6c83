"""What the base template needs on every page: doors, language, display, the ledger's head, the demonstration notice.

``bare_frame`` is the same without the database, for the error pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from amur.ledger import reads as ledger
from amur.policy import reads as policy
from amur.web import demonstration, tongues, tour
from amur.web.display import COOKIE, Display, read
from amur.web.requests import door_of


@dataclass(frozen=True, slots=True)
class Door:
    """One of the four ways in."""

    title: str
    address: str
    is_here: bool
    is_page: bool


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language in which this page can be read; a further one leads to its first page where this page has it not."""

    tag: str
    name: str
    address: str
    is_here: bool
    has_page: bool


class Frame:
    """The frame of a page. What costs a query is asked for only when the template shows it."""

    def __init__(self, request: HttpRequest, *, bare: bool = False) -> None:
        self._request = request
        self._bare = bare

    @cached_property
    def language(self) -> str:
        """Return the language as HTML names it."""
        return "zh-Hans" if self.is_chinese else self._code

    @cached_property
    def is_chinese(self) -> bool:
        """Say whether the page speaks Chinese."""
        return self._code.startswith("zh")

    @cached_property
    def _code(self) -> str:
        return tongues.here()

    @cached_property
    def is_draft(self) -> bool:
        """Say whether the page stands in a language whose translation nobody has reviewed."""
        return self._code in tongues.NAMES and tongues.status(self._code) == "draft"

    @cached_property
    def tongues(self) -> list[Tongue]:
        """Return the languages to choose from; those beyond English are the pack's, for the main pages alone."""
        match = self._request.resolver_match
        has_page = match is not None and match.view_name in tongues.MAIN
        found = [
            Tongue("zh-Hans", "中文", self.in_chinese, self.is_chinese, has_page=True),
            Tongue("en", "English", self.in_english, self._code == tongues.ENGLISH, has_page=True),
        ]
        for code in () if self._bare else tongues.further():
            address = f"/{code}{self.in_chinese if has_page else '/'}"
            found.append(Tongue(code, tongues.NAMES[code], address, self._code == code, has_page))
        return found

    @cached_property
    def display(self) -> Display:
        """Return the reader's display settings."""
        return read(self._request.COOKIES.get(COOKIE, ""))

    @cached_property
    def door(self) -> str:
        """Return the door that this page stands behind."""
        return door_of(self._request)

    @cached_property
    def doors(self) -> list[Door]:
        """Return the four doors in their order."""
        titles = (("portal", _("Portal")), ("desk", _("Desk")), ("board", _("Board")), ("open", _("Open data")))
        addresses = {name: self.root if name == "portal" else f"{self.root}{name}/" for name, _title in titles}
        return [
            Door(title, addresses[name], name == self.door, addresses[name] == self._request.path)
            for name, title in titles
        ]

    @cached_property
    def root(self) -> str:
        """Return where the addresses of the page's language begin."""
        return "/" if self.is_chinese else f"/{self._code}/"

    @property
    def asks_ledger(self) -> bool:
        """Say whether this page may ask the database."""
        return not self._bare

    @property
    def request_id(self) -> str:
        """Return the id under which the log and the ledger know this request."""
        return str(getattr(self._request, "request_id", ""))

    @cached_property
    def here(self) -> str:
        """Return the address of this page as it can be asked for again."""
        return self._request.get_full_path() if self._request.method in {"GET", "HEAD"} else self._request.path

    @cached_property
    def in_chinese(self) -> str:
        """Return the address of this page in Chinese."""
        return tongues.bare(self.here)

    @cached_property
    def in_english(self) -> str:
        """Return the address of this page in English."""
        return f"/{tongues.ENGLISH}{self.in_chinese}"

    @cached_property
    def user(self) -> Any:
        """Return the account of the reader, or None for a stranger."""
        user = None if self._bare else getattr(self._request, "user", None)
        return user if user is not None and user.is_authenticated else None

    @cached_property
    def head(self) -> Any:
        """Return the last sealed head of the ledger, or None."""
        return None if self._bare else ledger.head()

    @cached_property
    def pack(self) -> Any:
        """Return what the running pack says about itself, or None."""
        return None if self._bare else next((entry.body for entry in policy.declarations("pack").values()), None)

    @cached_property
    def is_demonstration(self) -> bool:
        """Say whether this installation holds demonstration data."""
        return demonstration.is_present(ask=not self._bare)

    @cached_property
    def has_tour(self) -> bool:
        """Say whether a tour leads through the demonstration."""
        return self.asks_ledger and bool(tour.stops())

    @cached_property
    def tour(self) -> tour.Stop | None:
        """Return the stop of the tour at which the reader is, or None."""
        return tour.stop(self._request.GET.get(tour.PARAMETER, "")) if self.asks_ledger else None

    @property
    def off_the_tour(self) -> str:
        """Return the address of this page without the tour."""
        return self._request.path


def frame(request: HttpRequest) -> dict[str, Frame]:
    """Give every template its frame."""
    return {"frame": Frame(request)}


def bare_frame(request: HttpRequest) -> Frame:
    """Return a frame that never asks the database."""
    return Frame(request, bare=True)
