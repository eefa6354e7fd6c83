"""An address lies in the networks in which the standard library says it lies, the narrowest first."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from amur.detection.iocs.networks import Networks
from amur.detection.iocs.spelling import address_of, network_of

_BYTES = st.sampled_from([0, 1, 127, 128, 254, 255])
_OLD = st.tuples(_BYTES, _BYTES, _BYTES, _BYTES).map(lambda parts: ".".join(map(str, parts)))
_NEW = st.lists(st.sampled_from([0, 1, 0x7FFF, 0x8000, 0xFFFF]), min_size=8, max_size=8).map(
    lambda parts: ":".join(f"{part:x}" for part in parts)
)
_NETWORK = st.builds("{}/{}".format, _OLD, st.integers(0, 32)) | st.builds("{}/{}".format, _NEW, st.integers(0, 128))


def pairs(networks, asked):
    return list(zip(*(each.tolist() for each in Networks(networks).holding(asked)), strict=True))


def _plain(text):
    address = ipaddress.ip_address(text)
    return getattr(address, "ipv4_mapped", None) or address


@settings(deadline=None)
@given(st.lists(_NETWORK, max_size=12), st.lists(_OLD | _NEW, max_size=12))
@example(["0.0.0.0/0", "255.255.255.255/32", "255.0.0.0/8", "255.0.0.0/8"], ["255.255.255.255", "0.0.0.0"])
def test_an_address_is_held_by_the_networks_that_hold_it_the_narrowest_first(networks, asked):
    kept = [network_of(text) for text in networks]
    found = pairs(map(str, kept), asked)
    expected = {
        (at, one) for at, text in enumerate(asked) for one, network in enumerate(kept) if _plain(text) in network
    }
    assert set(found) == expected
    assert len(found) == len(expected)
    for at in range(len(asked)):
        widths = [kept[one].prefixlen for each, one in found if each == at]
        assert widths == sorted(widths, reverse=True)


@settings(deadline=None)
@given(st.text(max_size=20) | _OLD | _NEW)
@example("1.2.3.04")
@example("1.2.3")
@example("١.2.3.4")
@example("1.2.3.4\x00")
def test_an_address_is_what_the_standard_library_takes_for_one(text):
    try:
        expected = _plain(text.strip()).packed
    except ValueError:
        expected = None
    if "%" not in text and "[" not in text and text.count(":") != 1:
        assert address_of(text) == expected


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("[2001:db8::1]", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        (" ::1 ", "::1"),
        ("192.0.2.1:443", "192.0.2.1"),
        ("[192.0.2.1]:443", "192.0.2.1"),
        ("[::1]:443", "::1"),
    ],
)
def test_brackets_zones_and_mapped_addresses_are_understood(text, same):
    assert address_of(text) == address_of(same) is not None


def test_one_version_is_not_mistaken_for_the_other():
    assert pairs(["0.0.0.0/1", "::/1"], ["1.2.3.4", "1::", "200.1.1.1", "8000::"]) == [(0, 0), (1, 1)]
