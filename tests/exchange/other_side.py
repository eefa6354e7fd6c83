"""The other side of an exchange as a real server on this machine: it plays what was recorded, and knows repetitions."""

from __future__ import annotations

import hashlib
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from standardwebhooks import Webhook

SECRET = "whsec_" + "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"
TOKEN = "a-token-of-more-than-24-characters"
KEEPER_TOKEN = "another-token-of-more-than-24-characters"


@dataclass
class OtherSide:
    """What it answers next, and what it has: each message once by its id, however often it came.

    An answer is a status and an object; ``None`` breaks off, a text is sent as it is. Where nothing is recorded it takes
    the message under a number of its own, and confirms the files that it names and that have come. ``of_files`` are
    the answers to files: a status, or ``None`` to break off; else what is whole is kept.
    """

    answers: list[tuple[int, Any] | None] = field(default_factory=list)
    pages: list[dict[str, Any]] = field(default_factory=list)
    of_files: list[int | None] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    came: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    has: dict[str, dict[str, Any]] = field(default_factory=dict)
    pause: float = 0.0
    url: str = ""

    def answer(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, Any] | None:
        """Return what is said to a call; one that is not signed as agreed is not heard."""
        at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
        if path.startswith("/attachments/"):
            return self._take_file(path.rpartition("/")[2], at, headers, body)
        if Webhook(SECRET).sign(headers["webhook-id"], at, body.decode()) not in headers["webhook-signature"].split():
            return 401, {}
        told = json.loads(body)
        self.came.append((path, told))
        if path == "/lists":
            return (200, self.pages.pop(0)) if self.pages else (200, {"items": []})
        if self.pause:
            time.sleep(self.pause)
        said = self.answers.pop(0) if self.answers else (200, {"state": "received"})
        if said and said[0] == 200 and isinstance(said[1], dict) and said[1].get("state") == "received":
            kept = self.has.setdefault(headers["webhook-id"], told | {"number": f"T{len(self.has) + 1}"})
            has = [one["sha256"] for one in told.get("attachments", []) if one["sha256"] in self.files]
            return 200, {"number": kept["number"], "attachments": has} | said[1]
        return said

    def _take_file(
        self, sha256: str, at: datetime, headers: dict[str, str], body: bytes
    ) -> tuple[int, dict[str, Any]] | None:
        self.came.append(("/attachments", {"sha256": sha256}))
        if Webhook(SECRET).sign(headers["webhook-id"], at, sha256) not in headers["webhook-signature"].split():
            return 401, {}
        if (status := self.of_files.pop(0) if self.of_files else 201) != 201:
            return None if status is None else (status, {})
        if hashlib.sha256(body).hexdigest() != sha256:
            return 400, {}
        self.files[sha256] = body
        return status, {}

    def give(
        self,
        to: str,
        content: bytes,
        now: datetime,
        *,
        sha256: str = "",
        cut: int = 0,
        breaks: Callable[[], object] | None = None,
    ) -> tuple[int, Any]:
        """Send a file to us under its hash, or under another; with ``cut`` the line breaks before so many bytes.

        It breaks as ``breaks`` does it, else since nothing more is sent.
        """
        named = sha256 or hashlib.sha256(content).hexdigest()
        return self._post(f"{to}/attachments/{named}/", named, content, now, cut=cut, breaks=breaks)

    def send(self, to: str, message: str, told: dict[str, Any], now: datetime) -> tuple[int, Any]:
        """Send a message to us."""
        body = json.dumps(told)
        return self._post(f"{to}/{message}/", body, body.encode(), now)

    def _post(
        self,
        url: str,
        signed: str,
        body: bytes,
        now: datetime,
        *,
        cut: int = 0,
        breaks: Callable[[], object] | None = None,
    ) -> tuple[int, Any]:
        parts = urlsplit(url)
        at, name = now.replace(microsecond=0), hashlib.sha256(signed.encode()).hexdigest()[:16]
        headers = {
            "content-type": "application/json" if signed.encode() == body else "application/octet-stream",
            "content-length": str(len(body)),
            "webhook-id": name,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Webhook(SECRET).sign(name, at, signed),
        }
        with closing(HTTPConnection(parts.hostname or "", parts.port, timeout=10)) as connection:
            connection.putrequest("POST", parts.path)
            for key, value in headers.items():
                connection.putheader(key, value)
            connection.endheaders(body[: len(body) - cut])
            if breaks:
                breaks()
            elif cut:
                connection.sock.shutdown(socket.SHUT_WR)
            answer = connection.getresponse()
            said = answer.read()
        return answer.status, json.loads(said) if said.startswith(b"{") else said

    def fields(self) -> list[dict[str, Any]]:
        """Return what the messages said that it has."""
        return [one["fields"] for one in self.has.values()]


@contextmanager
def serving(side: OtherSide) -> Iterator[OtherSide]:
    """Serve the other side on a port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            said = side.answer(self.path, {k.lower(): v for k, v in self.headers.items()}, body)
            if said is None:
                self.close_connection = True
                return
            text = said[1] if isinstance(said[1], str) else json.dumps(said[1])
            self.send_response(said[0])
            self.send_header("content-length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    side.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield side
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
