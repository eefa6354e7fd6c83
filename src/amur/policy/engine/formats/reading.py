"""Which format a file has, and its lines."""

from __future__ import annotations

import re

from amur.policy.engine.decoding import LONGEST_BYTES, TextError, decode
from amur.policy.engine.formats import plain
from amur.policy.engine.formats.extracted import Extracted

_HTML = re.compile(
    rb"<!doctype\s+html|<html[\s>]|<body[\s>]|<(?:p|h[1-6]|div)[\s>][^\x00]*</(?:p|h[1-6]|div)>", re.IGNORECASE
)
_WIDE_HTML = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype\s+html|html)[\s>]", re.IGNORECASE)
_LOOKED_AT = 4096


def extract(content: bytes) -> Extracted:
    """Return the lines of a file.

    Raises:
        TextError: if the file is too long, is of another kind, is damaged, or holds no text.

    >>> extract(b"<html><body><h1>Lamps</h1><p>Every lamp has a <del>master</del> keeper.</p></body></html>").lines
    ['Lamps', 'Every lamp has a keeper.']
    """
    from amur.policy.engine.formats import html, pdf, word  # noqa: PLC0415 - they load readers of other formats

    if len(content) > LONGEST_BYTES:
        raise TextError(f"found {len(content)} bytes; a text has at most {LONGEST_BYTES}")
    if content.startswith(b"%PDF-"):
        found = pdf.extract(content)
    elif content.startswith(b"PK\x03\x04"):
        found = word.extract(content)
    elif _HTML.search(content[:_LOOKED_AT]) and b"\x00" not in content[:_LOOKED_AT]:
        found = html.extract(decode(content, declared=html.charset(content)))
    else:
        text = decode(content)
        found = html.extract(text) if _WIDE_HTML.match(text) else plain.extract(text)
    if not found.lines:
        raise TextError("found an empty text; choose the file that holds the policy")
    return found
