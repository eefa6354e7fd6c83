"""An answer as XML or as JSON: the same tree of names, said once; pure.

No XML is ever read here, so that nothing in a document of others can be expanded or fetched.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, TypeAlias
from xml.sax.saxutils import escape

Format = Literal["xml", "json"]
Value: TypeAlias = "str | int | float | bool | Sequence[Value] | Mapping[str, Value] | None"

MEDIA_TYPES: Mapping[Format, str] = {"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}
_ONE_OF = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
}
"""What each list of the standard holds, by the name of the list."""
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def rendered(root: str, value: Value, form: Format) -> bytes:
    """Return a tree under a root; in JSON the root has no name, as the standard has it.

    >>> rendered("services", [{"service_code": "a&b", "metadata": True, "group": None}], "json").decode()
    '[{"service_code": "a&b", "metadata": true, "group": null}]'
    >>> print(rendered("services", [{"service_code": "a&b", "metadata": True, "group": None}], "xml").decode())
    <?xml version="1.0" encoding="utf-8"?>
    <services><service><service_code>a&amp;b</service_code><metadata>true</metadata><group/></service></services>
    """
    if form == "json":
        return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
    head = '<?xml version="1.0" encoding="utf-8"?>\n'
    return (head + "".join(_element(root, value))).encode("utf-8", "replace")


def _element(name: str, value: Value) -> Iterator[str]:
    if value is None or (isinstance(value, Sequence) and not value):
        yield f"<{name}/>"
        return
    yield f"<{name}>"
    if isinstance(value, Mapping):
        for inner, one in value.items():
            yield from _element(inner, one)
    elif isinstance(value, str):
        yield escape(_NOT_IN_XML.sub("\ufffd", value))
    elif isinstance(value, bool):
        yield "true" if value else "false"
    elif isinstance(value, Sequence):
        for one in value:
            yield from _element(_ONE_OF[name], one)
    else:
        yield str(value)
    yield f"</{name}>"
