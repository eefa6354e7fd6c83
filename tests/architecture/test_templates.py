"""Every template ends what it begins: a browser forgives a button that lost its beginning, and nobody can press it."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import amur.web

_PAIRED = (
    "article|button|code|details|dl|fieldset|form|h1|h2|h3|label|legend|main|nav|ol|pre|section|select|span|summary|svg"
    "|table|tbody|td|th|thead|ul"
)
_ENDS = re.compile(rf"<(/?)({_PAIRED})\b")


def test_every_template_ends_what_it_begins():
    found = {}
    for path in sorted((Path(amur.web.__file__).parent / "templates").rglob("*.html")):
        seen = Counter((name, not ends) for ends, name in _ENDS.findall(path.read_text(encoding="utf-8")))
        crooked = {name for name, _ in seen if seen[name, True] != seen[name, False]}
        if crooked:
            found[path.name] = crooked
    assert found == {}
