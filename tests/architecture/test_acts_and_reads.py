"""Every act says who, when and with which key; every read says for whom. What does not is listed here, with why."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest

from tests.architecture.house import SOURCE

MACHINE = "the machine's own work, which nobody asks for; it is done again whenever it is due"
INSIDE = "a part of an act: it runs in the caller's transaction, which has its own actor and key"
CONTENT = "the same content is the same act: its hash decides, and a second call changes nothing"
STATE = "it leads to a state, and where that state is reached a second call changes nothing"
PURE = "computes from what it is given and writes nothing"

ACTS: dict[str, dict[str, str]] = {
    "ledger": {
        "attest": PURE,
        "discard": MACHINE,
        "hold": STATE,
        "keep_file_key": INSIDE,
        "lift_hold": STATE,
        "log_read": INSIDE,
        "protect": INSIDE,
        "record": INSIDE,
        "renew_stamps": MACHINE,
        "seal": MACHINE,
        "stamp": MACHINE,
        "wipe": MACHINE,
    },
    "jobs": dict.fromkeys(("advance", "cancel", "forget_done", "move", "run_due", "run_timers"), MACHINE)
    | {"enqueue": INSIDE},
    "search": dict.fromkeys(("put", "remove", "remove_kind"), INSIDE) | {"purge": MACHINE, "rebuild": MACHINE},
    "policy": {"hash_of_release": PURE, "keep_proofs": CONTENT, "sync_release": CONTENT},
    "people": {"bind_authorisation": INSIDE, "hear_of_forgetting": MACHINE, "record_sign_up": INSIDE},
    "registers": {
        "check_rows": CONTENT,
        "drop_import": STATE,
        "erase_due": MACHINE,
        "hear_of_forgetting": MACHINE,
        "import_rows": STATE,
        "log_reading": INSIDE,
        "seal_what_is_plain": MACHINE,
        "start_import": STATE,
        "sync": MACHINE,
        "tidy_imports": MACHINE,
        "turn_due": MACHINE,
    },
    "procedures": {
        "agree_to_online_service": STATE,
        "withdraw_online_service": STATE,
        "note_opening": STATE,
        "answer_co_signature": "an answer is given once; the same again is the same",
        "ask_co_signers": "who was asked about these words is not asked again",
        "answer_item": "the same words twice are one draft; the event that sends them has the key",
        "attach": "a file takes the place of the one before in its field, so that twice is once",
        "attach_scan": "a file takes the place of the one before in its field; taking the form in has the key",
        "put_aside": "the same words twice are one form; taking it in has the key",
        "attach_to_item": "a file takes the place of the one before in its item; the event that sends it has the key",
        "begin_appeal": "a second form of an appeal expires; the submission has the key, and a decision one open appeal",
        "forget_comments": MACHINE,
        "attach_to_case": "a file that no event takes is swept away; the event has the key",
        "erase_due": MACHINE,
        "forget_expired": MACHINE,
        "forget_many": MACHINE,
        "forget_names": MACHINE,
        "forget_asked": MACHINE,
        "forget_received": MACHINE,
        "forget_views": MACHINE,
        "go_on_by_itself": MACHINE,
        "go_on_with_many": "its beginning said who, when and with which key, and each case has a key that is made of it",
        "hear_of_cases": MACHINE,
        "hear_of_draws": MACHINE,
        "hear_of_forgetting": MACHINE,
        "hear_cashier": "what another server reports; the same twice changes nothing",
        "hear_report": "what another server reports; the same twice changes nothing",
        "look_after_fees": MACHINE,
        "lapse": MACHINE,
        "log_desk_read": STATE,
        "open_draft": "a second draft is an empty form that expires; the submission has the key",
        "query_code": PURE,
        "read_notice": STATE,
        "recount": MACHINE,
        "remind": MACHINE,
        "resume_code": PURE,
        "remove_phrase": STATE,
        "remove_upload": STATE,
        "seal_what_is_plain": MACHINE,
        "save_step": "the version decides, and the same words twice are one save",
        "send_event": MACHINE,
        "send_notice": MACHINE,
        "strike_remark": STATE,
        "sweep_uploads": MACHINE,
        "tidy": MACHINE,
    },
    "indicators": {
        "export": MACHINE,
        "folder": PURE,
        "refresh": "each computation of it has a key of its own",
    },
    "studies": {
        "tidy": MACHINE,
    },
    "exchange": {
        "hear_of_acts": MACHINE,
        "hear_of_case": MACHINE,
        "imagine_answers": MACHINE,
        "look_after": MACHINE,
    },
    "packs": {
        "ask_for_proof": MACHINE,
        "keep_run": "a later run takes the place of an earlier one",
        "play_demonstration": "each step of it is an act with a key of its own",
        "prove": CONTENT,
        "reindex": MACHINE,
        "sync": CONTENT,
    },
}
"""Acts that lack one of the three, by room; whatever is not a reason of these fails."""

PROOF = "a proof or a public header: whoever verifies the log without us is anybody"
DECLARED = "declared by the pack, which is public as a whole"
MAKES = "it makes the scope, or computes without looking at what belongs to anybody"
KEPT = "opens what a room has sealed; the room's own read decided before who may see it"
GIVEN = "takes what a read with a scope returned"
LABELS = "takes the labels that a scope may read; the rooms above make them"
FOLDER = "reads a folder that the caller names, and no database"

READS: dict[str, dict[str, str]] = {
    "ledger": {
        **dict.fromkeys(
            (
                "checkpoints",
                "consistency_proof",
                "extension",
                "head",
                "inclusion_proof",
                "places",
                "published",
                "root_at",
                "signing_keys",
                "trusted_keys",
                "verify_stored",
            ),
            PROOF,
        ),
        **dict.fromkeys(
            ("file_key", "forgotten", "is_forgotten", "is_held", "parts_kept", "reveal", "reveal_all"), KEPT
        ),
    },
    "jobs": {"due": MAKES},
    "search": {"count": LABELS, "find": LABELS},
    "policy": dict.fromkeys(
        (
            "active_hash",
            "active_release",
            "all_declarations",
            "closure",
            "current_edition",
            "declaration",
            "declaration_by_hash",
            "declarations",
            "declarations_of",
            "edition_of",
            "passages",
            "played",
            "pinned",
            "proofs",
            "releases",
            "value",
        ),
        DECLARED,
    ),
    "people": dict.fromkeys(
        (
            "bodies",
            "body_on",
            "body_titles",
            "lives",
            "region_titles",
            "regions",
            "regions_gone",
            "overseeing",
            "role_titles",
            "roles",
        ),
        DECLARED,
    )
    | {
        "acts_by": GIVEN,
        "answering": GIVEN,
        "authorisation_for": MAKES,
        "consents_for": MAKES,
        "day_of": MAKES,
        "scope_of": MAKES,
    },
    "registers": {"register": DECLARED, "typed": MAKES, "wanted_of": MAKES},
    "procedures": {
        "late_causes": DECLARED,
        "answers_in": GIVEN,
        "asked_in": GIVEN,
        "case_from": GIVEN,
        "failing_in": GIVEN,
        "known_in": GIVEN,
        "co_signature_by_code": "the code is what opens it",
        "co_signatures": GIVEN,
        "case_by_code": "number and query code together are what opens the case",
        "scope_by_code": MAKES,
        "is_printed": "says only whether a number and two hashes, which stand on a paper, belong together",
        "service": DECLARED,
        "services": DECLARED,
        "services_by_topic": DECLARED,
        "told": MAKES,
        "titles_of_papers": GIVEN,
        "uploads_of": GIVEN,
    },
    "indicators": {"declared": DECLARED},
    "studies": {
        "declared": DECLARED,
        "folder": FOLDER,
    },
    "exchange": {"system_of": DECLARED, "brings_files": DECLARED},
    "packs": dict.fromkeys(
        ("check", "edition", "faults_of", "languages", "load", "run_examples", "trace", "walks"), FOLDER
    ),
}
"""Reads without a scope, by room."""

ROOMS = sorted(path.name for path in SOURCE.iterdir() if (path / "models.py").exists() or path.name == "packs")


@cache
def verbs(room: str, kind: str) -> dict[str, Callable[..., Any]]:
    """Return the public functions of a room's acts or reads, from the package and from each of its modules."""
    place = SOURCE / room / kind
    if not place.exists() and not place.with_suffix(".py").exists():
        return {}
    module = importlib.import_module(f"amur.{room}.{kind}")
    own = getattr(module, "__all__", None) or [
        name for name, one in vars(module).items() if not name.startswith("_") and _is_from(one, module.__name__)
    ]
    found = {name: getattr(module, name) for name in own}
    return {name: one for name, one in found.items() if _is_from(one, f"amur.{room}.")}


