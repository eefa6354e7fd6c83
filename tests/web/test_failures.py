from __future__ import annotations

import pytest
from django.utils import translation

from amur.web.failures import in_words


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("it answered 500", "对方答复 500。"),
        ("422 号码不存在", "对方答复 422：号码不存在"),
        ("it cannot be read what it answered", "对方的答复无法读取。"),
        ("ConnectionError: refused", "ConnectionError: refused"),
    ],
)
def test_why_the_other_side_did_not_take_something_is_told_in_words(error, said):
    with translation.override("zh-hans"):
        assert in_words(error) == said
