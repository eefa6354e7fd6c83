"""The Django application of this room."""

from django.apps import AppConfig


class StudiesConfig(AppConfig):
    """Label and path; nothing happens on start."""

    name = "amur.studies"
    label = "studies"
    default_auto_field = "django.db.models.BigAutoField"
