"""The guide to a service on paper: what the page says, without what changes from day to day."""

from __future__ import annotations

import io

import pypdf
import pytest

from tests.web.house import PROCEDURE, House

pytestmark = pytest.mark.django_db


def _read(content: bytes) -> str:
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


def test_the_guide_says_what_the_page_says_and_is_the_same_each_time(house: House):
    client = house.client()
    first, again = (client.get(f"/en/services/{PROCEDURE}/guide.pdf") for _ in range(2))
    assert (first["Content-Type"], first.content) == ("application/pdf", again.content)
    text = _read(first.content)
    for words in ("Filing of a new telecom service", "What you need", "After you submit", "Legal basis"):
        assert words in text
    assert f"/en/services/{PROCEDURE}/" in text
    assert "新型电信业务备案" in _read(client.get(f"/services/{PROCEDURE}/guide.pdf").content)


def test_of_no_service_there_is_no_guide(house: House):
    assert house.client().get("/services/nothing/guide.pdf").status_code == 404
