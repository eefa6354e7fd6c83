"""Extended logs of the W3C are read under the names by which rules know them, whoever writes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amur.detection.events import KIND, SEVERAL, TIME, Quarantined
from amur.detection.reading import w3c
from amur.detection.reading.opening import read as read_file
from amur.detection.reading.times import instant

_IIS = "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status"


def read(*lines):
    return list(w3c.events([(number, 0, line.encode()) for number, line in enumerate(lines, 1)], "u_ex.log"))


def one(*lines):
    [(_, _, flat, _)] = read(*lines)
    return flat


def test_a_line_of_iis_gives_its_fields_under_both_names_and_the_time():
    flat = one(
        "#Software: Microsoft Internet Information Services 10.0",
        _IIS,
        "2026-05-01 08:00:01 10.0.0.1 POST /a/cmd.aspx c=whoami 443 - 192.0.2.7 Mozilla/5.0+(X11;+a) 200",
    )
    assert flat.fields == {
        "date": "2026-05-01", "time": "08:00:01", "s-ip": "10.0.0.1", "cs-method": "POST",
        "cs-uri-stem": "/a/cmd.aspx", "cs-uri-query": f"c=whoami{SEVERAL}/a/cmd.aspx?c=whoami",
        "cs-uri": "/a/cmd.aspx?c=whoami", "s-port": "443", "c-ip": "192.0.2.7",
        "cs(User-Agent)": "Mozilla/5.0+(X11;+a)", "cs-user-agent": "Mozilla/5.0 (X11; a)", "sc-status": "200",
    }  # fmt: skip
    assert flat.kind == "/webserver/"
    assert instant(flat.at).isoformat() == "2026-05-01T08:00:01+00:00"


def test_a_head_counts_for_what_is_behind_it_and_may_come_again():
    found = read(
        "#Fields: date time cs-uri-stem sc-status",
        "2026-05-01 08:00:01 /a 200",
        "#Date: 2026-05-02 00:00:00",
        "#Fields: time sc-status cs-uri-stem",
        "08:00:02 404 /b",
    )
    assert [
        (number, flat.fields["cs-uri-stem"], flat.fields["sc-status"], flat.at) for number, _, flat, _ in found
    ] == [
        (2, "/a", "200", "2026-05-01T08:00:01"),
        (5, "/b", "404", "2026-05-02T08:00:02"),
    ]


def test_a_proxy_has_the_whole_address_and_values_in_quotes():
    flat = one(
        "#Fields: date time c-ip cs-username cs-method cs-uri-scheme cs-host cs-uri-port cs-uri-path cs-uri-query "
        "cs-uri-extension cs(User-Agent) sc-status s-action r-ip",
        '2026-05-01 08:00:01 10.0.0.7 ann GET https a.example 8443 /x/y.exe ?q=1 exe "Mozilla/5.0 ""b"" (X11)" 200 '
        "TCP_MISS 192.0.2.9",
    )
    assert flat.kind == "/proxy/"
    expected = {
        "c-uri": "https://a.example:8443/x/y.exe?q=1", "c-uri-extension": "exe", "c-uri-query": "q=1",
        "c-useragent": 'Mozilla/5.0 "b" (X11)', "cs-host": "a.example", "cs-method": "GET", "src_ip": "10.0.0.7",
        "dst_ip": "192.0.2.9", "sc-status": "200",
    }  # fmt: skip
    assert {name: flat.fields.get(name) for name in expected} == expected


def test_a_proxy_that_parts_by_tabs_and_tells_the_whole_address_is_read():
    flat = one(
        "#Fields: c-ip\tc-agent\tdate\ttime\tr-host\tr-ip\ts-operation\tcs-uri\tsc-status",
        "10.0.0.7\tMozilla/4.0 (a; b)\t2026-05-01\t08:00:01\ta.example\t192.0.2.9\tGET\thttp://a.example/b.php?c=1\t200",
    )
    fields = flat.fields
    assert (fields["c-uri"], fields["c-uri-query"], fields["c-uri-extension"]) == (
        "http://a.example/b.php?c=1",
        "c=1",
        "php",
    )
    assert (fields["cs-method"], fields["c-useragent"], fields["dst_ip"]) == ("GET", "Mozilla/4.0 (a; b)", "192.0.2.9")


def test_a_head_of_spaces_over_lines_of_tabs_is_read_and_an_agent_in_percent_signs():
    fields = one(
        "#Fields: date time c-ip cs-method cs(Host) cs-uri-stem sc-status cs(User-Agent)",
        "2026-05-01\t08:00:01\t192.0.2.7\tGET\ta.example\t/\t200\tMozilla/5.0%20(X11)",
    ).fields
    assert (fields["cs-user-agent"], fields["cs-host"]) == ("Mozilla/5.0 (X11)", "a.example")


def test_the_firewall_of_windows_has_the_ends_under_the_names_of_rules():
    flat = one(
        "#Version: 1.5",
        "#Software: Microsoft Windows Firewall",
        "#Time Format: Local",
        "#Fields: date time action protocol src-ip dst-ip src-port dst-port size tcpflags info path",
        "2026-05-01 08:00:01 DROP TCP 192.0.2.7 10.0.0.1 51000 3389 0 - - RECEIVE",
    )
    assert flat.kind == "/firewall/"
    ends = ("src_ip", "dst_ip", "src_port", "dst_port", "action")
    assert [flat.fields[name] for name in ends] == ["192.0.2.7", "10.0.0.1", "51000", "3389", "DROP"]


def test_fields_with_commas_are_values_with_commas():
    flat = one(
        "#Software: Microsoft Exchange Server",
        "#Fields: date-time,client-ip,message-subject,size",
        '2026-05-01T08:00:01.5Z,192.0.2.7,"a, ""b""",',
    )
    assert flat.fields == {
        "date-time": "2026-05-01T08:00:01.5Z", "client-ip": "192.0.2.7", "message-subject": 'a, "b"'
    }  # fmt: skip
    assert (flat.kind, flat.at) == ("", "2026-05-01T08:00:01.5Z")


