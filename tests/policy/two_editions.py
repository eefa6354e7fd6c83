"""A small policy in two editions, and a pack that is about it, for tests of crosswalks."""

from __future__ import annotations

import hashlib

from django.db import transaction

from amur.base.acting import Grant, Scope, system
from amur.policy import acts
from amur.policy.acts import Item

OLD = """灯屿灯火章程

一、灯

1.登记

路边和码头的灯都要登记，写明谁来管。过亮的灯不登记，灯务所说明理由。

灯册放在灯务所，谁都可以看。

2.数灯

（1）每年数一次灯；

（2）数目贴在码头。

二、夜

3.安静

夜里十点以后不点大灯。

渡船靠岸时不鸣笛。
"""
NEW = """灯屿灯火章程

一、灯

1.登记

路边和码头的灯都要登记，写明谁来管。过亮的灯不登记，灯务所说明理由，并告知怎样申诉。

2.看灯册

灯册放在灯务所，谁都可以看。

3.数灯

（1）每年数两次灯；

（2）数目贴在码头。

二、夜

4.安静

夜里十点以后不点大灯。

夜里看得见星星的地方立一块牌子。
"""
BY = system("test", client="cli")
OFFICE = Scope("office", "coordinator", grants=(Grant("coordinator", "lamp_office"),))
HARBOUR = Scope("office", "watcher", grants=(Grant("watcher", "harbour_watch"),))
SPOKEN = {"zh": "灯", "en": "Lamps"}


def commitment(name, paragraph=0, starts=0, ends=0, bodies=("lamp_office",)):
    """Return a commitment as a pack declares it."""
    said = {"id": name, "title": SPOKEN, "target": "hard", "kinds": ["procedure"], "bodies": list(bodies)}
    return said | ({"text": {"paragraph": paragraph, "starts": starts, "ends": ends}} if paragraph else {})


COMMITMENTS = (
    commitment("1.1", 1, 0, 18),
    commitment("1.2", 1, 18, 33),
    commitment("1.3", 2, 0, 13),
    commitment("2.1"),
    commitment("3.1", 1, 0, 10),
    commitment("3.2", 2, 0, 9, ("harbour_watch",)),
)


def items(sha256="", *, editions=True, commitments=COMMITMENTS, title="灯屿灯火章程"):
    """Return what a pack about the policy declares."""
    office = {"role": "coordinator", "recheck_working_days": 5} if editions else None
    pack = {
        "id": "isle",
        "title": SPOKEN,
        "version": "1.0.0",
        "authority": SPOKEN,
        "authority_body": "lamp_office",
        "document": {"title": {"zh": title, "en": "Charter"}, "issued_on": "2025-06-01", "sha256": sha256},
        "languages": [{"language": "zh"}],
        "kernel": ">=0.1",
        "editions": office,
    }
    clauses = [{"number": n, "part": 1, "title": SPOKEN, "summary": SPOKEN} for n in (1, 2, 3)]
    policy = {"title": SPOKEN, "parts": [{"number": 1, "title": SPOKEN}], "clauses": clauses}
    calendar = {
        "title": SPOKEN,
        "published_from": "2026-01-01",
        "published_to": "2027-12-31",
        "source": "test",
    }
    carrier = {"title": SPOKEN, "carries_out": ["1.1", "3.1"]}
    return [
        Item("pack", "isle", pack, "pack.yaml"),
        Item("policy", "policy", policy | {"commitments": list(commitments)}, "policy.yaml"),
        Item("calendar", "calendar", calendar, "calendar.yaml"),
        Item("register", "lamps", carrier, "01-lamps/lamps.register.yaml"),
    ]


def take_in(text, now):
    """Import an edition."""
    return acts.import_edition(text.encode(), source_name="章程.txt", by=BY, now=now)[0]


def two(now, *, known=OLD, **said):
    """Import both editions and sync a pack that knows one of them."""
    old, new = take_in(OLD, now), take_in(NEW, now)
    with transaction.atomic():
        sha256 = hashlib.sha256(known.encode()).hexdigest() if known else ""
        acts.sync_release("isle", "1.0.0", items(sha256, **said), by=BY, now=now)
    return old, new
