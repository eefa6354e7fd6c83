"""Which address leads to which door. Chinese stands at ``/``, English at ``/en/``; both have the same addresses.

Each door's ``urls`` names its ``app_name`` (``portal``, ``desk``, ``board``, ``open``) and writes whole addresses
(``desk/cases/<number>/``), so that this file shows only the order in which they are asked.
"""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from amur.web.open.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    *i18n_patterns(
        path("", include("amur.web.urls")),
        path("accounts/", include("allauth.urls")),
        path("", include("amur.web.desk.urls")),
        path("", include("amur.web.board.urls")),
        path("", include("amur.web.open.urls")),
        path("", include("amur.web.portal.urls")),
        prefix_default_language=False,
    ),
]

handler400 = "amur.web.errors.bad_request"
handler403 = "amur.web.errors.refused"
handler404 = "amur.web.errors.missing"
handler500 = "amur.web.errors.broken"
