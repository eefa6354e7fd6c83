"""A batch is looked through as if each value of each row were looked at alone."""

from __future__ import annotations

import ipaddress
import json
import pickle
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amur.detection.events import SEVERAL, batch_of
from amur.detection.iocs import HITS, Content, Kind, Matcher, Origin, Shelf, suppress
from amur.detection.iocs.matching import distinct

_MD5, _SHA256 = "a" * 32, "c" * 64
_KEPT = [
    (Kind.DOMAIN, "evil.com"), (Kind.DOMAIN, "a.evil.com"), (Kind.HOST, "host.org"), (Kind.DOMAIN, "例子.中国"),
    (Kind.URL, "http://bad.com/x"), (Kind.URL, "http://path.less.com"), (Kind.URL, "noscheme.com/y"),
    (Kind.URL, "http://port.com:8080"), (Kind.MD5, _MD5), (Kind.SHA256, _SHA256), (Kind.NETWORK, "10.0.0.0/8"),
    (Kind.NETWORK, "10.1.0.0/16"), (Kind.ADDRESS, "10.1.1.1"), (Kind.ADDRESS, "2001:db8::1"),
    (Kind.EMAIL, "user@mail.com"), (Kind.FILE, "evil.exe"), (Kind.FILE, "C:/Temp/run.bat"), (Kind.URL, "http://10.9.9.9"),
]  # fmt: skip


def iocs_of(*kept, **said):
    shelf = Shelf()
    for line, (kind, value) in enumerate(kept, 1):
        shelf.take(kind, value, line, Origin(**said))
    iocs = shelf.closed()
    assert iocs.unusable == ()
    return iocs


IOCS = iocs_of(*_KEPT)


def found(field, value, iocs=IOCS, **more):
    batch = batch_of([{"Other": "evil.com"}, {field: value, **more}])
    hits = Matcher(iocs).match(batch)
    assert {hit.row for hit in hits} <= {1}
    return {hit.indicator for hit in hits}


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("QueryName", "WWW.a.Evil.com.", {"domain:evil.com", "domain:a.evil.com"}),
        ("query", "host.org", {"host:host.org"}),
        ("query", "www.host.org", set()),
        ("query", "notevil.com", set()),
        ("dns.question.name", "www.例子.中国", {"domain:xn--fsqu00a.xn--fiqs8s"}),
        ("DestinationHostname", f"good.com{SEVERAL}evil.com", {"domain:evil.com"}),
        ("cs-host", "10.200.0.1", {"network:10.0.0.0/8"}),
        ("QueryResults", "type:  5 x.evil.com;::ffff:10.1.1.1;",
         {"domain:evil.com", "network:10.0.0.0/8", "network:10.1.0.0/16", "address:10.1.1.1"}),
        ("c-uri", "HTTP://bad.com:80/x#y", {"url:http://bad.com/x"}),
        ("c-uri", "https://bad.com/x", set()),
        ("url", "http://path.less.com:81/deep?q", {"url:path.less.com"}),
        ("url", "https://www.path.less.com/", set()),
        ("query", "path.less.com", {"url:path.less.com"}),
        ("url", "ftp://noscheme.com/y", {"url://noscheme.com/y"}),
        ("url", "http://port.com:8080/any", {"url://port.com:8080"}),
        ("url", "http://port.com/any", set()),
        ("url.full", "http://x.evil.com/", {"domain:evil.com"}),
        ("url", "http://10.9.9.9/z", {"url:10.9.9.9", "network:10.0.0.0/8"}),
        ("Hashes", f"SHA1={'b' * 40},MD5={_MD5.upper()},SHA256={_SHA256},IMPHASH={'e' * 32}",
         {f"md5:{_MD5}", f"sha256:{_SHA256}"}),
        ("Hashes", f"IMPHASH={_MD5}", set()),
        ("md5", _MD5, {f"md5:{_MD5}"}),
        ("DestinationIp", "10.1.1.1", {"network:10.0.0.0/8", "network:10.1.0.0/16", "address:10.1.1.1"}),
        ("id.resp_h", "2001:0db8:0::0001", {"address:2001:db8::1"}),
        ("src", "not an address", set()),
        ("from", "Somebody <User@Mail.com>, x@sub.evil.com", {"email:user@mail.com", "domain:evil.com"}),
        ("TargetFilename", "D:\\x\\Evil.EXE", {"file:evil.exe"}),
        ("Image", "c:\\temp\\run.bat", {"file:c:/temp/run.bat"}),
        ("Image", "d:\\run.bat", set()),
        ("CommandLine", "evil.com", set()),
        ("QueryName", "", set()),
        ("url", "http://evil.com/" + "x" * 40_000, set()),
    ],
)  # fmt: skip
def test_a_field_is_matched_by_what_it_holds(field, value, expected):
    assert found(field, value) == expected


