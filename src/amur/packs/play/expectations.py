"""What must be true after a step: each difference is one sentence that says what was expected and what was found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from amur.base.acting import PUBLIC as STRANGER
from amur.base.acting import SYSTEM
from amur.base.canonical import Json
from amur.base.faults import AmurError, Invalid, NotFound
from amur.base.legal_time import working_days_between
from amur.ledger import acts as ledger
from amur.ledger import reads as ledger_reads
from amur.packs.declarations import Entered, Expectation, RecordExpectation, Step
from amur.packs.play import drawing, exchanging, figures, finding, studying
from amur.packs.play.stage import Stage
from amur.packs.play.steps import current
from amur.procedures.facts import facts_of
from amur.procedures.models import Case, CaseEvent, ClockRun, Decision, Document
from amur.procedures.paths import resolve
from amur.registers import reads as registers


class Difference(NamedTuple):
    """One thing that is not as expected; ``path`` leads to where it is said, from ``then`` or, of a study, the step."""

    path: tuple[str | int, ...]
    expected: str
    found: str


def differences(step: Step, stage: Stage, refused: AmurError | None) -> Iterator[Difference]:
    """Yield every difference between what a step expects and what is."""
    then = step.then or Expectation()
    yield from _refusal(then, refused)
    if step.case in stage.cases:
        case = current(stage, step.case)
        yield from _case(then, case, stage)
        yield from _clocks(then, case)
        yield from _decision(then, case)
        yield from _documents(then, case)
        yield from _opened(then, case, stage)
    elif wanted := _of_a_case(then):
        yield Difference((wanted,), f"a case {step.case!r}", "no such case was opened")
    if then.record is not None:
        yield from _record(then.record, stage.cases.get(step.case))
    if then.ledger is not None:
        yield from _ledger(stage)
    yield from (Difference(*found) for found in figures.differing(then.indicators, stage))
    yield from (Difference(*found) for found in drawing.differing(then.drawn))
    yield from (Difference(*found) for found in finding.differing(then.found, stage.found))
    if refused is None:
        yield from (Difference(*found) for found in studying.differing(step.study, stage.studied))
    yield from (Difference(*found) for found in exchanging.differing(then.handed_over, stage.cases.get(step.case)))
    for name, number in then.counted.items():
        if stage.counted.get(name) != number:
            yield Difference(("counted", name), str(number), str(stage.counted.get(name, "nothing")))


def _of_a_case(then: Expectation) -> str:
    """Return the first thing that is expected of a case."""
    names = ("state", "due_on", "working_days_left", "outcome", "decision_reason", "values", "timeline")
    return next((name for name in names if getattr(then, name) is not None), "")


def _refusal(then: Expectation, refused: AmurError | None) -> Iterator[Difference]:
    if refused is None:
        if then.refused:
            yield Difference(("refused",), then.refused, "it was not refused")
        return
    said = f"{refused.code}: {_said(refused)}"
    if then.refused != refused.code:
        yield Difference(("refused",) if then.refused else (), then.refused or "no refusal", said)
    if then.faults:
        found = {name: code for name, (code, _) in refused.fields.items()} if isinstance(refused, Invalid) else {}
        if found != then.faults:
            yield Difference(("faults",), str(then.faults), str(found))


def _said(refused: AmurError) -> str:
    if isinstance(refused, Invalid):
        return ", ".join(f"{name} {code} ({message})" for name, (code, message) in refused.fields.items())
    return refused.message


def _case(then: Expectation, case: Case, stage: Stage) -> Iterator[Difference]:
    if then.state is not None and case.state != then.state:
        yield Difference(("state",), then.state, case.state)
    if then.timeline is not None:
        events = tuple(CaseEvent.objects.filter(case=case).order_by("version").values_list("event", flat=True))
        if events != then.timeline:
            yield Difference(("timeline",), ", ".join(then.timeline), ", ".join(events))
    if then.working_days_left is not None:
        left = working_days_between(stage.today, case.due_on, stage.calendar) if case.due_on else None
        if left != then.working_days_left:
            yield Difference(("working_days_left",), str(then.working_days_left), str(left))


def _clocks(then: Expectation, case: Case) -> Iterator[Difference]:
    """Compare the due date of the case; ``paused`` and ``none`` are the two ways of having no date."""
    if then.due_on is None:
        return
    runs = list(ClockRun.objects.filter(case=case, ended_on=None))
    waiting = bool(runs) and all(run.paused_on is not None for run in runs)
    found: date | str = case.due_on or ("paused" if waiting else "none")
    if found != then.due_on:
        yield Difference(("due_on",), str(then.due_on), str(found))


def _decision(then: Expectation, case: Case) -> Iterator[Difference]:
    if then.outcome is None and then.decision_reason is None and then.values is None:
        return
    decision = Decision.objects.filter(case=case).order_by("-decided_at", "-id").first()
    outcome, reason = (decision.outcome, decision.reason) if decision else ("no decision", "")
    if then.outcome is not None and outcome != then.outcome:
        yield Difference(("outcome",), then.outcome, outcome)
    if then.decision_reason is not None and reason != then.decision_reason:
        yield Difference(("decision_reason",), then.decision_reason, reason)
    used = {value["id"]: value["value"] for value in decision.values_used} if decision else {}
    if then.values is not None and used != then.values:
        yield Difference(("values",), str(then.values), str(used))


def _documents(then: Expectation, case: Case) -> Iterator[Difference]:
    """Compare the documents that were issued with those that are expected, each by its newest."""
    for place, wanted in enumerate(then.documents):
        at = ("documents", place)
        found = Document.objects.filter(case=case, document=wanted.document).order_by("-id").first()
        if found is None:
            yield Difference(at, f"a document {wanted.document}", "none was issued")
            continue
        if wanted.number is not None and found.number != wanted.number:
            yield Difference((*at, "number"), wanted.number, found.number)
        said = str(found.content)
        yield from (Difference((*at, "says"), words, said) for words in wanted.says if words not in said)


def _opened(then: Expectation, case: Case, stage: Stage) -> Iterator[Difference]:
    """Find the case that this one opened, and let later steps name it by its procedure."""
    if then.opened is None:
        return
    found = Case.objects.filter(origin=case, procedure=then.opened).order_by("-number").first()
    if found is None:
        yield Difference(("opened",), f"a case of {then.opened}", "none was opened")
    else:
        stage.cases[then.opened] = found


def _record(wanted: RecordExpectation, case: Case | None) -> Iterator[Difference]:
    """Compare a record with what is expected, as the machine sees it and as a stranger does."""
    key = _key(wanted.key, case)
    try:
        view = registers.record(SYSTEM, wanted.register_id, key)
    except NotFound as error:
        if wanted.state != "absent":
            yield Difference(("record",), f"a record {key!r} in {wanted.register_id}", error.message)
        return
    if wanted.state is None and not view.standing.in_force:
        yield Difference(("record", "state"), "in force", str(view.state))
    if wanted.state is not None and wanted.state != view.state:
        yield Difference(("record", "state"), wanted.state, str(view.state))
    if wanted.versions is not None and wanted.versions != view.latest:
        yield Difference(("record", "versions"), str(wanted.versions), str(view.latest))
    for name, value in wanted.values.items():
        expected = _meant(value, case)
        if view.values.get(name) != expected:
            yield Difference(("record", "values", name), repr(expected), repr(view.values.get(name)))
    seen = registers.record(STRANGER, wanted.register_id, key).values if wanted.hidden else {}
    for name in wanted.hidden:
        if name in seen or name not in view.values:
            found = "a stranger sees it" if name in seen else "the record has no such value"
            yield Difference(("record", "hidden"), f"{name} kept from strangers", found)


def _key(key: str, case: Case | None) -> str:
    return str(_meant(key, case))


def _meant(value: Entered, case: Case | None) -> Json:
    """Return a value as it stands, or what a path such as ``case.number`` names in the case."""
    if case is not None and isinstance(value, str) and value.startswith(("case.", "form.")):
        return resolve(value, case.data, facts_of(case))
    return value


def _ledger(stage: Stage) -> Iterator[Difference]:
    """Seal what waits and verify the whole stored ledger."""
    ledger.seal(stage.now)
    report = ledger_reads.verify_stored()
    if not report.holds:
        yield Difference(("ledger",), "verifies", "; ".join(map(str, report.findings[:3])))
