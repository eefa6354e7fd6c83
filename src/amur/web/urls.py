"""Addresses of the frame itself: display settings and the sign of life. Each door has its own ``urls``."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from amur.web import display


def healthz(_request: HttpRequest) -> HttpResponse:
    """Say that the server answers; asks nothing of the database."""
    return HttpResponse("ok\n", content_type="text/plain")


urlpatterns = [path("display/", display.settings, name="display")]
