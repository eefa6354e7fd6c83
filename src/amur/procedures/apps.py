"""The Django application of this room."""

from django.apps import AppConfig


class ProceduresConfig(AppConfig):
    """Label and path; nothing happens on start."""

    name = "amur.procedures"
    label = "procedures"
    default_auto_field = "django.db.models.BigAutoField"
