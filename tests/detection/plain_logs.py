"""Logs as systems write them: with what rules of our own have to find, and of an ordinary day."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta

BEGIN = datetime(2026, 5, 1, 3, tzinfo=UTC)
RANDOM = random.Random(7)
OUTSIDE, INSIDE, HOME = "203.0.113.9", "10.20.0.7", "198.51.100.20"
UNIT = """
time_zone: Asia/Kathmandu
networks:
  domestic: [198.51.100.0/24]
  foreign: [0.0.0.0/0, "::/0"]
  provisioning: [10.77.0.0/16]
lists:
  account_kind:
    service: ["svc-*"]
    person: ["*"]
kinds:
  web_console//login:
    - { of: "", where: { console: "*", role: "*", outcome: "*" } }
  subscriber_management//audit:
    - { of: "", where: { log: bss-audit } }
fields:
  account: [{ from: [operator, user] }]
  account_role: [{ from: role, words: { administrator: ["*admin*"] } }]
  action: [{ from: step, where: { log: bss-audit }, words: { replace_sim: [换卡, SIM swap], read_subscriber: [查询] } }]
  subscriber: [{ from: customer }]
  src_ip: [{ from: address }]
"""


def at(second):
    return BEGIN + timedelta(seconds=second)


def iso(second):
    return at(second).isoformat()


def stamp(second):
    return f"{at(second).timestamp():.6f}"


def word(length, letters="abcdef0123456789"):
    return "".join(RANDOM.choices(letters, k=length))


def lines(*said):
    return "\n".join(said) + "\n"


def zeek(path, names, rows):
    head = ["#separator \\x09", "#set_separator\t,", "#empty_field\t(empty)", "#unset_field\t-", f"#path\t{path}"]
    return lines(*head, "#fields\t" + "\t".join(names), *("\t".join(map(str, row)) for row in rows))


def syslog(host, app, messages, step=5):
    return lines(*(f"{iso(step * place)} {host} {app}[77]: {said}" for place, said in enumerate(messages)))


def access(requests, step=5):
    return lines(
        *(
            f'{ip} - - [{at(step * place):%d/%b/%Y:%H:%M:%S %z}] "{request} HTTP/1.1" {status} 512 "-" "Mozilla/5.0"'
            for place, (ip, request, status) in enumerate(requests)
        )
    )


def audit(serial, *records):
    return [f"type={kind} msg=audit({stamp(serial)}:{serial}): {said}" for kind, said in records]


def execve(serial, exe, *arguments):
    said = " ".join(f'a{place}="{one}"' for place, one in enumerate(arguments))
    call = f'arch=c000003e syscall=59 success=yes exit=0 ppid=1 pid=7 auid=1000 uid=0 comm="x" exe="{exe}" key=(null)'
    return audit(serial, ("SYSCALL", call), ("EXECVE", f"argc={len(arguments)} {said}"))


def windows(number, second, **fields):
    system = {"EventID": number, "Channel": "Security", "Computer": "dc-1", "TimeCreated": {"SystemTime": iso(second)}}
    return json.dumps({"Event": {"System": system, "EventData": fields}})


def tunnel(count=60):
    return [f"{word(58)}.t1.tunnel.example" for _ in range(count)]


LONG, TEXTS = "Many different long names queried under one domain", "Text records of one domain queried in volume"
GUESSED = "Login over SSH passes after many failures from the same address"
SID = "S-1-5-21-1-2-3-1107"
QUERY = ["ts", "uid", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "query", "qtype_name", "rcode_name"]
CONNECTION = ["ts", "uid", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "proto", "conn_state"]
PACKET = f"IN=eth0 OUT= MAC=00:11 SRC={OUTSIDE} DST=192.0.2.10 LEN=60 TTL=50 PROTO=TCP SPT=40000 DPT=3389 WINDOW=1 SYN"
_COMMAND = (
    "%%01SHELL/5/CMDRECORD(l)[0]:Recorded command information. "
    '(Task=VT0, Ip=10.0.0.9, VpnName=, User=ann, Command="undo info-center enable")'
)

FOUND = {
    "dns.log": (
        zeek(
            "dns",
            QUERY,
            [
                (stamp(n), f"C{n}", INSIDE, 5000, "10.0.0.53", 53, name, "TXT", "NOERROR")
                for n, name in enumerate(tunnel())
            ],
        ),
        {LONG, TEXTS},
    ),
    "dns.jsonl": (
        lines(
            *(
                json.dumps(
                    {
                        "ts": float(stamp(n)),
                        "uid": f"C{n}",
                        "id.orig_h": INSIDE,
                        "query": f"{word(7)}1a2{word(6)}.top",
                        "qtype_name": "A",
                        "rcode_name": "NXDOMAIN",
                    }
                )
                for n in range(30)
            )
        ),
        {"One server looks for many random names that do not exist"},
    ),
    "named.log": (
        syslog(
            "ns-1",
            "named",
            [f"client @0x7f10 {INSIDE}#5353 ({name}): query: {name} IN TXT +E(0)K (10.0.0.53)" for name in tunnel()],
        ),
        {LONG, TEXTS},
    ),
    "dnsmasq.log": (
        syslog("ns-2", "dnsmasq", [f"query[TXT] {name} from {INSIDE}" for name in tunnel()]),
        {LONG, TEXTS},
    ),
    "unbound.log": (
        syslog("ns-3", "unbound", [f"[77:0] info: {INSIDE} {one}. TXT IN" for one in tunnel()]),
        {LONG, TEXTS},
    ),
    "eve.json": (
        lines(
            *(
                json.dumps(
                    {
                        "timestamp": iso(n),
                        "event_type": "dns",
                        "src_ip": INSIDE,
                        "dns": {"type": "query", "rrname": name, "rrtype": "TXT"},
                    }
                )
                for n, name in enumerate(tunnel())
            )
        ),
        {LONG, TEXTS},
    ),
    "access.log": (
        access(
            [
                (OUTSIDE, "POST /common/upload?type=image", 200),
                (OUTSIDE, "GET /uploads/2026/a.php?cmd=id", 200),
                (OUTSIDE, "GET /static/..%2f..%2f..%2fetc/passwd", 200),
                (OUTSIDE, "GET /actuator/heapdump", 200),
                (OUTSIDE, "PUT /x.jsp/", 201),
            ]
        ),
        {
            "File uploaded and then a script run from the upload folder",
            "Server script run from a folder for uploads",
            "Traversal in the path of an answered request",
            "Management page of an application answered outside",
            "Server script put or moved into place by a request",
        },
    ),
    "nginx.jsonl": (
        json.dumps(
            {
                "time": iso(0),
                "remote_addr": OUTSIDE,
                "request_method": "GET",
                "status": 200,
                "request_uri": "/actuator/env?x=1",
            }
        )
        + "\n",
        {"Management page of an application answered outside"},
    ),
    "auth.log": (
        syslog(
            "gate-1",
            "sshd",
            [
                *(f"Failed password for invalid user u{n} from {OUTSIDE} port {5000 + n} ssh2" for n in range(25)),
                f"Accepted password for root from {OUTSIDE} port 6000 ssh2",
            ],
        ),
        {
            GUESSED,
            "Login over SSH from a foreign or hosted network",
            "Root logs in by password from another network",
        },
    ),
    "openvpn.log": (
        syslog(
            "vpn-1",
            "openvpn-server",
            [f"{OUTSIDE}:51820 [ann] Peer Connection Initiated with [AF_INET]{OUTSIDE}:51820"],
        ),
        {"Tunnel of the unit opened from a foreign or hosted network"},
    ),
    "charon.log": (
        syslog(
            "vpn-2", "charon", [f"07[IKE] IKE_SA rw[3] established between 192.0.2.1[vpn.example]...{OUTSIDE}[ann]"]
        ),
        {"Tunnel of the unit opened from a foreign or hosted network"},
    ),
    "audit.log": (
        lines(
            *execve(1, "/usr/sbin/zfs", "zfs", "destroy", "-r", "tank/data@daily"),
            *execve(2, "/usr/bin/restic", "restic", "forget", "--unsafe-allow-remove-all"),
            *execve(3, "/usr/bin/docker", "docker", "run", "-v", "/:/host", "alpine"),
            *execve(4, "/usr/bin/timedatectl", "timedatectl", "set-time", "2020-01-01"),
            *audit(
                5,
                (
                    "SYSCALL",
                    'arch=c000003e syscall=175 success=yes auid=1000 comm="load" exe="/tmp/load" key="modules"',
                ),
            ),
            *audit(
                6,
                ("SYSCALL", 'arch=c000003e syscall=257 success=yes auid=33 comm="sh" exe="/bin/sh" key="cron_write"'),
                ("PATH", 'item=1 name="/var/spool/cron/crontabs/www-data" inode=9 nametype=CREATE'),
            ),
            *audit(
                7,
                (
                    "SYSCALL",
                    'arch=c000003e syscall=257 success=yes auid=33 comm="sh" exe="/bin/sh" key="web_root_write"',
                ),
                ("PATH", 'item=1 name="/var/www/.ssh/authorized_keys" inode=9 nametype=CREATE'),
            ),
            *audit(8, ("DAEMON_END", "op=terminate auid=1000 pid=7 res=success")),
        ),
        {
            "Snapshots of a file system destroyed by hand",
            "Backup repository emptied at the command line",
            "Container started with the host in its hands",
            "Clock of a server set by hand",
            "Kernel module loaded from a temporary folder or by an unusual program",
            "Timed job made for the account of a service",
            "Login key laid down for the account of a service",
            "Page files edited on the server itself",
            "Audit of a Linux server ended by a person",
        },
    ),
    "kern.log": (syslog("fw-1", "kernel", [f"[12.3] [UFW ALLOW] {PACKET}"]), {"Management port reached from outside"}),
    "asa.log": (
        lines(
            f"<166>{iso(0)} asa-1 : %ASA-6-302013: Built inbound TCP connection 7 for outside:{OUTSIDE}/40000 "
            f"({OUTSIDE}/40000) to inside:192.0.2.10/3389 (192.0.2.10/3389)",
            f"<164>{iso(9)} asa-1 : %ASA-4-722051: Group <staff> User <ann> IP <{OUTSIDE}> IPv4 Address <10.8.0.5> "
            "IPv6 address <::> assigned to session",
        ),
        {"Management port reached from outside", "Tunnel of the unit opened from a foreign or hosted network"},
    ),
    "sysmon.jsonl": (
        lines(
            *(
                json.dumps(
                    {
                        "EventID": 22,
                        "Channel": "Microsoft-Windows-Sysmon/Operational",
                        "QueryName": name,
                        "UtcTime": f"{at(n):%Y-%m-%d %H:%M:%S}.000",
                        "Image": "C:\\x.exe",
                    }
                )
                for n, name in enumerate(tunnel())
            )
        ),
        {LONG},
    ),
    "conn.log": (
        zeek(
            "conn",
            CONNECTION,
            [
                (stamp(0), "C1", OUTSIDE, 40000, "192.0.2.10", 22, "tcp", "SF"),
                (stamp(1), "C2", INSIDE, 40000, OUTSIDE, 69, "udp", "SF"),
            ],
        ),
        {"Management port reached from outside", "Trivial file transfer let out of the network"},
    ),
    "cef.log": (
        f"CEF:0|Acme|Gate|1|100|allowed|3|rt={at(0).timestamp()} src={OUTSIDE} dst=192.0.2.10 dpt=3389 act=allow\n",
        {"Management port reached from outside"},
    ),
    "security.jsonl": (
        lines(
            windows(4720, 0, TargetUserName="ann2", TargetSid=SID, SubjectUserName="bob"),
            windows(4732, 60, MemberSid=SID, TargetSid="S-1-5-32-544", TargetUserName="Administrators"),
            windows(4726, 600, TargetUserName="ann2", TargetSid=SID),
        ),
        {
            "Windows account created and made administrator within minutes",
            "Windows account created and deleted within hours",
        },
    ),
    "routers.log": (
        lines(
            f"<189>{iso(0)} core-1 {_COMMAND}",
            f"<189>{iso(9)} core-1 {_COMMAND.replace('undo info-center enable', 'local-user x privilege level 15')}",
            f"<189>{iso(20)} core-2 %%10SHELL/6/SHELL_CMD: -Line=vty0-IPAddr=10.0.0.9-User=ann; "
            "Command is reset saved-configuration",
            f"<189>{iso(30)} core-3 mgd[5]: UI_CMDLINE_READ_LINE: User 'ann', command 'delete system syslog '",
        ),
        {
            "Logging of a network device switched off",
            "Local administrator added to a network device",
            "Logging switched off and a local administrator added on the same device",
            "Configuration of a network device erased",
        },
    ),
    "okta.jsonl": (
        lines(
            *(
                json.dumps(one | {"outcome": {"result": "SUCCESS"}, "client": {"ipAddress": OUTSIDE}})
                for one in (
                    {
                        "published": iso(0),
                        "eventType": "user.mfa.factor.deactivate",
                        "actor": {"id": "1", "alternateId": "bob"},
                        "target": [{"alternateId": "ann"}],
                    },
                    {
                        "published": iso(600),
                        "eventType": "user.session.start",
                        "actor": {"id": "2", "alternateId": "ann"},
                    },
                )
            )
        ),
        {
            "Second factor of an account removed by somebody else",
            "Second factor removed and then a login from a foreign network",
        },
    ),
    "github.jsonl": (
        json.dumps(
            {"@timestamp": iso(0), "action": "protected_branch.destroy", "actor": "ann", "org": "o", "repo": "o/r"}
        )
        + "\n",
        {"Protection of a released branch lifted"},
    ),
    "consoles.csv": (
        lines("time,console,user,role,address,outcome", f"{iso(0)},edge-2,ann,Super-Admin,{OUTSIDE},success"),
        {"Administrator logs in from a foreign or hosted network"},
    ),
    "bss.jsonl": (
        lines(
            *(
                json.dumps(
                    {
                        "time": iso(3600 * 14 + n),
                        "log": "bss-audit",
                        "operator": "ann",
                        "customer": f"k{n}",
                        "step": "换卡",
                        "outcome": "success",
                    }
                )
                for n in range(6)
            )
        ),
        {"SIM replaced by a clerk at night", "One account replaces the SIMs of many subscribers"},
    ),
}
