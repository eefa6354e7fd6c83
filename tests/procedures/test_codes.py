from __future__ import annotations

import re
import uuid

from hypothesis import given
from hypothesis import strategies as st

from amur.procedures.codes import fits, query_code


@given(st.uuids(), st.text(min_size=1))
def test_a_code_is_twelve_letters_and_fits_its_case_alone(case, key):
    code = query_code(key, case)
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}", code)
    assert code == query_code(key, case)
    assert fits(key, case, code)
    assert not fits(key, uuid.UUID(int=case.int ^ 1), code)
    assert not fits(key + "x", case, code)


@given(st.uuids(), st.sampled_from([" ", "-", "", "\u3000", "\u2013", "\n"]), st.booleans())
def test_what_people_change_in_writing_does_not_matter(case, between, small):
    code = query_code("k", case).replace("-", between).replace("0", "o").replace("1", "l")
    assert fits("k", case, f" {code.lower() if small else code.upper()} ")


@given(st.uuids(), st.text(max_size=200))
def test_no_other_text_opens_a_case(case, entered):
    assert not fits("k", case, entered)


def test_one_wrong_letter_does_not_fit():
    case = uuid.UUID(int=7)
    code = query_code("k", case)
    for place, letter in enumerate(code):
        if letter != "-":
            assert not fits("k", case, code[:place] + ("2" if letter != "2" else "3") + code[place + 1 :])
    assert not fits("k", case, code[:-1])
    assert not fits("k", case, "\ud800")
