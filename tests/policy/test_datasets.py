from __future__ import annotations

import pytest
from django.db import transaction

from amur.base.acting import PUBLIC, system
from amur.ledger import acts as ledger
from amur.people.datasets import datasets as of_people
from amur.policy import acts
from amur.policy.datasets import datasets

pytestmark = pytest.mark.django_db


def text(words):
    return {"zh": words, "en": words}


def policy(*commitments):
    return {
        "title": text("p"),
        "parts": [{"number": 1, "title": text("a")}],
        "clauses": [{"number": 1, "part": 1, "title": text("c"), "summary": text("s")}],
        "commitments": [
            {"id": name, "title": text(title), "target": "hard", "kinds": ["register"]} for name, title in commitments
        ],
    }


def regions(*codes):
    return {"regions": [{"code": code, "title": text(code), "level": "city"} for code in codes]}


def bodies(*names):
    return {"bodies": [{"id": name, "title": text(name)} for name in names]}


def sync(now, version, **kinds):
    items = [acts.Item(kind, kind, body, f"{kind}.yaml") for kind, body in kinds.items()]
    with transaction.atomic():
        acts.sync_release("p", version, items, by=system("sync"), now=now)
    ledger.seal(now)


def rows(dataset, after=-1):
    return [row for batch in dataset.batches(after, 10_000) for row in batch.to_pylist()]


def test_a_release_makes_rows_of_what_it_says_anew_and_of_what_it_drops(now):
    sync(now, "1", policy=policy(("1.1", "a"), ("1.2", "b")))
    (commitments,) = datasets(PUBLIC)
    first = rows(commitments)
    assert [(row["id"], row["declared"]) for row in first] == [("1.1", True), ("1.2", True)]
    sync(now, "2", policy=policy(("1.1", "a"), ("1.3", "c")))
    later = rows(commitments, after=first[-1]["_index"])
    assert [(row["id"], row["declared"]) for row in later] == [("1.2", False), ("1.3", True)]
    assert rows(commitments) == [*first, *later]


def test_regions_and_bodies_follow_the_releases_too(now):
    sync(now, "1", regions=regions("230000", "230100"), bodies=bodies("a"))
    sync(now, "2", regions=regions("230000"), bodies=bodies("a", "b"))
    of_regions, of_bodies = of_people(PUBLIC)
    assert [(row["code"], row["declared"]) for row in rows(of_regions)] == [
        ("230000", True),
        ("230100", True),
        ("230100", False),
    ]
    assert [row["id"] for row in rows(of_bodies)] == ["a", "b"]


def test_a_release_that_changes_nothing_of_it_makes_no_row(now):
    sync(now, "1", policy=policy(("1.1", "a")))
    sync(now, "2", policy=policy(("1.1", "a")), regions=regions("230000"))
    assert len(rows(datasets(PUBLIC)[0])) == 1
