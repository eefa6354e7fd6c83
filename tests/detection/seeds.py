"""Small files in each format, from which fuzzers begin; and event logs of Windows as small as they can be."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Sequence

_CHUNK = 65_536
_FIRST = 512
"""Where the first record of a chunk stands."""


def event_log(chunks: Sequence[Sequence[str]]) -> bytes:
    """Return an event log: chunks of records, each of which has one element with a text."""
    body, number = b"", 0
    for texts in chunks:
        records, first = b"", number + 1
        for text in texts:
            number += 1
            records += _record(number, text, _FIRST + len(records))
        body += _chunk(first, number, records)
    head = struct.pack("<8sQQQIHHHH76x", b"ElfFile", 0, len(chunks) - 1, number + 1, 128, 1, 3, 4096, len(chunks))
    return (head + struct.pack("<II", 0, zlib.crc32(head))).ljust(4096, b"\0") + body


def _chunk(first: int, last: int, records: bytes) -> bytes:
    free = _FIRST + len(records)
    head = struct.pack("<8sQQQQIIII64x", b"ElfChnk", first, last, first, last, 128, free, free, zlib.crc32(records))
    tables = bytes(_FIRST - 128)
    head += struct.pack("<II", 0, zlib.crc32(head + tables))
    return (head + tables + records).ljust(_CHUNK, b"\0")


def _record(number: int, text: str, place: int) -> bytes:
    inside = b"\x0f\x01\x01\x00" + _element(("Event", "EventData", "Data"), text, place + 28) + b"\x00"
    size = struct.pack("<I", 28 + len(inside))
    return b"**\0\0" + size + struct.pack("<QQ", number, 133_000_000_000_000_000 + number) + inside + size


def _element(names: Sequence[str], text: str, place: int) -> bytes:
    """Return elements one in another that begin at a place of their chunk, the innermost with a text."""
    begun = _written(names[0], struct.pack("<IH", 0, 0)) + b"\0\0\x02"
    inside = _element(names[1:], text, place + 9 + len(begun)) if names[1:] else _written(text, b"\x05\x01")
    whole = struct.pack("<I", place + 9) + begun + inside + b"\x04"
    return b"\x01" + struct.pack("<I", len(whole)) + whole


def _written(text: str, before: bytes) -> bytes:
    signs = text.encode("utf-16-le")
    return before + struct.pack("<H", len(signs) // 2) + signs


def zipped(**members: bytes) -> bytes:
    """Return an archive whose members are as they are, so that a fuzzer can change them."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


