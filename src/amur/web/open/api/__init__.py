"""The programming interface: everything that is public, read-only, described by OpenAPI.

It sees what a stranger sees, whoever is signed in: each read here takes the public scope.
"""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from ninja import Router
from ninja.renderers import JSONRenderer

from amur.web.open.api import codelists, draws, finders, indicators, items, ledger, policy, registers, search, services
from amur.web.open.api.description import OpenInterface
from amur.web.open.api.problem import declare_problems, problem
from amur.web.open.api.schemas import HealthOut, Problem
from amur.web.open.health import database_answers

DESCRIPTION = (
    "Everything public about this authority: its services, registers, policy and ledger. Reading needs no key. "
    "Errors are problem details (RFC 9457). Texts are given in Chinese (zh) and English (en); the Chinese prevails."
)


class Readable(JSONRenderer):
    """JSON in which Chinese stands as Chinese."""

    json_dumps_params = {"ensure_ascii": False}


api = OpenInterface(
    title="Amur open interface",
    version="1",
    description=DESCRIPTION,
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="open:api",
    renderer=Readable(),
)
declare_problems(api)
api.add_router("/services", services.router)
api.add_router("/registers", registers.router)
api.add_router("/finders", finders.router)
api.add_router("/codelists", codelists.router)
api.add_router("/items", items.router)
api.add_router("/draws", draws.router)
api.add_router("/policy", policy.router)
api.add_router("/indicators", indicators.router)
api.add_router("/ledger", ledger.router)
api.add_router("/search", search.router)


operation = Router(tags=["operation"])
api.add_router("", operation)


@operation.get(
    "/healthz",
    response={200: HealthOut, 503: Problem},
    operation_id="healthz",
    summary="Whether the interface can serve",
)
def healthz(request: HttpRequest) -> object:  # noqa: ARG001  # the framework passes it
    """Return ready, or a problem 503 when the database does not answer."""
    if database_answers():
        return HealthOut(status="ready", database="ok")
    return problem(503, "the database does not answer")


def index(request: HttpRequest) -> JsonResponse:
    """Say what this is and where its description stands."""
    found = {
        "title": api.title,
        "description": api.description,
        "openapi": request.build_absolute_uri(reverse("open:api:openapi-json")),
        "reference": request.build_absolute_uri(reverse("open:reference")),
    }
    return JsonResponse(found, json_dumps_params={"ensure_ascii": False})
