"""An address is sent on to the name, with everything that was asked for."""

from __future__ import annotations

import pytest

from amur.config.localhost import named


def _ask(host: str, **environment: str):
    answered = {}

    def inner(environ, start):
        start("200 OK", [])
        return [b"inside"]

    def start(status, headers):
        answered.update(status=status, **dict(headers))

    body = named(inner)({"HTTP_HOST": host, "PATH_INFO": "/", **environment}, start)
    return answered, b"".join(body)


@pytest.mark.parametrize(
    ("host", "to"),
    [
        ("127.0.0.1:8000", "http://localhost:8000"),
        ("127.0.0.1", "http://localhost"),
        ("[::1]:80", "http://localhost:80"),
    ],
)
def test_the_address_leads_to_the_name(host, to):
    answered, body = _ask(host, PATH_INFO="/apply/备案/".encode().decode("latin-1"), QUERY_STRING="a=1")
    assert answered["status"].startswith("308")
    assert answered["Location"] == f"{to}/apply/%E5%A4%87%E6%A1%88/?a=1"
    assert body == b""


@pytest.mark.parametrize("host", ["localhost:8000", "amur.example", "", "1127.0.0.1"])
def test_every_other_name_is_served(host):
    answered, body = _ask(host)
    assert (answered["status"], body) == ("200 OK", b"inside")


def test_nobody_is_sent_to_another_machine():
    answered, body = _ask("127.0.0.1@evil.example")
    assert body == b"inside"
    answered, _ = _ask("127.0.0.1:80", PATH_INFO="//evil.example/")
    assert answered["Location"] == "http://localhost:80//evil.example/"
