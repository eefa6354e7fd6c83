"""The peer: the list of cases as a case system on Django's ORM commonly has it, Open Zaak among them.

A case points to its type; a permission names a role, a type, a body and a region. A list joins the permissions and
makes the cases distinct, counts them all for its pages, goes to a page by OFFSET, and asks for the type of each row.
Each tab is a COUNT. Indexes are those that such a model declares: body and due date, foreign keys.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.db import connection, models
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Length, Substr

PAGE = 25


class CaseType(models.Model):
    """A type of cases."""

    name = models.CharField(max_length=120, unique=True)
    title = models.CharField(max_length=200)

    class Meta:
        app_label = "peer"

    def __str__(self) -> str:
        """Return what it is called."""
        return self.name


class Permission(models.Model):
    """That a role may see cases of a type, of a body, in a region."""

    role = models.CharField(max_length=120, db_index=True)
    case_type = models.ForeignKey(CaseType, on_delete=models.CASCADE, related_name="permissions")
    body_id = models.CharField(max_length=120)
    region = models.CharField(max_length=12)

    class Meta:
        app_label = "peer"

    def __str__(self) -> str:
        """Return what it is called."""
        return self.role


class PlainCase(models.Model):
    """A case."""

    number = models.CharField(max_length=40, unique=True)
    case_type = models.ForeignKey(CaseType, on_delete=models.PROTECT)
    state = models.CharField(max_length=120)
    subject = models.CharField(max_length=200)
    body_id = models.CharField(max_length=120)
    region = models.CharField(max_length=12)
    channel = models.CharField(max_length=20)
    submitted_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    due_on = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "peer"
        indexes = [models.Index(fields=["body_id", "due_on", "submitted_at"], name="plain_case_open")]

    def __str__(self) -> str:
        """Return what it is called."""
        return self.number


MODELS = (CaseType, Permission, PlainCase)


def create() -> None:
    with connection.schema_editor() as editor:
        for model in MODELS:
            editor.create_model(model)


def fill(
    types: list[str], rights: list[tuple[str, str, str, str]], cases: Callable[[dict[str, int]], list[PlainCase]]
) -> None:
    CaseType.objects.bulk_create([CaseType(name=name, title=name) for name in types])
    known = dict(CaseType.objects.values_list("name", "pk"))
    Permission.objects.bulk_create(
        Permission(role=role, case_type_id=known[name], body_id=body, region=region)
        for role, name, body, region in rights
    )
    PlainCase.objects.bulk_create(cases(known), batch_size=1_000)


def permitted(role: str) -> QuerySet[PlainCase]:
    rights = PlainCase.objects.alias(
        begins=Substr("region", 1, Length("case_type__permissions__region")),
    )
    return rights.filter(
        case_type__permissions__role=role,
        case_type__permissions__body_id=F("body_id"),
        begins=F("case_type__permissions__region"),
    ).distinct()


VIEWS = {
    "open": Q(closed_at=None, state__in=["received", "supplied", "under_review", "change_reported", "end_reported"]),
    "late": Q(closed_at=None, due_on__lt=Value(date(2026, 3, 10))),
    "urgent": Q(closed_at=None, due_on__lte=Value(date(2026, 3, 17))),
    "waiting": Q(closed_at=None, state="supplement_requested"),
    "closed": Q(closed_at__isnull=False),
    "all": Q(),
}


def listed(role: str, view: str, page: int = 1, query: str = "", more: Q | None = None) -> list[tuple[str, ...]]:
    found = permitted(role).filter(VIEWS[view])
    if more is not None:
        found = found.filter(more)
    for word in query.split():
        found = found.filter(Q(number__icontains=word) | Q(subject__icontains=word))
    found.count()
    by_due = [F("due_on").asc(nulls_last=True), "submitted_at", "number"]
    order = ["-changed_at", "number"] if view == "closed" else by_due
    first = (page - 1) * PAGE
    return [(case.number, case.subject, case.case_type.title) for case in found.order_by(*order)[first : first + PAGE]]


def tabs(role: str) -> dict[str, int]:
    return {name: permitted(role).filter(condition).count() for name, condition in VIEWS.items()}
