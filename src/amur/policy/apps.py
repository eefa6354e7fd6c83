"""The Django application of this room."""

from importlib import import_module

from django.apps import AppConfig


class PolicyConfig(AppConfig):
    """Label and path, and that crosswalks of editions have tables beside those of documents."""

    name = "amur.policy"
    label = "policy"
    default_auto_field = "django.db.models.BigAutoField"

    def import_models(self) -> None:
        """Let Django know the tables of crosswalks too."""
        super().import_models()
        import_module("amur.policy.editions.models")
