"""What is derived of events: by declaration, once a value, beside what a log says and never over it."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from publicsuffixlist import PublicSuffixList

from amur.detection import deriving
from amur.detection.deriving import Derivations, derived, making, sources_of
from amur.detection.events import KIND, SEVERAL, TEXT, TIME, batch_of

NETWORKS = """
networks:
  domestic: [203.0.113.0/24]
  hosting: [203.0.113.64/26]
  foreign: [0.0.0.0/0, "::/0"]
"""


def unit(tmp_path, text, name="unit.yaml"):
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    return deriving.load([file])


def column(batch, name, derivations=None, wanted=None):
    done = derived(batch, wanted or {name}, derivations or deriving.load())
    return done.column(name).to_pylist() if name in done.schema.names else None


def test_what_a_log_says_itself_is_never_written_over():
    batch = batch_of([{"src_ip": "192.0.2.1", "SourceIp": "10.0.0.1"}, {"SourceIp": "10.0.0.2"}, {"other": "x"}])
    assert column(batch, "src_ip") == ["192.0.2.1", "10.0.0.2", None]


def test_an_empty_text_is_something_that_a_log_says():
    assert column(batch_of([{"src_ip": "", "SourceIp": "10.0.0.1"}]), "src_ip") == [""]


def test_the_first_source_that_is_there_counts():
    batch = batch_of([{"SourceIp": "10.0.0.1", "c-ip": "10.0.0.2"}, {"c-ip": "10.0.0.3"}])
    assert column(batch, "src_ip") == ["10.0.0.1", "10.0.0.3"]


def test_only_what_is_wanted_is_derived_and_nothing_else_is_touched():
    batch = batch_of([{"SourceIp": "10.0.0.1", "query": "a.example.com"}], kind="zeek//dns")
    assert derived(batch, {"Image", "CommandLine"}, deriving.load()).equals(batch)
    assert derived(batch, set(), deriving.load()) is batch
    done = derived(batch, {"src_zone"}, deriving.load())
    assert done.select(batch.schema.names).equals(batch)
    assert set(done.schema.names) - set(batch.schema.names) == {"src_zone"}


def test_what_nothing_is_known_of_is_no_column():
    assert "query_domain" not in derived(batch_of([{"query": "host"}]), {"query_domain"}, deriving.load()).schema.names
    assert derived(batch_of([]), {"src_zone", KIND}, deriving.load()).num_rows == 0


@pytest.mark.parametrize(
    "kind",
    [TEXT, pa.utf8(), pa.large_utf8(), pa.dictionary(pa.int8(), pa.utf8()), pa.dictionary(pa.int32(), pa.large_utf8())],
)
def test_a_derived_column_is_of_the_type_of_all_fields_whatever_the_type_of_its_source(kind):
    texts = ["10.0.0.1", None, "10.0.0.1", "192.0.2.1"]
    is_dictionary = pa.types.is_dictionary(kind)
    plain = pa.array(texts, kind.value_type if is_dictionary else kind)
    given_one = plain.dictionary_encode().cast(kind) if is_dictionary else plain
    batch = batch_of([{}] * len(texts)).append_column("SourceIp", given_one)
    done = derived(batch, {"src_zone", "src_ip"}, deriving.load())
    assert {done.column(name).type for name in ("src_zone", "src_ip")} == {TEXT}
    assert done.column("src_ip").to_pylist() == texts
    assert done.column("src_zone").to_pylist() == ["internal", None, "internal", None]


def test_a_dictionary_that_holds_null_says_nothing_there():
    odd = pa.DictionaryArray.from_arrays(pa.array([0, 1, 0], pa.int32()), pa.array(["10.0.0.1", None]))
    batch = batch_of([{}] * 3).append_column("SourceIp", odd)
    assert column(batch, "src_zone") == ["internal", None, "internal"]


def test_a_name_that_somebody_chose_hides_no_address_and_no_domain():
    line = "Failed password for invalid user x from 10.0.0.1 port 7 ssh2 from 203.0.113.9 port 5000 ssh2"
    batch = batch_of([{"message": line}], kind="linux//sshd")
    assert column(batch, "src_ip") == ["203.0.113.9"]
    assert column(batch, "account") == ["x from 10.0.0.1 port 7 ssh2"]
    line = "Login failed [user: x] [Source: 10.0.0.1] [Source: 203.0.113.9] [localport: 22]"
    batch = batch_of([{"app": "x", "message": line}], kind="linux//syslog")
    assert column(batch, "src_ip") == ["203.0.113.9"]
    assert column(batch, "account") == ["x] [Source: 10.0.0.1"]
    line = "query[TXT] a.good.example from .t.evil.example from 10.0.0.5"
    batch = batch_of([{"app": "dnsmasq", "message": line}], kind="linux//syslog")
    assert column(batch, "query_domain") == ["evil.example"]


def test_each_distinct_value_is_made_once(monkeypatch):
    asked = []
    domain = making.registered_domain
    monkeypatch.setattr(
        "amur.detection.deriving.derivations.registered_domain", lambda name: (asked.append(name), domain(name))[1]
    )
    derivations = deriving.load()
    fresh = Derivations(derivations.fields, derivations.kinds, derivations.networks, derivations.lists)
    batch = batch_of([{"query": f"{number % 3}.example.com"} for number in range(500)])
    assert column(batch, "query_domain", fresh) == ["example.com"] * 500
    assert sorted(asked) == ["0.example.com", "1.example.com", "2.example.com"]


def test_an_address_has_the_zone_of_the_narrowest_network_and_none_where_nothing_is_known(tmp_path):
    addresses = ["203.0.113.1", "203.0.113.70", "198.51.100.1", "10.1.1.1", "2001:db8::1", "fe80::1%eth0", "gate"]
    batch = batch_of([{"src_ip": one} for one in addresses])
    zones = column(batch, "src_zone", unit(tmp_path, NETWORKS))
    assert zones == ["domestic", "hosting", "foreign", "internal", "foreign", "internal", None]
    assert column(batch, "src_zone") == [None, None, None, "internal", None, "internal", None]


def test_a_unit_can_say_that_a_private_network_is_something_else(tmp_path):
    batch = batch_of([{"src_ip": "10.1.1.1"}, {"src_ip": "192.168.7.7"}])
    said = unit(tmp_path, "networks: { provisioning: [10.0.0.0/8, 192.168.7.0/24] }")
    assert column(batch, "src_zone", said) == ["provisioning", "provisioning"]


def test_networks_and_lists_may_stand_in_files_beside(tmp_path):
    (tmp_path / "domestic.txt").write_text("# ours\n203.0.113.0/24\n\n198.51.100.0/24 # and these\n", "utf-8")
    (tmp_path / "accounts.txt").write_text("svc-*\nbackup\n", "utf-8")
    said = unit(
        tmp_path,
        "networks: { domestic: [{ file: domestic.txt }] }\n"
        "lists: { account_kind: { service: [{ file: accounts.txt }], person: ['*'] } }\n",
    )
    batch = batch_of([{"src_ip": "198.51.100.9", "account": "SVC-a"}, {"src_ip": "203.0.113.9", "account": "ann"}])
    assert column(batch, "src_zone", said) == ["domestic", "domestic"]
    assert column(batch, "account_kind", said) == ["service", "person"]


def test_without_a_list_nobody_is_said_to_be_a_person():
    assert column(batch_of([{"account": "ann"}]), "account_kind") is None


def test_a_node_has_the_zone_of_the_longest_pattern_that_fits(tmp_path):
    said = unit(tmp_path, "lists: { node_zone: { home: ['861399*'], partner: ['8613*'], foreign: ['*'] } }")
    batch = batch_of([{"origin": one} for one in ("86139901", "86130001", "4477")])
    assert column(batch, "origin_zone", said) == ["home", "partner", "foreign"]


def test_a_word_for_what_a_log_says_stands_beside_it(tmp_path):
    said = unit(tmp_path, "fields: { action: [{ from: action, words: { replace_sim: ['SIM*swap', 换卡] } }] }")
    batch = batch_of([{"action": "Sim card swap"}, {"action": "换卡"}, {"action": "replace_sim"}, {"x": "1"}])
    assert column(batch, "action", said) == [
        f"Sim card swap{SEVERAL}replace_sim",
        f"换卡{SEVERAL}replace_sim",
        "replace_sim",
        None,
    ]


def test_ways_of_a_unit_come_before_those_of_the_package(tmp_path):
    batch = batch_of([{"SourceIp": "10.0.0.1", "peer": "192.0.2.9"}, {"SourceIp": "10.0.0.1"}])
    said = unit(tmp_path, "fields: { src_ip: [{ from: peer }] }")
    assert column(batch, "src_ip", said) == ["192.0.2.9", "10.0.0.1"]


def test_a_way_may_hold_for_some_kinds_of_logs_and_for_some_events_alone(tmp_path):
    said = unit(
        tmp_path,
        "fields:\n  result: [{ from: code, of: acme//gate, where: { step: [end, 'last*'] }, words: { ok: '0' } }]\n",
    )
    events = [{"code": "0", "step": "end"}, {"code": "0", "step": "Last one"}, {"code": "0", "step": "begin"}]
    assert column(batch_of(events, kind="acme//gate"), "result", said) == ["ok", "ok", None]
    assert column(batch_of(events, kind="acme//other"), "result", said) is None


def test_of_several_values_in_a_field_something_is_derived_of_each():
    batch = batch_of([{"query": SEVERAL.join(["a.example.com", "b.example.com", "c.example.org", "host"])}])
    assert column(batch, "query_domain") == [f"example.com{SEVERAL}example.org"]
    zones = column(batch_of([{"src_ip": f"192.0.2.1{SEVERAL}10.0.0.1{SEVERAL}10.0.0.2"}]), "src_zone")
    assert zones == ["internal"]


def test_local_time_is_said_only_where_a_unit_says_its_time_zone(tmp_path):
    at = datetime(2026, 5, 1, 18, 14, 59, tzinfo=UTC)
    batch = batch_of([{"a": "1"}, {"a": "1"}, {"a": "1", "local_time": "as it says"}], times=[at, None, at])
    assert column(batch, "local_time") == [None, None, "as it says"]
    said = unit(tmp_path, "time_zone: Asia/Kathmandu")
    assert column(batch, "local_time", said) == ["2026-05-01T23:59+05:45", None, "as it says"]


def test_local_time_follows_a_zone_that_changes_its_clocks(tmp_path):
    said = unit(tmp_path, "time_zone: Europe/Berlin")
    times = [datetime(2026, month, 1, 12, tzinfo=UTC) for month in (1, 7)]
    found = column(batch_of([{"a": "1"}] * 2, times=times), "local_time", said)
    assert found == ["2026-01-01T13:00+01:00", "2026-07-01T14:00+02:00"]
    assert [datetime.fromisoformat(one) for one in found] == times


def test_a_time_that_no_calendar_has_is_no_local_time(tmp_path):
    batch = batch_of([{"a": "1"}, {"a": "1"}])
    odd = pa.array([2**62, 0], pa.int64()).cast(pa.timestamp("us", tz="UTC"))
    batch = batch.set_column(batch.schema.get_field_index(TIME), TIME, odd)
    said = unit(tmp_path, "time_zone: Etc/UTC")
    assert column(batch, "local_time", said) == [None, "1970-01-01T00:00+00:00"]


def test_a_firewall_that_writes_pairs_says_who_logged_in_and_who_opened_a_tunnel():
    told = {"subtype": "system", "logdesc": "Admin login failed", "status": "failed", "user": "ann", "devname": "fw-1"}
    tunnel = {"subtype": "vpn", "action": "tunnel-up", "remip": "203.0.113.9", "user": "bob"}
    batch = batch_of(
        [told | {"profile": "super_admin", "src_ip": "203.0.113.9"}, tunnel], kind="fortigate/firewall/event"
    )
    wanted = {KIND, "account", "account_role", "console", "result", "src_ip"}
    first, second = derived(batch, wanted, deriving.load()).select(sorted(wanted)).to_pylist()
    assert first == {
        KIND: f"fortigate/firewall/event{SEVERAL}web_console//login",
        "account": "ann",
        "account_role": "administrator",
        "console": "fw-1",
        "result": "failed",
        "src_ip": "203.0.113.9",
    }
    assert second[KIND].endswith("vpn//login")
    assert (second["account"], second["src_ip"]) == ("bob", "203.0.113.9")


def test_an_event_is_of_each_kind_that_is_told_by_what_stands_in_it():
    events = [{"type": f"SYSCALL{SEVERAL}EXECVE"}, {"type": "SYSCALL"}]
    kinds = column(batch_of(events, kind="linux//auditd"), KIND, wanted={KIND})
    assert kinds == [f"linux//auditd{SEVERAL}linux/process_creation/", "linux//auditd"]
    told = {"remote_addr": "10.0.0.1", "request_method": "GET", "request_uri": "/a?b", "status": "200"}
    batch = batch_of([told])
    assert column(batch, KIND, wanted={KIND}) == ["/webserver/"]
    assert column(batch, "cs-uri-stem") == ["/a"]


def test_sources_are_asked_for_through_every_step_and_only_where_something_is_wanted():
    assert sources_of({"Image"}, Derivations()) == frozenset()
    assert sources_of({"TargetUserName"}, deriving.load()) == frozenset()
    found = sources_of({"src_zone"}, deriving.load())
    assert {"src_ip", "id.orig_h", "c-ip", "message"} <= found
    assert "query" not in found
    assert {"app", "type"} <= sources_of({KIND}, deriving.load())
    assert TIME not in sources_of({"local_time"}, deriving.load())


def test_derivations_can_be_carried_to_another_process(tmp_path):
    said = unit(tmp_path, NETWORKS)
    batch = batch_of([{"src_ip": "203.0.113.1"}])
    assert column(batch, "src_zone", said) == ["domestic"]
    assert column(batch, "src_zone", pickle.loads(pickle.dumps(said))) == ["domestic"]


_PSL = PublicSuffixList()
labels_of = st.lists(st.sampled_from(["a", "x1", "com", "cn", "co", "uk", "github", "io", "www", "lan", "xn--fiqs8s"]))


@settings(max_examples=300)
@given(labels_of)
def test_the_registered_domain_is_what_the_list_of_public_suffixes_says(labels):
    name = ".".join(labels)
    expected = _PSL.privatesuffix(name) if name else None
    assert making.registered_domain(name.upper() + ".") == expected


def test_a_domain_is_found_behind_whatever_a_tunnel_puts_before_it():
    for name in (
        "\N{LATIN SMALL LETTER O WITH DIAERESIS}\x80+/=\\.t.Example.COM.",
        "a" * 300 + ".example.com",
        "x y.example.com",
    ):
        assert making.registered_domain(name) == "example.com"


MIXED = """
networks: { foreign: [203.0.113.0/24] }
lists: { ours: { near: [a, "b*"], far: ["*"] } }
kinds:
  made//up:
    - { of: kept//k, where: { x: ["a*", b] } }
    - { where: { y: "10.*" } }
fields:
  one: [{ from: [x, y] }, { from: z, of: made//up, part: '(\\d+)' }]
  two: [{ from: one, list: ours }, { from: two, where: { z: "*" }, words: { near: ["n*"] } }]
  three: [{ from: y, as: zone }, { from: [z, y], as: network, of: "kept//*" }]
  four: [{ from: x, where: { z: "*" } }]
"""
WANTED = ("one", "two", "three", "four", KIND)
values = st.sampled_from(["", "a", "b", "B1", "10.0.0.1", "203.0.113.7", "n7", f"a{SEVERAL}10.0.0.1", "near"])
events_of = st.lists(
    st.tuples(
        st.dictionaries(st.sampled_from(["x", "y", "z", "one", "two", "three"]), values),
        st.sampled_from(["", "kept//k", "kept//other", "else//"]),
    ),
    max_size=12,
)


def holds(patterns, value):
    return value is not None and making.Patterns({"": patterns}).hold(value)


def kinds_of(event, kind, derivations):
    kinds = [kind] if kind else []
    for name, telling in derivations.kinds:
        told = all(holds(patterns, event.get(field)) for field, patterns in telling.where.items())
        if told and (not telling.of or holds(telling.of, kind)):
            kinds.append(name)
    return SEVERAL.join(dict.fromkeys(kinds))


def one_by_one(event, kind, derivations):
    """Derive the plain way: one event, one field, one way after another."""
    said = kinds_of(event, kind, derivations)

    def field(name):
        value = event.get(name)
        for way, makers in derivations.ready.get(name, ()):
            if way.of and not holds(way.of, said):
                continue
            if not all(holds(patterns, field(other)) for other, patterns in way.where.items()):
                continue
            for source in way.sources:
                made = value if source == name else field(source) if value is None else None
                for maker in makers:
                    made = maker([made])[0] if made is not None else None
                if made is not None and source == name:
                    value = value if made in value.split(SEVERAL) else value + SEVERAL + made
                elif made is not None:
                    value = made
        return value

    return {name: said if name == KIND else field(name) for name in WANTED}


@pytest.fixture(scope="module")
def mixed(tmp_path_factory):
    return unit(tmp_path_factory.mktemp("mixed"), MIXED)


@settings(max_examples=400)
@given(st.data())
def test_a_batch_gives_what_each_event_gives_alone_wherever_it_is_cut(mixed, data):
    said = data.draw(events_of)
    batch = batch_of([event for event, _ in said])
    kinds = pa.array([kind for _, kind in said], pa.utf8()).dictionary_encode().cast(TEXT)
    batch = batch.set_column(batch.schema.get_field_index(KIND), KIND, kinds)
    cut = data.draw(st.integers(0, len(said)))
    found = []
    for part in (batch.slice(0, cut), batch.slice(cut)):
        done = derived(part, WANTED, mixed)
        found += [{name: row.get(name) for name in WANTED} for row in done.to_pylist()]
    assert found == [one_by_one(event, kind, mixed) for event, kind in said]
