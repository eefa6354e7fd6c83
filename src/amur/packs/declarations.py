"""What a pack can say to this room: worked examples and the demonstration, both played through the real acts."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from amur.base.declared import CommitmentId, Declared, Identifier, Text
from amur.packs.exchange_declarations import Exchanging, HandedOver
from amur.packs.finder_declarations import Day, Finding, FoundExpectation
from amur.packs.study_declarations import DemonstrationStudy, Studying
from amur.packs.year.declarations import TourStop, Year

Scalar = str | int | bool | None
Entered = Scalar | list[Any] | dict[str, Any]
"""What is typed into a field: one text, or for a field of several boxes a mapping or a list of them."""
Place = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$")]
"""A field, or a part of one such as ``owners.0.name``."""

PUBLIC = "public"
"""A stranger, in place of somebody of the cast."""


class Enterprise(Declared):
    """The enterprise that somebody acts for."""

    scheme: Identifier
    identifier: str = Field(min_length=1)
    name: str = Field(min_length=1, max_length=100)


class Player(Declared):
    """Somebody who acts: an official by roles in a body, an enterprise's user, or an administrator.

    ``card`` is the number on the cards that their roles need; without it one is made up.
    """

    id: Identifier
    name: str = Field(min_length=1, max_length=100)
    roles: tuple[Identifier, ...] = ()
    body_id: Identifier | None = Field(default=None, alias="body")
    region: str = ""
    enterprise: Enterprise | None = None
    title: Text | None = None
    card: str = Field(default="", max_length=40)

    @model_validator(mode="after")
    def _is_either_of_the_office_or_an_applicant(self) -> Player:
        if self.enterprise and self.roles:
            raise ValueError(f"{self.id} has roles and an enterprise; give one of the two")
        return self


class File(Declared):
    """A file that is handed in: a small one of its type is made up, or its content is written here."""

    name: str = Field(min_length=1)
    content: str | None = None


class RecordExpectation(Declared):
    """What a register must say; ``hidden`` fields may not be shown to a stranger.

    ``state`` is one of the register's, or ``absent``; without it the record must be in force.
    """

    register_id: Identifier = Field(alias="register")
    key: str = "case.number"
    state: Identifier | None = None
    versions: int | None = Field(default=None, gt=0)
    values: dict[Identifier, Entered] = Field(default_factory=dict)
    hidden: tuple[Identifier, ...] = ()


class IndicatorExpectation(Declared):
    """What an indicator must show, computed on everything that has happened so far.

    ``of`` names a group by its dimensions; without it, it is the value for all together.
    """

    indicator_id: Identifier = Field(alias="id")
    of: dict[Identifier, Scalar] = Field(default_factory=dict)
    value: str | None = None
    status: Literal["measured", "not_measured", "no_denominator", "absent"] = "measured"
    base: int | None = None
    standing: Literal["met", "missed", "not_yet", "no_target", "no_value"] | None = None


class DrawExpectation(Declared):
    """What must have come of the newest draw of an id; in any case it must be what its head gives.

    ``people`` is how many different ones were drawn; ``meets`` names objects that must be drawn, with their people.
    """

    draw_id: Identifier = Field(alias="id")
    status: Literal["held", "impossible", "withdrawn"] = "held"
    objects: int | None = None
    people: int | None = None
    meets: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class DocumentExpectation(Declared):
    """A document that must have been issued in the case: its number, and what it says somewhere."""

    document: Identifier = Field(alias="id")
    number: str | None = None
    says: tuple[str, ...] = ()


class Expectation(Declared):
    """What must be true after a step; all of it is looked at, and each difference is reported.

    ``opened`` names a procedure of which the case has opened another: later steps call it by that name as their case.
    ``counted`` is what the last file brought (``total``, ``taken``, ``repeated``, ``refused``), or what the last
    comparison showed (``theirs``, ``ours``, ``agreed``, ``differing``).
    """

    state: Identifier | None = None
    refused: str | None = None
    faults: dict[Place, str] = Field(default_factory=dict)
    due_on: date | Literal["paused", "none"] | None = None
    working_days_left: int | None = None
    outcome: Literal["granted", "refused"] | None = None
    decision_reason: str | None = None
    values: dict[Identifier, Scalar] | None = None
    record: RecordExpectation | None = None
    timeline: tuple[Identifier, ...] | None = None
    ledger: Literal["verifies"] | None = None
    documents: tuple[DocumentExpectation, ...] = ()
    opened: Identifier | None = None
    indicators: tuple[IndicatorExpectation, ...] = ()
    drawn: DrawExpectation | None = None
    found: FoundExpectation | None = None
    handed_over: HandedOver | None = None
    counted: dict[Identifier, int] = Field(default_factory=dict)


class Extension(Declared):
    """A clock that somebody makes longer, by an amount of its unit; the step's reason is what the party is told."""

    clock: Identifier
    amount: int


