"""The Django application of this room."""

from django.apps import AppConfig


class PolicyConfig(AppConfig):
    """Label and path; nothing happens on start."""

    name = "amur.policy"
    label = "policy"
    default_auto_field = "django.db.models.BigAutoField"
