"""Plain values of JSON as the text by which rules know them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from amur.detection.events import SEVERAL


def text_of(value: Any) -> str | None:
    r"""Return a plain value as text; None of null and of what is no plain value.

    >>> text_of(True), text_of(4688), text_of("a\x1fb")
    ('true', '4688', 'a b')
    """
    if isinstance(value, str):
        return value.replace(SEVERAL, " ") if SEVERAL in value else value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else None


def joined(values: Iterable[Any]) -> str | None:
    r"""Return the texts of plain values as those of one field; None where there is none.

    >>> joined(["a", 1, None]), joined([])
    ('a\x1f1', None)
    """
    found = [said for one in values if (said := text_of(one)) is not None]
    return SEVERAL.join(found) if found else None


def mended(event: Any) -> Any:
    r"""Return an event with each half of a pair of signs replaced, which JSON can say and UTF-8 cannot.

    >>> mended({"a\ud800": ["\ud800"]})
    {'a\ufffd': ['\ufffd']}
    """
    said = json.dumps(event, ensure_ascii=False)
    return json.loads(said.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
