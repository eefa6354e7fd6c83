"""A URL is one URL however it is spelled, and no two become one that are not."""

from __future__ import annotations

from urllib.parse import unquote_to_bytes, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amur.detection.iocs.spelling import LONGEST, url_of

_UNRESERVED = "abzAZ059-._~"
_RESERVED = "/:@!$&'()*+,;="
_PATH = st.text(_UNRESERVED + _RESERVED + "?", max_size=12)
_ANY = st.text(st.characters(exclude_characters="#\\", exclude_categories=["Cs"]), max_size=12)


def _spelled(draw, path):
    """The same path with some of its unreserved characters encoded."""
    return "".join(
        draw(st.sampled_from([c, f"%{ord(c):02x}", f"%{ord(c):02X}"])) if c in _UNRESERVED else c for c in path
    )


@settings(deadline=None)
@given(_PATH, st.sampled_from(["http", "https"]), st.data())
def test_every_spelling_of_a_url_is_the_same(path, scheme, data):
    port = {"http": ":80", "https": ":443"}[scheme]
    plain = f"{scheme}://evil.example/{path}"
    other = (
        data.draw(st.sampled_from([scheme, scheme.upper()]))
        + "://"
        + data.draw(st.sampled_from(["", "me@", "me:pw@"]))
        + data.draw(st.sampled_from(["evil.example", "EVIL.example.", "ｅvil.example", "%65vil.example"]))
        + data.draw(st.sampled_from(["", port, ":"]))
        + "/"
        + _spelled(data.draw, path)
        + data.draw(st.sampled_from(["", "#part"]))
    )
    assert url_of(other) == url_of(plain)
    assert url_of(plain).text == plain


@settings(deadline=None)
@given(_ANY, _ANY)
def test_two_urls_are_one_only_if_their_bytes_are(one, other):
    first, second = (url_of(f"http://evil.example/{path}") for path in (one, other))
    if first == second:
        texts = [f"/{path}".rstrip() for path in (one, other)]
        assert unquote_to_bytes(texts[0]) == unquote_to_bytes(texts[1])


@settings(deadline=None)
@given(_ANY)
def test_a_url_in_its_one_spelling_stays_as_it_is(path):
    found = url_of(f"http://evil.example/{path}")
    assert url_of(found.text) == found
    assert found.text.isascii()
    assert urlsplit(found.text).hostname == "evil.example"


@settings(deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_a_url_or_none(text):
    found = url_of(text)
    assert found is None or url_of(found.text) == found


@pytest.mark.parametrize(
    "text",
    [
        "", "/only/a/path", "http://", "http:///x", "http://a b/", "http://evil.example:99999/", "mailto:a@b.example",
        "javascript:alert(1)", "http://[::1/", "http://[gg::]/", "x" * (LONGEST + 1),
    ],
)  # fmt: skip
def test_what_has_no_host_is_no_url(text):
    assert url_of(text) is None


def test_what_must_stay_encoded_is_spelled_in_one_way_too():
    assert url_of("http://evil.example/%3a%2f").text == "http://evil.example/%3A%2F"
    assert url_of("http://evil.example/:/") != url_of("http://evil.example/%3a%2f")
    assert url_of("http://evil.example/a b|中%").text == "http://evil.example/a%20b%7C%E4%B8%AD%25"


def test_a_port_that_is_not_the_default_belongs_to_the_url():
    assert url_of("http://evil.example:8080").text == "http://evil.example:8080/"
    assert url_of("https://evil.example:80/").text == "https://evil.example:80/"
    assert url_of("evil.example:8080/a").text == "//evil.example:8080/a"
