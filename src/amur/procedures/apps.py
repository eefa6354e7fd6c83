"""The Django application of this room."""

from importlib import import_module

from django.apps import AppConfig

_SUBJECTS = (
    "appeals",
    "consents",
    "consultation",
    "correcting",
    "cosigning",
    "draws",
    "fees",
    "hearings",
    "joint",
    "lateness",
    "migrating",
    "notices",
    "notices.webhooks",
    "open311",
    "opinions",
    "papers",
    "phrases",
    "queues",
    "ratings",
    "recusal",
    "remarks",
    "reminders",
    "signing",
    "supplements",
    "window",
    "ties",
)
"""The packages of this room that have tables of their own."""


class ProceduresConfig(AppConfig):
    """Label and path, and that its subjects have tables beside those of cases."""

    name = "amur.procedures"
    label = "procedures"
    default_auto_field = "django.db.models.BigAutoField"

    def import_models(self) -> None:
        """Let Django know the tables of all subjects."""
        super().import_models()
        for subject in _SUBJECTS:
            import_module(f"amur.procedures.{subject}.models")
