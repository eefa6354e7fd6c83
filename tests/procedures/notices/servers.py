"""The other sides of notices as real servers on this machine: a mail server, a gateway, a subscriber."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult


@dataclass
class Letters:
    """What a mail server does at each attempt, and what it took: an answer, or ``drop`` in the middle, or ``slow``."""

    answers: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    tried: int = 0

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 -- the server's own name
        answer = self.answers[0] if self.answers else "250 OK"
        if answer.startswith(("4", "5")) and "RCPT" in answer:
            self.answers.pop(0)
            self.tried += 1
            return answer.replace("RCPT", f"<{address}>")
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 -- the server's own name
        self.tried += 1
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer == "drop":
            server.transport.abort()
            return "250 OK"
        if answer == "slow":
            await asyncio.sleep(1.5)
            return "250 OK"
        if answer.startswith("250"):
            self.taken.append(envelope.content.decode())
        return answer


@contextmanager
def mail_server(letters: Letters, *, context=None, login: tuple[str, str] | None = None) -> Iterator[int]:
    """Serve mail on a port of this machine, over STARTTLS with a login where they are named."""
    options = {}
    if context is not None:
        options = {"tls_context": context, "require_starttls": True}
    if login is not None:
        wanted = (login[0].encode(), login[1].encode())
        options |= {
            "auth_required": True,
            "authenticator": lambda s, se, e, m, data: AuthResult(
                success=(data.login, data.password) == wanted, handled=False
            ),
        }
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(letters, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


@dataclass
class Recorded:
    """A server that answers what it was told to, and keeps what it was sent."""

    answers: list[tuple[int, str]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    pause: float = 0.0
    asked: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    @property
    def bodies(self) -> list[dict]:
        """Return the bodies that came, parsed."""
        return [json.loads(body) for _, _, body in self.asked]


@contextmanager
def http_server(recorded: Recorded, *, context=None) -> Iterator[int]:
    """Serve recorded answers on a port of this machine; what is not recorded is answered with 204."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            recorded.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            status, text = recorded.answers.pop(0) if recorded.answers else (204, "")
            if recorded.pause:
                time.sleep(recorded.pause)
            if status == 0:
                self.close_connection = True
                return
            self.send_response(status)
            for name, value in recorded.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
