"""Addresses of the Open door: pages, downloads and the programming interface."""

from typing import Any, cast

from django.urls import URLPattern, include, path, re_path

from amur.web.open import downloads, pages, verify
from amur.web.open.api import api
from amur.web.open.api.gate import guarded, nowhere

app_name = "open"

_patterns = cast("tuple[list[URLPattern], str, str]", api.urls)
_interface: Any = ([*guarded(_patterns[0]), *guarded([re_path("", nowhere)])], *_patterns[1:])

urlpatterns = [
    path("open/", pages.catalogue, name="catalogue"),
    path("open/reference/", pages.reference, name="reference"),
    path("open/ledger/", pages.ledger_heads, name="ledger"),
    path("open/ledger/export.jsonl", downloads.export, name="export"),
    path("open/ledger/verify_ledger.py", downloads.verifier, name="verifier"),
    path("verify/", verify.verify, name="verify"),
    path("open/api/v1/", include(_interface[:2], namespace=_interface[2])),
]