@pytest.mark.parametrize(
    ("line", "code"),
    [("2026-05-01 08:00:01", "columns"), ("a b c d", "columns"), ("\0\0\0", "columns"), ('"a b" c', "columns")],
)
def test_a_bad_line_is_set_aside_and_the_rest_goes_on(line, code):
    bad, good = read("#Fields: date time sc-status", line, "2026-05-01 08:00:01 200")
    assert isinstance(bad, Quarantined)
    assert (bad.source, bad.position, bad.code) == ("u_ex.log", 2, code)
    assert good[2].fields["sc-status"] == "200"


def test_what_stands_before_any_head_is_set_aside():
    bad, good = read("2026-05-01 08:00:01 /a", "#Fields: date time cs-uri-stem", "2026-05-01 08:00:01 /a")
    assert (bad.code, bad.position, good[0]) == ("no_head", 1, 3)


def test_it_is_known_by_its_content(tmp_path):
    file = tmp_path / "u_ex260501.log"
    file.write_text("#Version: 1.0\r\n#Fields: date time cs-uri-stem\r\n2026-05-01 08:00:01 /登录\r\n", "utf-8")
    [batch] = read_file(file)
    [row] = batch.to_pylist()
    assert (row["cs-uri-stem"], row[KIND], row[TIME].isoformat()) == (
        "/登录",
        "/webserver/",
        "2026-05-01T08:00:01+00:00",
    )


_CELL = st.text(st.characters(codec="utf-8", exclude_characters='\x1f \t\n\r"#+'), min_size=1, max_size=8).filter(
    lambda cell: cell != "-" and cell.strip() == cell
)


@given(st.lists(_CELL, min_size=1, max_size=6))
def test_values_come_back_as_they_were_written(written):
    names = [f"x-{place}" for place in range(len(written))]
    assert one(f"#Fields: {' '.join(names)}", " ".join(written)).fields == dict(zip(names, written, strict=True))


@given(st.text(st.characters(codec="utf-8", exclude_characters="\n"), min_size=1, max_size=60))
def test_no_line_stops_the_reading(line):
    for head in (_IIS, "#Fields: a,b", "#Fields: a", "#Fields: r-host cs-uri"):
        assert len(read(head, line)) == (0 if line.startswith("#") else 1)
