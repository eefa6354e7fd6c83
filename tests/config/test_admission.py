"""How many requests are answered at once, and what a slow line, a broken one and a large one do."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from amur.config.admission import few_at_once


class Answer:
    """What an application answers, which knows whether it was closed."""

    def __init__(self, *, streaming: bool = False) -> None:
        self.streaming, self.closed = streaming, False

    def __iter__(self) -> Iterator[bytes]:
        return iter((b"a", b"b"))

    def close(self) -> None:
        self.closed = True


class Slow(io.BytesIO):
    """A line on which nothing comes until somebody lets it."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.asked, self.let = threading.Event(), threading.Event()

    def read(self, size: int | None = -1) -> bytes:
        self.asked.set()
        assert self.let.wait(10)
        return super().read(size)


def echo(environment, start):
    start("200 OK", [])
    return iter([environment["wsgi.input"].read()])


def posted(line: io.BytesIO, length: object) -> dict[str, object]:
    return {"wsgi.input": line, "CONTENT_LENGTH": str(length)}


def test_a_slow_line_keeps_nobody_waiting_and_arrives_whole():
    application, line = few_at_once(echo, 1, largest=100), Slow(b"a=1")
    with ThreadPoolExecutor() as lines:
        slow = lines.submit(application, posted(line, 3), lambda *_: None)
        assert line.asked.wait(10)
        assert application(posted(io.BytesIO(b"b=2"), 3), lambda *_: None) == [b"b=2"]
        assert not slow.done()
        line.let.set()
        assert slow.result(10) == [b"a=1"]


@pytest.mark.parametrize("number", [1, 3])
def test_no_more_are_answered_at_once_than_may(number):
    now, most, lock = 0, 0, threading.Lock()

    def counting(environment, start):
        nonlocal now, most
        with lock:
            now, most = now + 1, max(most, now + 1)
        threading.Event().wait(0.02)
        with lock:
            now -= 1
        return []

    application = few_at_once(counting, number, largest=100)
    with ThreadPoolExecutor(12) as lines:
        list(lines.map(lambda _: application({}, None), range(24)))
    assert most == number


def test_what_breaks_off_is_not_answered_as_if_it_were_whole():
    said, seen = [], []
    application = few_at_once(lambda *given: seen.append(given), 1, largest=100)
    assert application(posted(io.BytesIO(b"a=1"), 9), lambda *given: said.append(given)) == []
    assert said[0][0].startswith("400")
    assert seen == []


@pytest.mark.parametrize("length", ["101", "", "0", "-5", "many"])
def test_what_is_too_large_or_declares_nothing_is_left_on_the_line(length):
    line = io.BytesIO(b"a" * 101)
    application = few_at_once(lambda *_: [], 1, largest=100)
    application(posted(line, length), None)
    assert line.tell() == 0


def test_an_answer_comes_whole_and_closed_and_a_stream_is_left_to_its_line():
    whole, stream = Answer(), Answer(streaming=True)
    assert few_at_once(lambda *_: whole, 1, largest=1)({}, None) == [b"ab"]
    assert whole.closed
    assert few_at_once(lambda *_: stream, 1, largest=1)({}, None) is stream
    assert not stream.closed


def test_a_fault_of_the_application_reaches_the_server():
    def broken(*_):
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        few_at_once(broken, 1, largest=1)({}, None)
