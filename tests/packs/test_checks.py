"""The checker: each mistake in a pack gives a fault with file and line that says what to do, and nothing falls."""

import time
from pathlib import Path

import pytest

from amur.packs import reads
from amur.packs.engine import found as files

ROOT = Path(__file__).parents[2]
REGISTRATION = "01-lamps/lamp_registration.procedure.yaml"
EXAMPLE = "01-lamps/lamp_registration.example.yaml"
REGISTER = "01-lamps/lamps.register.yaml"


def named(faults, check):
    return [fault for fault in faults if fault.check == check]


@pytest.mark.parametrize("pack", sorted(file.parent for file in (ROOT / "packs").glob("*/pack.yaml")), ids=str)
def test_the_packs_have_no_fault_and_a_hundred_files_are_checked_in_two_seconds(pack):
    reads._assembled.cache_clear()
    files._read.cache_clear()
    begun = time.process_time()
    assert reads.check(pack) == []
    hundreds = max(1, len(list(pack.rglob("*.yaml"))) / 100)
    assert time.process_time() - begun < 2 * hundreds


@pytest.mark.parametrize(
    ("file", "before", "after", "check", "line"),
    [
        ("policy.yaml", 'id: "1.2"', "id: 1.20", "yaml.quote", 20),
        ("policy.yaml", "verdict: no_duty", "verdict: nonsense", "declaration.value", 39),
        ("policy.yaml", "    verdict: no_duty\n", "", "declaration.value", 35),
        ("policy.yaml", "bodies: [lamp_office]", "bodies: [lamp_club]", "policy.body", 19),
        ("policy.yaml", "clauses:", "clausses:", "declaration.unknown", 5),
        ("pack.yaml", 'kernel: ">=0.1,<1.0"', 'kernel: ">=7.0"', "pack.kernel", 15),
        ("pack.yaml", "authority_body: lamp_office", "authority_body: nobody", "pack.body", 7),
        ("pack.yaml", "  - { language: en, status: complete }\n", "", "pack.language", 11),
        (
            "regions.yaml",
            'parent: "500000", title: { zh: 海螺湾',
            'parent: "600000", title: { zh: 海螺湾',
            "region.parent",
            6,
        ),
        ("regions.yaml", 'code: "500100"', "code: 500100", "yaml.quote", 6),
        ("bodies.yaml", "successor: lamp_office", "successor: nobody", "body.successor", 9),
        ("codelists/lamp_kinds.yaml", "code: firefly", "code: electric", "declaration.value", 9),
        (REGISTER, "codelist: lamp_kinds", "codelist: nothing", "field.codelist", 11),
        (REGISTER, 'carries_out: ["1.1"]', 'carries_out: ["7.7"]', "policy.commitment", 5),
        (REGISTER, "source: island_charter", "source: hearsay", "source.unknown", 27),
        ("lamp_number.scheme.yaml", "source: island_charter", "source: hearsay", "source.unknown", 10),
        ("calendar.yaml", "source: island_charter", "source: hearsay", "source.unknown", 6),
        ("regions.yaml", 'code: "500200"', 'source: hearsay, code: "500200"', "source.unknown", 7),
        (EXAMPLE, 'proves: ["1.1"]', 'proves: ["9.9"]', "policy.commitment", 6),
        (EXAMPLE, "roles: [keeper_of_the_book]", "roles: [king]", "play.role", 10),
        (EXAMPLE, "body: lamp_office", "body: nobody", "play.body", 10),
        (EXAMPLE, ", body: lamp_office", "", "play.body", 10),
        (EXAMPLE, "body: lamp_office }", 'body: lamp_office, region: "999999" }', "play.region", 10),
        (EXAMPLE, "submit: lamp_registration", "submit: nothing", "play.procedure", 14),
        (EXAMPLE, "fire: ask", "fire: dance", "play.event", 22),
        (EXAMPLE, "state: asked", "state: lost", "play.state", 24),
        (EXAMPLE, "register: lamps, key: 1250D", "register: ships, key: 1250D", "play.register", 17),
        (EXAMPLE, "  - as: keeper\n    fire: ask", "  - as: keeper\n    case: other\n    fire: ask", "play.case", 23),
        (EXAMPLE, "  - as: keeper\n    fire: ask", "  - as: nobody\n    fire: ask", "declaration.value", 21),
    ],
)
def test_a_mistake_is_found_where_it_stands(spoil, file, before, after, check, line):  # noqa: PLR0917 -- one row of the table
    found = named(spoil(file, (before, after)), check)
    assert found
    assert (found[0].file, found[0].line) == (file, line)
    assert found[0].fix


def test_a_made_up_firm_needs_a_valid_code(spoil):
    firm = "{ id: house, name: 甲, enterprise: { scheme: lamp_number, identifier: 1250E, name: 甲 } }"
    found = spoil(EXAMPLE, ("{ id: house, name: 拟海客栈（演示） }", firm))
    assert [fault.check for fault in found] == ["play.identifier"]
    found = spoil(EXAMPLE, ("scheme: lamp_number, identifier: 1250E", "scheme: nothing, identifier: 1250E"))
    assert [fault.check for fault in found] == ["play.scheme"]


def test_an_example_that_a_scheme_contradicts_is_a_fault(spoil):
    found = spoil("lamp_number.scheme.yaml", ("invalid: [1250E", "invalid: [1250D"))
    assert [(fault.line, fault.check) for fault in found] == [(12, "scheme.example")]


