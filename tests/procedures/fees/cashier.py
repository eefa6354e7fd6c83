"""The other side as a real server on this machine: a cashier that gives codes, takes money, and gives it back."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from amur.procedures.notices import signatures

SECRET = signatures.secret_text(b"a cashier's secret of 32 bytes!!")


@dataclass
class Till:
    """A cashier. ``refuses`` answers that to everything, with a status; ``gives_back`` says how it takes a refund."""

    demands: dict[str, dict[str, Any]] = field(default_factory=dict)
    payments: list[dict[str, Any]] = field(default_factory=list)
    refunds: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    forged: int = 0
    refuses: int = 0
    gives_back: str = "taken"
    page: int = 2

    def answer(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
        """Answer one request."""
        sent = int(headers.get("webhook-timestamp", "0"))
        if not signatures.is_signed(SECRET, headers, body, sent):
            self.forged += 1
            return 401, {}
        told = json.loads(body)
        self.asked.append((path, told))
        if self.refuses:
            return self.refuses, {"error": "not now"}
        if path == "/demands":
            return 200, {
                "code": self.demands.setdefault(told["id"], {"code": f"PAY{len(self.demands):04}"} | told)["code"]
            }
        if path == "/refunds":
            self.refunds[told["id"]] = told
            return 200, {"state": self.gives_back} | ({"id": "r-1"} if self.gives_back == "confirmed" else {})
        first = int(told["after"] or 0)
        mine = [one for one in self.payments if one["on"] == told["day"]]
        more = str(first + self.page) if len(mine) > first + self.page else ""
        return 200, {"items": mine[first : first + self.page], "next": more}

    def pays(self, code: str, amount: int, on: date, **changes: Any) -> dict[str, Any]:
        """Take money, and return what is to be reported of it."""
        number = len(self.payments) + 1
        report = {
            "kind": "payment",
            "id": f"p-{number}",
            "code": code,
            "amount": amount,
            "currency": "CNY",
            "on": on.isoformat(),
            "receipt": f"票{number:06}",
            "receipt_check": "7f3a",
            "payer": "王小明",
        } | changes
        self.payments.append(report)
        return report


def signed(report: dict[str, Any], now: datetime, secret: str = SECRET) -> tuple[dict[str, str], bytes]:
    """Return the headers and the body of a report."""
    body = json.dumps(report, ensure_ascii=False).encode()
    return signatures.headers([secret], "report", int(now.timestamp()), body), body


@contextmanager
def open_till(till: Till) -> Iterator[int]:
    """Serve it on a port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            status, said = till.answer(self.path, {k.lower(): v for k, v in self.headers.items()}, body)
            text = json.dumps(said, ensure_ascii=False).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
