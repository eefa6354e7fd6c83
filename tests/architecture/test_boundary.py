"""Amur serves people and does not watch them: no table joins a person to content, place or calls.

The single case that a person filed may hold what that person wrote in it: it is one JSON body that its declaration
describes, and the declared registers of the packs are held to the same list.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from django.apps import apps
from ruamel.yaml import YAML

from tests.architecture.house import ROOT

PERSON = {
    "account", "person", "citizen", "subscriber", "user", "holder", "phone", "mobile", "msisdn", "imsi", "imei",
    "id_card", "identity_number", "passport", "face", "fingerprint",
}  # fmt: skip
FORBIDDEN_WITH_A_PERSON = {
    "content": {"message", "message_text", "post", "speech", "keyword", "keywords", "browsing", "visited", "url", "search_term", "chat", "sms"},
    "place": {"latitude", "longitude", "location", "position", "track", "trajectory", "cell", "cell_id", "geohash", "whereabouts"},
    "calls": {"caller", "callee", "called_number", "call", "calls", "call_record", "dialled", "duration_of_call", "contacts"},
}  # fmt: skip
FORBIDDEN_ANYWHERE = {
    "religion", "ethnicity", "ethnic", "political", "opinion", "ideology", "loyalty", "social_score", "risk_profile",
    "person_score", "behaviour_score", "sexuality",
}  # fmt: skip
_PEOPLE = {"people.Account", "people.Person"}


def _named(column: str, words: Iterable[str]) -> set[str]:
    """Return the listed words that a column's name holds, as whole words."""
    spaced = f"_{column.lower()}_"
    return {word for word in words if f"_{word}_" in spaced}


def faults_of(table: str, columns: Iterable[str], *, joins_a_person: bool = False) -> Iterator[str]:
    """Give what a table with these columns does that it may not."""
    columns = list(columns)
    persons = [column for column in columns if _named(column, PERSON)] + (["a person"] if joins_a_person else [])
    for column in columns:
        for word in _named(column, FORBIDDEN_ANYWHERE):
            yield f"{table}.{column}: no table holds {word}"
        for kind, words in FORBIDDEN_WITH_A_PERSON.items():
            if persons and _named(column, words):
                yield f"{table}: joins {persons[0]} to {kind} ({column})"


def test_no_table_joins_a_person_to_content_place_or_calls():
    found = []
    for model in apps.get_models(include_auto_created=True):
        if not apps.get_app_config(model._meta.app_label).name.startswith("amur."):
            continue
        fields = [field for field in model._meta.get_fields() if not field.auto_created]
        joins = any(
            field.is_relation and field.related_model and field.related_model._meta.label in _PEOPLE for field in fields
        )
        found += faults_of(model._meta.label, [field.name for field in fields], joins_a_person=joins)
    assert not found


def _declared_registers() -> list[Path]:
    return sorted((ROOT / "packs").rglob("*.register.yaml"))


@pytest.mark.parametrize("file", _declared_registers(), ids=lambda file: file.name)
def test_no_declared_register_does_so_either(file):
    declared = YAML(typ="safe").load(file)
    columns = [field["id"] for field in declared.get("fields", [])]
    personal = any(field.get("personal") for field in declared.get("fields", []))
    assert not list(faults_of(file.name, columns, joins_a_person=personal))


@pytest.mark.parametrize(
    "columns",
    [
        ["account", "message_text"],
        ["msisdn", "cell_id"],
        ["person", "longitude"],
        ["phone", "callee"],
        ["region", "religion"],
    ],
    ids=" ".join,
)
def test_the_list_catches_what_it_is_for(columns):
    assert list(faults_of("table", columns))


def test_what_an_office_needs_is_not_caught():
    assert not list(faults_of("appointment", ["account", "role", "body", "region", "valid_from"]))
    assert not list(faults_of("station", ["licence", "longitude", "latitude", "frequency"]))