@pytest.mark.parametrize(
    "parts", [{"host": "bad.com", "uri": "/x"}, {"cs-host": "bad.com", "cs-uri-stem": "/x", "cs-uri-query": "-"}]
)
def test_host_and_path_make_a_url_together(parts):
    (field, value), *more = parts.items()
    assert found(field, value, **dict(more)) == set()
    kept = iocs_of((Kind.URL, "bad.com/x"))
    assert found(field, value, kept, **dict(more)) == {"url://bad.com/x"}


def test_a_query_belongs_to_the_url_where_there_is_one():
    kept = iocs_of((Kind.URL, "bad.com/x?q=1"))
    for query in ("q=1", "?q=1"):
        events = {"cs-host": "bad.com", "cs-uri-stem": "/x", "cs-uri-query": query}
        assert {hit.indicator for hit in Matcher(kept).match(batch_of([events]))} == {"url://bad.com/x?q=1"}


_VALUES = st.sampled_from(
    ["evil.com", "x.a.evil.com", "good.com", "10.1.1.1", "10.2.0.1", "8.8.8.8", "host.org", "例子.中国", "", "x y"]
)


def _alone(value):
    """What the plain way finds: labels by labels, and the standard library's networks."""
    labels = value.split(".")
    names = {".".join(labels[cut:]) for cut in range(len(labels))}
    hits = {f"{kind}:{one}" for kind, one in _KEPT if kind is Kind.DOMAIN and one in names}
    hits |= {f"{kind}:{one}" for kind, one in _KEPT if kind is Kind.HOST and one == value}
    try:
        address = ipaddress.ip_address(value)
    except ValueError:
        return {hit.replace("例子.中国", "xn--fsqu00a.xn--fiqs8s") for hit in hits}
    within = {kind: one for kind, one in _KEPT if kind in {Kind.NETWORK, Kind.ADDRESS}}
    assert within
    return {
        f"{kind}:{one}" for kind, one in _KEPT
        if kind in {Kind.NETWORK, Kind.ADDRESS} and address in ipaddress.ip_network(one)
    }  # fmt: skip


@settings(deadline=None)
@given(st.lists(_VALUES | st.none(), max_size=20), st.sampled_from(["plain", "dictionary", "large", "sliced"]))
def test_each_row_is_found_as_if_it_were_alone(values, form):
    column = pa.array(values, pa.utf8())
    if form == "dictionary":
        column = column.dictionary_encode()
    elif form == "large":
        column = column.cast(pa.large_utf8())
    elif form == "sliced":
        column = pa.array([*["evil.com"] * 3, *values], pa.utf8()).dictionary_encode().slice(3)
    batch = pa.record_batch({"query": column})
    matcher = Matcher(IOCS)
    for _ in range(2):
        hits = matcher.match(batch)
        assert [hit.row for hit in hits] == sorted(hit.row for hit in hits)
        assert all(hit.value == values[hit.row] for hit in hits)
        assert {(hit.row, hit.indicator) for hit in hits} == {
            (row, one) for row, value in enumerate(values) if value is not None for one in _alone(value)
        }


@settings(deadline=None)
@given(st.lists(st.text(max_size=30), min_size=1, max_size=6), st.sampled_from(Content))
def test_any_text_may_stand_in_any_field(values, content):
    batch = pa.record_batch({"field": values})
    for hit in Matcher(IOCS, fields={"field": content}).match(batch):
        assert hit.value == values[hit.row]


