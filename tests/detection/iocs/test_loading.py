"""What people share is read in the formats in which they share it, and what a line says beside its value is kept."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from io import BytesIO

import pytest

from amur.detection.iocs import Kind, Origin, Shelf, load
from amur.detection.iocs.documents import read_json
from amur.detection.iocs.loading import read, read_list

_MD5, _SHA1, _SHA256, _SHA512 = "a" * 32, "b" * 40, "c" * 64, "d" * 128


def shelved(text, kind=None):
    shelf = Shelf()
    read(BytesIO(text if isinstance(text, bytes) else text.encode()), shelf, Origin(file="f"), kind)
    return shelf.closed()


def listed(iocs):
    return [(str(one.kind), one.value) for one in map(iocs.indicator, range(len(iocs)))]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("evil.example.com", [("domain", "evil.example.com")]),
        ("  Evil.Example.COM.  # comment", [("domain", "evil.example.com")]),
        ("*.evil.com", [("domain", "evil.com")]),
        (".evil.com", [("domain", "evil.com")]),
        ("例子.中国", [("domain", "xn--fsqu00a.xn--fiqs8s")]),
        ("evil[.]com", [("domain", "evil.com")]),
        ("evil(dot)com", [("domain", "evil.com")]),
        ("evil [dot] com", [("domain", "evil.com")]),
        ("evil{.}com", [("domain", "evil.com")]),
        ("evil\\.com", [("domain", "evil.com")]),
        ("hxxp://evil[.]com/a", [("url", "http://evil.com/a")]),
        ("hXXps[:]//evil.com/a", [("url", "https://evil.com/a")]),
        ("hxxp[://]evil.com[/]a", [("url", "http://evil.com/a")]),
        ("http://evil.com", [("url", "evil.com")]),
        ("http://evil.com:8080", [("url", "//evil.com:8080")]),
        ("evil.com/a", [("url", "//evil.com/a")]),
        ("http://192.0.2[.]1/", [("url", "192.0.2.1")]),
        ("192.0.2[.]1", [("address", "192.0.2.1")]),
        ("192.0.2.0/24", [("network", "192.0.2.0/24")]),
        ("2001:DB8::/32", [("network", "2001:db8::/32")]),
        ("2001:db8::1", [("address", "2001:db8::1")]),
        ("::ffff:192.0.2.1", [("address", "192.0.2.1")]),
        ("user[at]evil[.]com", [("email", "user@evil.com")]),
        (_MD5.upper(), [("md5", _MD5)]),
        (_SHA1, [("sha1", _SHA1)]),
        (_SHA256, [("sha256", _SHA256)]),
        (_SHA512, [("sha512", _SHA512)]),
        ("setup.exe", [("file", "setup.exe")]),
        ("0.0.0.0 evil.com www.evil.com", [("domain", "evil.com"), ("domain", "www.evil.com")]),
        ("127.0.0.1 localhost", []),
        ("||evil.com^$third-party", [("domain", "evil.com")]),
        ('"evil.com",', [("domain", "evil.com")]),
        ("", []),
        ("# nothing", []),
        ("! nothing", []),
        ("// nothing", []),
        ("; nothing", []),
    ],
)
def test_a_line_of_a_list_is_what_it_looks_like(line, expected):
    iocs = shelved(f"{line}\r\n")
    assert listed(iocs) == expected
    assert iocs.unusable == ()


def test_indicators_are_numbered_in_the_order_of_their_lines():
    iocs = shelved("good.com\n192.0.2.1\n例子.中国\nevil.com\n")
    assert [one for _, one in listed(iocs)] == ["good.com", "192.0.2.1", "xn--fsqu00a.xn--fiqs8s", "evil.com"]
    assert [iocs.indicator(number).line for number in range(4)] == [1, 2, 3, 4]


def test_a_list_may_be_of_one_kind_and_in_the_encodings_of_offices():
    assert listed(shelved("github.io\nsetup.exe", Kind.HOST)) == [("host", "github.io"), ("host", "setup.exe")]
    assert listed(shelved("例子.中国\n".encode("gb18030"))) == [("domain", "xn--fsqu00a.xn--fiqs8s")]
    assert listed(shelved("evil.com\n".encode("utf-16"))) == [("domain", "evil.com")]
    assert listed(shelved(b"\xef\xbb\xbfevil.com")) == [("domain", "evil.com")]


def test_a_table_says_more_than_values():
    iocs = shelved(
        "value,type,description,source,valid_from,valid_to,tlp,confidence,whatever\n"
        'hxxp://evil[.]com/a,url,"two\nlines, one text",CERT,2026-01-01,2026-01-31,TLP:AMBER,80,x\n'
        "evil.com,hostname\n"
        "evil.org|192.0.2.1,domain|ip,,,,2026-01-31T08:00:00+08:00\n"
    )
    assert iocs.unusable == ()
    first, second, third, fourth = map(iocs.indicator, range(4))
    assert (first.kind, first.value, first.line) == (Kind.URL, "http://evil.com/a", 2)
    assert (first.description, first.source, first.tlp, first.confidence) == (
        "two\nlines, one text",
        "CERT",
        "amber",
        80,
    )
    assert first.valid_from == datetime(2026, 1, 1, tzinfo=UTC)
    assert first.valid_to == datetime(2026, 2, 1, tzinfo=UTC)
    assert (second.kind, second.description, second.confidence, second.valid_to) == (Kind.HOST, "", None, None)
    assert (third.kind, third.value, third.line) == (Kind.DOMAIN, "evil.org", 5)
    assert (fourth.kind, fourth.valid_to) == (Kind.ADDRESS, datetime(2026, 1, 31, tzinfo=UTC))


def test_a_chinese_table_with_semicolons_in_its_usual_encoding_is_read():
    iocs = shelved("类型;值;来源\n域名;例子.中国;某中心\n哈希;".encode("gb18030") + _SHA1.encode() + b";\n")
    assert listed(iocs) == [("domain", "xn--fsqu00a.xn--fiqs8s"), ("sha1", _SHA1)]
    assert iocs.indicator(0).source == "某中心"


def test_a_table_may_begin_with_empty_lines():
    assert listed(shelved("\n  \ntype,value\nip,192.0.2.1\n")) == [("address", "192.0.2.1")]


def test_indicators_of_a_stix_bundle_are_read_with_author_marking_and_line():
    bundle = {
        "type": "bundle",
        "objects": [
            {"type": "identity", "id": "identity--1", "name": "CERT"},
            {"type": "domain-name", "id": "domain-name--1", "value": "seen.example.com"},
            {
                "type": "indicator",
                "id": "indicator--1",
                "pattern_type": "stix",
                "pattern": "[domain-name:value = 'evil.com' OR ipv4-addr:value ISSUBSET '192.0.2.0/24'] OR "
                f"[file:hashes.'SHA-256' = '{_SHA256}' OR file:hashes.MD5 IN ('{_MD5}')]",
                "name": "campaign",
                "valid_from": "2026-01-01T00:00:00Z",
                "valid_until": "2026-02-01T00:00:00.5Z",
                "confidence": 70,
                "created_by_ref": "identity--1",
                "object_marking_refs": ["marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003"],
            },
        ],
    }
    iocs = shelved(json.dumps(bundle, indent=1))
    assert listed(iocs) == [("domain", "evil.com"), ("network", "192.0.2.0/24"), ("sha256", _SHA256), ("md5", _MD5)]
    one = iocs.indicator(3)
    assert (one.id, one.source, one.tlp, one.confidence) == ("indicator--1", "CERT", "amber+strict", 70)
    assert one.valid_to == datetime(2026, 2, 1, 0, 0, 0, 500_000, tzinfo=UTC)
    assert json.dumps(bundle, indent=1).splitlines()[one.line - 1].strip() == '"id": "indicator--1",'


def _attribute(kind, value, **more):
    return {"type": kind, "value": value, "to_ids": True, "uuid": f"u-{value}", **more}


@pytest.mark.parametrize("wrap", [lambda e: e, lambda e: {"response": [e]}, lambda e: [e], lambda e: {"response": e}])
def test_attributes_of_misp_are_read_from_events_objects_and_answers(wrap):
    event = {
        "Event": {
            "info": "campaign",
            "Orgc": {"name": "CERT"},
            "Tag": [{"name": "type:OSINT"}, {"name": "tlp:green"}],
            "Attribute": [_attribute("ip-dst|port", "192.0.2.1|443"), _attribute("md5", _MD5, comment="dropper")],
            "Object": [{"Attribute": [_attribute("filename|sha1", f"a|b.exe|{_SHA1}", Tag=[{"name": "tlp:red"}])]}],
        }
    }
    iocs = shelved(json.dumps(wrap(event)))
    assert listed(iocs) == [("address", "192.0.2.1"), ("md5", _MD5), ("sha1", _SHA1)]
    first, second, third = map(iocs.indicator, range(3))
    assert (first.source, first.tlp, first.description, first.id) == ("CERT", "green", "campaign", "u-192.0.2.1|443")
    assert (second.description, third.tlp) == ("dropper", "red")


def test_bare_attributes_of_misp_are_read_too():
    assert listed(shelved(json.dumps({"response": {"Attribute": [_attribute("hostname", "a.evil.com")]}}))) == [
        ("host", "a.evil.com")
    ]
    assert listed(shelved(json.dumps([_attribute("domain", "evil.com")]))) == [("domain", "evil.com")]


def test_intelligence_files_of_zeek_are_read():
    iocs = shelved(
        "#fields\tindicator\tindicator_type\tmeta.source\tmeta.desc\tmeta.do_notice\n"
        "evil.com\tIntel::DOMAIN\tCERT\tcampaign\tT\n"
        "192.0.2.0/24\tIntel::SUBNET\t-\t-\tF\n"
        f"{_SHA1}\tIntel::FILE_HASH\tCERT\t-\tF\n"
        "evil.com/a\tIntel::URL\tCERT\t-\tF\n"
    )
    assert listed(iocs) == [
        ("domain", "evil.com"),
        ("network", "192.0.2.0/24"),
        ("sha1", _SHA1),
        ("url", "//evil.com/a"),
    ]
    assert (iocs.indicator(0).source, iocs.indicator(0).description) == ("CERT", "campaign")
    assert iocs.indicator(1).description == ""


def test_a_folder_is_read_file_by_file_and_a_feed_without_its_index(tmp_path):
    (tmp_path / "manifest.json").write_text("{}")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    (tmp_path / "a.txt").write_text("evil.com\ncom.cn\n")
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper" / "e.json").write_text(
        json.dumps({"Event": {"Attribute": [_attribute("domain", "evil.org")]}})
    )
    iocs = load([tmp_path])
    assert listed(iocs) == [("domain", "evil.com"), ("domain", "evil.org")]
    assert [(one.file, one.line, one.found) for one in iocs.unusable] == [(str(tmp_path / "a.txt"), 2, "com.cn")]
    assert iocs.indicator(0).source == "a"
    assert load([tmp_path / "a.txt"], source="CERT").indicator(0).source == "CERT"


def test_more_indicators_than_one_chunk_holds_keep_what_is_said_of_each():
    shelf = Shelf()
    read_list(BytesIO(b"".join(b"h%d.example.net\n" % number for number in range(150_000))), shelf, Origin(file="long"))
    read_json(json.dumps([_attribute("domain", "evil.org", comment="one")]).encode(), shelf, Origin(file="short"))
    iocs = shelf.closed()
    assert [iocs.indicator(number).value for number in (0, 65_535, 65_536, 149_999)] == [
        f"h{number}.example.net" for number in (0, 65_535, 65_536, 149_999)
    ]
    assert [iocs.indicator(number).line for number in (0, 65_536, 149_999)] == [1, 65_537, 150_000]
    last = iocs.indicator(150_000)
    assert (last.value, last.description, last.file) == ("evil.org", "one", "short")
    with pytest.raises(IndexError):
        iocs.indicator(150_001)


def test_what_is_said_of_each_indicator_is_kept_however_many_say_something_else(monkeypatch):
    monkeypatch.setattr("amur.detection.iocs.shelf._CHUNK", 3)
    rows = [f"domain,h{number}.example.net,{number or ''},source {number % 2}" for number in [*range(8), 1, 0]]
    iocs = shelved("\n".join(["type,value,id,source", *rows]))
    said = [(one.value, one.id, one.source) for one in map(iocs.indicator, range(len(iocs)))]
    assert said == [
        (f"h{number}.example.net", str(number) if number else "domain:h0.example.net", f"source {number % 2}")
        for number in [*range(8), 1, 0]
    ]
