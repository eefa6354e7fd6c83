"""The web room as Django knows it."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Pages and HTTP; no tables."""

    name = "amur.web"
    label = "web"
