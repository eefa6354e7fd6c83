"""A hit that a warning list speaks of is returned with the list's name, whatever type the list has."""

from __future__ import annotations

import json
import pickle

import pytest

from amur.base.faults import NotFound
from amur.detection.iocs import Kind, installed_lists, suppress


@pytest.fixture
def folder(tmp_path):
    def write(name, kind, entries, attributes=None):
        (tmp_path / name).mkdir()
        said = {"name": name, "type": kind, "list": entries, "version": 1, "description": "…"}
        if attributes is not None:
            said["matching_attributes"] = attributes
        (tmp_path / name / "list.json").write_text(json.dumps(said))
        return tmp_path

    return write


@pytest.mark.parametrize(
    ("kind", "entries", "known", "unknown"),
    [
        ("cidr", ["192.0.2.0/24", "2001:db8::/32", "8.8.8.8"],
         ["192.0.2.7", "192.0.2.0/25", "2001:db8::1", "8.8.8.8", "http://192.0.2.7/a"],
         ["192.0.3.1", "192.0.2.0/23", "example.com", "192.0.2.0/0"]),
        ("hostname", ["example.com", ".example.org", "例子.中国"],
         ["example.com", "a.b.example.com", "https://example.com:8/a", "x@example.org", "www.xn--fsqu00a.xn--fiqs8s"],
         ["notexample.com", "com", "192.0.2.1"]),
        ("string", ["D41D8CD98F00B204E9800998ECF8427E", "svchost.exe"],
         ["d41d8cd98f00b204e9800998ecf8427e", "svchost.exe"], ["svchost", "d41d8cd9"]),
        ("substring", ["/favicon.ico"], ["http://a.com/favicon.ico?x"], ["http://a.com/favicon"]),
        ("regex", ["/^a[0-9]+\\.example\\.com$/i", "[.]internal$"],
         ["A17.example.com", "x.internal"], ["b17.example.com", "internal.com"]),
    ],
)  # fmt: skip
def test_each_type_of_list_speaks_of_what_it_says(folder, kind, entries, known, unknown):
    read = suppress(folder("Known", kind, entries))
    assert read.unusable == ()
    assert [bool(names) for names in read.names(Kind.URL, [*known, *unknown])] == [True] * len(known) + [False] * len(
        unknown
    )


def test_a_list_speaks_of_the_attributes_it_names_and_no_others(folder):
    folder("Domains", "hostname", ["example.com"], ["domain", "hostname", "pgp-public-key"])
    folder("Nothing", "string", ["example.com"], ["pgp-public-key"])
    read = suppress(folder("All", "string", ["example.com"], []))
    assert read.names(Kind.DOMAIN, ["example.com"]) == [("All", "Domains")]
    assert read.names(Kind.EMAIL, ["example.com"]) == [("All",)]
    assert read.names(Kind.DOMAIN, ["evil.com", "a.com"], ["example.com", "b.com"]) == [("All", "Domains"), ()]


def test_a_list_that_cannot_be_read_is_told_and_the_others_are_used(folder, tmp_path):
    folder("Good", "string", ["a"])
    folder("Pattern", "regex", ["(?=a)", "(", "b$"])
    folder("Net", "cidr", ["not a network", "10.0.0.0/8", 7])
    folder("Type", "fuzzy", ["a"])
    (tmp_path / "broken.json").write_text("{")
    (tmp_path / "other.json").write_text('{"name": "x"}')
    read = suppress(tmp_path)
    assert sorted(read.lists) == ["Good", "Net", "Pattern"]
    assert sorted(each.code.removeprefix("ioc.") for each in read.unusable) == sorted(
        ["warninglist.regex", "warninglist.regex", "warninglist.cidr", "warninglist.cidr", "warninglist.type", "json",
         "warninglist"]
    )  # fmt: skip
    assert read.names(Kind.ADDRESS, ["10.1.1.1"]) == [("Net",)]


def test_of_many_faults_of_a_list_some_are_told_and_the_rest_is_counted(folder):
    read = suppress(folder("Net", "cidr", ["10.0.0.0/8", *range(50)]))
    assert len(read.unusable) == 21
    assert read.unusable[-1].why == "30 more entries are none of type cidr"
    assert read.names(Kind.ADDRESS, ["10.1.1.1"]) == [("Net",)]


def test_lists_can_be_sent_to_another_process(folder):
    folder("Names", "hostname", ["example.com"])
    sent = pickle.loads(pickle.dumps(suppress(folder("Parts", "substring", ["mple", "exa", "le.c"]))))
    assert sent.names(Kind.DOMAIN, ["www.example.com", "example.org", "other"]) == [("Names", "Parts"), ("Parts",), ()]


def test_a_pattern_cannot_take_for_ever(folder):
    read = suppress(folder("Hostile", "regex", ["^(a+)+$"]))
    assert read.names(Kind.DOMAIN, ["a" * 8000 + "!"]) == [()]


def test_a_folder_that_is_not_there_is_an_error_with_its_name(tmp_path):
    with pytest.raises(NotFound, match="nowhere"):
        suppress(tmp_path / "nowhere")


def test_lists_of_an_installed_package_are_found_where_there_are_some(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    before = installed_lists()
    lists = tmp_path / "pymispwarninglists" / "data" / "misp-warninglists" / "lists"
    lists.mkdir(parents=True)
    (tmp_path / "pymispwarninglists" / "__init__.py").touch()
    assert before is None or before.is_dir()
    monkeypatch.syspath_prepend(tmp_path)
    assert installed_lists() == lists
