"""The Django application of this room."""

from importlib import import_module

from django.apps import AppConfig


class ProceduresConfig(AppConfig):
    """Label and path, and that the tables of draws stand beside those of cases."""

    name = "amur.procedures"
    label = "procedures"
    default_auto_field = "django.db.models.BigAutoField"

    def import_models(self) -> None:
        """Let Django know the tables of draws too."""
        super().import_models()
        import_module("amur.procedures.draws.models")
