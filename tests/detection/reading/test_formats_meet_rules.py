"""Rules of the field fire on what small units drop: the kind and the names that readers give are those of rules.

The rules lie beside a checkout, not in the project.
"""

from __future__ import annotations

import pytest

from amur.config.environment import ROOT
from amur.detection.events import Quarantined
from amur.detection.matching.compiled import compile_rules
from amur.detection.matching.engine import Engine
from amur.detection.reading.opening import read
from amur.detection.sigma.files import rule_files
from amur.detection.sigma.reading import read_rules

RULES = ROOT.parent / "shared" / "data" / "sigma"
_IIS = "#Fields: date time cs-method cs-uri-stem cs-uri-query c-ip cs(User-Agent) sc-status\n"
_PROXY = (
    "#Fields: date time c-ip cs-method cs-uri-scheme cs-host cs-uri-path cs-uri-query cs(User-Agent) sc-status r-ip\n"
)
_SYSMON = (
    "<14>May  1 08:00:01 gate sysmon: <Event><System><Provider Name='Linux-Sysmon'/><EventID>1</EventID>"
    "<Channel>Linux-Sysmon/Operational</Channel></System><EventData><Data Name='Image'>/usr/bin/base64</Data>"
    "<Data Name='CommandLine'>base64 -d /tmp/x</Data></EventData></Event>\n"
)
_SAMPLES = [
    (
        "rules/web",
        _IIS + "2026-05-01 08:00:01 GET /a/shell.aspx cmd=whoami 192.0.2.7 Mozilla/5.0 200\n",
        "Windows Webshell Strings",
    ),
    (
        "rules/web",
        _IIS + "2026-05-01 08:00:01 GET / - 192.0.2.7 sqlmap/1.0 200\n",
        "Suspicious User-Agents Related To Recon Tools",
    ),
    (
        "rules/web",
        _PROXY
        + '2026-05-01 08:00:01 10.0.0.7 GET http a.example / - "Mozilla/5.0 WindowsPowerShell/5.1" 200 192.0.2.9\n',
        "Windows PowerShell User Agent",
    ),
    (
        "rules/network",
        (
            '<189>date=2026-05-01 time=08:00:00 devname="g" devid="FG1" logid="0100044547" type="event" vd="root" action="Add" '
            'cfgpath="system.admin"\n'
        ),
        "FortiGate - New Administrator Account Created",
    ),
    (
        "rules/network",
        (
            "#Fields: date time action protocol src-ip dst-ip src-port dst-port\n"
            "2026-05-01 08:00:01 ALLOW TCP 10.0.0.7 192.0.2.9 51000 21\n"
        ),
        "Cleartext Protocol Usage",
    ),
    ("rules/linux", _SYSMON, "Decode Base64 Encoded Text"),
    (
        "rules-emerging-threats/2019",
        "<86>May  1 08:00:01 gate sudo: ann : TTY=pts/0 ; PWD=/home/ann ; USER=#-1 ; COMMAND=/bin/bash\n",
        "Sudo Privilege Escalation CVE-2019-14287 - Builtin",
    ),
]


@pytest.mark.skipif(not RULES.is_dir(), reason=f"the rules are not there: {RULES}")
@pytest.mark.parametrize(("folder", "content", "title"), _SAMPLES)
def test_a_rule_fires(tmp_path, folder, content, title):
    file = tmp_path / "log"
    file.write_text(content, encoding="utf-8")
    wanted = [one for one in rule_files([RULES / folder]) if title in one.read_text("utf-8")]
    engine = Engine(compile_rules(read_rules(wanted).rules))
    fired = set()
    for batch in read(file, fields=engine.compiled.fields):
        assert not isinstance(batch, Quarantined), batch
        fired |= {engine.compiled.rules[place].said.title for place in engine.match(batch).rules.tolist()}
    assert title in fired
