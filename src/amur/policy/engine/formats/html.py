"""HTML: its blocks are lines; numbers of lists, cells of tables and struck-out words as a reader sees them."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree  # type: ignore[import-untyped]  # it brings no types
from lxml import html as markup

from amur.policy.engine.decoding import TextError
from amur.policy.engine.formats.counting import bracketed
from amur.policy.engine.formats.extracted import Extracted

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
_LOOKED_AT = 4096
_DEEPEST = 200
_SKIPPED = {
    "script", "style", "noscript", "template", "head", "nav", "form", "button", "select", "textarea", "svg", "iframe",
}  # fmt: skip
_STRUCK = {"del", "s", "strike"}
_BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div", "dl", "dt", "figcaption",
    "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "ol", "p", "pre",
    "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul",
}  # fmt: skip
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_THROUGH = re.compile(r"text-decoration[^;]*line-through", re.IGNORECASE)


def charset(content: bytes) -> str:
    """Return the encoding that a page says it has, or nothing.

    >>> charset(b'<meta http-equiv="Content-Type" content="text/html; charset=gb2312">')
    'gb2312'
    """
    found = _CHARSET.search(content[:_LOOKED_AT])
    return found[1].decode() if found else ""


def extract(text: str) -> Extracted:
    r"""Return the lines of a page.

    Raises:
        TextError: if it is no page that can be read.

    >>> page = "<p>One<br>two</p><ol type=a><li>first<li>second</ol><table><tr><td>May<td>done</table>"
    >>> extract(page).lines
    ['One', 'two', '(a) first', '(b) second', 'May | done']
    """
    parser = markup.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        page = markup.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise TextError(f"found a page that cannot be read ({error}); save its text as a .txt file") from None
    walk = _Walk()
    walk.element(_main(page), 0)
    walk.close()
    return walk.found


def _main(page: Any) -> Any:
    """Return the part of a page that holds its text: ``main`` or ``article`` where they hold most of it."""
    whole = len(page.text_content())
    for name in ("main", "article"):
        for found in page.iter(name):
            if len(found.text_content()) * 2 > whole:
                return found
    return page


class _Walk:
    """A walk over the elements of a page, with the line that it is in."""

    def __init__(self) -> None:
        self.found = Extracted()
        self.line: list[str] = []
        self.level = 0

    def close(self) -> None:
        """End the line."""
        text = "".join(self.line)
        kept = "\n".join(" ".join(part.split()) for part in text.split("\x00"))
        self.found.add(kept.replace("\x01", "  "), level=self.level)
        self.line, self.level = [], 0

    def element(self, element: Any, depth: int) -> None:
        """Take in an element with what is in it."""
        name = element.tag if isinstance(element.tag, str) else ""
        if not name or name in _SKIPPED or depth > _DEEPEST:
            return
        if name in _STRUCK or _THROUGH.search(element.get("style", "")):
            self.found.struck.append(element.text_content())
        elif name == "br":
            self.line.append("\x00")
        elif name == "tr":
            self._row(element)
        else:
            self._inside(element, name, depth)

    def _inside(self, element: Any, name: str, depth: int) -> None:
        if name in _BLOCKS:
            self.close()
        self.level = _HEADINGS.get(name, self.level)
        if name == "li":
            self.line.append(_label(element))
        self.line.append(element.text or "")
        for child in element:
            self.element(child, depth + 1)
            self.line.append(child.tail or "")
        if name in _BLOCKS:
            self.close()

    def _row(self, row: Any) -> None:
        self.close()
        cells = []
        for cell in row:
            inner = _Walk()
            inner.element(cell, 0)
            inner.close()
            self.found.struck += inner.found.struck
            cells.append(" ".join(inner.found.lines))
        self.found.add(" | ".join(filter(None, cells)))


def _label(item: Any) -> str:
    """Return the mark that a browser puts before an item of a list."""
    above = item.getparent()
    if above is None or above.tag != "ol":
        return "• "
    place = sum(1 for before in item.itersiblings("li", preceding=True))
    first = above.get("start", "1")
    number = place + (int(first) if re.fullmatch(r"[0-9]{1,4}", first) else 1)
    return f"{bracketed(number, above.get('type', '1'))} "
