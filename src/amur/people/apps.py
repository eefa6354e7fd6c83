"""The Django application of this room."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Label and path; nothing happens on start."""

    name = "amur.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"
