"""Services: what can be asked for, by which rules, within which time."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import localdate
from ninja import Path, Router

from amur.base.fields import FieldDeclaration, Lookups
from amur.policy import reads as policy
from amur.procedures.clocks import Clock
from amur.procedures.declarations import ProcedureDeclaration
from amur.registers.lookups import lookups
from amur.web.open.api.schemas import (
    ClockOut,
    ExtensionOut,
    Problem,
    ServiceFormOut,
    ServiceOut,
    basis_out,
    said,
    system_out,
)
from amur.web.requests import AmurRequest

router = Router(tags=["services"])

Identifier = Annotated[str, Path(pattern="^[a-z][a-z0-9_]*$", max_length=80)]


@router.get("", response=list[ServiceOut], operation_id="services", summary="All services")
def services(request: HttpRequest) -> list[ServiceOut]:
    """Return the services that the running pack declares."""
    return [
        ServiceOut(**_values(request, ProcedureDeclaration.model_validate(found.body), found.hash))
        for found in policy.declarations("procedure").values()
    ]


@router.get("/{service_id}", response={200: ServiceFormOut, 404: Problem}, operation_id="service", summary="A service")
def service(request: AmurRequest, service_id: Identifier) -> ServiceFormOut:
    """Return a service with the JSON Schema of its form."""
    content_hash, body = policy.declaration("procedure", service_id)
    declared = ProcedureDeclaration.model_validate(body)
    return ServiceFormOut(
        **_values(request, declared, content_hash), form=object_schema(declared.fields, lookups(localdate(request.now)))
    )


def object_schema(fields: tuple[FieldDeclaration, ...], found: Lookups) -> dict[str, Any]:
    """Return the JSON Schema of an object with these fields."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {field.id: field.json_schema(found) for field in fields},
        "required": [field.id for field in fields if field.required and not field.when],
        "additionalProperties": False,
    }


def _values(request: HttpRequest, declared: ProcedureDeclaration, content_hash: str) -> dict[str, Any]:
    return {
        "id": declared.id,
        "title": said(declared.title),
        "summary": said(declared.summary),
        "for_whom": said(declared.for_whom),
        "fee": said(declared.fee),
        "result": said(declared.result),
        "minutes": declared.minutes,
        "carries_out": list(declared.carries_out),
        "declaration_hash": content_hash,
        "clocks": [_clock(clock) for clock in declared.clocks],
        "basis": [basis_out(basis) for basis in declared.basis],
        "system_of_record": system_out(declared),
        "address": request.build_absolute_uri(reverse("portal:service", args=[declared.id])),
    }


def _clock(clock: Clock) -> ClockOut:
    extension = clock.extension
    return ClockOut(
        id=clock.id,
        title=said(clock.title),
        amount=clock.period.amount,
        unit=clock.period.unit,
        last_day=clock.term.last_day,
        working_days=clock.working_days,
        promise_working_days=clock.promise_working_days,
        extension=ExtensionOut(at_most=extension.at_most, basis=[basis_out(one) for one in extension.basis])
        if extension
        else None,
        basis=[basis_out(basis) for basis in clock.basis],
    )
