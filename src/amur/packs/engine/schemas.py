"""JSON Schemas of the kinds of files in a pack, for editors; made from the types that read them; pure.

A schema knows one file. What leads from file to file, such as a name that must be declared, only the checker knows.
"""

from __future__ import annotations

import json
from typing import Any

from amur.packs.engine.kinds import Kind, kinds

FOLDER = "docs/reference/schemas"
"""Where the schemas lie in the repository, for the header of a pack's file."""

HEADER = "# yaml-language-server: $schema="
"""How the first line of a file names its schema to an editor."""


def file_name(kind: str) -> str:
    """Return the name of a kind's schema.

    >>> file_name("procedure")
    'procedure.schema.json'
    """
    return f"{kind}.schema.json"


def header(kind: str, depth: int, folder: str = FOLDER) -> str:
    """Return the first line of a file that lies ``depth`` folders below the one that holds ``folder``.

    >>> header("register", 3)
    '# yaml-language-server: $schema=../../../docs/reference/schemas/register.schema.json'
    """
    return f"{HEADER}{'../' * depth}{folder}/{file_name(kind)}"


def schema(kind: Kind) -> dict[str, Any]:
    """Return the schema of a kind.

    >>> from amur.packs.engine.kinds import kind_of
    >>> found = schema(kind_of("a.value.yaml"))
    >>> found["title"], found["additionalProperties"], found["required"]
    ('value', False, ['id', 'title', 'type', 'entries'])
    """
    made = kind.model.model_json_schema(by_alias=True)
    if "kind" not in kind.model.model_fields:
        made["properties"] = {"kind": {"const": kind.name, "type": "string"}, **made["properties"]}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made, "title": kind.name}


def schemas() -> dict[str, str]:
    """Return the text of all schemas by file name.

    >>> sorted(schemas())[:2]
    ['arrivals.schema.json', 'bodies.schema.json']
    """
    return {
        file_name(kind.name): json.dumps(schema(kind), ensure_ascii=False, indent=1) + "\n" for kind in kinds().values()
    }