class Keeping(Declared):
    """What an office writes in a register that it keeps: a record, an event of one, or a file of records.

    Days are as they are typed; ``day+30`` is the day thirty days on. The step's reason is that of the entry.
    """

    register_id: Identifier = Field(alias="register")
    key: str = ""
    event: Identifier | None = None
    values: dict[Identifier, Scalar] = Field(default_factory=dict)
    file: File | None = None
    source: str = Field(min_length=1)
    valid_from: Day = "day+0"
    valid_to: Day | None = None
    until: Day | None = None

    @model_validator(mode="after")
    def _writes_one_thing(self) -> Keeping:
        if bool(self.file) == bool(self.key):
            raise ValueError("keep names either the key of one record or a file of many; give one of the two")
        if self.file and (self.event or self.values):
            raise ValueError("keep has a file, and an event or values; let the file say what it says")
        return self


class Missing(Declared):
    """One thing that a supplement asks: a field of the form, ``+paper`` or ``+words``, and what is wrong with it."""

    part: str = Field(min_length=1)
    title: str = ""
    wrong: str = ""
    how: str = ""
    optional: bool = False


class Supply(Declared):
    """How the party answers an item, by its place in the list: with a value, a file, or why it gives none."""

    item: int = Field(gt=0)
    value: Entered = ""
    file: File | None = None
    why: str = ""


class Signing(Declared):
    """What a step of a chain does with a draft; the reason of the example's step is what is said with it."""

    chain: Identifier
    do: Literal["sign", "return", "for", "against", "abstain", "conclude"] = "sign"
    to: str = ""


class Joining(Declared):
    """What is done between bodies: one answers a round, asks for a part or gives it, offers a case or takes it over.

    What is said with it is the reason of the example's step.
    """

    do: Literal["answer", "ask", "give", "offer", "confirm", "refuse"]
    round: Identifier | None = None
    verdict: Literal["agree", "conditions", "object"] | None = None
    part: Identifier | None = None
    body_id: Identifier | None = Field(default=None, alias="body")
    file: File | None = None


class Contesting(Declared):
    """How a decision is contested: before which body, why so late if it is, and by which name steps call the review."""

    opens: Identifier
    body_id: Identifier | None = Field(default=None, alias="body")
    late: str = ""


class Tying(Declared):
    """How a case is tied to others: it is reopened, joins or leaves an incident, merges, or answers for all it leads.

    ``with`` is the lead that it joins or is merged into; ``event`` reopens it, or happens to all that it leads.
    """

    do: Literal["reopen", "join", "leave", "merge", "answer"]
    other: Identifier = Field(default="", alias="with", pattern=r"^([a-z][a-z0-9_]*)?$")
    event: Identifier = Field(default="", pattern=r"^([a-z][a-z0-9_]*)?$")


class Step(Declared):
    """One step: somebody submits, fires, extends a clock, keeps a register or draws, or time passes; then this is true.

    ``case`` names the case within the example, so that several can run side by side. An event that asks for a
    supplement lists ``items``; before the one that sends the answers, ``answers`` are given. To fire what goes through
    signatures drafts it; ``sign`` does what a step of its chain does, and ``join`` what is done
    between bodies. ``contest`` lodges an appeal against the last decision of the case; ``form`` and ``files`` are then
    those of the review, of which the case has filled what it says. ``find`` asks a finder, as anybody may;
    ``study`` runs a method; ``exchange`` is what another system does; ``why_late`` names why a case is late. With
    ``confirm`` whoever submits has read the warnings of these checks; with ``proxy_for`` it is somebody else's case,
    who authorised them, or of ``public``, whose consent is on paper, as the reason says.
    """

    by: Identifier | None = Field(default=None, alias="as")
    case: Identifier = "case"
    submit: Identifier | None = None
    confirm: tuple[Identifier, ...] = ()
    proxy_for: Identifier | None = None
    channel: Literal["portal", "window", "hotline", "file"] = "portal"
    form: dict[Identifier, Entered] = Field(default_factory=dict)
    files: dict[Identifier, File] = Field(default_factory=dict)
    fire: Identifier | None = None
    items: tuple[Missing, ...] = ()
    answers: tuple[Supply, ...] = ()
    sign: Signing | None = None
    join: Joining | None = None
    tie: Tying | None = None
    contest: Contesting | None = None
    extend: Extension | None = None
    keep: Keeping | None = None
    draw: Identifier | None = None
    find: Finding | None = None
    study: Studying | None = None
    exchange: Exchanging | None = None
    why_late: Identifier | None = None
    reason: str = ""
    after_working_days: int | None = Field(default=None, gt=0)
    after_days: int | None = Field(default=None, gt=0)
    then: Expectation | None = None

    @model_validator(mode="after")
    def _does_one_thing(self) -> Step:
        acts = ("submit", "fire", "sign", "join", "tie", "contest", "extend", "keep", "draw", "study", "why_late")
        deeds = (*acts, "find", "exchange", "after_working_days", "after_days")
        done = [name for name in deeds if getattr(self, name) is not None]
        if len(done) > 1:
            raise ValueError(f"a step does {' and '.join(done)}; do one thing a step")
        if not done and self.then is None:
            raise ValueError(f"a step does nothing; {', '.join(acts)}, find, exchange, let time pass, or expect")
        if any(getattr(self, name) for name in acts) and self.by is None:
            raise ValueError(f"a step does one of {', '.join(acts)} without saying who; add as:")
        return self

    @model_validator(mode="after")
    def _has_nothing_that_nobody_takes(self) -> Step:
        # A rule of its own, so that a step of a course, which does other things, keeps it as well.
        if (self.items or self.answers) and not self.fire:
            raise ValueError("a step has items or answers and fires nothing; add fire:")
        if (self.confirm or self.proxy_for) and not self.submit:
            raise ValueError("a step confirms warnings or is a proxy and submits nothing; add submit:")
        if (self.form or self.files) and not (self.submit or self.fire or self.contest):
            raise ValueError("a step has a form or files and nothing takes them; add submit:, fire: or contest:")
        return self


