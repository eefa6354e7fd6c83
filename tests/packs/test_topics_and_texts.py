"""Topics and translations of a pack: what they name must be there, and a language must be the pack's."""

from __future__ import annotations


def _said(faults) -> list[tuple[str, str]]:
    return [(fault.check, fault.found) for fault in faults]


def test_a_topic_that_leads_nowhere_is_told_with_what_there_is(spoil):
    faults = spoil("topics.yaml", ("services: [lamp_registration]", "services: [lamp_look]"), ("[lamps]", "[lantern]"))
    assert _said(faults) == [
        ("topics.service", "'lamp_look' is no service that can be applied for"),
        ("topics.register", "'lantern' is no public register"),
    ]
    assert "lamp_registration" in faults[0].fix


def test_a_translation_of_what_nobody_says_is_told_with_its_line_once_it_is_no_draft(spoil):
    assert spoil("01-lamps/texts.ja.yaml", ("  灯册: ", "  灯籍: ")) == []
    faults = spoil("pack.yaml", ("language: ja, status: draft", "language: ja, status: reviewed"))
    assert ("texts.unknown", "nothing in the pack says '灯籍'") in _said(faults)
    assert next(fault.line for fault in faults if fault.check == "texts.unknown") == 10


def test_what_was_reviewed_is_whole_and_may_stand_apart_from_the_declarations(spoil):
    faults = spoil("pack.yaml", ("language: ja, status: draft", "language: ja, status: reviewed"))
    missing = [fault.found for fault in faults if fault.check == "text.missing"]
    assert "no text in 'ja' for 'Register of lamps'" not in missing
    assert "no text in 'ja' for 'Nights a year on which lamps stay dark'" in missing


def test_a_language_that_the_pack_does_not_have_is_told(spoil):
    faults = spoil("pack.yaml", ("  - { language: ja, status: draft }\n", ""))
    assert _said(faults) == [("texts.language", "the pack has no language 'ja'")]


def test_while_a_file_cannot_be_read_no_translation_is_called_unknown(spoil):
    faults = spoil("01-lamps/lamps.register.yaml", ("id: lamps\n", "id: [\n"))
    assert "texts.unknown" not in [fault.check for fault in faults]
