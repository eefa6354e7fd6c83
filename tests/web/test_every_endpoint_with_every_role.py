"""Every address, asked by everybody: what they get is written down here, and nobody reads what is not theirs.

A new address fails this test until its line stands in the table.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.http import HttpResponseBase
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.web.drawing import drawn
from tests.web.house import MARKS, PROCEDURE, REGISTER, ROLES, House

pytestmark = [pytest.mark.django_db, pytest.mark.either, pytest.mark.no_cover]  # each view has tests of its own too

NONE = "00000000-0000-4000-8000-000000000000"
OPEN = dict.fromkeys(ROLES, 200)
STRANGERS = ("anonymous",)
NO_OFFICE = ("firm", "rival", "nobody")
OFFICES = ("handler", "decider", "elsewhere", "coordinator", "system", "security", "audit")
WITHOUT_CASES = ("elsewhere", "coordinator", "system", "security", "audit")


def _desk(**who: int) -> dict[str, int]:
    """A page of the desk: strangers sign in first, others without an office are refused."""
    return OPEN | {"anonymous": 302} | dict.fromkeys(NO_OFFICE, 403) | who


def _only(owners: tuple[str, ...], others: int) -> dict[str, int]:
    return dict.fromkeys(ROLES, others) | dict.fromkeys(owners, 200)


EXCHANGED = ("", "_message", "_handed", "_send", "_empty", "_file", "_refused", "_receipts")
CASE = _desk(**dict.fromkeys(WITHOUT_CASES, 404))
API = "open:api:"
EXPECTED: dict[str, dict[str, int]] = {
    "healthz": OPEN,
    "display": OPEN,
    "desk:queue": _desk(),
    "desk:case": CASE,
    "desk:file": CASE,
    "desk:document": CASE,
    **dict.fromkeys(("desk:document_pdf", "desk:document_docx", "desk:proof", "desk:serve"), CASE),
    "desk:to_serve": _desk(),
    **dict.fromkeys(("desk:beside", "desk:remarks"), CASE),
    **dict.fromkeys(("desk:draft", "desk:sign", "desk:picture"), _desk(**dict.fromkeys(OFFICES, 404))),
    **dict.fromkeys(("desk:waiting", "desk:phrases"), _desk()),
    "desk:recusal": CASE,
    "desk:correction": _desk(**dict.fromkeys(OFFICES, 404)),
    "desk:stand_ins": _desk(),
    "desk:cards": _desk(),
    "desk:receive": _desk(),
    "desk:erase": _desk(**dict.fromkeys((*WITHOUT_CASES, "handler", "decider"), 404)),
    "desk:supplement": _desk(**dict.fromkeys((*WITHOUT_CASES, "handler", "decider"), 404)),
    "desk:many": _desk(),
    "desk:batch": _desk(**dict.fromkeys(OFFICES, 404)),
    "desk:views": _desk(),
    **dict.fromkeys(("desk:window", "desk:window_keys", "desk:window_fetch"), _desk()),
    "desk:window_intake": _desk(**dict.fromkeys(OFFICES, 404) | dict.fromkeys(("handler", "elsewhere"), 200)),
    **dict.fromkeys(("desk:window_case", "desk:window_fetch_case"), CASE),
    "desk:registers": _desk(),
    **dict.fromkeys(
        (f"desk:{name}" for name in ("register", "template", "add", "imports", "import", "change", "record")),
        _desk(**dict.fromkeys(OFFICES, 404)),
    ),
    "desk:asked_of_us": _desk(),
    "desk:lateness": _desk(**dict.fromkeys(OFFICES, 404)),
    **dict.fromkeys(("desk:asked", "desk:shared_file", "desk:opinion_file"), _desk(**dict.fromkeys(OFFICES, 404))),
    **dict.fromkeys(
        (f"desk:{name}" for name in ("joint", "part", "part_file", "handed", "pack", "ties", "tied_file")),
        _desk(**dict.fromkeys(OFFICES, 404)),
    ),
    **dict.fromkeys(("desk:ratings", "desk:consultations"), _desk()),
    "desk:fees": _desk(**dict.fromkeys(OFFICES, 404)),
    **dict.fromkeys(
        ("desk:fee", "desk:hearing", "desk:follow_up", "desk:consultation"), _desk(**dict.fromkeys(OFFICES, 404))
    ),
    "desk:draws": _desk(),
    "desk:exchanges": _desk(),
    **dict.fromkeys((f"desk:exchange{name}" for name in EXCHANGED), _desk(**dict.fromkeys(OFFICES, 404))),
    "portal:systems": OPEN,
    **dict.fromkeys(
        ("open:exchange_receipts", "open:exchange_message", "open:exchange_attachment"), dict.fromkeys(ROLES, 405)
    ),
    **dict.fromkeys(("desk:planning", "desk:planning_new"), _desk()),
    **dict.fromkeys(
        ("desk:planning_ask", *(f"desk:study{name}" for name in ("", "_file", "_points", "_report"))),
        _desk(**dict.fromkeys(OFFICES, 404)),
    ),
    "desk:planning_compare": _desk(**dict.fromkeys(OFFICES, 422)),
    "desk:planning_compare_points": _desk(**dict.fromkeys(OFFICES, 404)),
    "desk:draw": _desk(**dict.fromkeys(("decider", "coordinator", "system", "security", "audit"), 404)),
    "desk:notices": _desk(),
    **dict.fromkeys(("desk:notice_again", "desk:slip"), _desk(**dict.fromkeys(OFFICES, 405))),
    "desk:jobs": _desk(**dict.fromkeys(("handler", "decider", "elsewhere", "coordinator", "security", "audit"), 403)),
    "desk:programs": _desk(
        **dict.fromkeys(("handler", "decider", "elsewhere", "coordinator", "security", "audit"), 403)
    ),
    "board:policy": OPEN,
    "board:clause": OPEN,
    "board:report": OPEN,
    "board:figure_verdicts": OPEN,
    "board:figure_late": OPEN,
    "board:figure_cases": OPEN,
    "board:figure_clock": OPEN,
    "board:figure_example": OPEN,
    "board:editions": OPEN,
    **dict.fromkeys(("board:crosswalk", "board:recheck"), _only((), 404)),
    "board:indicators": OPEN,
    "board:indicator": OPEN,
    "open:catalogue": OPEN,
    **dict.fromkeys((f"open:open311_{name}" for name in ("discovery", "services", "requests")), OPEN),
    **dict.fromkeys((f"open:open311_{name}" for name in ("service", "request", "token", "nowhere")), _only((), 404)),
    "open:reference": OPEN,
    "open:ledger": OPEN,
    "open:export": OPEN,
    "open:verifier": OPEN,
    "open:verify": OPEN,
    "open:recomputer": OPEN,
    **dict.fromkeys(
        (
            f"{API}{name}"
            for name in [
                "openapi-json",
                "search",
                "codelists",
                "codelist",
                "codelist_csv",
                "finders",
                "finder",
                "finder_answer",
                "finder_table_csv",
                "items",
                "items_csv",
                "draws",
                "draw",
                "services",
                "service",
                "registers",
                "register",
                "records",
                "records_csv",
                "record_history",
                "record_version",
                "record",
                "clauses",
                "clause",
                "commitments",
                "commitment",
                "indicators",
                "indicator",
                "indicator_history",
                "indicator_csv",
                "ledger_head",
                "ledger_checkpoints",
                "ledger_receipt",
                "ledger_inclusion",
                "ledger_consistency",
                "ledger_keys",
                "healthz",
                "api-root",
            ]
        ),
        OPEN,
    ),
    f"{API}-": dict.fromkeys(ROLES, 404),
    "portal:home": OPEN,
    "portal:search": OPEN,
    "portal:service": OPEN,
    **dict.fromkeys((f"portal:{name}" for name in ("services", "statistics", "statistics_file", "guide")), OPEN),
    **dict.fromkeys((f"portal:{name}" for name in ("rankings", "ranking", "ranking_file")), OPEN),
    "portal:begin": dict.fromkeys(ROLES, 302),
    "portal:resume": _only((), 404) | {"firm": 302},
    "portal:check": _only(("firm",), 404),
    "portal:receipt": _only(("firm",), 404),
    "portal:step": _only(("firm",), 404),
    "portal:track": OPEN,
    "portal:tour": _only((), 404),
    "portal:case": _only(("firm",), 302),
    "portal:act": _only(("firm",), 302),
    "portal:objection": _only((), 302) | {"firm": 404},
    "portal:item": dict.fromkeys(ROLES, 302),
    "portal:document": _only(("firm",), 302),
    "portal:document_pdf": _only(("firm",), 302),
    "portal:proof": _only(("firm",), 302),
    "portal:paper_form": OPEN,
    "portal:paper_draft": _only(("firm",), 404),
    "portal:acknowledge": dict.fromkeys(ROLES, 405),
    "portal:online_service": dict.fromkeys(ROLES, 405),
    **dict.fromkeys(("portal:fee", "portal:hearing", "portal:rate"), dict.fromkeys(ROLES, 302) | {"firm": 404}),
    "portal:ratings": OPEN,
    "portal:consultations": OPEN,
    "portal:consultation": dict.fromkeys(ROLES, 404),
    "portal:draws": OPEN,
    "portal:drafts": OPEN,
    "portal:agree": OPEN,
    "portal:co_sign": dict.fromkeys(ROLES, 405),
    "portal:sample": OPEN,
    **dict.fromkeys(("portal:authorisations", "portal:for_somebody"), OPEN | {"anonymous": 302}),
    "portal:contest": dict.fromkeys(ROLES, 302) | {"firm": 200},
    "portal:end_authorisation": dict.fromkeys(ROLES, 405),
    "portal:by_telephone": dict.fromkeys(ROLES, 405),
    "portal:consent_code": OPEN | {"anonymous": 302},
    "portal:channels": _only(("firm",), 302),
    "portal:notices": OPEN | {"anonymous": 302},
    "portal:notice": _only(("firm",), 404) | {"anonymous": 302},
    "portal:webhooks": OPEN | {"anonymous": 302},
    "portal:webhook": _only((), 404) | {"anonymous": 302},
    "open:cashier_report": dict.fromkeys(ROLES, 405),
    "open:sms_report": dict.fromkeys(ROLES, 405),
    "portal:draw": OPEN,
    "portal:coverage": OPEN,
    "portal:coverage_report": dict.fromkeys(ROLES, 405),
    **dict.fromkeys(("portal:coverage_county", "portal:coverage_place"), dict.fromkeys(ROLES, 404)),
    **dict.fromkeys(("portal:coverage_county_data", "portal:coverage_file"), dict.fromkeys(ROLES, 404)),
    "portal:registers": OPEN,
    **dict.fromkeys((f"portal:{name}" for name in ("codelists", "codelist", "sources", "finders")), OPEN),
    **dict.fromkeys(("portal:finder", "portal:finder_table"), OPEN),
    "portal:register": OPEN,
    "portal:record": OPEN,
    "portal:version": OPEN,
}
"""What a GET answers; where a role is not in its own right there is nothing, not even that there is something."""

OF_ALLAUTH = ("account_", "mfa_", "socialaccount_", "openid_connect_", "-")
READERS = {
    "desk:case": ("handler", "decider"),
    "desk:file": ("handler", "decider"),
    "desk:beside": ("handler", "decider"),
    "desk:remarks": ("handler", "decider"),
    "portal:case": ("firm",),
    "portal:check": ("firm",),
    "portal:channels": ("firm",),
    "portal:step": ("firm",),
}
"""Who may find marked values, and where."""


def _addresses(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inside = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _addresses(pattern, inside)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name or '-'}"


def _arguments(house: House) -> dict[str, list[object]]:
    """What each address needs to lead to something real."""
    entry = house.filed.events.first().entry_hash
    draft = house.draft.id
    draw = drawn(house).number
    return {
        "desk:case": [house.case.number],
        **{key: [house.case.number] for key in ("desk:window_case", "desk:window_fetch_case")},
        "desk:window_intake": [PROCEDURE],
        **{key: [REGISTER] for key in ("desk:register", "desk:template", "desk:add", "desk:imports")},
        **{key: [draw] for key in ("desk:draw", "portal:draw", f"{API}draw")},
        **{key: [NONE] for key in ("desk:asked", "desk:opinion_file")},
        **{key: [house.filed.number] for key in ("desk:hearing", "desk:follow_up", "portal:hearing", "portal:rate")},
        **{key: [house.filed.number, "licence"] for key in ("desk:fee", "portal:fee")},
        **{key: ["nothing"] for key in ("desk:consultation", "portal:consultation")},
        **{f"portal:coverage_{name}": ["nothing"] for name in ("county", "place", "report")},
        **{f"portal:coverage_{name}": ["nothing", "nothing"] for name in ("county_data", "file")},
        "portal:contest": [house.filed.number, house.filed.decisions.get().pk],
        **{f"open:open311_{name}": ["nothing"] for name in ("service", "request", "token", "nowhere")},
        "desk:shared_file": [NONE, NONE],
        "desk:planning_ask": ["nothing"],
        **{key: [1] for key in ("desk:study", "desk:study_points", "desk:study_report")},
        "desk:study_file": [1, "frontier.csv"],
        "portal:tour": [1],
        "desk:joint": [house.case.number],
        "desk:ties": [house.case.number],
        "desk:tied_file": [house.case.number, NONE],
        **{key: [NONE] for key in ("desk:part", "desk:handed", "desk:pack")},
        "desk:part_file": [NONE, NONE],
        "desk:import": [REGISTER, "00000000-0000-4000-8000-000000000000"],
        "desk:batch": ["00000000-0000-4000-8000-000000000000"],
        **{key: ["nothing"] for key in ("desk:exchange", "desk:exchange_receipts", "open:exchange_receipts")},
        **{f"desk:exchange_{name}": ["nothing", NONE] for name in ("message", "file", "refused")},
        **{f"desk:exchange_{name}": ["nothing", "nothing"] for name in ("send", "empty")},
        **{f"open:exchange_{name}": ["nothing", "nothing"] for name in ("message", "attachment")},
        "desk:exchange_handed": ["nothing", "nothing", "2026-01-01"],
        **{key: [REGISTER, house.filed.number] for key in ("desk:change", "desk:record")},
        "desk:file": [house.case.number, house.upload(house.case).pk],
        "desk:erase": [house.case.number],
        **{key: [house.case.number] for key in ("desk:recusal", "desk:correction", "portal:objection")},
        **{key: [house.case.number] for key in ("desk:beside", "desk:lateness", "desk:remarks", "desk:slip")},
        "desk:draft": [house.case.number, "accept"],
        "desk:sign": [house.case.number, "decision"],
        "desk:picture": [house.case.number, house.upload(house.case).pk],
        "desk:supplement": [house.case.number, "accept"],
        **{
            key: [house.filed.number, house.filed.documents.get(document="filing_notice").number]
            for key in (
                *(f"desk:{name}" for name in ("document", "document_pdf", "document_docx", "proof", "serve")),
                *(f"portal:{name}" for name in ("document", "document_pdf", "proof", "acknowledge")),
            )
        },
        "board:clause": [3],
        **{key: ["telecom_services"] for key in ("portal:codelist", f"{API}codelist", f"{API}codelist_csv")},
        **{key: ["which_permission"] for key in ("portal:finder", "portal:finder_table")},
        **{f"{API}{name}": ["which_permission"] for name in ("finder", "finder_answer", "finder_table_csv")},
        **{key: [NONE] for key in ("board:crosswalk", "board:recheck")},
        "board:indicator": ["filing_time"],
        **{key: ["appeals_per_million_users"] for key in ("portal:ranking", "portal:ranking_file")},
        "board:figure_cases": [PROCEDURE],
        "board:figure_clock": [PROCEDURE, "decision"],
        "board:figure_example": ["new_service_filing"],
        **{f"{API}{name}": ["filing_time"] for name in ("indicator", "indicator_history", "indicator_csv")},
        f"{API}service": [PROCEDURE],
        f"{API}register": [REGISTER],
        f"{API}records": [REGISTER],
        f"{API}records_csv": [REGISTER],
        f"{API}record": [REGISTER, house.filed.number],
        f"{API}record_history": [REGISTER, house.filed.number],
        f"{API}record_version": [REGISTER, house.filed.number, 1],
        f"{API}clause": [3],
        f"{API}commitment": ["3.7"],
        f"{API}ledger_receipt": [entry],
        f"{API}ledger_inclusion": [entry],
        "portal:service": [PROCEDURE],
        "portal:guide": [PROCEDURE],
        "portal:begin": [PROCEDURE],
        **{key: [PROCEDURE] for key in ("portal:by_telephone", "portal:for_somebody", "portal:sample")},
        "portal:consent_code": [PROCEDURE, NONE],
        "portal:end_authorisation": [NONE],
        "portal:resume": [draft],
        **{key: [draft] for key in ("portal:check", "portal:co_sign")},
        "portal:paper_draft": [draft],
        "portal:paper_form": [PROCEDURE],
        "portal:receipt": [house.case.draft_id],
        "portal:step": [draft, "contact"],
        "portal:case": [house.case.number],
        "portal:act": [house.case.number, "withdraw"],
        "portal:channels": [house.case.number],
        "portal:notice": [house.filed.notices.first().pk],
        "portal:webhook": [NONE],
        "desk:notice_again": [house.filed.number, house.filed.notices.first().pk],
        "portal:item": [house.case.number, 1],
        "portal:online_service": [house.case.number],
        "portal:register": [REGISTER],
        "portal:record": [REGISTER, house.filed.number],
        "portal:version": [REGISTER, house.filed.number, 1],
    }


def _led(house: House) -> dict[str, str]:
    """Return where each name of the table leads."""
    arguments = _arguments(house)
    asked = {f"{API}ledger_consistency": "?old=1", f"{API}search": "?q=备案", "portal:search": "?q=备案"}
    nowhere = f"{API}-"
    led = {
        name: reverse(name, args=arguments.get(name, [])) + asked.get(name, "") for name in EXPECTED if name != nowhere
    }
    return led | {nowhere: reverse(f"{API}api-root") + "no/such/thing"}


def _body(answer: HttpResponseBase) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def _told(answer: HttpResponseBase) -> list[str]:
    """Return which marks an answer gives away, in its body or its headers."""
    whole = _body(answer) + str(answer.headers).encode()
    spelled = [(mark, mark.encode(), mark.encode("unicode_escape")) for mark in MARKS]
    return [mark for mark, *forms in spelled if any(form in whole for form in forms)]


IN_THE_GATE = {"anonymous", "rival", "handler"}
"""One of each kind; the others are tried by the deep run."""
EACH = [who if who in IN_THE_GATE else pytest.param(who, marks=pytest.mark.deep) for who in ROLES]


def test_every_address_is_in_the_table():
    known = {name for name in _addresses(get_resolver()) if not name.startswith(OF_ALLAUTH)}
    assert known == set(EXPECTED)


@pytest.mark.parametrize("who", EACH)
def test_everybody_gets_what_the_table_says_and_no_marked_value_of_others(who: str, house: House):
    found, led = {}, _led(house)
    for name in EXPECTED:
        answer = house.client(who).get(led[name])
        found[name] = answer.status_code
        told = _told(answer)
        if who not in READERS.get(name, ()):
            assert not told, f"{name} tells {who} {told}"
    assert found == {name: expected[who] for name, expected in EXPECTED.items()}


def test_who_may_read_the_marked_values_does_read_them(house: House):
    led = _led(house)
    for name, readers in READERS.items():
        for who in readers:
            assert _told(house.client(who).get(led[name])), f"{name} shows {who} nothing"


@pytest.mark.parametrize("who", EACH)
def test_the_pages_of_signing_in_tell_nobody_a_marked_value_and_never_break(who: str, house: House):
    arguments = {
        "account_confirm_email": ["x"],
        "account_reset_password_from_key": ["1", "x"],
        "mfa_edit_webauthn": [1],
        "mfa_remove_webauthn": [1],
        "openid_connect_login": ["none"],
        "openid_connect_callback": ["none"],
    }
    for name in _addresses(get_resolver()):
        if name != "-" and name.startswith(OF_ALLAUTH):
            answer = house.client(who).get(reverse(name, args=arguments.get(name, [])))
            assert answer.status_code in {200, 302, 401, 403, 404, 405}, name
            assert not _told(answer), name


@pytest.mark.parametrize("who", [role for role in ROLES if role not in {"handler", "decider"}])
def test_nobody_but_the_office_moves_a_case(who: str, house: House):
    sent = {"event": "accept", "version": house.case.version, "key": "k"}
    answer = house.client(who).post(_led(house)["desk:case"], sent)
    house.case.refresh_from_db()
    assert answer.status_code in {302, 403, 404}
    assert house.case.state == "received"


@pytest.mark.parametrize("who", [role for role in ROLES if role != "system"])
def test_nobody_but_the_system_administrator_revives_a_job(who: str, house: House):
    answer = house.client(who).post(reverse("desk:jobs"), {"job": "1", "verb": "revive", "reason": "why"})
    assert answer.status_code in {302, 403}
    assert "/desk/jobs/" not in answer.headers.get("Location", "").partition("?")[0]
