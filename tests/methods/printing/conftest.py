"""Texts that want to be more than text."""

from __future__ import annotations

import pytest

HOSTILE = (
    '#eval("1+1") #import "x": * ] [ \\ \\\\ $x^2$ {} <b>&amp;</b> _i_ *b* @ref // /* `raw` #{panic()} ~ "q" \'q\'',
    "]]></svg><script>alert(1)</script>",
    "سلام שלום \u202e abc \U0001f600\u0000\ud800",
    "甲" * 10_000,
    "w" * 10_000,
)


@pytest.fixture(params=HOSTILE, ids=["markup", "elements", "right to left", "long", "one word"])
def hostile(request):
    return request.param
