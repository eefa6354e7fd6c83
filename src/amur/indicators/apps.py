"""The Django application of this room."""

from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    """Label and path; nothing happens on start."""

    name = "amur.indicators"
    label = "indicators"
    default_auto_field = "django.db.models.BigAutoField"
