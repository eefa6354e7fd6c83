"""Everybody and everything that may have to do with a case: who asks, with which arguments, and what is no case at all.

``test_nobody_has_to_do_with_anothers_case`` calls every public act and read of the room that takes a scope with these.
A new one is called by itself: its arguments are filled by their names, or else by their types.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Model, QuerySet

from amur.base.acting import PUBLIC, Actor, Grant, Mandate, Scope
from amur.people.engine import ADMINISTRATORS
from amur.procedures.models import Case
from amur.procedures.queues.acts.many import What
from amur.procedures.recusal.models import Objection
from tests.architecture.test_acts_and_reads import verbs

PARTY = Scope("party", "77", frozenset({"firm:1"}))
_NO_CASE = "00000000-0000-4000-8000-000000000000"
_ROLES = ("handler", "decider", "head")
_OWN = tuple(Grant(role, "bureau", "230000") for role in _ROLES)


def _office(account: str, *grants: Grant) -> Scope:
    return Scope("office", account, grants=grants)


def _changed(**changes: str) -> tuple[Grant, ...]:
    return tuple(replace(grant, **changes) for grant in _OWN)


OFFICE = _office("50", *_OWN)
"""Who holds every role that works on the case."""

STAND_IN = _office("51", Grant("coordinator", "bureau", "230000"), *_changed(procedure="licence", holder="50"))
"""Who holds them for the cases of this procedure, on behalf of another."""

OUTSIDERS: Mapping[str, Scope] = {
    "a stranger": PUBLIC,
    "another party": Scope("party", "78"),
    "another enterprise": Scope("party", "79", frozenset({"firm:2"})),
    "the holder of another case's code": Scope(
        "party", parties=frozenset({"case:00000000-0000-4000-8000-000000000000"})
    ),
    "all roles in another body": _office("60", *_changed(body_id="elsewhere")),
    "all roles in another region": _office("61", *_changed(region="230200")),
    "all roles, lent for another procedure": _office("62", *_changed(procedure="filing", holder="50")),
    "another role of the body": _office("63", Grant("coordinator", "bureau", "230000")),
    "whoever stepped back": _office("64", *_OWN),
    "an agent for another procedure": Scope("party", "80", mandates=(Mandate("m", "firm:1", "filing"),)),
    "an agent of another enterprise": Scope("party", "81", mandates=(Mandate("m", "firm:2", "licence"),)),
    "an agent for another case": Scope("party", "82", mandates=(Mandate("m", "firm:1", "licence", _NO_CASE),)),
    "a proxy whose case is not there yet": Scope("party", "83", mandates=(Mandate("m", "", "licence", "", "proxy"),)),
    **{name: _office(name, Grant(name, "bureau", "230000")) for name in ADMINISTRATORS},
}
"""Who may not know of the case."""

AGENT = Scope("party", "84", mandates=(Mandate("m", "firm:1", "licence"),))
"""Who acts for the enterprise in this matter."""

PROXY = Scope("party", "85", mandates=(Mandate("m", "77", "licence", "", "proxy"),))
"""Who acts for the person in this matter, and keeps no papers of theirs."""


NO_PAPERS = ("document_of", "proof_of", "upload")
"""What a proxy is refused: a person's documents are not theirs to keep."""

BARRED = _office("65", *_changed(barred="card_expired"))
"""Who holds every role and has no valid card."""

NO_CASE: Mapping[str, str] = {
    **dict.fromkeys(
        (
            "commit_draw",
            "draw",
            "drawn_cases",
            "draws",
            "held_by",
            "hold_draw",
            "open_drawn",
            "published",
            "withdraw_draw",
        ),
        "a draw is no case; its own tests say who holds it",
    ),
    "bodies_of": "where a decision is contested is for everybody to know",
    "figures": "numbers for each service, for everybody to know",
    **dict.fromkeys(
        (
            "answered_by",
            "answers_any",
            "comment",
            "comment_by_number",
            "comments_of",
            "consultation",
            "consultations",
            "publish_summary",
            "withhold_comment",
        ),
        "a consultation is no case; tests/procedures/consultation says who answers one",
    ),
    "alike_before": "a form before it is a case; tests/procedures/ties says to whom its earlier cases are told",
    **dict.fromkeys(
        ("draft_of", "draft_by_code"),
        "a form before it is a case: for its account, or for whoever has its id or code; tests/procedures/test_drafts",
    ),
    "issue_key": "a key for a program of others; it opens no case",
    **dict.fromkeys(("keep_phrase", "remove_phrase", "own_phrases"), "an official's own words; they belong to no case"),
    **dict.fromkeys(
        ("subscribe", "rotate_secret", "end_subscription"), "where an enterprise or a body is told; it names no case"
    ),
}
"""What takes a scope and is about no case, with why."""

WITHOUT_SCOPE: Mapping[str, str] = {
    "case_by_code": "number and query code together are what opens the case; a wrong one opens nothing",
    "lapse": "the law fires it; nobody asks for it",
    "log_desk_read": "records that a case was read; what was read decided before who may",
    "query_code": "computes; whoever shows the code has decided to whom",
    "remind": "the machine's own; nobody asks for it",
    "titles_of_papers": "computes from a case that a read with a scope returned",
}
"""What takes a case and no scope, with why."""

NO_OFFICE_NEEDED: Mapping[str, str] = {
    "begin_many": "it writes down what is wanted; the act on each case decides",
    "note_opening": "it notes that the party opened a document; for the office nothing happens",
    "step_back": "who has no card steps back all the same",
}
"""Acts that an official does without a valid card, with why."""

AGAIN: Mapping[tuple[str, str], str] = {
    (
        "step_back",
        "whoever stepped back",
    ): "twice is once: they are told of their own stepping back and of nothing else",
}
"""What an outsider is answered all the same, with why."""

