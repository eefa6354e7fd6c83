"""The Django application of this room."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SearchConfig(AppConfig):
    """Label and path; after tables were emptied, the index that Django does not know of is emptied as well."""

    name = "amur.search"
    label = "search"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Follow ``flush``, which says that it is done as ``migrate`` does."""
        post_migrate.connect(_follow, sender=self)


def _follow(**_: object) -> None:
    from amur.search import dialect  # noqa: PLC0415 -- models can be read only when all applications are loaded

    dialect.follow()
