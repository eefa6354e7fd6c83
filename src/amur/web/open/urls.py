"""Addresses of the Open door: pages, downloads and the programming interface."""

from typing import Any, cast

from django.urls import URLPattern, include, path, re_path

from amur.web.open import downloads, exchanging, hooks, pages, verify
from amur.web.open.api import api, index
from amur.web.open.api.gate import guarded, nowhere
from amur.web.open.open311 import urls as open311

app_name = "open"

_declared = cast("tuple[list[URLPattern], str, str]", api.urls)
for _pattern in _declared[0]:
    if _pattern.name == "api-root":
        _pattern.callback = index
_interface: Any = ([*guarded([*_declared[0], re_path("", nowhere)])], *_declared[1:])

urlpatterns = [
    path("open/", pages.catalogue, name="catalogue"),
    path("open/reference/", pages.reference, name="reference"),
    path("open/ledger/", pages.ledger_heads, name="ledger"),
    path("open/ledger/export.jsonl", downloads.export, name="export"),
    path("open/ledger/verify_ledger.py", downloads.verifier, name="verifier"),
    path("open/draws/recompute_draw.py", downloads.recomputer, name="recomputer"),
    path("open/exchange/<slug:exchange_id>/receipts/", exchanging.receipts, name="exchange_receipts"),
    path(
        "open/exchange/<slug:exchange_id>/attachments/<str:sha256>/", exchanging.attachment, name="exchange_attachment"
    ),
    path("open/exchange/<slug:exchange_id>/<slug:name>/", exchanging.message, name="exchange_message"),
    path("open/hooks/cashier/", hooks.cashier_report, name="cashier_report"),
    path("open/hooks/sms/", hooks.sms_report, name="sms_report"),
    path("verify/", verify.verify, name="verify"),
    *open311.urlpatterns,
    path("open/api/v1/", include(_interface[:2], namespace=_interface[2])),
]
