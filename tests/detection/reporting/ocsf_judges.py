"""What others say of a finding: the schema of OCSF itself, with its constraints, and the models of py-ocsf-models."""

from __future__ import annotations

import re
from functools import cache

import msgspec
from jsonschema import Draft202012Validator
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema
from py_ocsf_models.events.findings.detection_finding import DetectionFinding
from pydantic import ValidationError

VERSION = "1.5.0"
CLASS = "detection_finding"
STEP = re.compile(r"(\w+)(?:\[(\d+)\])?")


@cache
def schema():
    return get_ocsf_schema(version=VERSION)


@cache
def validator(profiles):
    return Draft202012Validator(OcsfJsonSchemaEmbedded(schema()).get_class_schema(CLASS, list(profiles)))


def faults(found):
    """Return what is wrong with a finding, as it stands in a line of JSON."""
    line = msgspec.json.encode(found)
    read = msgspec.json.decode(line)
    told = [
        f"{error.json_path}: {error.message[:200]}"
        for error in validator(tuple(read["metadata"].get("profiles", ()))).iter_errors(read)
    ]
    try:
        model = DetectionFinding.model_validate_json(line)
        told += [name for name in ("severity_id", "time", "class_uid") if getattr(model, name) != read[name]]
    except ValidationError as error:
        told += [f"{one['loc']}: {one['msg']}" for one in error.errors()]
    told += unmet(read, schema()["classes"][CLASS], "")
    told += [fault for one in read.get("observables", ()) if (fault := misobserved(read, one))]
    return told


def unmet(read, declared, path):
    """Return which constraints of objects are not met, and which values are none of those that are listed."""
    told = []
    wanted = (declared.get("constraints") or {}).get("at_least_one")
    if wanted and not set(wanted) & set(read):
        told.append(f"{path}: none of {wanted}")
    for name, value in read.items():
        attribute = declared["attributes"].get(name)
        if attribute is None:
            told += [] if path.startswith("unmapped") else [f"{path}.{name}: unknown"]
            continue
        if (listed := attribute.get("enum")) and str(value) not in listed:
            told.append(f"{path}.{name}: {value} is not listed")
        if attribute.get("type") == "object_t" and attribute["object_type"] != "object":
            inner = schema()["objects"][attribute["object_type"]]
            for one in value if attribute.get("is_array") else [value]:
                told += unmet(one, inner, f"{path}.{name}")
    return told


def misobserved(read, observable):
    """Return what is wrong with an observable: it has to name a value, and to be of the type of that attribute."""
    at, declared, attribute = read, schema()["classes"][CLASS], {}
    for name, place in STEP.findall(observable["name"]):
        attribute = declared["attributes"][name]
        at = at[name][int(place)] if place else at[name]
        declared = schema()["objects"].get(attribute.get("object_type"), {})
    of_type = schema()["types"][attribute["type"]].get("observable")
    if at != observable["value"] or of_type != observable["type_id"]:
        return f"{observable} is {at!r} of type {of_type}"
    return ""
