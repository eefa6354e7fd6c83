"""What keeps a survey from a result is said by codes in the language of the page, unless only a programmer can cause it."""

from __future__ import annotations

import ast
import io
import json
import re
from pathlib import Path

import pytest
from django.utils import translation

import amur
from amur.studies import running
from amur.web.desk.planning.reasons import NO_PLAN, OTHERS, said
from amur.web.desk.planning.surveys import SURVEYS, WANTED

_HOLE = re.compile(r"%\((\w+)\)s")
_ROOMS = ("methods/surveys", "methods/coverage", "methods/terrain", "studies/adapters")
_LISTED = """
    bad_beamwidth bad_budget bad_correlation bad_gains bad_height bad_hurst bad_mask bad_reach bad_refinement bad_signal
    bad_value bad_window does_not_add_up negative_loss negative_weight no_angle no_band no_box no_folder no_grid
    no_model no_pattern no_pixel no_place no_points no_raster no_signal no_sites no_such_channel no_such_field
    no_such_layer no_weight short_path site_outside small_terrain too_many_points uneven_cells uneven_directions
    uneven_flips uneven_names uneven_paths uneven_points uneven_settlements uneven_share uneven_signal
    uneven_sites uneven_terrain uneven_verdicts uneven_villages uneven_weights unwritable
"""
PROGRAMMERS = frozenset(_LISTED.split())
"""What files and parameters of a study cannot bring about: only code that calls these rooms wrongly, or a lost disk."""


def _raised() -> dict[str, list[set[str]]]:
    """Return by code with which details each error of these rooms is made."""
    found: dict[str, list[set[str]]] = {}
    for room in _ROOMS:
        for file in sorted((Path(amur.__file__).parent / room).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "AmurError":
                    code = node.args[0].value if isinstance(node.args[0], ast.Constant) else ""
                    found.setdefault(code, []).append({str(one.arg) for one in node.keywords})
    return found


def test_each_error_of_a_survey_has_words_of_the_page_or_is_listed_as_one_of_programmers():
    raised = set(_raised()) - {""}
    assert raised - set(SURVEYS) - set(NO_PLAN) - set(OTHERS) - PROGRAMMERS == set(), "give it words, or list it"
    assert PROGRAMMERS - raised == set(), "nobody raises it"
    assert PROGRAMMERS & set(SURVEYS) == set()


@pytest.mark.parametrize("code", sorted(SURVEYS))
def test_an_error_of_a_survey_is_raised_with_what_its_words_want(code):
    with translation.override("en"):
        holes = {name for words in SURVEYS[code] for name in _HOLE.findall(words())}
    assert _raised()[code], "nobody raises it"
    for given in _raised()[code]:
        assert holes <= given, code


def test_a_study_from_before_an_error_gave_its_values_says_why_as_it_stands():
    assert said("no_package", "sites: the package of data 'x' is not installed", {}).found.startswith(
        "sites: the package"
    )


def test_what_a_declaration_wants_has_words_wherever_it_is_no_list_of_names():
    said_so = set()
    for file in sorted((Path(amur.__file__).parent / "methods/surveys").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "wrong":
                said_so |= {node.args[2].value} if isinstance(node.args[2], ast.Constant) else set()
    assert {one for one in said_so if not one.startswith("one of ")} == set(WANTED) - {"nothing"}


@pytest.mark.parametrize(
    ("declaration", "parameters", "chinese", "english"),
    [
        (
            "heights: flat\ndefinitions:\n  - {id: near, source: a rule, threshold_dbm: weak}\n",
            {},
            ("测算说明中 definitions[1].threshold_dbm 处写的是 'weak'。", "此处应写：一个数。"),
            ("The declaration of the survey says 'weak' at definitions[1].threshold_dbm.", "Write there: a number."),
        ),
        (
            "heights: {package: no-such-heights, file: a.tif}\n",
            {},
            ("没有安装数据包 no-such-heights（heights[1]）。", "本系统的管理人员可以安装。"),
            (
                "The package of data no-such-heights is not installed (heights[1]).",
                "Whoever runs this installation can install it.",
            ),
        ),
        (
            "heights: flat\n",
            {"bands": "wide"},
            ("“wide”不是频段。", "请写频段号、以 MHz 计的频率，或起止频率，如 703-788。"),
            (
                "“wide” is no band.",
                "Write the number of a band, a frequency in MHz, or from and to, such as 703-788.",
            ),
        ),
    ],
)
def test_a_survey_that_cannot_be_made_says_why_in_the_language_of_the_page(
    declaration, parameters, chinese, english, tmp_path
):
    ring = [[129.0, 46.0], [129.1, 46.0], [129.1, 46.1], [129.0, 46.1], [129.0, 46.0]]
    county = {"type": "Feature", "properties": {"code": "1", "name": "C"}}
    county["geometry"] = {"type": "Polygon", "coordinates": [ring]}
    files = {
        "survey.yaml": declaration,
        "counties.geojson": json.dumps({"type": "FeatureCollection", "features": [county]}),
        "census.csv": "code,name,people,households\n1,C,1000,400\n",
        "sites.csv": "site,longitude,latitude,height_m,frequency_mhz,power_dbm,gain_dbi\na,129.05,46.05,40,780,46,15\n",
    }
    inputs = {}
    for name, content in files.items():
        (tmp_path / name).write_text(content)
        inputs[name.partition(".")[0]] = {"path": str(tmp_path / name), "file": name}
    running.Job("coverage", parameters, inputs, "2026-03-10T02:00:00+00:00").write(tmp_path)
    (fault,) = running.run(tmp_path, out=io.StringIO()).faults
    for language, words in (("zh-hans", chinese), ("en", english)):
        with translation.override(language):
            found = said(fault["code"], fault["message"], fault["details"])
            assert (found.found, found.advice) == words
