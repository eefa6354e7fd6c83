"""The Django application of this room."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Label and path; nothing happens on start."""

    name = "amur.jobs"
    label = "jobs"
    default_auto_field = "django.db.models.BigAutoField"
