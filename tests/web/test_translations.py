"""Every sentence has its Chinese, no sentence is kept that nobody says, and blanks are filled by the same names."""

from __future__ import annotations

import re
from pathlib import Path

from amur.web import translations

_BLANK = re.compile(r"%\([a-z_]+\)[sd]|%[sd%]")


def _asked() -> set[tuple[str, str | None]]:
    return {(one.msgid[0] if isinstance(one.msgid, tuple) else one.msgid, one.context) for one in translations.asked()}


def _kept() -> dict[tuple[str, str | None], object]:
    return {
        (message.id[0] if isinstance(message.id, tuple) else message.id, message.context): message
        for message in translations.read()
        if message.id
    }


def test_every_sentence_that_is_asked_for_has_a_chinese_translation():
    kept = _kept()
    missing = [key for key in _asked() if key not in kept or not all(translations.strings(kept[key].string))]
    assert missing == []


def test_no_translation_is_kept_that_nobody_asks_for():
    assert sorted(key[0] for key in set(_kept()) - _asked()) == []


def test_no_translation_is_a_guess():
    assert [message.id for message in _kept().values() if message.fuzzy] == []


def test_a_translation_fills_the_blanks_of_its_sentence():
    wrong = []
    for (said, _context), message in _kept().items():
        blanks = set(_BLANK.findall(message.id[-1] if isinstance(message.id, tuple) else said))
        wrong += [said for words in translations.strings(message.string) if set(_BLANK.findall(words)) != blanks]
    assert wrong == []


def _strings(catalogue) -> dict[object, object]:
    return {(message.id, message.context): message.string for message in catalogue if message.id}


def test_a_catalogue_that_was_brought_up_to_date_is_the_same():
    renewed = translations.renewed(translations.read())
    assert _strings(renewed) == _strings(translations.read())


def test_the_catalogue_stands_in_the_order_in_which_its_tool_writes_it():
    said = [message.id for message in translations.read() if message.id]
    first = [message_id[0] if isinstance(message_id, tuple) else message_id for message_id in said]
    assert first == sorted(first), "run python -m amur.web.translations"


def test_sentences_are_found_in_code_and_in_templates(tmp_path: Path):
    (tmp_path / "a.py").write_text('from x import gettext as _\nwords = _("In code")\n', encoding="utf-8")
    (tmp_path / "a.html").write_text(
        '{% load i18n %}\n    {% translate "In a tag" %}\n'
        "{% blocktranslate count n=n trimmed %}\n  one\n{% plural %}\n  {{ n }} many\n{% endblocktranslate %}",
        encoding="utf-8",
    )
    found = [one.msgid for one in translations.asked(tmp_path)]
    assert sorted(map(str, found)) == ["('one', '%(n)s many')", "In a tag", "In code"]
