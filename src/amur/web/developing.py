"""Pages while a pack is being written: they say at their top what is wrong with it, and show a new edition at once.

Only ``amur dev`` brings this in. Its watcher writes what it found into a file of the data folder; here that file is
told to the open pages, which ask for it several times a second.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join

from amur.base.faults import Fault
from amur.packs import telling

STATE = "dev.json"
"""What the watcher found last, in the data folder."""
ADDRESS = "/dev/state"
_BODY = re.compile(rb"<body[^>]*>")
_LANGUAGE = re.compile(rb'<html[^>]*\blang="(\w+)')
_HEADS = {
    "zh": "政策包有 {count} 处要改；网站还在用上一个正确的版本。",
    "en": "The pack has {count} fault{s}; the site goes on with the last edition without any.",
}


def note(data: Path, release: str, faults: list[Fault]) -> None:
    """Note what was found of the pack and which release runs, for the pages that are open."""
    told = {"release": release, "faults": [[one.file, one.line, one.check, one.found, one.fix] for one in faults]}
    fresh = data / f".{STATE}"
    fresh.write_text(json.dumps(told), encoding="utf-8")
    fresh.replace(data / STATE)


class DevelopmentMiddleware:
    """Answer what pages ask about the pack, and give each page what asks and shows it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or pass on and add the bar."""
        if request.path == ADDRESS:
            return JsonResponse(state(request.GET.get("language", "")))
        response = self.get_response(request)
        if not response.streaming and response.headers.get("Content-Type", "").startswith("text/html"):
            response.content = _with_bar(response.content)
            if response.has_header("Content-Length"):
                response.headers["Content-Length"] = str(len(response.content))
        return response


def state(language: str) -> dict[str, Any]:
    """Return which release runs and what is wrong with the pack as it was saved last, in a language."""
    tongue = language if language in telling.LANGUAGES else "en"
    try:
        noted = json.loads((Path(settings.DATA) / STATE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        noted = {"release": "", "faults": []}
    faults = [Fault(*one) for one in noted["faults"]]
    head = _HEADS[tongue].format(count=len(faults), s="s" * (len(faults) > 1)) if faults else ""
    return {"release": noted["release"], "head": head, "lines": [telling.line_of(one, tongue) for one in faults]}


def _with_bar(page: bytes) -> bytes:
    language = _LANGUAGE.search(page)
    told = state(language[1].decode() if language else "")
    bar = format_html(
        '<aside class="amur-dev" data-amur-dev="{}" role="status"{}><p>{}</p><ul>{}</ul></aside>'
        '<link rel="stylesheet" href="{}"><script src="{}" defer></script>',
        told["release"],
        "" if told["lines"] else format_html(" {}", "hidden"),
        told["head"],
        format_html_join("", "<li>{}</li>", ((line,) for line in told["lines"])),
        static("amur/dev.css"),
        static("amur/dev.js"),
    )
    return _BODY.sub(lambda found: found[0] + bar.encode(), page, count=1)