def test_the_narrowest_network_is_told_first():
    hits = Matcher(IOCS).match(batch_of([{"dst": "10.1.1.1"}]))
    assert [hit.indicator for hit in hits] == ["address:10.1.1.1", "network:10.1.0.0/16", "network:10.0.0.0/8"]


def test_the_fields_may_be_said_otherwise():
    batch = batch_of([{"site": "evil.com", "query": "evil.com"}])
    hits = Matcher(IOCS, fields={"site": Content.NAME}, together=()).match(batch)
    assert [(hit.field, hit.kind) for hit in hits] == [("site", Kind.DOMAIN)]


def test_the_same_line_in_two_lists_is_one_hit_and_what_two_sources_call_otherwise_is_two():
    twice = iocs_of((Kind.DOMAIN, "evil.com"), (Kind.DOMAIN, "EVIL.com"))
    assert len(Matcher(twice).match(batch_of([{"query": "evil.com"}]))) == 1
    shelf = Shelf()
    for own in ("indicator--1", "", "indicator--2"):
        shelf.take(Kind.DOMAIN, "evil.com", 1, Origin(id=own))
    assert {hit.indicator for hit in Matcher(shelf.closed()).match(batch_of([{"query": "evil.com"}]))} == {
        "indicator--1", "domain:evil.com", "indicator--2"
    }  # fmt: skip


def test_a_hit_on_a_warning_list_is_returned_with_the_name_of_the_list(tmp_path):
    said = {"name": "Known sites", "type": "hostname", "list": ["good.evil.com"], "matching_attributes": ["domain"]}
    (tmp_path / "list.json").write_text(json.dumps(said))
    batch = batch_of([{"query": "good.evil.com"}, {"query": "bad.evil.com"}, {"query": "good.evil.com"}])
    hits = Matcher(iocs_of((Kind.DOMAIN, "evil.com")), suppress(tmp_path)).match(batch)
    assert [hit.suppressed_by for hit in hits] == [("Known sites",), (), ("Known sites",)]


def test_what_is_remembered_of_warning_lists_stays_small_and_changes_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr("amur.detection.iocs.matching._MOST_SUPPRESSED", 3)
    (tmp_path / "list.json").write_text(json.dumps({"name": "Even", "type": "regex", "list": ["[02468][.]evil"]}))
    matcher = Matcher(iocs_of((Kind.DOMAIN, "evil.com")), suppress(tmp_path))
    batch = batch_of([{"query": f"x{number}.evil.com"} for number in range(10)] + [{"query": "x." * 300 + "evil.com"}])
    for _ in range(2):
        assert [hit.suppressed_by for hit in matcher.match(batch)] == [("Even",), ()] * 5 + [()]
        assert len(matcher._suppressed) <= 3


def test_a_hit_after_the_indicator_has_ended_is_marked_and_one_before_it_began_is_not():
    begins, ends = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    iocs = iocs_of((Kind.DOMAIN, "evil.com"), valid_from=begins, valid_to=ends)
    times = [begins - timedelta(days=1), ends - timedelta(seconds=1), ends, None]
    batch = batch_of([{"query": "evil.com"}] * 4, times=times)
    assert [hit.suppressed_by for hit in Matcher(iocs).match(batch)] == [(), (), ("valid_to",), ()]


def test_what_is_remembered_stays_within_its_bytes_and_changes_nothing():
    small = Matcher(IOCS, cached_bytes=2_000)
    plenty = Matcher(IOCS)
    for turn in range(3):
        batch = batch_of([{"url": f"http://x{number}.evil.com/{number % (turn + 7)}"} for number in range(50)])
        assert list(small.match(batch)) == list(plenty.match(batch))
        assert small._cache.nbytes <= 2_000 < plenty._cache.nbytes


def test_a_matcher_can_be_sent_to_another_process():
    sent = pickle.loads(pickle.dumps(Matcher(IOCS)))
    batch = batch_of([{"query": "evil.com", "Hashes": f"MD5={_MD5}", "dst": "10.1.1.1"}])
    assert list(sent.match(batch)) == list(Matcher(IOCS).match(batch))
    assert len(sent.match(batch)) == 5