def test_what_says_who_somebody_is_is_looked_at_and_never_kept(spoil):
    found = spoil("lamp_number.scheme.yaml", ("source: island_charter", "source: island_charter\npersonal: true"))
    assert {fault.check for fault in found} >= {"scheme.personal"}
    assert REGISTER in {fault.file for fault in found if fault.check == "scheme.personal"}


def test_a_commitment_without_carrier_or_verdict_is_a_gap(spoil, island):
    text = (island / "policy.yaml").read_text(encoding="utf-8")
    cut = text[: text.index("    verdict: no_duty")]
    assert [fault.check for fault in spoil("policy.yaml", content=cut.encode())] == ["policy.gap"]


def test_a_commitment_that_is_carried_out_has_no_verdict(spoil):
    verdict = '    bodies: [lamp_office]\n    verdict: planned\n    reason: { zh: 没有, en: none }\n  - id: "1.2"'
    found = spoil("policy.yaml", ('    bodies: [lamp_office]\n  - id: "1.2"', verdict))
    assert [fault.check for fault in found] == ["policy.verdict"]


def test_a_carrier_without_an_example_is_unproved(spoil, island):
    (island / "01-lamps" / "lamps_counted.example.yaml").unlink()
    assert [fault.check for fault in spoil("pack.yaml")] == ["policy.unproved"]


def test_a_missing_translation_is_found_for_the_languages_that_are_complete(spoil):
    line = "  - { language: zh, status: complete }\n"
    found = spoil("pack.yaml", (line, line + "  - { language: ru, status: draft }\n"))
    assert found == []
    found = spoil("pack.yaml", ("language: ru, status: draft", "language: ru, status: reviewed"))
    assert {fault.check for fault in found} == {"text.missing"}
    assert {"pack.yaml", REGISTER, "policy.yaml"} <= {fault.file for fault in found}


def test_what_is_not_a_declaration_is_a_fault(spoil, island, tmp_path):
    outside = tmp_path / "outside.yaml"
    outside.write_text("id: a\n", encoding="utf-8")
    (island / "linked.scheme.yaml").symlink_to(outside)
    (island / "inside.scheme.yaml").symlink_to(island / "lamp_number.scheme.yaml")
    (island / "folder").symlink_to(tmp_path)
    (island / ".hidden").write_text("x", encoding="utf-8")
    (island / "README.md").write_text("x", encoding="utf-8")
    (island / "notes.txt").write_text("x", encoding="utf-8")
    found = spoil("01-lamps/clever.py", content=b"print()")
    assert [(fault.file, fault.check) for fault in found] == [
        ("01-lamps/clever.py", "file.program"),
        ("folder", "file.outside"),
        ("inside.scheme.yaml", "file.link"),
        ("linked.scheme.yaml", "file.outside"),
        ("notes.txt", "file.unknown"),
    ]


def test_a_file_that_cannot_be_read_is_a_fault(spoil, monkeypatch):
    def closed(self, *_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", closed)
    assert {fault.check for fault in spoil("pack.yaml")} == {"file.unreadable"}


def test_one_id_belongs_to_one_file(spoil, island):
    copy = (island / REGISTER).read_bytes()
    found = spoil("01-lamps/again.register.yaml", content=copy)
    assert [(fault.file, fault.line, fault.check) for fault in found] == [(REGISTER, 2, "pack.duplicate_id")]


def test_a_file_says_its_own_kind(spoil):
    found = spoil("codelists/lamp_kinds.yaml", ("id: lamp_kinds", "kind: register\nid: lamp_kinds"))
    assert "declaration.kind" in {fault.check for fault in found}
    found = spoil("codelists/lamp_kinds.yaml", ("kind: register", "kind: codelist"))
    assert found == []


def test_the_files_of_every_pack_must_be_there(spoil, island):
    for name in ("bodies.yaml", "regions.yaml", "roles.yaml", "calendar.yaml", "sources.yaml", "policy.yaml"):
        (island / name).unlink()
    found = named(spoil("pack.yaml"), "pack.missing")
    assert [fault.file for fault in found] == [
        "bodies.yaml", "calendar.yaml", "policy.yaml", "regions.yaml", "roles.yaml", "sources.yaml",
    ]  # fmt: skip


def test_an_empty_folder_and_none_at_all_are_said(tmp_path):
    assert {fault.check for fault in reads.check(tmp_path)} == {"pack.missing"}
    assert [fault.found for fault in reads.check(tmp_path / "nowhere")] == ["there is no such folder"]


def test_too_many_files_are_said(spoil, island, monkeypatch):
    monkeypatch.setattr("amur.packs.folder._MOST_FILES", 3)
    assert "pack.huge" in {fault.check for fault in spoil("pack.yaml")}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00" * 99,
        b"[" * 9999,
        b"a: 1\n" * 9,
        "备案: 是".encode("gb18030"),
        b"{",
        b"kind: 7\nid: []\n",
        b"x" * 2**21,
    ],
    ids=range(8),
)
@pytest.mark.parametrize("file", ["pack.yaml", "policy.yaml", EXAMPLE])
def test_no_content_of_a_file_makes_the_checker_fall(spoil, file, content):
    assert file in {fault.file for fault in spoil(file, content=content)}
