"""Translations are compiled when they have changed, and appear whole."""

from __future__ import annotations

import gettext
import os

from amur.config.catalogues import compile_changed

_TEXT = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Desk"\nmsgstr "工作台"\n'


def test_a_new_catalogue_is_compiled_and_an_old_one_is_left(tmp_path):
    source = tmp_path / "zh_Hans" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(_TEXT, encoding="utf-8")
    (target,) = compile_changed(tmp_path)
    with target.open("rb") as compiled:
        assert gettext.GNUTranslations(compiled).gettext("Desk") == "工作台"
    assert compile_changed(tmp_path) == []
    os.utime(source, (target.stat().st_mtime + 10,) * 2)
    assert compile_changed(tmp_path) == [target]
    assert sorted(path.name for path in source.parent.iterdir()) == ["django.mo", "django.po"]