def _is_from(one: object, begin: str) -> bool:
    return inspect.isfunction(one) and one.__module__.startswith(begin)


def lacking_in_act(function: Callable[..., Any]) -> list[str]:
    """Return which of actor, instant and key an act does not take; the key may have another name and a default."""
    found = inspect.signature(function).parameters
    said = {name: str(parameter.annotation) for name, parameter in found.items()}
    lacking = [name for name, kind in (("by", "Actor"), ("now", "datetime")) if kind not in said.get(name, "")]
    lacking += [name for name in ("by", "now") if name in found and found[name].default is not inspect.Parameter.empty]
    return lacking + (["key"] if not any(kind == "IdempotencyKey" for kind in said.values()) else [])


def has_scope(function: Callable[..., Any]) -> bool:
    """Say whether a read takes a scope that cannot be forgotten."""
    found = inspect.signature(function).parameters.values()
    return any(str(one.annotation) == "Scope" and one.default is inspect.Parameter.empty for one in found)


def _all(kind: str) -> Iterator[tuple[str, str]]:
    for room in ROOMS:
        for name in verbs(room, kind):
            yield room, name


def test_every_act_says_who_when_and_with_which_key():
    lacking = {one: lacking_in_act(verbs(one[0], "acts")[one[1]]) for one in _all("acts")}
    assert len(lacking) > 100
    for (room, name), what in lacking.items():
        assert not what or ACTS.get(room, {}).get(name), f"{room}.acts.{name} takes no {', '.join(what)}"


def test_every_read_says_for_whom():
    scoped = {one: has_scope(verbs(one[0], "reads")[one[1]]) for one in _all("reads")}
    assert len(scoped) > 100
    for (room, name), has in scoped.items():
        assert has or READS.get(room, {}).get(name), f"{room}.reads.{name} takes no scope, or has a default for it"


@pytest.mark.parametrize("room", ROOMS)
def test_the_exceptions_are_no_more_than_there_are(room):
    acts, reads = verbs(room, "acts"), verbs(room, "reads")
    needless = [f"acts.{name}" for name in ACTS.get(room, {}) if name not in acts or not lacking_in_act(acts[name])]
    needless += [f"reads.{name}" for name in READS.get(room, {}) if name not in reads or has_scope(reads[name])]
    assert not needless


def test_what_a_room_gives_to_analysis_is_asked_with_a_scope():
    for place in sorted(SOURCE.glob("*/datasets.py")):
        module = importlib.import_module(f"amur.{place.parent.name}.datasets")
        if datasets := getattr(module, "datasets", None):
            assert has_scope(datasets), f"{module.__name__}.datasets"
