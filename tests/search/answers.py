"""A program that puts the same documents into the database of the settings and prints what the same questions find."""

from __future__ import annotations

import json
import os
import random
import sys
from datetime import UTC, datetime, timedelta

import django

_SIGNS = "移动宽带网络龍龙黑江省5G号a-、 "
_START = datetime(2026, 3, 10, 2, tzinfo=UTC)


def main(seed: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amur.config.settings")
    django.setup()
    from django.core.management import call_command

    from amur.search import acts, reads
    from amur.search.engine import Document

    call_command("migrate", "search", verbosity=0)
    draw = random.Random(seed)

    def text(longest: int) -> str:
        return "".join(draw.choices(_SIGNS, k=draw.randint(0, longest)))

    for _ in range(6):
        some = [
            Document(
                kind=draw.choice(["page", "record:a", "record:b"]),
                ref=str(draw.randrange(2_000)),
                key=text(3),
                title=text(4),
                open_text=text(40),
                full_text=text(40),
                readers=draw.choice(["", "a", "b"]),
                happened_at=_START + timedelta(seconds=draw.randrange(900)),
            )
            for _ in range(600)
        ]
        acts.put(some, now=_START)
        acts.remove("page", [str(draw.randrange(2_000)) for _ in range(50)])
    answers = []
    for _ in range(400):
        labels = frozenset(draw.sample(["a", "b", "c"], draw.randrange(3)))
        kinds = frozenset(draw.sample(["page", "record", "record:a"], draw.randrange(2)))
        found = reads.find(labels, text(5), kinds=kinds, page=draw.choice([1, 1, 2, 7, 40]))
        answers.append([found.counted, [[hit.kind, hit.ref] for hit in found.rows]])
    sys.stdout.write(json.dumps(answers))


if __name__ == "__main__":
    main(int(sys.argv[1]))
