"""What a browser does, and no more: cookies, forms with the tokens of their pages, redirects, and asking again."""

from __future__ import annotations

import asyncio
import html
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from urllib.parse import urlencode

_HIDDEN = re.compile(r'<input type="hidden" name="([a-z]+)" value="([^"]*)"')
_FORM = re.compile(r"<form\b[^>]*method=\"post\".*?</form>", re.DOTALL)
_ACTION = re.compile(r'^<form\b[^>]*action="([^"]*)"')
_PATIENCE = 30.0
_AGAIN_AFTER = (0.3, 1.0)
"""After how many seconds somebody who got no answer sends the same once more."""
_LONGEST = 60.0
File = tuple[str, str, bytes]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; status 0 when nothing did, or only a part of it."""

    status: int = 0
    text: str = ""
    location: str = ""
    place: str = ""

    def form(self, marked: str) -> dict[str, str]:
        """Return the hidden values of the form that has a mark in it, with where it is sent as ``""``."""
        for found in _FORM.findall(self.text):
            if marked in found:
                action = _ACTION.match(found)
                kept = {name: html.unescape(value) for name, value in _HIDDEN.findall(found)}
                return {"": action[1] if action else self.place, **kept}
        return {}


@dataclass(slots=True)
class Seen:
    """What all browsers saw: the milliseconds of each page and sending, and what was not answered."""

    pages: list[float] = field(default_factory=list)
    answered: int = 0
    cut: int = 0
    failed: dict[int, int] = field(default_factory=dict)
    kinds: dict[str, list[float]] = field(default_factory=dict)
    measuring: bool = False


class Browser:
    """A browser at an address of its own, so that the limits on one address stay in force."""

    def __init__(self, place: int, port: int, seen: Seen) -> None:
        # 127.0.1.2 and up: Linux answers on the whole of 127.0.0.0/8.
        self.address = f"127.0.{1 + place // 250}.{2 + place % 250}"
        self.port, self.seen = port, seen
        self.chance = Random(place)
        self.cookies: dict[str, str] = {}

    async def get(self, place: str, kind: str = "") -> Answer:
        """Return a page, asked for until it comes, and through redirects."""
        until = time.monotonic() + _LONGEST
        while time.monotonic() < until:
            begun = time.perf_counter()
            answer = await self._send("GET", place)
            if answer.status in {301, 302}:
                place = answer.location
            elif answer.status and answer.status not in {429, 500, 502, 503}:
                if self.seen.measuring:
                    self.seen.pages.append((time.perf_counter() - begun) * 1000)
                    self.seen.kinds.setdefault(kind or "other", []).append(self.seen.pages[-1])
                return answer
            else:
                await asyncio.sleep(self.chance.uniform(*_AGAIN_AFTER))
        raise AssertionError(f"{place} did not come in {_LONGEST:.0f} s; the last answer was {answer.status}")

    async def post(self, place: str, form: Mapping[str, str], file: File | None = None) -> Answer:
        """Send a form once."""
        if file is None:
            return await self._send("POST", place, urlencode(form).encode(), "application/x-www-form-urlencoded")
        return await self._send("POST", place, _multipart(form, file), "multipart/form-data; boundary=working")

    async def insist(self, place: str, form: Mapping[str, str], file: File | None = None) -> Answer:
        """Send a form, and the same again as long as there is no answer."""
        until = time.monotonic() + _LONGEST
        while time.monotonic() < until:
            answer = await self.post(place, form, file)
            if answer.status not in {0, 429, 500, 502, 503}:
                return answer
            await asyncio.sleep(self.chance.uniform(*_AGAIN_AFTER))
        raise AssertionError(f"{place} was not answered in {_LONGEST:.0f} s; the last answer was {answer.status}")

    async def _send(self, method: str, place: str, body: bytes = b"", kind: str = "") -> Answer:
        try:
            raw = await asyncio.wait_for(self._exchange(method, place, body, kind), _PATIENCE)
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            raw = b""
        answer = self._read(raw, place)
        self.seen.answered += answer.status > 0
        self.seen.cut += answer.status == 0
        if answer.status >= 500 or answer.status == 429:
            self.seen.failed[answer.status] = self.seen.failed.get(answer.status, 0) + 1
        return answer

    async def _exchange(self, method: str, place: str, body: bytes, kind: str) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, local_addr=(self.address, 0))
        try:
            lines = [f"{method} {place} HTTP/1.0", f"Host: localhost:{self.port}", "Accept-Encoding: identity"]
            lines += [f"Cookie: {'; '.join(f'{name}={value}' for name, value in self.cookies.items())}"]
            if method == "POST":
                lines += [f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
            writer.write("\r\n".join([*lines, "", ""]).encode() + body)
            return await reader.read(-1)
        finally:
            writer.close()

    def _read(self, raw: bytes, place: str) -> Answer:
        """Return an answer that came whole, and keep its cookies."""
        head, _, body = raw.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        status = int(first.split(" ")[1]) if first.startswith("HTTP/") else 0
        location, length = "", None
        for line in lines:
            name, _, value = line.partition(": ")
            if name.lower() == "set-cookie":
                kept, _, told = value.partition(";")[0].partition("=")
                self.cookies[kept] = told
            elif name.lower() == "location":
                location = value.partition("#")[0]
            elif name.lower() == "content-length":
                length = int(value)
        text = body.decode("utf-8", "replace")
        if not status or (len(body) != length if length is not None else not text.rstrip().endswith("</html>")):
            return Answer(place=place)
        return Answer(status, text, location, place)


def _multipart(form: Mapping[str, str], file: File) -> bytes:
    parts = [
        f'--working\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in form.items()
    ]
    name, called, content = file
    head = f'--working\r\nContent-Disposition: form-data; name="{name}"; filename="{called}"\r\n\r\n'
    return b"".join([*parts, head.encode() + content + b"\r\n", b"--working--\r\n"])
