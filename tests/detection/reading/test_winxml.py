"""Events of Windows as XML have the fields that they have in an event log, and nothing in them can do harm."""

from __future__ import annotations

import io
from contextlib import suppress

import msgspec
import pytest
from evtx import PyEvtxParser
from hypothesis import given
from hypothesis import strategies as st

from amur.config.environment import ROOT
from amur.detection.events import KIND, POSITION, Quarantined
from amur.detection.reading import winxml
from amur.detection.reading.columns import Gathering
from amur.detection.reading.flattening import flatten
from amur.detection.reading.opening import read as read_file
from amur.detection.reading.winxml import Malformed, event_in

RECORDINGS = ROOT.parent / "shared" / "data" / "sigma-regression"
_EVENT = (
    "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Security'/>"
    "<EventID Qualifiers='0'>4688</EventID><TimeCreated SystemTime='2026-05-01T08:00:00.5Z'/><Channel>Security</Channel><Level>0</Level>"
    "<Security/></System><EventData><Data Name='Image Path'>C:\\登录 &amp; a</Data><Data>x</Data><Data>y</Data></EventData>"
    "<RenderingInfo Culture='zh-CN'><Message>新进程</Message><Level>信息</Level></RenderingInfo></Event>"
)


def read(tmp_path, content):
    file = tmp_path / "events.xml"
    file.write_bytes(content)
    found = list(read_file(file))
    rows = [row for batch in found if not isinstance(batch, Quarantined) for row in batch.to_pylist()]
    return rows, [one for one in found if isinstance(one, Quarantined)]


@pytest.mark.skipif(not RECORDINGS.is_dir(), reason=f"the recordings are not there: {RECORDINGS}")
def test_recorded_events_have_the_fields_that_they_have_in_an_event_log():
    looked = 0
    for file in sorted(RECORDINGS.rglob("*.evtx")):
        as_xml, as_json = (iter(getattr(PyEvtxParser(str(file)), name)()) for name in ("records", "records_json"))
        for xml, json in zip(as_xml, as_json, strict=True):
            written = xml["data"].encode()
            flat, expected = event_in(written[written.index(b"<Event") :]), flatten(msgspec.json.decode(json["data"]))
            # an end of a line is one sign in XML, whatever it was
            assert flat.fields == {name: value.replace("\r\n", "\n") for name, value in expected.fields.items()}, file
            assert (flat.kind, flat.at) == (expected.kind, expected.at)
            looked += 1
    assert looked > 100


def test_an_event_has_its_fields_its_time_and_its_message():
    flat = event_in(_EVENT.encode())
    assert flat.fields == {
        "Provider_Name": "Security", "EventID": "4688", "Channel": "Security", "Level": "0", "Image Path": "C:\\登录 & a",
        "ImagePath": "C:\\登录 & a", "Data": "x\x1fy", "Message": "新进程",
    }  # fmt: skip
    assert (flat.kind, flat.at) == ("windows//", "2026-05-01T08:00:00.5Z")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize(
    "form",
    ["{0}\n{0}\n", "<?xml version='1.0' encoding='{1}'?>\r\n<Events>{0}{0}</Events>", "<Events>\n{0}\n{0}</Events>"],
)
def test_one_a_line_or_all_in_a_document_are_read(tmp_path, encoding, form):
    rows, faults = read(tmp_path, form.format(_EVENT, encoding.removesuffix("-sig")).encode(encoding))
    assert faults == []
    assert [(row["EventID"], row[KIND], row[POSITION]) for row in rows] == [
        ("4688", "windows//", place) for place in (1, 2)
    ]


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ("<Event><System></Event>", "not_xml"),
        ("<Event></Event>", "not_xml"),
        ("<Event><System><a>&lol;</a></System></Event>", "not_xml"),
        ("<Event><!DOCTYPE a [<!ENTITY b 'c'>]><System/></Event>", "not_xml"),
        ("<Event><System>" + "<a>" * 5_000 + "</a>" * 5_000 + "</System></Event>", "not_xml"),
        ("<Event><System>", "open_event"),
    ],
)
def test_a_bad_event_is_set_aside_with_its_place_and_the_rest_goes_on(tmp_path, bad, code):
    begun = f"<!DOCTYPE x [<!ENTITY lol 'lollol'>]>\n<Events>{_EVENT}"
    rows, faults = read(tmp_path, f"{begun}{bad}{_EVENT}</Events>".encode())
    assert [row[POSITION] for row in rows] == [1, 3]
    assert [(one.position, one.offset, one.code) for one in faults] == [(2, len(begun.encode()), code)]


def test_an_event_that_was_cut_off_is_told(tmp_path):
    rows, faults = read(tmp_path, f"<Events>{_EVENT}{_EVENT[:200]}".encode())
    assert (len(rows), [(one.position, one.code) for one in faults]) == (1, [(2, "open_event")])


@given(st.integers(1, 400), st.integers(0, 3))
def test_where_blocks_end_changes_nothing(size, between):
    content = ("\n" * between).join([_EVENT] * 3).encode()

    class Slow(io.BytesIO):
        def read(self, _=-1):
            return super().read(size)

    [batch] = winxml.batches(Slow(content), Gathering("x", None), 9)
    assert batch.column("_raw").to_pylist() == [_EVENT] * 3


@given(st.text(st.sampled_from("<>/&;'= aE"), max_size=60))
def test_no_event_stops_the_reading(inside):
    with suppress(Malformed):
        event_in(f"<Event><System><a>{inside}</a></System></Event>".encode())
