"""The Django application of this room."""

from django.apps import AppConfig


class RegistersConfig(AppConfig):
    """Label and path; nothing happens on start."""

    name = "amur.registers"
    label = "registers"
    default_auto_field = "django.db.models.BigAutoField"
