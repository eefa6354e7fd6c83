"""The repository's habits: what a file may not say, and what must agree with what."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import amur
from amur.config import environment
from tests.architecture.house import ROOT, SOURCE, pyproject, sources, text_of, tracked_files

_HOSTS = (
    "files.python" + "hosted.org",
    "pypi.org" + "/simple",
    "registry.npm" + "js.org",
    "registry.npm" + "mirror.com",
)
_MACHINE = re.compile(r"(?<![\w.])/(?:work|root|home/\w+|Users/\w+|opt/wheels)" + r"/")
_NOT_ROOMS = {"architecture", "browser", "peers"}
_REASON = re.compile(r"#\s*noqa: [A-Z]+[0-9]+(?:, ?[A-Z]+[0-9]+)*\s+(?:-|–|—|--|#) ?\S+")
_TYPE_REASON = re.compile(r"#\s*type: ignore\[[a-z, -]+\]\s+#\s*\S+")


def test_no_tracked_file_names_a_machine_or_a_registry():
    found = []
    for file in tracked_files():
        text = text_of(file)
        found += [f"{file.relative_to(ROOT)}: {host}" for host in _HOSTS if host in text]
        found += [f"{file.relative_to(ROOT)}: {match[0]}" for match in _MACHINE.finditer(text)]
    assert not found


@pytest.mark.parametrize("name", environment.LOCKS.values())
def test_every_locked_package_has_a_hash_and_no_address(name):
    text = (ROOT / name).read_text(encoding="ascii")
    blocks = re.split(r"\n(?=\S)", text.strip())
    assert all("==" in block and "--hash=sha256:" in block for block in blocks)
    assert "://" not in text
    assert "--index" not in text


def test_the_front_end_lock_has_hashes_and_no_address():
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert all("integrity" in package for path, package in packages.items() if path)
    assert not [path for path, package in packages.items() if "resolved" in package]


def test_every_dependency_has_its_reason():
    told = (ROOT / "docs" / "decisions" / "dependencies.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `([^`]+)`", told, re.MULTILINE))
    asked = set()
    for file in sorted((ROOT / "requirements").glob("*.in")):
        lines = file.read_text(encoding="utf-8").splitlines()
        asked |= {re.match(r"[A-Za-z0-9._-]+", line)[0] for line in lines if line[:1].isalnum()}
    package = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    asked |= {*package["dependencies"], *package["devDependencies"]}
    assert asked == named


def test_the_version_is_said_everywhere_alike():
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## \[?(\d+\.\d+\.\d+)", changelog, re.MULTILINE)
    published = re.search(
        r"^softwareVersion: [\"']?([\d.]+)", (ROOT / "publiccode.yml").read_text(encoding="utf-8"), re.MULTILINE
    )
    said = {newest and newest[1], published and published[1], pyproject()["project"]["version"]}
    assert said == {amur.__version__}


def test_every_exception_to_lint_and_types_has_a_reason():
    bare = []
    for file in tracked_files():
        if file.suffix != ".py" or file == Path(__file__):
            continue
        for number, line in enumerate(text_of(file).splitlines(), start=1):
            if "# noqa" in line and not _REASON.search(line):
                bare.append(f"{file.relative_to(ROOT)}:{number}: {line.strip()}")
            if "# type: ignore" in line and not _TYPE_REASON.search(line):
                bare.append(f"{file.relative_to(ROOT)}:{number}: {line.strip()}")
    assert not bare


def test_every_exception_in_the_settings_has_a_reason():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    ignored = text[text.index("ignore = [") : text.index("[tool.ruff.lint.flake8")]
    entries = [line for line in ignored.splitlines() if re.match(r'\s*"', line)]
    assert not [line for line in entries if "#" not in line]


def test_tests_stand_where_their_subject_stands():
    strays = []
    for file in sorted((ROOT / "tests").rglob("test_*.py")):
        place = file.relative_to(ROOT / "tests")
        if place.parts[0] in _NOT_ROOMS or len(place.parts) == 1:
            continue
        if not (SOURCE / place.parts[0]).is_dir():
            strays.append(f"{place}: there is no room {place.parts[0]}")
    assert not strays


def test_every_room_has_tests():
    rooms = {path.name for path in SOURCE.iterdir() if (path / "__init__.py").exists()}
    tested = {
        path.parent.relative_to(ROOT / "tests").parts[0]
        for path in (ROOT / "tests").rglob("test_*.py")
        if path.parent != ROOT / "tests"
    }
    assert rooms <= tested


def test_a_module_says_what_belongs_in_it():
    silent = [
        file.relative_to(SOURCE)
        for file in sources(".py")
        if not file.read_text(encoding="utf-8").startswith(('"""', 'r"""'))
    ]
    assert not silent


def test_nothing_is_left_to_do():
    marks = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|X" + r"XX|HA" + r"CK)\b")
    left = [
        f"{file.relative_to(ROOT)}:{number}"
        for file in tracked_files()
        if file.suffix in {".py", ".html", ".js", ".css", ".yaml", ".yml", ".md", ".toml"}
        for number, line in enumerate(text_of(file).splitlines(), start=1)
        if marks.search(line)
    ]
    left += [str(file.relative_to(ROOT)) for file in sources(".py") if "raise NotImplementedError" in text_of(file)]
    assert not left


@pytest.mark.parametrize(("page", "at_least"), [("threat-model.md", 40), ("procedures.md", 40)])
def test_every_test_that_a_page_of_promises_names_exists(page, at_least):
    text = (ROOT / "docs" / "explanation" / page).read_text(encoding="utf-8")
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", text)
    missing = [
        f"{file}::{name}"
        for file, name in named
        if not (ROOT / file).exists() or (name and f"def {name}(" not in (ROOT / file).read_text(encoding="utf-8"))
    ]
    assert len(named) > at_least
    assert not missing


def test_every_page_stands_in_the_index_and_every_link_of_a_page_leads_somewhere():
    docs = ROOT / "docs"
    listed = (docs / "README.md").read_text(encoding="utf-8")
    pages = [*(docs / "explanation").glob("*.md"), *(docs / "how-to").glob("*.md")]
    assert [page.name for page in pages if f"]({page.relative_to(docs)})" not in listed] == []
    broken = []
    for page in docs.rglob("*.md"):
        for target, anchor in re.findall(r"\]\((?!https?:)([^)#\s]*)(?:#([^)]*))?\)", page.read_text(encoding="utf-8")):
            file = page.parent / target if target else page
            known = re.findall(r"^#+ (.*)$", file.read_text(encoding="utf-8"), re.MULTILINE) if file.is_file() else []
            named = {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in known}
            broken += [] if file.exists() and (not anchor or anchor in named) else [f"{page.name}: {target}#{anchor}"]
    assert broken == []


def test_the_table_of_promises_has_each_point_once():
    text = (ROOT / "docs" / "explanation" / "procedures.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| P(\d+) ", text, re.MULTILINE) == [str(point) for point in range(1, 26)]