class ExampleDeclaration(Declared):
    """A worked case: given somebody on a day, when these steps are done, then this holds."""

    id: Identifier
    kind: Literal["example"] = "example"
    title: Text
    proves: tuple[CommitmentId, ...] = Field(min_length=1)
    starts_on: date
    cast: tuple[Player, ...] = Field(min_length=1)
    steps: tuple[Step, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _everybody_is_in_the_cast(self) -> ExampleDeclaration:
        _check_cast(self.cast, self.steps)
        return self


class DemonstrationCase(Declared):
    """One case of the demonstration, begun so many days before the day on which it is played."""

    id: Identifier
    days_before: int = Field(ge=0, le=1_500)
    steps: tuple[Step, ...] = Field(min_length=1)


class DemonstrationDeclaration(Declared):
    """``demonstration.yaml``: who plays, and what happened up to today. All of it is made up and says so.

    ``year`` says of whom and of what the arrivals of procedures make a whole year; ``studies`` are run after it;
    ``tour`` leads a first visitor through it.
    """

    kind: Literal["demonstration"] = "demonstration"
    marker: str = Field(min_length=1)
    cast: tuple[Player, ...] = Field(min_length=1)
    cases: tuple[DemonstrationCase, ...] = ()
    year: Year | None = None
    studies: tuple[DemonstrationStudy, ...] = Field(default=(), max_length=12)
    tour: tuple[TourStop, ...] = Field(default=(), max_length=12)

    @model_validator(mode="after")
    def _everybody_is_in_the_cast_and_marked(self) -> DemonstrationDeclaration:
        for case in self.cases:
            _check_cast(self.cast, case.steps)
        for player in self.cast:
            names = [player.name, *([player.enterprise.name] if player.enterprise else [])]
            for name in names:
                if self.marker not in name:
                    raise ValueError(f"{name!r} is not marked as made up; put {self.marker!r} into it")
        for pool in self.year.pools if self.year else ():
            for name in filter(None, (pool.person, pool.name)):
                if self.marker not in name:
                    raise ValueError(f"{name!r} is not marked as made up; put {self.marker!r} into it")
        return self


def _check_cast(cast: tuple[Player, ...], steps: tuple[Step, ...]) -> None:
    names = [player.id for player in cast]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"{name!r} is in the cast twice; give everybody an own id")
    for step in steps:
        if step.by is not None and step.by != PUBLIC and step.by not in names:
            raise ValueError(f"{step.by!r} is not in the cast; choose from {', '.join(names)}")


class ClosedGap(Declared):
    """A commitment that runs and was proved: by then it was, and these examples are what proved it."""

    commitment: CommitmentId
    examples: tuple[Identifier, ...] = Field(min_length=1)


class ReopenedGap(Declared):
    """A commitment that ran once and was knowingly given up for now, with the day and the reason."""

    commitment: CommitmentId
    on: date
    reason: Text


class ClosedDeclaration(Declared):
    """``closed.yaml``: which gaps of the trace were closed. ``amur docs`` adds to it; only a person takes away.

    What stands here may not silently be planned again: whoever reopens it moves it to ``reopened`` and says why.
    """

    kind: Literal["closed"] = "closed"
    closed: tuple[ClosedGap, ...] = ()
    reopened: tuple[ReopenedGap, ...] = ()

    @model_validator(mode="after")
    def _each_commitment_stands_once(self) -> ClosedDeclaration:
        names = [one.commitment for one in self.closed] + [one.commitment for one in self.reopened]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"found the commitment {name!r} twice; keep one line for it")
        return self
