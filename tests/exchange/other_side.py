"""The other side of an exchange as a real server on this machine: it plays what was recorded, and knows repetitions."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook

SECRET = "whsec_" + "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"
TOKEN = "a-token-of-more-than-24-characters"
KEEPER_TOKEN = "another-token-of-more-than-24-characters"


@dataclass
class OtherSide:
    """What it answers next, and what it has: each message once by its id, however often it came.

    An answer is a status and an object; ``None`` breaks off, a text is sent as it is. Where nothing is recorded it takes
    the message under a number of its own.
    """

    answers: list[tuple[int, Any] | None] = field(default_factory=list)
    pages: list[dict[str, Any]] = field(default_factory=list)
    came: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    has: dict[str, dict[str, Any]] = field(default_factory=dict)
    pause: float = 0.0
    url: str = ""

    def answer(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, Any] | None:
        """Return what is said to a call; one that is not signed as agreed is not heard."""
        at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
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
            return 200, {"number": kept["number"]} | said[1]
        return said

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
