"""Every template parses, and none holds what the content security policy would block."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

FOLDER = Path(settings.TEMPLATES[0]["DIRS"][0])
TEMPLATES = sorted(str(file.relative_to(FOLDER)) for file in FOLDER.rglob("*.html"))
STYLES = sorted((FOLDER.parent / "static" / "amur").glob("*.css"))
_COMMENT = re.compile(r"{% comment %}.*?{% endcomment %}|{#.*?#}", re.DOTALL)
_INLINE = {
    "a style attribute": re.compile(r"\sstyle\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style", re.IGNORECASE),
    "a handler": re.compile(r"<[^>]*\son[a-z]+\s*=\s*[\"']", re.IGNORECASE),
    "a script that is written out": re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", re.IGNORECASE
    ),
    "a script address": re.compile(r"(href|src)\s*=\s*[\"']\s*javascript:", re.IGNORECASE),
    "something from elsewhere": re.compile(r"<(script|link|img|iframe)[^>]*(src|href)=\"(https?:)?//", re.IGNORECASE),
}


def test_every_template_parses():
    assert len(TEMPLATES) > 100
    for name in TEMPLATES:
        assert get_template(name), name  # what does not parse is named with its line by the error


def test_no_template_holds_what_the_policy_blocks():
    texts = {name: _COMMENT.sub("", (FOLDER / name).read_text(encoding="utf-8")) for name in TEMPLATES}
    assert [(name, what) for name, text in texts.items() for what, one in _INLINE.items() if one.search(text)] == []


@pytest.mark.parametrize("file", STYLES, ids=lambda file: file.name)
def test_a_style_sheet_loads_nothing_from_elsewhere(file):
    addresses = re.findall(r"url\(\s*[\"']?([^\"')]+)", file.read_text(encoding="utf-8"))
    assert [address for address in addresses if not address.startswith("data:image/svg+xml")] == []


def test_a_style_sheet_needs_no_web_view_that_is_younger_than_2020():
    words = re.compile(r"light-dark\(|color-mix\(|:has\(|@layer|@container|\boklch\(")
    code = {file.name: re.sub(r"/\*.*?\*/", "", file.read_text(encoding="utf-8"), flags=re.DOTALL) for file in STYLES}
    assert {name: words.findall(text) for name, text in code.items() if words.search(text)} == {}
