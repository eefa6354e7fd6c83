"""The interface's description, with what the framework leaves out: problems, their media type, and CSV."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

_PROBLEM = {"$ref": "#/components/schemas/Problem"}
_ALWAYS = (HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.TOO_MANY_REQUESTS)
"""What any address may answer: a parameter that cannot be, and a caller who asks too often."""
_OF_TEXT = dict.fromkeys(("records_csv", "codelist_csv", "finder_table_csv", "items_csv"), "text/csv")


class OpenInterface(NinjaAPI):
    """The interface; its description says what is really answered."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """Return the description."""
        schema = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        for operation in _operations(schema):
            answers = operation["responses"]
            for status in _ALWAYS:
                answers.setdefault(int(status), {"description": status.phrase})
            for status, answer in answers.items():
                if int(status) >= HTTPStatus.BAD_REQUEST:
                    answer["description"] = HTTPStatus(int(status)).phrase
                    answer["content"] = {"application/problem+json": {"schema": _PROBLEM}}
            if media := _OF_TEXT.get(operation["operationId"]):
                answers[200]["content"] = {media: {"schema": {"type": "string"}}}
        return schema


def _operations(schema: OpenAPISchema) -> Iterator[dict[str, Any]]:
    for methods in schema["paths"].values():
        yield from methods.values()
