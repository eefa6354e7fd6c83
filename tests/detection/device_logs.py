"""Logs of network devices, sensors, directories and Windows as they come, with what rules of our own have to find."""

from __future__ import annotations

import json

from tests.detection.plain_logs import INSIDE, OUTSIDE, QUERY, iso, lines, stamp, syslog, zeek

_HTTP = ["ts", "uid", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "method", "uri", "orig_mime_types"]
_FLOW = ["ts", "uid", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "proto", "orig_bytes", "resp_bytes"]
_GRANTED = '"Global Administrator"'


def comware(second, host, command):
    return f"<189>{iso(second)} {host} %%10SHELL/6/SHELL_CMD: -Line=vty0-IPAddr=10.0.0.9-User=ann; Command is {command}"


def fortigate(second, pairs):
    head = f'date={iso(second)[:10]} time={iso(second)[11:19]} tz="+0000" devname="fw-1" devid="FG1" logid="0100032001"'
    return f'<189>{head} type="event" level="information" vd="root" {pairs}'


def okta(second, event, **more):
    told = {"published": iso(second), "eventType": event, "actor": {"id": "1", "alternateId": "bob"}}
    return json.dumps(told | {"outcome": {"result": "SUCCESS"}, "target": [{"alternateId": "ann"}]} | more)


def entra(second, operation, **properties):
    who = {"user": {"userPrincipalName": "bob@unit.example"}}
    told = {"time": iso(second), "operationName": operation, "category": "AuditLogs"}
    return json.dumps(told | {"properties": {"initiatedBy": who, "result": "success"} | properties})


_SYSMON = (
    '<Event><System><Provider Name="Linux-Sysmon" Guid="{ff032593-a8d3-4f13-b0d6-01fc615a0f97}"/><EventID>1</EventID>'
    "<Channel>Linux-Sysmon/Operational</Channel><Computer>web-1</Computer></System><EventData>"
    '<Data Name="Image">/usr/bin/docker</Data><Data Name="CommandLine">docker run -v /:/host alpine</Data>'
    '<Data Name="ParentImage">/bin/bash</Data></EventData></Event>'
)

