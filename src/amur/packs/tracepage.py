"""``TRACE.md``: what carries out each commitment and what proves it, as a page of a repository; pure.

It names no day and no run, so that it changes only when the pack does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from amur.base.declared import Text
from amur.packs import tracing
from amur.packs.declarations import ClosedDeclaration
from amur.packs.engine import Pack
from amur.policy.declarations import CommitmentDeclaration, PolicyDeclaration

FILE = "TRACE.md"

NAMES: Mapping[str, Text] = {
    tracing.AUTOMATED: Text(zh="已落实", en="carried out"),
    tracing.ASSISTED: Text(zh="系统辅助、由人决定", en="assisted: a person decides"),
    tracing.UNPROVED: Text(zh="在运行，这里未验证", en="runs, not proved here"),
    "manual": Text(zh="人工办理", en="by hand"),
    "planned": Text(zh="计划中", en="planned"),
    "no_duty": Text(zh="没有要办的事", en="no duty"),
    "boundary": Text(zh="在边界之外", en="outside the boundary"),
    "not_met": Text(zh="未做到", en="not met"),
    tracing.GAP: Text(zh="空缺", en="gap"),
}
"""What the verdicts are called, in the order of a tally."""


def page(pack: Pack) -> str:
    """Return the page of a pack; empty where it has no policy.

    >>> page(Pack())
    ''
    """
    policy = pack.one(PolicyDeclaration)
    if policy is None:
        return ""
    found = tracing.as_if_proved(pack)
    lines = {line["id"]: line for line in found["commitments"]}
    parts = [_head(policy, found["counts"])]
    for clause in policy.clauses:
        rows = [_row(one, lines[one.id], pack) for one in policy.commitments if one.clause == clause.number]
        heading = f"## {clause.number} {clause.title.zh} · {clause.title.en}"
        table = "| | commitment | verdict | carried by | proved by, or why not |\n|---|---|---|---|---|\n"
        parts.append(f"{heading}\n\n{table}{''.join(rows)}" if rows else f"{heading}\n\nNo commitment.\n")
    return "\n".join([*parts, *_reopened(pack)])


def _head(policy: PolicyDeclaration, counts: Mapping[str, int]) -> str:
    tally = "".join(
        f"| {name.zh} · {name.en} | `{verdict}` | {counts[verdict]} |\n"
        for verdict, name in NAMES.items()
        if verdict in counts
    )
    return (
        f"# {policy.title.zh} · {policy.title.en}: the trace\n\n"
        "Made from the pack by `./amur docs`; the gate says when it is out of date. A commitment counts as carried\n"
        "out only as long as every example that names it passes: the gate plays them all, and `./amur trace --run`\n"
        "plays them here. What was closed stands in `closed.yaml` and may not silently open again.\n\n"
        f"| verdict | | {counts['total']} |\n|---|---|---:|\n{tally}"
    )


def _row(commitment: CommitmentDeclaration, line: Mapping[str, Any], pack: Pack) -> str:
    carriers = "<br>".join(f"{one['kind']} [{one['id']}]({one['file']})" for one in line["carriers"])
    files = {name: found.file for name, found in pack.ids("example").items()}
    said = [f"[{one['id']}]({files[one['id']]})" for one in line["examples"]]
    if text := commitment.missing or (commitment.reason if not line["carriers"] else None):
        said.append(("Still missing: " if commitment.missing else "") + text.en)
    title = f"{commitment.title.zh} · {commitment.title.en}"
    cells = [commitment.id, title, NAMES[line["verdict"]].en, carriers, "<br>".join(said)]
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |\n"


def _reopened(pack: Pack) -> Iterator[str]:
    closed = pack.one(ClosedDeclaration)
    if closed and closed.reopened:
        rows = "".join(
            f"| {one.commitment} | {one.on} | {one.reason.zh} {one.reason.en} |\n" for one in closed.reopened
        )
        yield f"## Given up for now\n\n| commitment | since | why |\n|---|---|---|\n{rows}"
