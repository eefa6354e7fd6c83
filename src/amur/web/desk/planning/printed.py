"""A study of siting on paper: the report that its files make, set when somebody asks for it."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from amur.base.faults import NotFound
from amur.studies import reads
from amur.web.desk.entry import for_officials
from amur.web.desk.planning import office, wording
from amur.web.desk.planning.office import Found
from amur.web.limits import limited
from amur.web.requests import AmurRequest

_MANIFEST = "manifest.json"
_RULE = ("subsidy_share", "subsidy_years", "subsidy_border_years")


@for_officials
@limited("plan-report", "20/m", method="GET")
@require_safe
def report(request: AmurRequest, study_id: int) -> HttpResponse:
    """Give the report of a study of siting as PDF, in the language of the page."""
    found = office.study(request, study_id)
    if found.study.model != "siting" or found.study.state != "done":
        raise NotFound("no_report", f"the study {study_id} has no plan to report")
    name = f"study-{study_id}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(_set(request, found), content_type="application/pdf", headers=headers)


def _set(request: AmurRequest, found: Found) -> bytes:
    """Return the report; it says by which fingerprint the true manifest is known."""
    from amur.methods.printing.blocks import bytes_of  # noqa: PLC0415 -- only who prints loads what prints
    from amur.methods.printing.manifests import manifest_of  # noqa: PLC0415 -- likewise
    from amur.methods.printing.planned import report_of_plans  # noqa: PLC0415 -- likewise

    spoken: Literal["zh", "en"] = "zh" if wording.language().startswith("zh") else "en"
    with tempfile.TemporaryDirectory(prefix="amur-report-") as folder:
        for name in found.study.files:
            if name.endswith((".csv", ".json")):
                (Path(folder) / name).symlink_to(reads.file(request.scope, found.study.id, name))
        manifest = Path(folder) / _MANIFEST
        true = manifest_of(Path(folder))
        said = json.loads(manifest.read_text(encoding="utf-8"))
        manifest.unlink()
        said["parameters"] = _as_the_command_says(said["parameters"])
        manifest.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
        made = report_of_plans(Path(folder), spoken, "")
    simulated = [one.say(wording.language()) for one in found.study.simulated]
    return bytes_of(replace(made, fingerprint=true.fingerprint, simulated=simulated))


def _as_the_command_says(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters of a study with the names that the report knows: those of the command for siting.

    >>> _as_the_command_says({"budgets": "1,2", "subsidy_share": 0.3, "subsidy_years": 6, "subsidy_border_years": 10})
    {'frontier': '1,2', 'subsidy': '0.3,6,10'}
    """
    found = {name: value for name, value in parameters.items() if name not in {"budgets", *_RULE}}
    if parameters.get("budgets"):
        found["frontier"] = parameters["budgets"]
    if all(parameters.get(name) is not None for name in _RULE):
        found["subsidy"] = ",".join(str(parameters[name]) for name in _RULE)
    return found
