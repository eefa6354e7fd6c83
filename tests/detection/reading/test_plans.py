"""What is read by a plan is what the slow way reads, whatever events are like."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amur.detection.events import KIND, POSITION, RAW, SOURCE, TIME, Quarantined
from amur.detection.reading import plans
from amur.detection.reading.columns import Gathering
from amur.detection.reading.flattening import flatten
from amur.detection.reading.jsonlines import Reader, batches
from amur.detection.reading.times import instants

OWN = {TIME, RAW, SOURCE, POSITION, KIND}

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.text(max_size=4)
    | st.sampled_from(["x\x1fy", "Security", "2026-01-01T00:00:00Z"])
)
NAMES = st.sampled_from(
    [
        "a",
        "b",
        "a.b",
        "EventID",
        "Channel",
        "Hostname",
        "Computer",
        "@timestamp",
        "UtcTime",
        "uid",
        "id.orig_h",
        "query",
        "Event",
        "winlog",
        "channel",
        "event_data",
        "_source",
        "data",
        "win",
        "log_name",
        "EventCode",
        "LogName",
    ]
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=5
)


@pytest.fixture
def _soon(monkeypatch):
    """A form is worth a plan when it is met for the first time."""
    monkeypatch.setattr(plans, "OFTEN", 1)
    yield
    plans.plans_of.cache_clear()


def read_twice(events, wanted):
    """Return the rows of events that come twice: the first time all is learned, the second time it is used."""
    plans.plans_of.cache_clear()
    written = [(place, 0, json.dumps(event).encode()) for place, event in enumerate([*events, *events], start=1)]
    return [row for batch in batches(written, Gathering("x", wanted), 50) for row in batch.to_pylist()]


@pytest.mark.usefixtures("_soon")
@given(st.lists(st.dictionaries(NAMES, VALUES, max_size=6), max_size=12), st.booleans())
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_fast_way_reads_what_the_slow_way_reads(events, all_fields):
    wanted = None if all_fields else frozenset({"a", "EventID", "Computer", "a.b", "query"})
    for row, event in zip(read_twice(events, wanted), [*events, *events], strict=True):
        flat = flatten(json.loads(json.dumps(event)))
        kept = {name: value for name, value in flat.fields.items() if name in (wanted or flat.fields.keys() - OWN)}
        found = {name: value for name, value in row.items() if name not in OWN and value is not None}
        assert found == {
            name: value.encode("utf-16", "surrogatepass").decode("utf-16", "replace") for name, value in kept.items()
        }
        assert row[KIND] == flat.kind
        assert row[TIME] == instants([flat.at])[0].as_py()


INNER = st.dictionaries(st.sampled_from(["Name", "Guid", "SystemTime", "#text", "UserID"]), SCALARS, max_size=3)
ELEMENTS = st.dictionaries(
    st.sampled_from(["EventID", "Channel", "Provider", "TimeCreated", "Execution", "Computer"]),
    SCALARS | INNER | INNER.map(lambda inside: {"#attributes": inside}),
    max_size=5,
)
DATA = st.dictionaries(
    st.sampled_from(["Image", "Threat Name", "ThreatName", "Data", "EventID", "#attributes"]),
    SCALARS | VALUES,
    max_size=5,
)
RECORDS = st.fixed_dictionaries(
    {"System": ELEMENTS}, optional={"EventData": DATA | st.none(), "UserData": DATA, "#attributes": st.just({})}
)


@pytest.mark.usefixtures("_soon")
@given(st.lists(RECORDS.map(lambda record: {"Event": record}), max_size=8), st.booleans())
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_records_of_windows_are_read_by_their_plan_as_the_slow_way_reads_them(events, all_fields):
    wanted = None if all_fields else frozenset({"Image", "EventID", "Provider_Name", "ThreatName", "UserID"})
    for row, event in zip(read_twice(events, wanted), [*events, *events], strict=True):
        flat = flatten(event)
        kept = {name: value for name, value in flat.fields.items() if name in (wanted or flat.fields.keys() - OWN)}
        assert {name: value for name, value in row.items() if name not in OWN and value is not None} == kept
        assert row[TIME] == instants([flat.at])[0].as_py()


def planned(event, wanted):
    """Return how many of three such events a plan reads, when the first was learned from."""
    plans.plans_of.cache_clear()
    reader = Reader(Gathering("x", wanted))
    line = json.dumps(event).encode()
    reader.take(line, 1)
    return sum(plans.plans_of(wanted).read(line) is not None for _ in range(3))


@pytest.mark.usefixtures("_soon")
@pytest.mark.parametrize(
    "event",
    [
        {"a": 1, "b": {"c": "x"}},
        {"a": None, "EventID": 1},
        {"Event": {"System": {"EventID": {"#text": 1}}, "EventData": {"Data": ["x", 1]}}},
        {"winlog": {"event_id": 1, "event_data": {"Image": "x"}}},
        {"_source": {"winlog": {"event_id": 1, "event_data": {"Image": "x"}}}},
        {"data": {"win": {"system": {"eventID": "1", "channel": "S"}, "eventdata": {"image": "x"}}}},
        {"EventCode": 1, "LogName": "S", "Image": "x"},
        {"EventCode": None, "LogName": "S"},
    ],
)
def test_events_of_a_form_that_was_met_are_read_by_its_plan(event):
    assert planned(event, None) == 3


WRAPPED = st.sampled_from(
    [
        lambda inside: {"_source": inside},
        lambda inside: {"data": {"win": {"system": inside, "eventdata": inside}}},
        lambda inside: {"log_name": "S", "event_id": 1, "event_data": inside},
        lambda inside: {"EventCode": 1, "LogName": "S", **inside},
        lambda inside: {"result": {"winlog": {"event_data": inside}}},
    ]
)


@pytest.mark.usefixtures("_soon")
@given(st.lists(st.tuples(WRAPPED, st.dictionaries(NAMES, VALUES, max_size=3)), max_size=6), st.booleans())
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_shippers_wrapped_is_read_by_plans_as_the_slow_way_reads_it(wrapped, all_fields):
    wanted = None if all_fields else frozenset({"a", "EventID", "Channel", "a.b", "A"})
    events = [wrap(inside) for wrap, inside in wrapped]
    for row, event in zip(read_twice(events, wanted), [*events, *events], strict=True):
        flat = flatten(json.loads(json.dumps(event)))
        kept = {name: value for name, value in flat.fields.items() if name in (wanted or flat.fields.keys() - OWN)}
        assert {name: value for name, value in row.items() if name not in OWN and value is not None} == kept
        assert (row[KIND], row[TIME]) == (flat.kind, instants([flat.at])[0].as_py())


@pytest.mark.usefixtures("_soon")
@pytest.mark.parametrize(
    ("event", "wanted"),
    [
        ({"a": [{"b": 1}]}, None),
        ({"a": [[1]]}, None),
        ({"a": []}, None),
        ({"ts": ["x"]}, None),
        ({'a"b': 1}, None),
        ({"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": 1}}}}}}}}}}, None),
        ({f"f{number}": number for number in range(400)}, None),
        ({"b": [{"c": 1}], "x": 1}, frozenset({"b.c"})),
    ],
)
def test_what_no_plan_can_say_is_read_the_slow_way(event, wanted):
    assert planned(event, wanted) == 0
    assert len(read_twice([event], wanted)) == 2


@pytest.mark.usefixtures("_soon")
def test_what_nobody_asks_for_may_be_anything():
    wanted = frozenset({"a"})
    assert planned({"a": 1, "b": [{"c": [1]}]}, wanted) == 3
    rows = read_twice([{"a": 1, "b": [{"c": [1]}]}, {"a": 2, "b": "x"}, {"a": 3, "b": None}], wanted)
    assert [row["a"] for row in rows] == ["1", "2", "3"] * 2


@pytest.mark.usefixtures("_soon")
def test_of_two_members_of_one_name_the_last_one_counts_in_both_ways():
    line = b'{"a": 1, "b": "x", "b": "y"}'
    for _ in range(2):
        (batch,) = batches([(1, 0, b'{"a": 1, "b": "x"}'), (2, 0, line), (3, 0, line)], Gathering("x", None), 9)
        assert batch.column("b").to_pylist() == ["x", "y", "y"]


@pytest.mark.usefixtures("_soon")
def test_endless_forms_are_forgotten_and_learned_again(monkeypatch):
    monkeypatch.setattr(plans, "MOST_PLANS", 4)
    events = [{f"name{number}": number} for number in range(40)]
    assert [set(row.values()) & {"7"} for row in read_twice(events, None)].count({"7"}) == 2
    assert len(plans.plans_of(None).known) <= 5
    assert planned({"a": 1}, None) == 3


def test_a_form_that_comes_seldom_gets_no_plan():
    plans.plans_of.cache_clear()
    written = [(place, 0, b'{"a": 1}') for place in range(1, plans.OFTEN)]
    list(batches(written, Gathering("x", None), 9))
    assert plans.plans_of(None).read(b'{"a": 1}') is None
    list(batches(written[:2], Gathering("x", None), 9))
    assert plans.plans_of(None).read(b'{"a": 1}') is not None


@pytest.mark.usefixtures("_soon")
def test_an_event_that_says_no_time_has_that_of_its_record_in_both_ways():
    plans.plans_of.cache_clear()
    gathering = Gathering("x", None)
    reader = Reader(gathering)
    for place, line in enumerate([b'{"a": 1}', b'{"a": 2}', b'{"a": 3, "ts": ""}', b'{"a": 4, "ts": ""}']):
        reader.take(line, place, "2026-05-01T00:00:00Z")
    assert {one.isoformat() for one in gathering.batch().column(TIME).to_pylist()} == {"2026-05-01T00:00:00+00:00"}


def test_half_of_a_pair_of_signs_is_mended_wherever_it_stands():
    written = [b'{"a": "\\ud800x"}', b'[{"a": "\\ud800"}]', b'{"a\\ud800": {"\\udc00b": ["\\ud800"]}}', b'{"a": "ud"}']
    (batch,) = batches([(place, 0, line) for place, line in enumerate(written)], Gathering("x", None), 9)
    assert batch.column("a").to_pylist() == ["\ufffdx", "\ufffd", None, "ud"]
    assert batch.column("a\ufffd.\ufffdb").to_pylist() == [None, None, "\ufffd", None]


@pytest.mark.usefixtures("_soon")
def test_members_inside_members_without_end_are_no_plan_and_end_nothing():
    deep = b'{"a":' * 900 + b"1" + b"}" * 900
    (batch,) = batches([(1, 0, deep), (2, 0, deep), (3, 0, b'{"a": 1}')], Gathering("x", None), 9)
    assert batch.column("a").to_pylist() == [None, None, "1"]


@pytest.mark.deep
def test_a_batch_of_very_many_fields_has_few_rows():
    wide = [json.dumps({f"field{place}.{number}": 1 for number in range(2_000)}).encode() for place in range(60)]
    found = list(batches(list(zip(range(60), range(60), wide, strict=True)), Gathering("x", None), 4_096))
    assert len(found) > 1
    assert sum(batch.num_rows for batch in found) == 60


def test_a_field_that_is_called_as_a_column_of_ours_hides_nothing():
    (batch,) = batches([(7, 0, b'{"_raw": "quiet", "_position": 1, "a": "loud"}')], Gathering("x", None), 9)
    assert batch.column(RAW).to_pylist() == ['{"_raw": "quiet", "_position": 1, "a": "loud"}']
    assert batch.column(POSITION).to_pylist() == [7]


@pytest.mark.usefixtures("_soon")
def test_a_line_that_is_no_text_ends_nothing_where_there_is_a_plan():
    lines = [b'{"a": 1, "b": "x"}', b'{"a": 1, "b": "\x8e"}', b'{"a": 2, "b": ' + b"[" * 100_000, b'{"a": 3, "b": "x"}']
    found = list(batches([(place, 0, line) for place, line in enumerate(lines)], Gathering("x", frozenset("a")), 9))
    assert [one.code for one in found if isinstance(one, Quarantined)] == ["not_json", "not_json"]
    assert [one.column("a").to_pylist() for one in found if not isinstance(one, Quarantined)] == [["1", "3"]]