JSON_LINES = (
    b'{"EventID": 4688, "Channel": "Security", "Hostname": "h", "n": null, "ok": true, "@timestamp": "2026-05-01T00:00:00Z"}\n'
    b'{"Event": {"System": {"EventID": {"#text": 1, "#attributes": {"Qualifiers": 4}}, "Provider": {"#attributes": {"Name": "p"}},'
    b' "TimeCreated": {"#attributes": {"SystemTime": "2026-05-01T00:00:00Z"}}}, "EventData": {"A B": "x", "Data": ["a", {"#text": "b"}]}}}\n'
    b'{"winlog": {"channel": "Security", "event_id": 1, "event_data": {"Image": "x"}}}\n'
    b'{"a": {"b": [1, "x", {"c": -1.5e300}]}, "uid": "C1", "id.orig_h": "::1", "query": "\\ud800\\u001f"}\n[{"a": 1}, {"b": 99999999999999999999}]\n'
)
SYSLOG = (
    b'<34>1 2003-10-11T22:14:15.003Z host su 7 ID47 [a@1 b="c\\"]" d="e"][f] \xef\xbb\xbffailed\n'
    b"<38>Oct 11 22:14:15 gate sshd[7]: Accepted\n83 <13>May  1 2026 00:00:01.5: host app: x\n2026-05-01 00:00:01,5+0800 host cron[1]: y\n"
)
CEF = (
    b"<13>Jan 18 11:07:53 gate CEF:0|Acme|Ga te|1|7|a \\| b|5|msg=x\\=y\\n src=10.0.0.1 rt=1777593600000\n"
    b"LEEF:2.0|v|p|1|7|0x5e|a=b^devTime=May 01 2026 00:00:00 UTC^c=\\^d\nLEEF:1.0|v|p|1|7|a=b\tc=d\n"
)
ZEEK = (
    b"#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tdns\n#fields\tts\tquery\tmany\tok\n"
    b"#types\ttime\tstring\tset[string]\tbool\n1.5\ta\\x09\\xe7\\x99\\xbb\tb,c,-\tT\n-\t(empty)\t-\tF\n#close\n"
)
AUDITD = (
    b"node=n type=SYSCALL msg=audit(1777593600.123:7): a0=1 comm=\"cat\" exe=2F62696E key=610162 msg='op=x res=ok'\n"
    b'node=n type=EXECVE msg=audit(1777593600.123:7): argc=2 a0="cat" a1[0]=6120 a1[1]=62\nnode=n type=EOE msg=audit(1777593600.123:7): \n'
)
ACCESS = (
    b'www.a.cn:443 192.0.2.1 - ann b [10/Oct/2000:13:55:36 -0700] "GET /a?b=1\\x22 HTTP/1.0" 200 - "http://a/" "agent \\"x\\""\n'
    b'::1 - - [01/May/2026:00:00:01 +0800] "\\x16\\x03" 400 0\n'
)
TABLE = b'time,user,"two words",Channel,EventID\n2026-05-01T00:00:00Z,root,"a ""b"", c",Security,1\n1,,"",x,y\n"over\nlines",1,2,3,4\n1,2\n'
W3C = (
    b"#Software: x\n#Date: 2026-05-01 00:00:00\n#Fields: date time c-ip cs-method cs-uri-stem cs-uri-query cs(User-Agent) sc-status\n"
    b'2026-05-01 00:00:01 10.0.0.1 GET /a b=1 "a ""x"" b" 200\n2026-05-01 00:00:02 - GET /a - a+b 404\n#Fields: time\n00:00:03\n'
)
PAIRS = b'ts=1777593600 level=info msg="a \\"b\\" c" src=10.0.0.1\n2026-05-01T08:00:00Z gate: src_ip=10.0.0.1 dst_ip=10.0.0.2 action=drop\n'
XML = (
    b"<?xml version='1.0'?><Events><Event xmlns='x'><System><Provider Name='p'/><EventID Qualifiers='4'>7</EventID><TimeCreated"
    b" SystemTime='2026-05-01T00:00:00Z'/></System><EventData><Data Name='a'>&lt;1</Data><Data>b</Data><Data/></EventData></Event>\n"
    b"<Event><System><EventID>1</EventID></System><UserData><x><y>1</y></x></UserData></Event></Events>"
)
DOCUMENT = b'{\n "Records": [{"a": 1}, {"a": {"b": ["\\ud800", null, 1e999]}}, 7]\n}\n[{"c": NaN}] {"d": "x"} "e"'
LOGS = {
    "jsonlines": JSON_LINES, "documents": DOCUMENT, "syslog": SYSLOG, "cef": CEF, "zeek": ZEEK, "auditd": AUDITD,
    "access": ACCESS, "csvs": TABLE, "w3c": W3C, "keyvalue": PAIRS, "winxml": XML, "evtx_files": event_log([["a", "whoami /all"], ["\u767b"]]),
}  # fmt: skip
PACKED = (gzip.compress(JSON_LINES, mtime=0), zipped(a=JSON_LINES, b=TABLE), gzip.compress(DOCUMENT, 0, mtime=0))
RULES = (
    b"""title: A
id: 3f0c0a52-5f0e-4a86-8d0c-6a1f4a2d7b01
name: first
logsource: {product: own}
detection:
  one: {A|contains|all: [x, 'y*'], B|re|i: '^a+(b|c)?$', C|cidr: 10.0.0.0/8, D|gte: 7, E: null, F|exists: true}
  two: [{A|startswith|cased: Xy}, {A|endswith: '?z'}, {A|base64offset|contains: foo}, {G|fieldref: A}, {A|windash: ' -x'}]
  words: [kay, 'le\\\\*ft']
  condition: one or (1 of two* and not words)
level: high
tags: [attack.t1059.001, attack.execution]
---
title: B
logsource: {category: process_creation, product: windows}
detection: {s: {CommandLine|contains: whoami, Image|expand: '%x%'}, condition: all of them}
---
title: C
name: many
correlation: {type: value_count, rules: [first, B], group-by: [A, b], timespan: 5m, condition: {gte: 2, field: A}, aliases: {b: {first: B, B: Image}}}
---
title: D
correlation: {type: temporal_ordered, rules: [many, first], timespan: 1h, group-by: [A]}
""",
    b"""title: F
logsource: {product: own}
filter: {rules: any, selection: {A: x}, condition: not selection}
---
title: E
logsource: {product: own}
detection: &d {s: {A|utf16le|base64: x, B|re: '(x|y)*z{2,5}\\b', C|lt: 0x10}, condition: s}
---
title: G
logsource: {product: own}
detection: *d
""",
)
LISTS = (
    b"evil.example\nhxxp://evil[.]example/a # x\n0.0.0.0 bad.example\n10.0.0.0/8\n||a.example^\n44d88612fea8a8f36de82e1278abb02f\n",
    b"type,value,valid_to,tlp,confidence\ndomain,good.com,2026-01-01,red,7\nurl,http://a.com/x,,,\n",
    b"#fields\tindicator\tindicator_type\tmeta.source\na.com\tIntel::DOMAIN\tx\n",
    b'{"type": "bundle", "objects": [{"type": "indicator", "id": "indicator--1", "pattern": "[domain-name:value = \'evil.com\']"}]}',
    b'{"Event": {"Attribute": [{"type": "domain|ip", "value": "evil.com|10.1.1.1", "to_ids": true}], "Tag": [{"name": "tlp:red"}]}}',
)