FOUND = {
    "fortigate.log": (
        lines(
            fortigate(
                0,
                'subtype="system" logdesc="Admin login successful" user="ann" ui="https(203.0.113.9)" method="https" '
                f'srcip={OUTSIDE} dstip=192.0.2.1 action="login" status="success" profile="super_admin"',
            ),
            fortigate(
                9,
                'subtype="vpn" logdesc="SSL VPN tunnel up" action="tunnel-up" tunneltype="ssl-tunnel" tunnelid=7 '
                f'remip={OUTSIDE} user="ann" group="staff"',
            ),
        ),
        {
            "Administrator logs in from a foreign or hosted network",
            "Tunnel of the unit opened from a foreign or hosted network",
        },
    ),
    "sysmon-for-linux.log": (syslog("web-1", "sysmon", [_SYSMON]), {"Container started with the host in its hands"}),
    "sudo.log": (
        syslog("web-1", "sudo", ["www-data : TTY=pts/0 ; PWD=/var/www ; USER=root ; COMMAND=/bin/bash -i"]),
        {"Account of a service gets a shell by sudo"},
    ),
    "journal.jsonl": (
        lines(
            json.dumps(
                {"SYSLOG_IDENTIFIER": "sshd", "MESSAGE": f"Accepted password for root from {OUTSIDE} port 7 ssh2"}
            ),
            json.dumps({"SYSLOG_IDENTIFIER": "sudo", "MESSAGE": "nginx : USER=root ; COMMAND=/bin/sh"}),
        ),
        {
            "Root logs in by password from another network",
            "Login over SSH from a foreign or hosted network",
            "Account of a service gets a shell by sudo",
        },
    ),
    "shipped.jsonl": (
        json.dumps(
            {
                "@timestamp": iso(0),
                "system": {"auth": {"ssh": {"event": "Accepted", "method": "password"}}},
                "event": {"action": "ssh_login", "outcome": "success"},
                "source": {"ip": OUTSIDE},
                "user": {"name": "ann"},
            }
        )
        + "\n",
        {"Login over SSH from a foreign or hosted network"},
    ),
    "switches.log": (
        lines(
            *(comware(n, f"access-{n}", "save force") for n in range(9)),
            comware(20, "core-1", "mirroring-group 1 local"),
            comware(30, "core-1", "backup startup-configuration to 203.0.113.9 a.cfg"),
            comware(40, "core-1", "undo ntp-service unicast-server 10.0.0.1"),
        ),
        {
            "One account changes many network devices within minutes",
            "Traffic of a network device mirrored",
            "Configuration of a network device sent to another machine",
            "Time source of a network device replaced",
        },
    ),
    "ios.log": (
        f"<189>{iso(0)} edge-1 : %PARSER-5-CFGLOG_LOGGEDCMD: User:ann  logged command:undo info-center enable\n",
        {"Logging of a network device switched off"},
    ),
    "logins-ios.log": (
        lines(
            *(
                f"<188>{iso(n)} edge-1 : %SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: u{n}] [Source: {OUTSIDE}] "
                "[localport: 22] [Reason: Login Authentication Failed]"
                for n in range(12)
            ),
            f"<189>{iso(60)} edge-1 : %SEC_LOGIN-5-LOGIN_SUCCESS: Login Success [user: admin] [Source: {OUTSIDE}]",
        ),
        {"Administrator logs in from a foreign or hosted network", "One address tries many accounts of web consoles"},
    ),
    "logins-asa.log": (
        (
            f"<166>{iso(0)} asa-1 : %ASA-6-605005: Login permitted from {OUTSIDE}/60358 to outside:192.0.2.1/https "
            'for user "cisco"\n'
        ),
        {"Console in use with the password of its delivery"},
    ),
    "logins-comware.log": (
        f"<189>{iso(0)} core-9 %%10SHELL/5/SHELL_LOGIN: admin logged in from {OUTSIDE}.\n",
        {"Administrator logs in from a foreign or hosted network"},
    ),
    "logins-routeros.log": (
        lines(
            *(
                f"<13>{iso(n)} r-1 system,error,critical login failure for user ann from {OUTSIDE} via winbox"
                for n in range(12)
            ),
            f"<13>{iso(60)} r-1 system,info,account user ann logged in from {OUTSIDE} via winbox",
        ),
        {
            "One address fails again and again on one account",
            "Login passes after many failures from the same address",
        },
    ),
    "powershell.jsonl": (
        json.dumps(
            {
                "EventID": 4104,
                "Channel": "Microsoft-Windows-PowerShell/Operational",
                "Computer": "veeam-1",
                "EventTime": iso(0),
                "ScriptBlockText": "Get-VBRBackup | Remove-VBRBackup -FromDisk -Confirm:$false",
            }
        )
        + "\n",
        {"Restore points or checkpoints removed by a PowerShell script"},
    ),
    "flow.log": (
        zeek("conn", _FLOW, [(stamp(0), "C1", OUTSIDE, 4444, "192.0.2.123", 123, "udp", 48, 48_000)]),
        {"Time server answers an address outside with far more than it was asked"},
    ),
    "http.log": (
        zeek("http", _HTTP, [(stamp(0), "C1", OUTSIDE, 4444, "192.0.2.80", 80, "POST", "/up", "text/x-php")]),
        {"Content of an upload is a server script"},
    ),
    "answers.log": (
        zeek(
            "dns",
            [*QUERY, "answers", "TTLs"],
            [
                *(
                    (
                        stamp(n),
                        f"C{n}",
                        INSIDE,
                        5000,
                        "10.0.0.53",
                        53,
                        "flux.example",
                        "A",
                        "NOERROR",
                        f"203.0.113.{n}",
                        "30.0",
                    )
                    for n in range(20)
                ),
                (stamp(99), "C99", OUTSIDE, 5000, "10.0.0.53", 53, "unit.example", "AXFR", "NOERROR", "-", "-"),
            ],
        ),
        {"Name whose address changes again and again", "Zone transferred to an address outside"},
    ),
    "directory.jsonl": (
        lines(
            okta(
                0,
                "user.account.privilege.grant",
                debugContext={"debugData": {"privilegeGranted": "Super administrator"}},
            ),
        ),
        {"Administrator account made without a request"},
    ),
    "entra.jsonl": (
        lines(
            entra(0, "Disable Strong Authentication", targetResources=[{"userPrincipalName": "ann@unit.example"}]),
            entra(
                9,
                "Add member to role",
                targetResources=[
                    {"userPrincipalName": "eve@unit.example", "modifiedProperties": [{"newValue": _GRANTED}]},
                ],
            ),
        ),
        {"Second factor of an account removed by somebody else", "Administrator account made without a request"},
    ),
    "signins.jsonl": (
        lines(
            json.dumps(
                {
                    "time": iso(600),
                    "operationName": "Sign-in activity",
                    "category": "SignInLogs",
                    "callerIpAddress": OUTSIDE,
                    "properties": {
                        "userPrincipalName": "ann@unit.example",
                        "appDisplayName": "Mail",
                        "status": {"errorCode": 0},
                    },
                }
            )
        ),
        {"Second factor removed and then a login from a foreign network"},
    ),
    "runners.jsonl": (
        json.dumps({"@timestamp": iso(0), "action": "org.register_self_hosted_runner", "actor": "ann", "org": "o"})
        + "\n",
        {"Runner added to a build system from outside"},
    ),
}
