"""Whoever asks: one connection from an address of its own, so that the limits on one address stay in force."""

from __future__ import annotations

import http.client
import re
from typing import NamedTuple
from urllib.parse import quote, urlencode

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_SERVICE = re.compile(r"^/services/[a-z][a-z0-9_]*/$")
_FOUND = 302
_FORM = "application/x-www-form-urlencoded"


class Answer(NamedTuple):
    """What was asked, how long the answer took from the moment at which it was due to be asked, and its status."""

    address: str
    ms: float
    status: int


class Reader:
    """A browser without a window."""

    def __init__(self, port: int, place: int) -> None:
        # 127.0.2.2 and up: Linux answers on the whole of 127.0.0.0/8.
        self.port, self.source = port, (f"127.0.2.{2 + place}", 0)
        self.cookies: dict[str, str] = {}
        self.body, self.place = b"", ""
        self.link = self._link()

    def _link(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30, source_address=self.source)

    def get(self, address: str) -> int:
        """Ask for a page and read it to its end; return its status."""
        return self._ask("GET", address)

    def post(self, address: str, **form: str) -> int:
        """Send a form with the token of the page that was read before."""
        token = _TOKEN.search(self.body.decode())
        sent = form | ({"csrfmiddlewaretoken": token[1]} if token else {})
        return self._ask("POST", address, urlencode(sent))

    def follow(self, cases: list[tuple[str, str]]) -> list[str]:
        """Open cases by number and query code; return the addresses of those that opened."""
        found = []
        for number, code in cases:
            self.get("/track/")
            if self.post("/track/", number=number, code=code) == _FOUND:
                found.append(f"/cases/{quote(number)}/")
        return found

    def begin(self, addresses: list[str]) -> list[str]:
        """Begin a form of the first service that takes one; return the address of its first page."""
        for address in filter(_SERVICE.match, addresses):
            self.get(address)
            if f'action="{address}apply/"' in self.body.decode() and self.post(f"{address}apply/") == _FOUND:
                while self.get(self.place) == _FOUND:
                    pass
                return [self.place]
        return []

    def _ask(self, method: str, address: str, form: str | None = None) -> int:
        headers = {"Host": f"localhost:{self.port}", "Accept-Encoding": "identity"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if form is not None:
            headers |= {"Content-Type": _FORM, "Referer": f"http://localhost:{self.port}/"}
        target = quote(address, safe="/?=&%+:.-_~")
        try:
            self.link.request(method, target, form, headers)
            answer = self.link.getresponse()
        except (http.client.HTTPException, OSError):  # the server may end a connection that has served long enough
            self.link.close()
            self.link = self._link()
            self.link.request(method, target, form, headers)
            answer = self.link.getresponse()
        self.body = answer.read()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        where = answer.getheader("Location", "")
        self.place = where or (address if method == "GET" else self.place)
        return answer.status
