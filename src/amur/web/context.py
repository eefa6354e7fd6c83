"""What the base template needs on every page: doors, language, display, the ledger's head, the demonstration notice.

``bare_frame`` is the same without the database, for the error pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from amur.ledger import reads as ledger
from amur.policy import reads as policy
from amur.web import demonstration
from amur.web.display import COOKIE, Display, read
from amur.web.requests import door_of

_PREFIX = "/en"


@dataclass(frozen=True, slots=True)
class Door:
    """One of the four ways in."""

    title: str
    address: str
    is_here: bool
    is_page: bool


class Frame:
    """The frame of a page. What costs a query is asked for only when the template shows it."""

    def __init__(self, request: HttpRequest, *, bare: bool = False) -> None:
        self._request = request
        self._bare = bare

    @cached_property
    def language(self) -> str:
        """Return the language as HTML names it."""
        return "zh-Hans" if self.is_chinese else "en"

    @cached_property
    def is_chinese(self) -> bool:
        """Say whether the page speaks Chinese."""
        return (get_language() or "zh-hans").startswith("zh")

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
        return "/" if self.is_chinese else f"{_PREFIX}/"

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
        path = self.here
        return path[len(_PREFIX) :] if path.startswith(f"{_PREFIX}/") else path

    @cached_property
    def in_english(self) -> str:
        """Return the address of this page in English."""
        return f"{_PREFIX}{self.in_chinese}"

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


def frame(request: HttpRequest) -> dict[str, Frame]:
    """Give every template its frame."""
    return {"frame": Frame(request)}


def bare_frame(request: HttpRequest) -> Frame:
    """Return a frame that never asks the database."""
    return Frame(request, bare=True)
