"""Few requests are answered at once, and a slow line keeps nobody else waiting.

To answer costs a processor, and more at once than there are processors only make each other slow; to receive what a
slow line sends costs nothing but time. So many threads receive and send, and few of their own answer, each with its
connection to the database.
"""

from __future__ import annotations

import http
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from tempfile import SpooledTemporaryFile
from typing import IO, Any

Environment = dict[str, Any]
Start = Callable[..., Any]
Application = Callable[[Environment, Start], Iterable[bytes]]
_IN_MEMORY = 2**20
_BLOCK = 2**16


def few_at_once(application: Application, number: int, *, largest: int) -> Application:
    """Wrap a WSGI application so that ``number`` of its requests are answered at once, each received whole before.

    What declares more than ``largest`` bytes is not received: the application refuses it by what it declares. What
    breaks off does not reach the application, since half a form is another form.
    """
    answering = ThreadPoolExecutor(number, thread_name_prefix="answering")

    def answer(environment: Environment, start: Start) -> Iterable[bytes]:
        declared = environment.get("CONTENT_LENGTH") or ""
        length = int(declared) if declared.isdecimal() else 0
        if not 0 < length <= largest:
            return answering.submit(_answered, application, environment, start).result()
        with SpooledTemporaryFile(_IN_MEMORY) as body:
            if _receive(environment["wsgi.input"], body, length) < length:
                start(f"{http.HTTPStatus.BAD_REQUEST:d} Bad Request", [("Content-Length", "0")])
                return []
            body.seek(0)
            whole = environment | {"wsgi.input": body}
            return answering.submit(_answered, application, whole, start).result()

    return answer


def _receive(line: IO[bytes], body: IO[bytes], length: int) -> int:
    """Copy what a line sends, and return how many bytes came."""
    came = 0
    while came < length and (block := line.read(min(_BLOCK, length - came))):
        body.write(block)
        came += len(block)
    return came


def _answered(application: Application, environment: Environment, start: Start) -> Iterable[bytes]:
    """Return what an application answers: whole, but for what it streams, which its line fetches by itself."""
    answer = application(environment, start)
    if isinstance(answer, list) or getattr(answer, "streaming", False):
        return answer
    try:
        return [b"".join(answer)]
    finally:
        if close := getattr(answer, "close", None):
            close()