NOT_HERE: Mapping[str, str] = {
    "begin_appeal": "nothing is decided in this case; tests/procedures/appeals says who contests a decision",
    **dict.fromkeys(
        ("asked", "give_opinion", "opinion_file", "shared_file"),
        "no body is asked in this case; tests/procedures/opinions says who is",
    ),
    **dict.fromkeys(
        ("answer_item", "asked_item", "attach_to_item"),
        "nothing is supplemented in this case; tests/procedures/supplements says who answers",
    ),
    **dict.fromkeys(
        ("conclude_vote", "return_draft", "sign_draft", "urge_draft", "vote_on_draft", "withdraw_draft"),
        "nothing is signed in this case; tests/procedures/signing says who signs",
    ),
    **dict.fromkeys(
        (
            "acknowledge_document",
            "confirm_delivery",
            "document_of",
            "hand_over",
            "note_return",
            "proof_of",
            "send_by_post",
        ),
        "no document is issued in this case; tests/procedures/papers says who serves one",
    ),
    **dict.fromkeys(
        (
            "ask_part",
            "asked_part",
            "confirm_hand_over",
            "give_part",
            "offer",
            "pack",
            "part_file",
            "refuse_hand_over",
            "send_case_back",
            "withdraw_hand_over",
        ),
        "no body takes part in this case and it is not handed over; tests/procedures/joint says who does",
    ),
    **dict.fromkeys(
        ("day_of_fees", "fee_of", "refund_fee", "waive_fee"),
        "nothing is to be paid in this case; tests/procedures/fees says who looks after what is",
    ),
    **dict.fromkeys(
        ("attach_scan", "hand_over_at_window", "put_aside", "take_in"),
        "this procedure has no window; tests/procedures/window says who works at one",
    ),
    "go_on_with_many": "nothing was begun for many cases; tests/procedures/queues says who goes on with it",
    "strike_remark": "nobody remarked on this case; tests/procedures/remarks says who strikes a remark",
    "scope_by_code": "it makes a scope",
    "tied_file": "nothing was merged into this case; tests/procedures/ties says who reads what was",
}
"""What finds nothing in this case even for those who may, with where it is shown who may."""


@dataclass(frozen=True, slots=True)
class World:
    """The case that everybody is after."""

    case: Case
    objection: Objection
    now: datetime

    def named(self, name: str, scope: Scope) -> object:
        """Return the argument of a name.

        Raises:
            KeyError: if it is to be guessed by its type.
        """
        case = self.case
        known: dict[str, object] = {
            "account_id": "11",
            "amount": 3,
            "asked_id": case.id,
            "by": Actor(scope.account_id or "anonymous", client="test"),
            "case": case,
            "case_id": case.id,
            "case_ids": [case.id],
            "chosen": [(case.id, case.version)],
            "clock_id": "decision",
            "definition": self.definition,
            "event": "refuse",
            "expected_version": case.version,
            "field": "plan",
            "key": "",
            "language": "en",
            "name": "a.pdf",
            "notice_id": case.notices.first().pk,
            "now": self.now,
            "number": case.number,
            "objection_id": self.objection.pk,
            "on": self.now.date(),
            "procedures": ["licence"],
            "reason": "because",
            "scope": scope,
            "stream": [b"%PDF-1.7"],
            "today": self.now.date(),
            "upload_id": case.uploads.first().pk,
            "upheld": False,
            "version": 2,
            "what": What(event="refuse"),
        }
        return known[name]

    @property
    def definition(self) -> object:
        """Return the declaration of the case."""
        from amur.procedures import declared

        return declared.pinned(self.case.declaration_hash)

    def guessed(self, annotation: str) -> object:
        """Return an argument by its type alone."""
        kinds: dict[str, object] = {
            "int": 1,
            "str": self.case.number,
            "bool": False,
            "date": self.now.date(),
            "datetime": self.now,
            "UUID": self.case.id,
        }
        kind = annotation.split(" |", maxsplit=1)[0].split("[", maxsplit=1)[0]
        return kinds.get(kind, {} if kind in {"Mapping", "dict", "Raw"} else [])

    def arguments(self, function: Callable[..., Any], scope: Scope) -> dict[str, object]:
        """Return the arguments with which somebody calls a function about the case."""
        found = {}
        for name, parameter in inspect.signature(function).parameters.items():
            try:
                found[name] = self.named(name, scope)
            except KeyError:
                if parameter.default is inspect.Parameter.empty:
                    found[name] = self.guessed(str(parameter.annotation))
        return {name: value for name, value in found.items() if name != "account_id" or "case_id" in found}


def _takes(function: Callable[..., Any], *names: str) -> bool:
    return any(name in inspect.signature(function).parameters for name in names)


EVERY = {(kind, name): function for kind in ("acts", "reads") for name, function in verbs("procedures", kind).items()}
ASKED = {place: function for place, function in EVERY.items() if _takes(function, "scope") and place[1] not in NO_CASE}
"""Every act and read that somebody could try on another's case."""

UNSCOPED = {name for (_, name), one in EVERY.items() if _takes(one, "case_id", "case") and not _takes(one, "scope")}


def told(value: object, depth: int = 0) -> str:
    """Return all that a value holds, as text."""
    if depth > 6 or value is None:
        return ""
    if isinstance(value, str | bytes | int | float):
        return str(value)
    if isinstance(value, QuerySet):
        value = list(value)
    if isinstance(value, Model):
        value = {name: one for name, one in vars(value).items() if name != "_state"}
    if is_dataclass(value) and not isinstance(value, type):
        value = {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, Mapping):
        value = [*value.keys(), *value.values()]
    if isinstance(value, Iterable):
        return " ".join(told(one, depth + 1) for one in value)
    return str(value)