def test_an_empty_batch_and_no_indicators_give_nothing():
    assert len(Matcher(IOCS).match(batch_of([]))) == 0
    event = {"query": "evil.com", "dst": "10.0.0.1", "url": "http://evil.com/"}
    assert list(Matcher(iocs_of()).match(batch_of([event]))) == []
    numbers = pa.record_batch({"query": pa.array([1, 2]), "dst": pa.array([None, None], pa.null())})
    assert len(Matcher(IOCS).match(numbers)) == 0


def test_a_dictionary_with_a_null_among_its_values_is_understood():
    column = pa.DictionaryArray.from_arrays(pa.array([0, 1, None], pa.int32()), pa.array([None, "evil.com"]))
    values, rows = distinct(column)
    assert [None if row is None else values[row].as_py() for row in rows.to_pylist()] == [None, "evil.com", None]
    assert [hit.row for hit in Matcher(IOCS).match(pa.record_batch({"query": column}))] == [1]


def test_hits_are_columns_in_which_each_value_and_each_indicator_stands_once():
    events = [{"query": "evil.com", "dst": "10.1.1.1"}, {"query": "good.com"}, {"query": "evil.com", "dst": "10.9.1.1"}]
    columns = Matcher(IOCS).match(batch_of(events)).columns
    assert columns.schema == HITS
    assert columns["row"].to_pylist() == [0, 0, 0, 0, 2, 2]
    assert columns["field"].to_pylist() == ["dst"] * 3 + ["query", "dst", "query"]
    assert columns["value"].dictionary.to_pylist() == ["10.1.1.1", "10.9.1.1", "evil.com"]
    assert len(columns["indicator"].dictionary) == 4
    assert columns["suppressed_by"].to_pylist() == [[]] * 6
    kinds = columns["kind"].to_pylist()
    assert [hit.kind for hit in Matcher(IOCS).match(batch_of(events))] == [Kind(kind) for kind in kinds]


def test_a_batch_without_a_hit_has_the_same_columns():
    assert Matcher(IOCS).match(batch_of([{"query": "good.com"}])).columns.schema == HITS


def test_an_indicator_met_in_two_ways_by_one_value_is_told_once_and_in_each_row():
    kept = iocs_of((Kind.DOMAIN, "evil.com"), (Kind.URL, "evil.com/x"), id="indicator--1")
    hits = Matcher(kept).match(batch_of([{"url": "http://evil.com/x"}, {"url": "http://evil.com/y"}] * 2))
    assert [(hit.row, hit.indicator, hit.number) for hit in hits] == [
        (0, "indicator--1", 1), (1, "indicator--1", 0), (2, "indicator--1", 1), (3, "indicator--1", 0)
    ]  # fmt: skip


def test_what_stands_against_a_hit_is_said_of_each_row_and_each_indicator(tmp_path):
    ends = datetime(2026, 2, 1, tzinfo=UTC)
    (tmp_path / "list.json").write_text(json.dumps({"name": "Known", "type": "string", "list": ["evil.com"]}))
    shelf = Shelf()
    shelf.take(Kind.DOMAIN, "evil.com", 1, Origin(valid_to=ends))
    shelf.take(Kind.HOST, "www.evil.com", 2, Origin())
    shelf.take(Kind.NETWORK, "10.0.0.0/8", 3, Origin(valid_to=ends))
    event = {"query": "www.evil.com", "dst": "10.0.0.1"}
    batch = batch_of([event, event], times=[ends, ends - timedelta(days=1)])
    hits = Matcher(shelf.closed(), suppress(tmp_path)).match(batch)
    said = {(hit.row, hit.indicator): hit.suppressed_by for hit in hits}
    assert said == {
        (0, "domain:evil.com"): ("Known", "valid_to"), (0, "host:www.evil.com"): (),
        (0, "network:10.0.0.0/8"): ("valid_to",),
        (1, "domain:evil.com"): ("Known",), (1, "host:www.evil.com"): (), (1, "network:10.0.0.0/8"): (),
    }  # fmt: skip
