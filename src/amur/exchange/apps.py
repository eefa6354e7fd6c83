"""The Django application of this room."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """Label and path; nothing happens on start."""

    name = "amur.exchange"
    label = "exchange"
    default_auto_field = "django.db.models.BigAutoField"
